package tfplan

import (
	"fmt"
	"testing"
)

// small is a plan with one bucket in a module, and these provider blocks.
func small(module, key, blocks string) string {
	addr := join(module, "aws_s3_bucket.b")
	return fmt.Sprintf(`{"format_version":"1.2","resource_changes":[{"address":%q,"mode":"managed","type":"aws_s3_bucket","name":"b",
"provider_name":"registry.opentofu.org/hashicorp/aws","change":{"actions":["create"],"after":{},"after_unknown":{}}}],
"configuration":{"provider_config":{%s},"root_module":{
"resources":[{"address":"aws_s3_bucket.b","mode":"managed","provider_config_key":%q}],
"module_calls":{"a":{"module":{"module_calls":{"c":{"expressions":{"where":{"references":["var.w"]}},"module":{
"variables":{"where":{}},"resources":[{"address":"aws_s3_bucket.b","mode":"managed","provider_config_key":%q}]}}},"variables":{"w":{"default":"eu-south-1"}}}}}}}}`,
		addr, blocks, key, key)
}

func TestProviderKeys(t *testing.T) {
	const (
		root  = `"aws":{"name":"aws","full_name":"registry.opentofu.org/hashicorp/aws","expressions":{"region":{"constant_value":"eu-central-1"}}}`
		dr    = `"aws.dr":{"name":"aws","alias":"dr","full_name":"registry.opentofu.org/hashicorp/aws","expressions":{"region":{"constant_value":"us-east-1"}}}`
		lost  = `"module.a.module.c:aws":{"name":"aws","full_name":"registry.opentofu.org/hashicorp/aws","module_address":"module.a.module.c"}`
		each  = `"aws.all":{"name":"aws","alias":"all","full_name":"registry.opentofu.org/hashicorp/aws","expressions":{"region":{"references":["each.key"]}}}`
		empty = `"aws":{"name":"aws","full_name":"registry.opentofu.org/hashicorp/aws"}`
		own   = `"module.a.module.c:aws":{"name":"aws","full_name":"registry.opentofu.org/hashicorp/aws","module_address":"module.a.module.c","expressions":{"region":{"references":["var.where"]}}}`
		deep  = `module.a["x"].module.c[3]`
		lostC = "module.a.module.c:aws"
	)
	for _, r := range []struct{ what, module, key, blocks, want string }{
		{"own block", "", "aws", root, "eu-central-1"},
		{"no block at all", "", "aws", "", ""},
		{"an entry without block", "", "aws", empty, ""},
		{"an alias", deep, "aws.dr", root + "," + dr, "us-east-1"},
		{"a default beside an alias", "", "aws", dr, ""},
		{"inherited, key of old versions", deep, lostC, root, "eu-central-1"},
		{"inherited through a module without resources", deep, lostC, root + "," + lost, "eu-central-1"},
		{"the same with a second block", deep, lostC, root + "," + dr + "," + lost, "?the plan does not show which provider configuration module.a.module.c:aws stands for"},
		{"only an alias to inherit", deep, lostC, dr + "," + lost, "?the plan does not show which provider configuration module.a.module.c:aws stands for"},
		{"a passed alias that was lost", deep, "module.a.module.c:aws.x", root, "?the plan does not show which provider configuration module.a.module.c:aws.x stands for"},
		{"for_each of the provider", "", "aws.all", each, "?this is computed from each.key, and the plan does not show how"},
		{"a block in a keyed module, region through two calls", deep, lostC, own, "eu-south-1"},
		{"no key", "", "", root, "?the plan does not show which provider configuration applies"},
	} {
		_, by := read(t, write(t, "plan.json", []byte(small(r.module, r.key, r.blocks))))
		for _, a := range by {
			if got := say(a.Provider.Attrs.Read("region")); got != r.want || a.Provider.Source != "hashicorp/aws" {
				t.Errorf("%s: %s region %q, want %q", r.what, a.Provider.Source, got, r.want)
			}
		}
	}
}

func TestSourceOf(t *testing.T) {
	for full, want := range map[string]string{
		"registry.terraform.io/hashicorp/aws":     "hashicorp/aws",
		"registry.opentofu.org/Scaleway/scaleway": "scaleway/scaleway",
		"terraform.io/builtin/terraform":          "terraform.io/builtin/terraform",
		"registry.example.org/x/y":                "registry.example.org/x/y",
		"aws":                                     "hashicorp/aws",
		"terraform":                               "terraform.io/builtin/terraform",
		"":                                        "",
	} {
		if got := sourceOf(full); got != want {
			t.Errorf("sourceOf(%s) = %s, want %s", full, got, want)
		}
	}
}

func TestParseAddress(t *testing.T) {
	for _, r := range []struct{ in, module, id, key string }{
		{"a.b", "", "a.b", ""},
		{"a.b[0]", "", "a.b", "[0]"},
		{`a.b["x.y[z]\"]"]`, "", "a.b", `["x.y[z]\"]"]`},
		{`module.m["a.b"].module.n[1].a.b`, `module.m["a.b"].module.n[1]`, "a.b", ""},
		{"data.a.b", "", "data.a.b", ""},
		{"module.module.a.b", "module.module", "a.b", ""},
		{"module.m", "module.m", "", ""},
	} {
		a, ok := parseAddress(r.in)
		if !ok || path(a.modules) != r.module || a.id.name != r.id || a.id.key != r.key {
			t.Errorf("%s: %+v, %v", r.in, a, ok)
		}
	}
	for _, s := range []string{"", "a", "a.", ".b", "a.b.c", "a.b[", `a.b["x]`, "module", "module.m.a", "a.b[0]x", "module.m[0]."} {
		if a, ok := parseAddress(s); ok {
			t.Errorf("%q was parsed: %+v", s, a)
		}
	}
}
