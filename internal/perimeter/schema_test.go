package perimeter

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write the schema instead of comparing it")

// schemaFiles are the copies of the schema: the embedded one, and the one
// that people point their editors at.
var schemaFiles = []string{"schema.json", "../../docs/spec/perimeter.schema.json"}

const schemaID = "https://github.com/bailiwick-dev/bailiwick/raw/main/docs/spec/perimeter.schema.json"

// generate makes the schema of the types, their comments and words.go.
func generate(t *testing.T) []byte {
	t.Helper()
	r := &jsonschema.Reflector{FieldNameTag: "yaml", ExpandedStruct: true}
	r.Mapper = func(ty reflect.Type) *jsonschema.Schema {
		if ty != reflect.TypeFor[Names]() {
			return nil
		}
		text := &jsonschema.Schema{Type: "string", MinLength: ptr(1)}
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{text, {Type: "array", Items: text, MinItems: ptr(1)}}}
	}
	if err := r.AddGoComments("github.com/bailiwick-dev/bailiwick/internal/perimeter", ".", jsonschema.WithFullComment()); err != nil {
		t.Fatal(err)
	}
	for k, v := range r.CommentMap {
		r.CommentMap[k] = strings.ReplaceAll(strings.NewReplacer("[", "", "]", "").Replace(v), "\n", " ")
	}
	s := r.Reflect(&Perimeter{})
	s.ID = schemaID
	s.Title = "Bailiwick perimeter"
	words(s, "Perimeter")
	for name, def := range s.Definitions {
		words(def, name)
	}
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func ptr(n uint64) *uint64 { return &n }

// words adds to the schema of a type what words.go says of its keys.
func words(s *jsonschema.Schema, typ string) {
	if s.Properties == nil {
		return
	}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		field := typ + "." + p.Key
		for _, w := range closed[field] {
			if of := p.Value; of.Type == "array" {
				of.Items.Enum = append(of.Items.Enum, w)
			} else {
				of.Enum = append(of.Enum, w)
			}
		}
		if p.Value.Pattern = patterns[field]; p.Value.Type == "array" && p.Value.Items != nil {
			p.Value.Pattern, p.Value.Items.Pattern = "", patterns[field]
		}
		if r, ok := ranges[field]; ok {
			p.Value.Minimum, p.Value.Maximum = number(r[0]), number(r[1])
		}
		if p.Value.Type == "array" && p.Value.Items != nil && typ != "Stack" && !emptyAllowed[field] {
			p.Value.MinItems = ptr(1)
		}
	}
}

// emptyAllowed are the lists that may be written and empty.
var emptyAllowed = map[string]bool{
	"Jurisdictions.deny": true, "Operators.deny": true, "Operators.tolerate": true, "Keys.cleartext_at_operator": true,
	"Spec.bindings": true, "Spec.flows": true, "Spec.transfers": true, "Spec.evidence": true, "Class.handling": true, "Spec.waivers": true,
	"System.basis": true, "System.subjects": true, "Gate.unwaivable": true,
}

func number(n int) json.Number { b, _ := json.Marshal(n); return json.Number(b) }

func TestSchemaIsCurrent(t *testing.T) {
	want := generate(t)
	for _, file := range schemaFiles {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not current (%v): run go generate ./internal/perimeter", file, err)
		}
	}
	if !*update && !bytes.Equal(Schema(), want) {
		t.Error("the embedded schema is not current")
	}
}

func compiled(t *testing.T) *validator.Schema {
	t.Helper()
	doc, err := validator.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	c.DefaultDraft(validator.Draft2020)
	if err := c.AddResource(schemaID, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(schemaID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON turns YAML into what a JSON schema judges. Days become text again.
func asJSON(t *testing.T, src []byte) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		t.Fatal(err)
	}
	var plain func(n *yaml.Node)
	plain = func(n *yaml.Node) {
		if n.ShortTag() == "!!timestamp" {
			n.Tag = "!!str"
		}
		for _, c := range n.Content {
			plain(c)
		}
	}
	plain(&doc)
	var v any
	if err := doc.Decode(&v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := validator.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPresets(t *testing.T) {
	s := compiled(t)
	want := []string{"ch", "de-c3a", "eu", "eu-strict", "fr-secnumcloud", "in", "uk"}
	if got := Presets(); !reflect.DeepEqual(got, want) {
		t.Fatalf("Presets() = %v, want %v", got, want)
	}
	for _, name := range want {
		src, err := Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(name+".yaml", src); err != nil {
			t.Errorf("preset %s: %v", name, err)
		}
		if err := s.Validate(asJSON(t, src)); err != nil {
			t.Errorf("preset %s against the schema: %v", name, err)
		}
	}
	if _, err := Preset("eu-strickt"); err == nil || !strings.Contains(err.Error(), `did you mean "eu-strict"?`) {
		t.Errorf("an unknown preset: %v", err)
	}
	if _, err := Preset("../schema"); err == nil {
		t.Error("a preset outside the folder was read")
	}
}

// The schema says no where Parse says no, as far as a schema can.
func TestSchemaRefuses(t *testing.T) {
	s := compiled(t)
	if err := s.Validate(asJSON(t, []byte(full))); err != nil {
		t.Fatalf("the full perimeter: %v", err)
	}
	for _, change := range [][2]string{
		{"gdpr: special", "gdpr: specal"},
		{"fail_on: medium", "fail_on: often"},
		{"min_grade: 2", "min_grade: 6"},
		{"allow: [EU, CH]", "allow: []"},
		{"gate:", "gates:"},
		{"retention: 10y", "retention: 10 years"},
		{", approved_by: ciso@clinic.example", ""},
		{"sha256:0", "sha256:"},
		{"key_holder: EU", "key_holder: []"},
		{"tool: scc", "tool: contract"},
		{"limit: 50MB", "limit: 50 MB"},
		{"handling: [bulk, important]", "handling: [bulky, important]"},
		{"[\"scaleway_* fr-par\"]", "[\"everything\"]"},
		{"dated: 2026-05-02", "dated: in May"},
		{"pypi: https://registry", "pypi: https://user@registry"},
		{"/debian trixie main", "/debian"},
		{"images: registry", "images: https://registry"},
	} {
		src := strings.Replace(full, change[0], change[1], 1)
		if src == full {
			t.Fatalf("the change %q changes nothing", change[0])
		}
		if s.Validate(asJSON(t, []byte(src))) == nil {
			t.Errorf("the schema accepts %q", change[1])
		}
		if _, err := Parse("f.yaml", []byte(src)); err == nil {
			t.Errorf("Parse accepts %q", change[1])
		}
	}
}
