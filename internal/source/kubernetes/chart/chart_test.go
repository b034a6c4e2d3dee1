package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rendered is what one template renders to with the values, without a problem.
func rendered(t *testing.T, files map[string]string, o Options) (string, []Problem) {
	t.Helper()
	dir := t.TempDir()
	files["Chart.yaml"] = "apiVersion: v2\nname: c\nversion: 1.0.0\nappVersion: 1.10\n" + files["Chart.yaml"]
	for name, text := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	res := Render(dir, o)
	var b strings.Builder
	for _, f := range res.Files {
		b.WriteString(f.Text)
	}
	return strings.TrimSuffix(b.String(), "\n"), res.Problems
}

// What Helm's functions do, these do.
func TestFunctions(t *testing.T) {
	for template, want := range map[string]string{
		`{{ .Values.num }} {{ .Values.num | int }} {{ toYaml .Values.o }}`:                                                  "3 3 a: 1\nb:\n- x",
		`{{ .Chart.Name }} {{ .Chart.AppVersion }} {{ .Release.Service }}`:                                                  "c 1.1 Helm",
		`{{ include "d" (dict "a" "b") }}{{ define "d" }}[{{ .a }}]{{ end }}`:                                               "[b]",
		`{{ tpl "{{ .Values.num }}" . }} {{ tpl "plain" . }}`:                                                               "3 plain",
		`{{ (fromYaml "a: {b: 1}").a.b }} {{ fromJson "{\"a\": 2}" | toJson }} {{ fromYamlArray "[1, 2]" | len }}`:          `1 {"a":2} 2`,
		`{{ .Values.gone }}|{{ .Values.o.gone }}`:                                                                           "|",
		`{{ required "x" .Values.gone }} {{ required "x" .Values.num }}`:                                                    "${required_value} 3",
		`{{ randAlphaNum 3 }} {{ now | date "2006" }} {{ uuidv4 }} {{ (genCA "a" 1).Cert }}`:                                "xxx 1970-01-01 00000000-0000-0000-0000-000000000000 not-made",
		`{{ .Capabilities.APIVersions.Has "apps/v1/Deployment" }} {{ .Capabilities.APIVersions.Has "x/v1" }}`:               "true false",
		`{{ if semverCompare ">=1.19-0" .Capabilities.KubeVersion.GitVersion }}new{{ end }}`:                                "new",
		`{{ .Files.Get "f.txt" }} {{ range $n, $_ := .Files.Glob "*.txt" }}{{ $n }}{{ end }}`:                               "one\n f.txt",
		`{{ range until 3 }}{{ . }}{{ end }} {{ seq 2 4 }} {{ repeat 2 "ab" }} {{ list 1 | concat (list 2) | len }}`:        "012 2 3 4 abab 2",
		`{{ (lookup "v1" "Secret" "" "x") | len }} {{ quote "a" }} {{ "a" | b64enc }} {{ regexReplaceAll "a+" "baa" "c" }}`: `0 "a" YQ== bc`,
	} {
		got, problems := rendered(t, map[string]string{"templates/a.yaml": template, "values.yaml": "num: 3\no: {a: 1, b: [x]}\n", "f.txt": "one\n"}, Options{})
		if got != want || len(problems) > 0 {
			t.Errorf("%s is %q, want %q; %v", template, got, want, problems)
		}
	}
}

// Templates that would not end, or would fill the memory, are refused.
func TestBounds(t *testing.T) {
	for _, template := range []string{
		`{{ $x := "x" }}{{ range until 64 }}{{ $x = printf "%s%s" $x $x }}{{ end }}{{ $x }}`,
		`{{ $x := "\"" }}{{ range until 64 }}{{ $x = quote $x }}{{ end }}{{ $x }}`,
		`{{ $x := list 1 }}{{ range until 64 }}{{ $x = concat $x $x }}{{ end }}{{ len $x }}`,
		`{{ range until 1000000 }}{{ range until 1000000 }}x{{ end }}{{ end }}`,
		`{{ tpl .Values.t . }}`, `{{ repeat 1000000000 "x" }}`, `{{ nindent 900 (repeat 1000000 "\n") }}`,
	} {
		if _, problems := rendered(t, map[string]string{"templates/a.yaml": template, "values.yaml": "t: '{{ tpl .Values.t . }}'\n"}, Options{}); len(problems) != 1 {
			t.Errorf("%s: %v", template, problems)
		}
	}
}

// A packed dependency is read as an unpacked one.
func TestArchive(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, text := range map[string]string{"sub/Chart.yaml": "name: sub\nversion: 1.0.0\n", "sub/templates/a.yaml": "packed: {{ .Values.x }}", "../../escape": "x"} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got, problems := rendered(t, map[string]string{"Chart.yaml": "dependencies: [{name: sub, version: 1.x}]\n", "charts/sub-1.0.0.tgz": b.String(), "values.yaml": "sub: {x: z}\n"}, Options{})
	if got != "packed: z" || len(problems) > 0 {
		t.Errorf("%q, %v", got, problems)
	}
	if _, problems := rendered(t, map[string]string{"charts/broken.tgz": "no"}, Options{}); len(problems) != 1 || !strings.Contains(problems[0].Message, "no gzip") {
		t.Errorf("%v", problems)
	}
}

// Whatever a template holds, rendering ends, and comes to the same twice.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{
		"apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.a }}}\n", "{{ range until 10 }}{{ . }}{{ end }}", "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
		"{{ tpl \"{{ . }}\" . }}{{ toYaml .Values | nindent 4 }}", "{{ repeat 100000000 \"x\" }}", "{{ .Files.Glob \"**\" }}{{ printf \"%1000000d\" 1 }}", "{{ set . \"Values\" 1 }}{{ .Values.a }}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		files := func() map[string]string {
			return map[string]string{"templates/a.yaml": src, "values.yaml": "a: {b: [1, x]}\n"}
		}
		a, _ := rendered(t, files(), Options{})
		if b, _ := rendered(t, files(), Options{}); a != b {
			t.Errorf("%q and %q", a, b)
		}
	})
}
