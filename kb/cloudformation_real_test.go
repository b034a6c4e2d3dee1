//go:build real

package kb

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cfnLint is a release of the linter of AWS, which carries the schema of every
// type of CloudFormation.
const cfnLint = "cfn-lint==1.58.0"

// A schema is what matters here of a JSON schema.
type schema struct {
	Type        any                `json:"type"`
	Ref         string             `json:"$ref"`
	Properties  map[string]*schema `json:"properties"`
	Patterns    map[string]*schema `json:"patternProperties"`
	Definitions map[string]*schema `json:"definitions"`
	Items       json.RawMessage    `json:"items"`
	One         []json.RawMessage  `json:"oneOf"`
	Any         []json.RawMessage  `json:"anyOf"`
	All         []json.RawMessage  `json:"allOf"`
}

// Run with -tags real: every type and attribute of the dialect of CloudFormation
// is one of AWS's schemas. Types of SAM are not among them.
func TestCloudFormationReal(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("pip", "download", "--no-deps", "--quiet", "-d", dir, cfnLint).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", cfnLint, err, out)
	}
	wheels, err := filepath.Glob(filepath.Join(dir, "*.whl"))
	if err != nil || len(wheels) != 1 {
		t.Fatalf("%v, %v", wheels, err)
	}
	wheel, err := zip.OpenReader(wheels[0])
	if err != nil {
		t.Fatal(err)
	}
	defer wheel.Close()
	read := func(name string, into any) {
		t.Helper()
		f, err := wheel.Open("cfnlint/data/schemas/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		if err == nil {
			err = json.Unmarshal(b, into)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	types := map[string]string{}
	read("providers/us-east-1.json", &types)
	d, ok := open(t).Dialect("aws", "cloudformation")
	if !ok || len(types) < 1000 {
		t.Fatalf("no dialect, or only %d types", len(types))
	}
	checked := 0
	for name, typ := range d.Types {
		if !strings.HasPrefix(name, "AWS::") || strings.HasPrefix(name, "AWS::Serverless::") {
			continue
		}
		hash, ok := types[name]
		if !ok {
			t.Errorf("there is no type %s", name)
			continue
		}
		var s schema
		read("resources/"+hash+".json", &s)
		for _, path := range attributes(typ) {
			checked++
			if !s.has(&s, strings.Split(path, "."), 0) {
				t.Errorf("%s has no %s", name, path)
			}
		}
	}
	for _, name := range d.Inert {
		prefix, wild := strings.CutSuffix(name, "*")
		found := types[name] != ""
		for other := range types {
			found = found || wild && strings.HasPrefix(other, prefix)
		}
		if !found {
			t.Errorf("there is no type %s", name)
		}
	}
	if checked < 900 {
		t.Errorf("only %d attributes were looked up", checked)
	}
	t.Logf("%d types, %d inert ones, %d attributes", len(d.Types), len(d.Inert), checked)
}

// attributes are the paths that a type reads.
func attributes(typ *Type) []string {
	var out []string
	b, _ := json.Marshal(typ)
	var walk func(x any)
	walk = func(x any) {
		switch x := x.(type) {
		case []any:
			for _, e := range x {
				walk(e)
			}
		case map[string]any:
			for k, v := range x {
				s, text := v.(string)
				switch {
				case text && (k == "attr" || k == "ref" || k == "of" || k == "under"):
					out = append(out, strings.Split(s, "|")...)
				case k == "names":
					for _, n := range v.([]any) {
						out = append(out, n.(string))
					}
				default:
					walk(v)
				}
			}
		}
	}
	var doc any
	_ = json.Unmarshal(b, &doc)
	walk(doc)
	slices.Sort(out)
	return slices.Compact(out)
}

// has reports whether a path leads somewhere below s. What has no properties of
// its own, such as a policy, takes any.
func (root *schema) has(s *schema, path []string, depth int) bool {
	if len(path) == 0 {
		return true
	}
	if s == nil || depth > 30 {
		return false
	}
	if s.Ref != "" {
		at := root
		for part := range strings.SplitSeq(strings.TrimPrefix(s.Ref, "#/"), "/") {
			switch {
			case part == "definitions" || part == "properties" || at == nil:
			case at.Definitions[part] != nil && strings.HasPrefix(s.Ref, "#/definitions/"):
				at = at.Definitions[part]
			default:
				at = at.Properties[part]
			}
		}
		if root.has(at, path, depth+1) {
			return true
		}
	}
	if root.has(s.Properties[path[0]], path[1:], depth+1) && s.Properties[path[0]] != nil {
		return true
	}
	for _, p := range s.Patterns {
		if root.has(p, path[1:], depth+1) {
			return true
		}
	}
	parts := slices.Concat(s.One, s.Any, s.All)
	if len(s.Items) > 0 {
		parts = append(parts, s.Items)
	}
	free := len(s.Properties) == 0 && len(parts) == 0 && s.Ref == ""
	for _, raw := range parts {
		var p schema
		if json.Unmarshal(raw, &p) == nil && p.says() && root.has(&p, path, depth+1) {
			return true
		}
	}
	b, _ := json.Marshal(s.Type)
	return free && depth > 0 && strings.Contains(string(b), "object")
}

// says leaves parts out that only require something.
func (s *schema) says() bool {
	return s.Ref != "" || s.Type != nil || len(s.Properties)+len(s.Patterns)+len(s.One)+len(s.Any)+len(s.All)+len(s.Items) > 0
}
