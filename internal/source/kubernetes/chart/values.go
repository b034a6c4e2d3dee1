package chart

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// decode reads YAML into v as Helm does, by way of JSON: all numbers are float64,
// yes and on are true.
func decode(src []byte, v any) error {
	err := yaml.Unmarshal(tree.Decode(src), v)
	if err != nil {
		text := strings.TrimPrefix(err.Error(), "error converting YAML to JSON: ") // nobody wrote JSON
		return errors.New(strings.TrimPrefix(text, "error unmarshaling JSON: "))
	}
	return nil
}

// between parts the documents of a file.
var between = regexp.MustCompile(`(?m)^---(?:[ \t].*)?$`)

// valuesOf reads a file of values: objects, of which later ones count more, or nothing.
func valuesOf(src []byte) (map[string]any, error) {
	out := map[string]any{}
	for _, doc := range between.Split(string(bytes.ReplaceAll(tree.Decode(src), []byte("\r\n"), []byte("\n"))), -1) {
		m := map[string]any{}
		if err := decode([]byte(doc), &m); err != nil {
			return nil, err
		}
		out = over(out, m)
	}
	return out, nil
}

// over lays one object of values over another; null stays, to take a value of the
// chart away later.
func over(under, m map[string]any) map[string]any {
	out := make(map[string]any, len(under)+len(m))
	for k, v := range under {
		out[k] = v
	}
	for k, v := range m {
		a, wasMap := out[k].(map[string]any)
		if b, ok := v.(map[string]any); ok && wasMap {
			v = over(a, b)
		}
		out[k] = v
	}
	return out
}

// given are the values that the user gives.
func given(o Options) (map[string]any, error) {
	out := map[string]any{}
	for _, f := range o.Values {
		src, err := tree.Load(f, maxFile)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		m, err := valuesOf(src)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		out = over(out, m)
	}
	for _, s := range o.Set {
		if err := assign(out, s); err != nil {
			return nil, fmt.Errorf("--set %q: %w", s, err)
		}
	}
	return out, nil
}
