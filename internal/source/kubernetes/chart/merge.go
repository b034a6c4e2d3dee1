package chart

import (
	"fmt"
	"maps"
)

// The values of charts within charts are merged from the outside in, in the order
// and with the treatment of null that Helm has; helm_real_test.go holds us to it.

// merged are the values of the chart and, each under its name, of the charts in
// it, below those in over. A null takes away what it stands over, unless it is
// kept because the values are merged again later.
func (c *chart) merged(over map[string]any, keep bool) (map[string]any, error) {
	vals, _ := copied(over).(map[string]any)
	if vals == nil {
		vals = map[string]any{}
	}
	return vals, c.mergeInto(vals, keep)
}

func (c *chart) mergeInto(vals map[string]any, keep bool) error {
	c.underlay(vals, keep)
	for _, sub := range c.charts {
		if _, ok := vals[sub.meta.Name]; !ok {
			vals[sub.meta.Name] = map[string]any{}
		}
		own, ok := vals[sub.meta.Name].(map[string]any)
		if !ok {
			return fmt.Errorf("the value %s is no object, and the chart of that name takes its values from there", sub.meta.Name)
		}
		globals(own, vals)
		if err := sub.mergeInto(own, keep); err != nil {
			return err
		}
	}
	return nil
}

// underlay puts the chart's own values under vals.
func (c *chart) underlay(vals map[string]any, keep bool) {
	own, _ := copied(c.values).(map[string]any)
	for k, v := range own {
		m, isMap := v.(map[string]any)
		have, ok := vals[k]
		if !ok {
			if !keep && v == nil {
				continue
			}
			if !keep && isMap {
				withoutNull(m)
			}
			vals[k] = v
			continue
		}
		if have == nil && !keep {
			delete(vals, k)
		}
		if h, ok := have.(map[string]any); ok && isMap {
			keep := keep || c.holds(k) // what is meant for a chart within is merged there again
			if !keep {
				withoutNull(m)
			}
			underlay(h, m, keep)
		}
	}
}

func (c *chart) holds(name string) bool {
	for _, sub := range c.charts {
		if sub.meta.Name == name {
			return true
		}
	}
	return false
}

// underlay puts the values of m under those of vals.
func underlay(vals, m map[string]any, keep bool) map[string]any {
	for k, v := range m {
		have, ok := vals[k]
		if !ok {
			vals[k] = v
			continue
		}
		if have == nil && !keep && v != nil {
			delete(vals, k)
			continue
		}
		a, isMap := have.(map[string]any)
		if b, ok := v.(map[string]any); ok && isMap {
			underlay(a, b, keep)
		}
	}
	return vals
}

// globals brings what a chart has under global into that of a chart within it,
// over what that has.
func globals(own, parents map[string]any) {
	to, ok := own["global"].(map[string]any)
	if _, there := own["global"]; there && !ok {
		return
	}
	from, ok := parents["global"].(map[string]any)
	if _, there := parents["global"]; there && !ok {
		return
	}
	if to == nil {
		to = map[string]any{}
	}
	for k, v := range from {
		m, isMap := v.(map[string]any)
		have, there := to[k]
		h, wasMap := have.(map[string]any)
		switch {
		case isMap && !there:
			to[k] = maps.Clone(m)
		case isMap && wasMap:
			to[k] = underlay(maps.Clone(m), h, true)
		case !isMap && !wasMap:
			to[k] = v
		}
	}
	own["global"] = to
}

func withoutNull(m map[string]any) {
	for k, v := range m {
		if v == nil {
			delete(m, k)
		} else if m, ok := v.(map[string]any); ok {
			withoutNull(m)
		}
	}
}

// copied is a value that shares nothing with the one it was.
func copied(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if v == nil {
			return v
		}
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = copied(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = copied(x)
		}
		return out
	}
	return v
}
