// Command pulumistub is what Pulumi's engine runs in tests: a language host that
// registers the resources of a program in YAML as they stand, and providers that
// make nothing. It is the plugin that its own file name says: pulumi-language-yaml
// or pulumi-resource-aws.
//
// It has a go.mod of its own, so that Pulumi's protocol is no dependency of the
// product.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

func main() {
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Init: func(s *grpc.Server) error {
		if strings.HasPrefix(filepath.Base(os.Args[0]), "pulumi-language-") {
			pulumirpc.RegisterLanguageRuntimeServer(s, &language{})
		} else {
			pulumirpc.RegisterResourceProviderServer(s, &provider{})
		}
		return nil
	}})
	if err == nil {
		fmt.Println(handle.Port) // the engine reads it
		err = <-handle.Done
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
