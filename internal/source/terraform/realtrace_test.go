//go:build real

package terraform

import (
	"math/rand"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// values are the facts without the reasons for what is unknown: a function of
// the library that loses the marks inside of a marked value says less.
func values(f graph.Facts) string {
	return regexp.MustCompile(` \? .* at `).ReplaceAllString(describe(f, []string{"input"}), " ? at ")
}

// Tracing changes nothing about configurations that nobody wrote, and every
// token that it tells stands where it says.
func TestRealTraceOfGenerated(t *testing.T) {
	traced := 0
	dir := t.TempDir()
	for seed := range int64(150) {
		g := &generator{Rand: rand.New(rand.NewSource(seed))}
		var files []string
		for _, f := range [][2]string{{"main.tf", g.module(true)}, {"mod/main.tf", g.module(false)}, {"terraform.tfvars", g.vars()}, {"t.tftpl", g.template()}, {"mod/t.tftpl", g.template()}} {
			files = append(files, filepath.Join(dir, f[0]))
			write(t, filepath.Join(dir, f[0]), f[1])
		}
		plain, marked := Read(files, Options{}), Read(files, Options{Trace: true})
		if d := cmp.Diff(values(plain), values(marked)); d != "" {
			t.Fatalf("seed %d: -without +with\n%s", seed, d)
		}
		for _, a := range marked.Assets {
			for _, r := range a.Attrs.Read("input") {
				traced += len(r.Literals)
				for _, l := range r.Literals {
					checkToken(t, l.File, l.Line, l.Column, l.Bytes, l.Text)
				}
			}
		}
	}
	if traced < 1000 {
		t.Fatalf("only %d literals were traced", traced)
	}
}

// checkToken compares a traced token with what stands in the file.
func checkToken(t *testing.T, file string, line, column, size int, text string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	row := strings.SplitAfter(string(src), "\n")[line-1]
	if column+size > len(row) {
		t.Fatalf("%s:%d: the token at %d has %d bytes, the line %q", file, line, column, size, row)
	}
	token := row[column : column+size]
	if got, err := tokenText(file, []byte(token)); err != nil || got != text {
		t.Fatalf("%s:%d: the token %s means %q (%v), want %q", file, line, token, got, err, text)
	}
}
