package chart

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// decode reads YAML into v; what is beside v is passed over.
func decode(src []byte, v any) error {
	err := yaml.NewDecoder(bytes.NewReader(tree.Decode(src))).Decode(v)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// valuesOf reads a file of values: an object, or nothing. Numbers are float64, as
// with Helm, which reads YAML as JSON.
func valuesOf(src []byte) (map[string]any, error) {
	docs, err := tree.YAML(tree.Decode(src))
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return map[string]any{}, nil
	}
	m, ok := docs[0].Plain().(map[string]any)
	if !ok {
		return nil, errors.New("values are an object")
	}
	return m, nil
}

// given are the values that the user gives.
func given(o Options) (map[string]any, error) {
	out := map[string]any{}
	for _, f := range o.Values {
		src, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("the values cannot be read: %w", err)
		}
		m, err := valuesOf(src)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		out = merged(out, m, false)
	}
	for _, s := range o.Set {
		path, value, ok := strings.Cut(s, "=")
		if !ok || path == "" {
			return nil, fmt.Errorf("--set %q: write it as path=value", s)
		}
		out = merged(out, nest(splitPath(path), scalar(value)), false)
	}
	return out, nil
}

// splitPath cuts at dots that no backslash stands before.
func splitPath(p string) []string {
	var out []string
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		switch {
		case p[i] == '\\' && i+1 < len(p):
			i++
			b.WriteByte(p[i])
		case p[i] == '.':
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(p[i])
		}
	}
	return append(out, b.String())
}

func nest(path []string, v any) map[string]any {
	if len(path) == 1 {
		return map[string]any{path[0]: v}
	}
	return map[string]any{path[0]: nest(path[1:], v)}
}

func scalar(s string) any {
	switch s {
	case "true", "false":
		return s == "true"
	case "null":
		return nil
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil && (s == "0" || !strings.HasPrefix(s, "0")) {
		return float64(i)
	}
	return s
}

// merged lays one object of values over another: null takes a key away when drop
// is set, and is kept to take it away later when it is not.
func merged(under, over map[string]any, drop bool) map[string]any {
	out := maps.Clone(under)
	if out == nil {
		out = map[string]any{}
	}
	for k, v := range over {
		switch v := v.(type) {
		case nil:
			if drop {
				delete(out, k)
			} else {
				out[k] = nil
			}
		case map[string]any:
			if m, ok := out[k].(map[string]any); ok {
				out[k] = merged(m, v, drop)
			} else {
				out[k] = merged(nil, v, drop)
			}
		default:
			out[k] = v
		}
	}
	return out
}

// at follows a path of names through values.
func at(m map[string]any, path string) (any, bool) {
	var v any = m
	for _, k := range strings.Split(path, ".") {
		o, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = o[k]; !ok {
			return nil, false
		}
	}
	return v, true
}

// settle works out the values of the chart and of all within it, and takes out
// the charts that the values switch off. missing are the dependencies that are
// wanted and are not here.
func (c *chart) settle(over map[string]any) (vals map[string]any, missing []*dependency) {
	vals = merged(c.values, over, true)
	all := c.charts
	c.charts = nil
	used := map[*chart]bool{}
	for i := range c.meta.Dependencies {
		d := &c.meta.Dependencies[i]
		sub := find(all, d)
		if !enabled(d, vals) {
			if sub != nil {
				used[sub] = true
			}
			continue
		}
		if sub == nil {
			missing = append(missing, d)
			continue
		}
		used[sub] = true
		copied := *sub // one chart may be used under several names
		copied.alias = d.Alias
		c.charts = append(c.charts, &copied)
	}
	for _, sub := range all { // what lies in charts and nobody lists is part of it
		if !used[sub] {
			copied := *sub
			c.charts = append(c.charts, &copied)
		}
	}
	for _, sub := range c.charts {
		sub.parent = c
		own, _ := vals[sub.name()].(map[string]any)
		global, _ := vals["global"].(map[string]any)
		mine, _ := own["global"].(map[string]any)
		own = merged(own, map[string]any{"global": merged(mine, global, false)}, false)
		got, more := sub.settle(own)
		missing = append(missing, more...)
		vals[sub.name()] = got
		for i := range c.meta.Dependencies {
			if d := &c.meta.Dependencies[i]; d.as() == sub.name() {
				vals = imported(d, got, vals, over)
			}
		}
	}
	return vals, missing
}

func find(all []*chart, d *dependency) *chart {
	for _, c := range all {
		if c.meta.Name == d.Name {
			return c
		}
	}
	return nil
}

// enabled reports whether the values want a dependency: the first condition that
// is written decides, else its tags.
func enabled(d *dependency, vals map[string]any) bool {
	for cond := range strings.SplitSeq(d.Condition, ",") {
		if v, ok := at(vals, strings.TrimSpace(cond)); ok {
			if b, ok := v.(bool); ok {
				return b
			}
		}
	}
	tags, _ := vals["tags"].(map[string]any)
	on, off := false, false
	for _, t := range d.Tags {
		if b, ok := tags[t].(bool); ok {
			on, off = on || b, off || !b
		}
	}
	return on || !off
}

// imported brings values of a dependency into those of its parent, under what the
// parent and the user write.
func imported(d *dependency, sub, vals, over map[string]any) map[string]any {
	for _, x := range d.Import {
		from, to := "", ""
		switch x := x.(type) {
		case string:
			from = "exports." + x
		case map[string]any:
			from, _ = x["child"].(string)
			to, _ = x["parent"].(string)
		}
		v, ok := at(sub, from)
		m, isMap := v.(map[string]any)
		if !ok || !isMap {
			continue
		}
		if to != "" && to != "." {
			m = nest(strings.Split(to, "."), m)
		}
		vals = merged(merged(vals, m, false), over, true)
	}
	return vals
}
