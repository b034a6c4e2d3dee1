package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// live is a tree of units as Terragrunt's own example has it.
var live = map[string]string{
	"live/root.hcl": `
locals {
  region = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals.region
  all    = merge(local.common, { owner = "us" })
  common = { tier = "x" }
}
generate "provider" {
  path     = "provider.tf"
  contents = <<EOF
provider "aws" {
  region = "${local.region}"
}
EOF
}
remote_state {
  backend = "s3"
  config = {
    bucket  = "state-${get_env("NAME", "")}"
    key     = "${path_relative_to_include()}/tf.tfstate"
    region  = local.region
    encrypt = true
  }
}
inputs = merge(local.all, { name = "from root", region = local.region })
`,
	"live/eu/region.hcl": `locals { region = "eu-central-1" }`,
	"live/_env/app.hcl":  `locals { source = "${get_parent_terragrunt_dir()}/../../modules//app" }` + "\ninputs = { kept = \"app\" }\n",
	"live/eu/app/terragrunt.hcl": `
include "root" { path = find_in_parent_folders("root.hcl") }
include "app" {
  path   = "${dirname(find_in_parent_folders("root.hcl"))}/_env/app.hcl"
  expose = true
}
terraform { source = include.app.locals.source }
dependency "vpc" { config_path = "../vpc" }
inputs = {
  name = "from unit"
  vpc  = dependency.vpc.outputs.id
  env  = get_env("ENV")
  cmd  = run_cmd("id")
}
`,
	"live/eu/vpc/terragrunt.hcl":    "include { path = find_in_parent_folders(\"root.hcl\") }\nterraform { source = \"tfr:///terraform-aws-modules/vpc/aws?version=5.0.0\" }\n",
	"live/eu/own/terragrunt.hcl":    "inputs = { name = \"own\" }\n",
	"live/eu/own/main.tf":           "variable \"name\" {}\nresource \"aws_s3_bucket\" \"b\" { bucket = var.name }\n",
	"live/eu/broken/terragrunt.hcl": "terraform {\n source = \n",
	"modules/app/main.tf": `
terraform {
  backend "s3" {}
}
variable "name" {}
variable "vpc" {}
variable "env" { default = "none" }
variable "kept" {}
variable "owner" {}
resource "aws_s3_bucket" "docs" {
  bucket = var.name
  tags = { vpc = var.vpc, env = var.env, kept = var.kept, owner = var.owner }
}
`,
}

func readTree(t *testing.T, files map[string]string) graph.Facts {
	t.Helper()
	t.Chdir(t.TempDir())
	var paths []string
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if Match(name) {
			paths = append(paths, name)
		}
	}
	f := Read(paths, Options{})
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	return f
}

// A unit is a root: its inputs are the module's variables, what Terragrunt
// writes beside the module counts, and the state is where it says.
func TestUnits(t *testing.T) {
	f := readTree(t, live)
	got := map[string]*graph.Asset{}
	for i := range f.Assets {
		a := &f.Assets[i]
		got[a.Root+" "+string(a.Address)] = a
	}
	say := func(key, path string) string {
		a := got[key]
		if a == nil {
			t.Fatalf("there is no %s; there are %v", key, sortedKeys(got))
		}
		var out []string
		r := a.Attrs
		if rest, ok := strings.CutPrefix(path, "provider "); ok {
			r, path = a.Provider.Attrs, rest
		}
		for _, rd := range r.Read(path) {
			if rd.Unknown != "" {
				out = append(out, "? "+rd.Unknown)
			} else {
				out = append(out, fmt.Sprintf("%v %s:%d", rd.Value, rd.Origin.File, rd.Origin.Line))
			}
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct{ key, path, want string }{
		{"live/eu/app aws_s3_bucket.docs", "bucket", "from unit modules/app/main.tf:11"},
		{"live/eu/app aws_s3_bucket.docs", "tags.owner", "us modules/app/main.tf:12"},
		{"live/eu/app aws_s3_bucket.docs", "tags.kept", "app modules/app/main.tf:12"},
		{"live/eu/app aws_s3_bucket.docs", "tags.vpc", "? it is an output of another unit"},
		{"live/eu/app aws_s3_bucket.docs", "tags.env", "? the environment variable ENV decides"},
		{"live/eu/app aws_s3_bucket.docs", "provider region", "eu-central-1 live/root.hcl:7"},
		{"live/eu/app terraform.backend.s3", "region", "eu-central-1 live/root.hcl:15"},
		{"live/eu/app terraform.backend.s3", "key", "eu/app/tf.tfstate live/root.hcl:15"},
		{"live/eu/app terraform.backend.s3", "bucket", "? the environment variable NAME decides"},
		{"live/eu/vpc terraform.backend.s3", "region", "eu-central-1 live/root.hcl:15"},
		{"live/eu/vpc terraform.source", "name", "from root live/eu/vpc/terragrunt.hcl:2"},
		{"live/eu/own aws_s3_bucket.b", "bucket", "own live/eu/own/main.tf:2"},
	} {
		if s := say(c.key, c.path); s != c.want {
			t.Errorf("%s of %s is %q, want %q", c.path, c.key, s, c.want)
		}
	}
	if a := got["live/eu/vpc terraform.source"]; a.Type != "module" || !strings.Contains(a.Partial, "tfr:///terraform-aws-modules/vpc/aws") {
		t.Errorf("%+v", a)
	}
	if len(f.Assets) != 6 || f.Absent != 0 {
		t.Errorf("%d assets, %d absent: %v", len(f.Assets), f.Absent, sortedKeys(got))
	}
	if len(f.Problems) != 1 || f.Problems[0].Origin.File != "live/eu/broken/terragrunt.hcl" {
		t.Errorf("problems: %v", f.Problems)
	}
}

// Terragrunt's functions are none of Terraform's, and a configuration that
// includes itself ends.
func TestGruntBounds(t *testing.T) {
	f := readTree(t, map[string]string{
		"a/main.tf":         `resource "x_y" "z" { a = get_env("HOME", "") }`,
		"b/terragrunt.hcl":  "include { path = \"./terragrunt.hcl\" }\nlocals {\n a = local.b\n b = local.a\n c = read_terragrunt_config(\"terragrunt.hcl\")\n}\nterraform { source = \"../a\" }\ninputs = local.a\n",
		"d/terragrunt.hcl":  "terraform { source = \"../gone\" }\n",
		"e/terragrunt.hcl":  "terraform { source = \"git::https://x.example/y\" }\ninputs = [1]\nremote_state { backend = get_env(\"B\") }\n",
		"up/terragrunt.hcl": "locals { x = 1 }\n",
	})
	for i := range f.Assets {
		if a := &f.Assets[i]; a.Type == "x_y" {
			if rds := a.Attrs.Read("a"); len(rds) != 1 || !strings.Contains(rds[0].Unknown, "there is no function get_env") {
				t.Errorf("%s: %+v", a.Root, rds)
			}
		}
	}
	if len(f.Problems) == 0 {
		t.Error("a module that is gone is no problem")
	}
}

func FuzzUnit(f *testing.F) {
	for name, text := range live {
		if filepath.Ext(name) == ".hcl" {
			f.Add([]byte(text))
		}
	}
	f.Add([]byte("include \"x\" { path = find_in_parent_folders(\"../../x\", \"./y\") }\ngenerate \"a\" {\n path = \"../../b.tf\"\n contents = \"resource \\\"a\\\" {\"\n}\nterraform { source = \".\" }"))
	f.Fuzz(func(t *testing.T, src []byte) {
		files := map[string]string{"u/terragrunt.hcl": string(src), "u/main.tf": "variable \"x\" {}\nresource \"a_b\" \"c\" { d = var.x }\n"}
		one, two := readTree(t, files), readTree(t, files)
		a, b := fmt.Sprint(len(one.Assets), one.Problems), fmt.Sprint(len(two.Assets), two.Problems)
		if a != b {
			t.Errorf("two readings differ: %s, %s", a, b)
		}
		for i := range one.Assets {
			one.Assets[i].Attrs.Read("d")
		}
	})
}
