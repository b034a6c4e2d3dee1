// Package evidencetest makes cases of whole trees, for the tests of documents.
package evidencetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// Day is the day of the cases.
var Day = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

// Case judges the tree at dir. Origins are paths below it, as if it were the
// working folder; edit, where it is not nil, changes the perimeter's text first.
func Case(t testing.TB, dir string, edit func(string) string) *evidence.Case {
	t.Helper()
	t.Chdir(dir)
	src, err := os.ReadFile(perimeter.FileName)
	if err != nil {
		t.Fatal(err)
	}
	text := string(src)
	if edit != nil {
		if text = edit(text); text == string(src) {
			t.Fatal("the edit changed nothing")
		}
	}
	p, err := perimeter.Parse(perimeter.FileName, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	facts := all.Read([]string{"."}, all.Options{Terraform: terraform.Options{Data: k.DataAttributes("terraform")}, Hosts: k.Defaults(), Code: all.Code(k)})
	c, err := evidence.NewCase(p, k, Day)
	if err != nil {
		t.Fatal(err)
	}
	if c.Result, err = assess.Run(context.Background(), &facts, assess.Options{KB: k, Perimeter: p, Rules: set, At: Day, All: true}); err != nil {
		t.Fatal(err)
	}
	c.Facts = &facts
	return c
}

// here is the folder of the package under test, before any test leaves it.
var here, _ = os.Getwd()

// Example is the path of a bundled example, from a package at depth folders below
// the root of the repository.
func Example(name string, depth int) string {
	return filepath.Join(here, strings.Repeat("../", depth), "examples", name)
}
