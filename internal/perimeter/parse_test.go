package perimeter

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestErrors(t *testing.T) {
	ar, err := txtar.ParseFile("testdata/errors.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	n := 0
	for _, f := range ar.Files {
		if name, ok := strings.CutSuffix(f.Name, ".err"); ok {
			want[name] = strings.TrimSpace(string(f.Data))
		}
	}
	for _, f := range ar.Files {
		name, ok := strings.CutSuffix(f.Name, ".yaml")
		if !ok {
			continue
		}
		n++
		t.Run(name, func(t *testing.T) {
			p, err := Parse(f.Name, f.Data)
			got := ""
			if err != nil {
				if _, ok := err.(Errors); !ok || p != nil {
					t.Errorf("error is %T with perimeter %v, want Errors and none", err, p)
				}
				got = err.Error()
			}
			if d := cmp.Diff(want[name], got); d != "" {
				t.Errorf("errors (-want +got):\n%s", d)
			}
		})
		delete(want, name)
	}
	if n < 20 || len(want) != 0 {
		t.Errorf("%d cases were run, and these have no input: %v", n, want)
	}
}

// full is a perimeter with every key.
const full = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: clinic-assistant, owner: platform@clinic.example}
spec:
  frameworks: [GDPR, AIA]
  jurisdictions: {allow: [EU, CH], deny: [HU]}
  operators:
    allow: [EU]
    deny: [ionos]
    tolerate: [{operator: aws, data: [backups], when: {key_holder: EU, cleartext: never}}]
  data:
    patient-records: {gdpr: special, confidentiality: secret, jurisdictions: [DE], operators: [DE], support: [EU], makers: [EU],
      keys: {holder: [EU, customer], min_grade: 2, cleartext_at_operator: [EU]}, retention: 10y, unknown: block}
    prompts: {gdpr: personal, confidentiality: internal, unknown: report}
    backups: {}
    letters: {collected_in: [RU, US], handling: [bulk, important]}
  unbound: strictest
  bindings:
    - {match: "module.rag.aws_s3_bucket.*", data: [patient-records], system: triage}
    - {match: "*", data: [prompts]}
  systems:
    triage: {purpose: "sorting", controller: "Clinic", role: controller, dpo: dpo@clinic.example, basis: [GDPR_ART_6, GDPR_ART_9], ai_act: high-risk, subjects: [patients]}
  flows:
    - {from: triage, to: api.eu.mistral.ai, data: [prompts]}
  transfers:
    - {from: triage, to: acme-inc, tool: scc, module: 2, data: [prompts], tia: TIA-7, expires: 2027-05-01}
  evidence:
    - about: scaleway
      fact: support
      value: [FR]
      document: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      approved_by: ciso@clinic.example
      expires: 2027-06-30
    - {about: triage, fact: exit-test, value: restored, document: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", approved_by: ciso@clinic.example, dated: 2026-05-02, expires: 2028-01-01}
    - {about: scaleway, fact: certificate, value: iso27001, covers: ["scaleway_* fr-par"], document: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", approved_by: ciso@clinic.example, expires: 2028-01-02}
  budgets:
    abroad: {from: triage, data: [prompts], to: [US], limit: 50MB, per: 30d}
  stack: {models: [mistral, self-hosted], registries: [registry.clinic.example], packages: [], mirrors: {pypi: https://registry.clinic.example/simple, deb: https://registry.clinic.example/debian trixie main, images: registry.clinic.example/hub}}
  gate: {fail_on: medium, unwaivable: [GDPR_ART_44]}
  waivers:
    - {rule: LOC-001, subject: "aws_cloudfront_distribution.site", reason: "public site", approved_by: ciso@clinic.example, expires: 2027-03-01}
  answers:
    - {question: triage/representative, text: "None.", by: dpo@clinic.example, on: 2026-11-20, expires: 2027-11-20}
`

func parse(t *testing.T, src string) *Perimeter {
	t.Helper()
	p, err := Parse("perimeter.yaml", []byte(src))
	if err != nil {
		t.Fatalf("parse: %v\n%s", err, src)
	}
	return p
}

func TestFull(t *testing.T) {
	p := parse(t, full)
	s := p.Spec
	rows := []struct {
		what      string
		got, want any
	}{
		{"key holder as text", s.Operators.Tolerate[0].When.KeyHolder, Names{"EU"}},
		{"min grade", s.Data["patient-records"].Keys.MinGrade, 2},
		{"default gdpr", s.Data["backups"].GDPR, "personal"},
		{"default confidentiality", s.Data["backups"].Confidentiality, "confidential"},
		{"default unknown", s.Data["backups"].Unknown, "block"},
		{"an empty list is no absent one", s.Stack.Packages, []string{}},
		{"date", s.Waivers[0].Expires, "2027-03-01"},
		{"module", s.Transfers[0].Module, 2},
		{"origin of a binding", s.Bindings[1].Origin, graph.Origin{File: "perimeter.yaml", Line: 20}},
		{"origin of a waiver", s.Waivers[0].Origin, graph.Origin{File: "perimeter.yaml", Line: 41}},
		{"origin of evidence", s.Evidence[0].Origin, graph.Origin{File: "perimeter.yaml", Line: 28}},
		{"origin of a class", s.Data["prompts"].Origin, graph.Origin{File: "perimeter.yaml", Line: 14}},
		{"origin of a path", p.OriginOf("spec.data.patient-records.retention"), graph.Origin{File: "perimeter.yaml", Line: 13}},
		{"origin of what is absent", p.OriginOf("spec.gate.nothing"), graph.Origin{File: "perimeter.yaml", Line: 39}},
	}
	for _, r := range rows {
		if d := cmp.Diff(r.want, r.got); d != "" {
			t.Errorf("%s (-want +got):\n%s", r.what, d)
		}
	}
	if !strings.HasPrefix(p.Digest, "sha256:") || len(p.Digest) != 71 {
		t.Errorf("digest = %q", p.Digest)
	}
}

func TestDefaults(t *testing.T) {
	p := parse(t, "apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n  jurisdictions: {allow: [EU, CH]}\n")
	want := Spec{
		Jurisdictions: Jurisdictions{Allow: []string{"EU", "CH"}},
		Operators:     Operators{Allow: []string{"EU", "CH"}},
		Data: map[graph.ClassID]Class{"unclassified": {GDPR: "personal", Confidentiality: "confidential", Unknown: "block",
			Origin: graph.Origin{File: "perimeter.yaml", Line: 3}}},
		Unbound: "strictest",
		Gate:    Gate{FailOn: "low"},
	}
	if d := cmp.Diff(want, p.Spec); d != "" {
		t.Errorf("defaults (-want +got):\n%s", d)
	}
}

func TestBytes(t *testing.T) {
	ok := "apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n  jurisdictions: {allow: [EU]}\n"
	parse(t, "\xef\xbb\xbf"+ok) // a byte order mark, as editors on Windows write it
	parse(t, strings.ReplaceAll(ok, "\n", "\r\n"))
	bad := map[string]string{
		"latin-1":   "a: b\nc: \xe9\n",
		"utf-16":    "\xff\xfea\x00",
		"too large": "# " + strings.Repeat("x", MaxBytes),
		"nul":       "a: \x00\n",
		"control":   strings.Replace(ok, "EU", `"E\u0007"`, 1),
		"nested":    strings.Repeat("[", 20000),
	}
	for name, src := range bad {
		p, err := Parse("f.yaml", []byte(src))
		if es, ok := err.(Errors); !ok || len(es) != 1 || p != nil {
			t.Errorf("%s: got %v, want one error", name, err)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "clinic")
	sub := filepath.Join(dir, "infra", "prod")
	if err := os.MkdirAll(sub, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, FileName)
	src := "apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n  jurisdictions: {allow: [EU]}\n"
	if err := os.WriteFile(file, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := Load(file)
	if err != nil || p.Metadata.Name != "clinic" {
		t.Errorf("Load = %v, %v; want the name of the folder", p, err)
	}
	for path, want := range map[string]string{
		dir:                              "this is a directory",
		filepath.Join(dir, "other.yaml"): "there is no such file",
	} {
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "\n") != 0 {
			t.Errorf("Load(%s) = %v, want %q", path, err, want)
		}
	}
	main := filepath.Join(sub, "main.tf")
	if err := os.WriteFile(main, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{sub, main, dir, filepath.Join(sub, "absent.tf")} {
		if got, ok := Find(start); !ok || got != file {
			t.Errorf("Find(%s) = %q, %v; want %q", start, got, ok, file)
		}
	}
	t.Chdir(sub)
	if got, ok := Find("."); !ok || got != filepath.Join("..", "..", FileName) {
		t.Errorf("Find(.) = %q, %v", got, ok)
	}
	if got, ok := Find("main.tf"); !ok || got != filepath.Join("..", "..", FileName) {
		t.Errorf("Find(main.tf) = %q, %v", got, ok)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	ar, err := txtar.ParseFile("testdata/errors.txtar")
	if err != nil || len(ar.Files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range ar.Files {
		f.Add(file.Data)
	}
	for _, name := range Presets() {
		src, err := Preset(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := Parse("f.yaml", src)
		q, again := Parse("f.yaml", src)
		if (err == nil) != (again == nil) || err != nil && err.Error() != again.Error() {
			t.Fatalf("two readings differ: %v, %v", err, again)
		}
		if err != nil {
			es, ok := err.(Errors)
			if !ok || len(es) == 0 || p != nil {
				t.Fatalf("error %#v with perimeter %v", err, p)
			}
			for _, e := range es {
				if e.File != "f.yaml" || e.Message == "" || strings.Contains(e.Message, "\n") {
					t.Errorf("error without file or message of one line: %#v", e)
				}
			}
			return
		}
		if len(p.Spec.Jurisdictions.Allow) == 0 || len(p.Spec.Data) == 0 {
			t.Errorf("accepted a perimeter that allows nothing: %+v", p.Spec)
		}
		if ls := loosenings(p, q); len(ls) > 0 {
			t.Errorf("equal perimeters loosen: %v", ls)
		}
		for _, n := range p.Names() {
			if n.Name == "" || n.Origin.Line == 0 {
				t.Errorf("name without text or line: %+v", n)
			}
		}
	})
}
