package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// history asks git which commit recorded the review, which is the last one that
// changed the line of the answer, and how many commits changed the paths since.
func history(ctx context.Context, at graph.Origin, paths []string) *evidence.History {
	unknown := func(why string) *evidence.History { return &evidence.History{Unknown: why} }
	if _, err := exec.LookPath("git"); err != nil {
		return unknown(evidence.NoGit)
	}
	dir, file := filepath.Split(at.File)
	if dir == "" {
		dir = "."
	}
	if _, err := topLevel(dir); err != nil {
		return unknown(evidence.NoTree)
	}
	line := strconv.Itoa(max(at.Line, 1))
	out, err := git(ctx, dir, "blame", "--porcelain", "-L", line+","+line, "--", file)
	commit, _, _ := strings.Cut(out, " ")
	if err != nil || strings.Trim(commit, "0") == "" {
		return unknown(evidence.Uncommitted)
	}
	if shallow, err := git(ctx, dir, "rev-parse", "--is-shallow-repository"); err != nil || strings.TrimSpace(shallow) == "true" {
		return unknown(evidence.Shallow)
	}
	count, err := git(ctx, ".", append([]string{"rev-list", "--count", commit + "..HEAD", "--"}, paths...)...)
	n, err2 := strconv.Atoi(strings.TrimSpace(count))
	if err != nil || err2 != nil {
		return unknown(evidence.NoTree)
	}
	return &evidence.History{Commit: commit[:min(12, len(commit))], Commits: n}
}

// git runs the client, which must not reach the network, and returns what it prints.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	return gitWith(ctx, dir, nil, args...)
}

func gitWith(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...)
	cmd.Env = append(append(os.Environ(), "GIT_NO_LAZY_FETCH=1", "GIT_LFS_SKIP_SMUDGE=1"), env...)
	var out, errw bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errw
	if err := cmd.Run(); err != nil {
		why, _, _ := strings.Cut(strings.TrimSpace(errw.String()), "\n")
		if why == "" {
			why = err.Error()
		}
		return "", fmt.Errorf("git %s: %s", args[0], why)
	}
	return out.String(), nil
}
