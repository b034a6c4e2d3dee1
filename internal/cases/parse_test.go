package cases_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/cases"
)

func TestParse(t *testing.T) {
	list, err := cases.Parse("x", []byte("a comment\n-- shared.tf --\ns\n-- one/main.tf --\nm\n-- one/want --\n# why\n\n fail a.b \n-- two/shared.tf --\nown\n-- two/want --\npass a.b\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].Name != "one" || list[1].Name != "two" {
		t.Fatalf("cases %+v", list)
	}
	one, two := list[0], list[1]
	if strings.Join(one.Want, "|") != "fail a.b" || string(one.Files["shared.tf"]) != "s\n" || string(one.Files["main.tf"]) != "m\n" || len(one.Files) != 2 {
		t.Errorf("one is %+v", one)
	}
	if string(two.Files["shared.tf"]) != "own\n" {
		t.Errorf("a case's own file is %q, want that it replaces the shared one", two.Files["shared.tf"])
	}
	for name, c := range map[string]struct{ text, want string }{
		"no case":    {"-- main.tf --\nx\n", "there is no case"},
		"empty":      {"", "there is no case"},
		"no want":    {"-- one/main.tf --\nx\n", "case one wants nothing"},
		"empty want": {"-- one/main.tf --\nx\n-- one/want --\n# only a comment\n", "case one wants nothing"},
	} {
		if _, err := cases.Parse("some/cases.txtar", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "some/cases.txtar: ") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// A fact that does not hold fails its case, whatever its kind is; so does a
// fact that nobody knows. Otherwise the cases beside dialects prove nothing.
func TestDialectCasesCanFail(t *testing.T) {
	k, _ := open(t)
	const files = `-- c/main.tf --
provider "aws" { region = "eu-central-1" }
resource "aws_s3_bucket" "a" {}
resource "aws_s3_bucket_acl" "x" {
  bucket = aws_s3_bucket.a.id
  acl    = "private"
}
resource "aws_iam_policy" "r" {}
resource "aws_never" "n" {}
-- c/want --
`
	run := func(line string) []cases.Failure {
		fails, err := cases.Dialect(k, "x", []byte(files+line+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		return fails
	}
	for _, line := range []string{
		"aws_s3_bucket.a kind=object-store place=eu-central-1:DE place=storage:eu-central-1:DE place=DE operator=aws replica=none public=false",
		"aws_s3_bucket_acl.x attached", "aws_iam_policy.r inert", "aws_never.n unknown place=?",
	} {
		if fails := run(line); len(fails) > 0 {
			t.Errorf("%s: %v", line, fails)
		}
	}
	for _, line := range []string{
		"aws_s3_bucket.a kind=database", "aws_s3_bucket.a place=eu-central-1:FR", "aws_s3_bucket.a place=eu-west-1:DE", "aws_s3_bucket.a place=backup:eu-central-1:DE",
		"aws_s3_bucket.a place=?", "aws_s3_bucket.a place=none", "aws_s3_bucket.a replica=?", "aws_s3_bucket.a operator=scaleway", "aws_s3_bucket.a operator=?",
		"aws_s3_bucket.a public=true", "aws_s3_bucket.a public=?", "aws_s3_bucket.a key=customer", "aws_s3_bucket.a maker=aws", "aws_s3_bucket.a target=logs:x",
		"aws_s3_bucket.a inert", "aws_s3_bucket.a unknown", "aws_s3_bucket.a attached", "aws_s3_bucket.a nonsense=1", "aws_s3_bucket.b kind=object-store",
		"aws_s3_bucket_acl.x inert", "aws_s3_bucket_acl.misspelt attached", "aws_never.n inert",
	} {
		if fails := run(line); len(fails) != 1 {
			t.Errorf("%q holds: %v", line, fails)
		}
	}
}
