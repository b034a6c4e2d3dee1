package chart

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
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
	f["toYamlPretty"] = toYAML
	f["fromYaml"] = fromYAML
	f["fromYamlArray"] = func(s string) []any {
		docs, err := tree.YAML([]byte(s))
		if err != nil || len(docs) == 0 {
			return nil
		}
		list, _ := docs[0].Plain().([]any)
		return list
	}
	f["toJson"] = toJSON
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
	f["toToml"] = toJSON
	f["fromToml"] = fromYAML
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

// bounded are functions that make much of little.
func (e *engine) bounded() template.FuncMap {
	long := func(s string) (string, error) {
		if len(s) > maxOutput {
			return "", errWork
		}
		return s, nil
	}
	steps := func(start, stop, step int) ([]int, error) {
		var out []int
		for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
			if err := e.spend(1); err != nil {
				return nil, err
			}
			out = append(out, i)
		}
		return out, nil
	}
	toward := func(stop int) ([]int, error) {
		if stop < 0 {
			return steps(0, stop, -1)
		}
		return steps(0, stop, 1)
	}
	cat, joined := sprig.TxtFuncMap()["cat"].(func(...any) string), sprig.TxtFuncMap()["join"].(func(string, any) string)
	return template.FuncMap{
		"until":     func(n any) ([]int, error) { return toward(whole(n)) },
		"untilStep": func(a, b, c any) ([]int, error) { return steps(whole(a), whole(b), whole(c)) },
		"seq": func(n ...any) (string, error) {
			var is []int
			for _, x := range n {
				is = append(is, whole(x))
			}
			return e.seq(is, steps)
		},
		"repeat": func(n any, s string) (string, error) {
			if k := whole(n); k < 0 || len(s) > 0 && k > maxOutput/len(s) {
				return "", errWork
			}
			return strings.Repeat(s, whole(n)), nil
		},
		"indent":  func(n any, s string) (string, error) { return e.indent(whole(n), s, "") },
		"nindent": func(n any, s string) (string, error) { return e.indent(whole(n), s, "\n") },
		"replace": func(old, with, s string) (string, error) {
			if strings.Count(s, old)*len(with) > maxOutput {
				return "", errWork
			}
			return strings.ReplaceAll(s, old, with), nil
		},
		"cat":     func(v ...any) (string, error) { return long(cat(v...)) },
		"join":    func(sep string, v any) (string, error) { return long(joined(sep, v)) },
		"print":   func(v ...any) (string, error) { return long(fmt.Sprint(v...)) },
		"println": func(v ...any) (string, error) { return long(fmt.Sprintln(v...)) },
		"printf":  func(format string, v ...any) (string, error) { return long(fmt.Sprintf(format, v...)) },
	}
}

func (e *engine) seq(n []int, steps func(a, b, c int) ([]int, error)) (string, error) {
	start, stop, step := 1, 0, 1
	switch len(n) {
	case 0:
		return "", nil
	case 1:
		stop = n[0]
	case 2:
		start, stop = n[0], n[1]
	default:
		start, step, stop = n[0], n[1], n[2]
	}
	if stop < start && len(n) < 3 {
		step = -1
	}
	out, err := steps(start, stop+sign(step), step)
	return strings.Trim(fmt.Sprint(out), "[]"), err
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

func (e *engine) indent(n int, s, before string) (string, error) {
	if n < 0 || n > 1000 || (n+1)*(strings.Count(s, "\n")+1)+len(s) > maxOutput {
		return "", errWork
	}
	pad := strings.Repeat(" ", n)
	return before + pad + strings.ReplaceAll(s, "\n", "\n"+pad), nil
}

// whole is a number of any type.
func whole(v any) int {
	switch v := v.(type) {
	case int:
		return v
	case int64:
		return int(v)
	case float64:
		return int(max(math.MinInt32, min(math.MaxInt32, v)))
	}
	return 0
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

func toYAML(v any) string {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(integral(v, 0)); err != nil {
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
	m, err := valuesOf([]byte(s))
	if err != nil {
		return map[string]any{"Error": err.Error()}
	}
	return m
}

// integral writes whole numbers as such.
func integral(v any, depth int) any {
	if depth > 200 {
		return nil
	}
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = integral(x, depth+1)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = integral(x, depth+1)
		}
		return out
	}
	return v
}
