package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/kb"
)

// version is set by the linker for releases.
var version = ""

// Version is the version of this build.
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

func versionCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version and the digest of the knowledge base", Args: none,
		RunE: func(*cobra.Command, []string) error {
			k, err := kb.Open()
			if err != nil {
				return err
			}
			fmt.Fprintf(e.out, "bailiwick %s\nknowledge base %s\n", Version(), k.Digest())
			return nil
		},
	}
}
