package chart

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"text/template"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/Masterminds/sprig/v3"
	yaml3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// functions are those that templates call: sprig's without the environment, with
// everything fixed that would come from chance or the clock, and Helm's own.
func (e *engine) functions() template.FuncMap {
	f := sprig.TxtFuncMap()
	for _, name := range []string{"env", "expandenv", "osBase", "osClean", "osDir", "osExt", "osIsAbs"} {
		delete(f, name)
	}
	for name, fn := range e.bounded() {
		f[name] = fn
	}
	for name, fn := range fixed {
		f[name] = fn
	}
	f["include"] = e.run
	f["tpl"] = e.tpl
	f["required"] = func(_ string, v any) any {
		if v == nil || v == "" {
			return "${required_value}" // not known, like all that somebody fills in later
		}
		return v
	}
	f["fail"] = func(message string) (string, error) { return "", errors.New(message) }
	f["lookup"] = func(...any) map[string]any { return map[string]any{} }
	f["getHostByName"] = func(string) string { return "" }
	f["toYaml"] = toYAML
	f["mustToYaml"] = toYAML
	f["toYamlPretty"] = toYAMLPretty
	f["fromYaml"] = fromYAML
	f["fromYamlArray"] = fromYAMLArray
	f["fromJson"] = func(s string) map[string]any {
		m := map[string]any{}
		if err := json.Unmarshal([]byte(s), &m); err != nil {
			m["Error"] = err.Error()
		}
		return m
	}
	f["fromJsonArray"] = func(s string) []any {
		var l []any
		if err := json.Unmarshal([]byte(s), &l); err != nil {
			return []any{err.Error()}
		}
		return l
	}
	f["toToml"], f["mustToToml"], f["fromToml"] = toTOML, toTOML, fromTOML
	return f
}

// tpl renders a text as a template among the others.
func (e *engine) tpl(v, data any) (string, error) {
	text, ok := v.(string)
	if !ok && v != nil {
		return "", errors.New("tpl takes a text")
	}
	if !strings.Contains(text, "{{") {
		return text, nil
	}
	if err := e.spend(100); err != nil {
		return "", err
	}
	if e.depth++; e.depth > maxNesting {
		return "", errors.New("its inclusions do not end")
	}
	defer func() { e.depth-- }()
	set, err := e.set.Clone()
	if err != nil {
		return "", err
	}
	set.Option("missingkey=zero") // Clone forgets it
	t, err := set.New("tpl").Parse(text)
	if err != nil {
		return "", err
	}
	old := e.set
	e.set = set
	defer func() { e.set = old }()
	var out output
	if err := t.Execute(&out, data); err != nil {
		return "", err
	}
	return strings.ReplaceAll(out.String(), "<no value>", ""), nil
}

// A pair stands for a certificate and its key.
type pair struct{ Cert, Key string }

const notMade = "not-made"

// fixed are functions whose result chance or the clock decides, and those that cost
// much: their result stands for what would be made.
var fixed = template.FuncMap{
	"now": func() time.Time { return time.Unix(0, 0).UTC() }, "ago": func(any) string { return "0s" }, "date": func(string, any) string { return "1970-01-01" },
	"dateInZone": func(string, any, string) string { return "1970-01-01" }, "htmlDate": func(any) string { return "1970-01-01" }, "unixEpoch": func(any) string { return "0" },
	"randAlphaNum": letters, "randAlpha": letters, "randAscii": letters, "randNumeric": func(n int) string { return strings.Repeat("0", max(0, min(n, 4096))) }, "randBytes": func(n int) (string, error) { return letters(n), nil },
	"randInt": func(a, _ int) int { return a }, "uuidv4": func() string { return "00000000-0000-0000-0000-000000000000" }, "shuffle": func(s string) string { return s },
	"genPrivateKey": func(string) string { return notMade }, "genCA": func(...any) pair { return pair{notMade, notMade} }, "genCAWithKey": func(...any) pair { return pair{notMade, notMade} },
	"genSelfSignedCert": func(...any) pair { return pair{notMade, notMade} }, "genSelfSignedCertWithKey": func(...any) pair { return pair{notMade, notMade} },
	"genSignedCert": func(...any) pair { return pair{notMade, notMade} }, "genSignedCertWithKey": func(...any) pair { return pair{notMade, notMade} }, "buildCustomCert": func(...any) pair { return pair{notMade, notMade} },
	"derivePassword": func(...any) string { return notMade }, "bcrypt": func(string) string { return notMade }, "htpasswd": func(string, string) string { return notMade },
	"encryptAES": func(string, string) (string, error) { return notMade, nil }, "decryptAES": func(string, string) (string, error) { return notMade, nil },
}

func letters(n int) string { return strings.Repeat("x", max(0, min(n, 4096))) }

// toYAML writes as Helm does, by way of JSON; texts of it are hashed and compared.
func toYAML(v any) string {
	b, err := yaml.Marshal(v)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(b), "\n")
}

// toYAMLPretty indents lists.
func toYAMLPretty(v any) string {
	var b bytes.Buffer
	enc := yaml3.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(v); err != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

func fromYAML(s string) map[string]any {
	m := map[string]any{}
	if err := yaml.Unmarshal([]byte(s), &m); err != nil {
		m["Error"] = err.Error()
	}
	return m
}

func fromYAMLArray(s string) []any {
	l := []any{}
	if err := yaml.Unmarshal([]byte(s), &l); err != nil {
		return []any{err.Error()}
	}
	return l
}

func toTOML(v any) string {
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(v); err != nil {
		return err.Error()
	}
	return b.String()
}

func fromTOML(s string) map[string]any {
	m := map[string]any{}
	if err := toml.Unmarshal([]byte(s), &m); err != nil {
		m["Error"] = err.Error()
	}
	return m
}
