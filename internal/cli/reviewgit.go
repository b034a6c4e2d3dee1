package cli

import (
	"bytes"
	"context"
	"errors"
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
// changed the day of the answer, and how many commits changed the paths since. The
// document itself is left out: to write it anew changes nothing that is reviewed.
func history(ctx context.Context, day graph.Origin, paths []string, document string) *evidence.History {
	unknown := func(why string) *evidence.History { return &evidence.History{Unknown: why} }
	if _, err := exec.LookPath("git"); err != nil {
		return unknown(evidence.NoGit)
	}
	dir, file := filepath.Split(day.File)
	if dir == "" {
		dir = "."
	}
	top, err := topLevel(dir)
	if err != nil {
		return unknown(evidence.NoTree)
	}
	line := strconv.Itoa(max(day.Line, 1))
	out, err := git(ctx, dir, "-c", "blame.ignoreRevsFile=", "blame", "--porcelain", "-L", line+","+line, "--", file)
	commit, _, _ := strings.Cut(out, " ")
	if err != nil || strings.Trim(commit, "0") == "" {
		return unknown(evidence.Uncommitted)
	}
	if shallow, err := git(ctx, dir, "rev-parse", "--is-shallow-repository"); err != nil || strings.TrimSpace(shallow) == "true" {
		return unknown(evidence.Shallow)
	}
	args := []string{"rev-list", "--count", commit + "..HEAD", "--"}
	for _, p := range paths {
		in, ok := inTree(top, p)
		if !ok {
			return unknown(evidence.Elsewhere)
		}
		args = append(args, ":(top,literal)"+in)
	}
	if in, ok := inTree(top, document); ok {
		args = append(args, ":(top,exclude,literal)"+in)
	}
	count, err := git(ctx, dir, args...)
	n, err2 := strconv.Atoi(strings.TrimSpace(count))
	if err != nil || err2 != nil {
		return unknown(evidence.Uncounted)
	}
	return &evidence.History{Commit: commit[:min(12, len(commit))], Commits: n}
}

// inTree is a path from the top of the work tree, and whether it is in there. What a
// link leads to counts; what is not there yet is taken as it is written.
func inTree(top, path string) (string, bool) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	rel, err := filepath.Rel(top, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	if rel == "." {
		return "", true
	}
	return filepath.ToSlash(rel), true
}

// ignored are those of the names, each ending in a zero byte, that git ignores.
func ignored(ctx context.Context, top, names string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "git", "-C", top, "check-ignore", "-z", "--stdin")
	cmd.Stdin = strings.NewReader(names)
	out, err := cmd.Output()
	var code *exec.ExitError
	if errors.As(err, &code) && code.ExitCode() == 1 { // none is
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("git check-ignore: %w", err)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
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
