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

// beside are what is in the work tree and no part of a change: files and folders (with a
// slash at the end) that git ignores, and submodules that are as they were at the revision.
func beside(ctx context.Context, top, base string) ([]string, error) {
	out, err := git(ctx, top, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
	if err != nil {
		return nil, err
	}
	list := zeroSeparated(out)
	if out, err = git(ctx, top, "ls-tree", "-r", "-z", base); err != nil {
		return nil, err
	}
	for _, row := range zeroSeparated(out) {
		link, name, _ := strings.Cut(row, "\t")
		commit, ok := strings.CutPrefix(link, "160000 commit ")
		if !ok {
			continue
		}
		dir := filepath.Join(top, filepath.FromSlash(name))
		head, err := git(ctx, dir, "rev-parse", "HEAD")
		dirty, err2 := git(ctx, dir, "status", "--porcelain")
		if err == nil && err2 == nil && strings.TrimSpace(head) == commit && dirty == "" {
			list = append(list, name+"/")
		}
	}
	return list, nil
}

func zeroSeparated(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == 0 })
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
