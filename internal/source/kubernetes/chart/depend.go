package chart

import (
	"fmt"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// settle works out the values of the chart and of all within it, and takes out
// the charts that the values switch off. missing are the dependencies that are
// wanted and are not here.
func (c *chart) settle(given map[string]any) (vals map[string]any, missing []dependency, err error) {
	missing, err = c.choose(given, "")
	if err != nil {
		return nil, nil, err
	}
	if err := c.imports(); err != nil {
		return nil, nil, err
	}
	vals, err = c.merged(given, false)
	return vals, missing, err
}

// choose leaves the charts that the values want, each under the names that it is
// used by. Conditions are looked up at path, which is where the chart's values
// stand; tags are those of the outermost chart.
func (c *chart) choose(outer map[string]any, path string) (missing []dependency, err error) {
	if len(c.meta.Dependencies) == 0 {
		return nil, nil
	}
	c.charts = c.named()
	vals, err := c.merged(outer, false)
	if err != nil {
		return nil, err
	}
	off := map[string]bool{}
	var wanted []dependency
	for _, d := range c.meta.Dependencies {
		if !d.enabled(vals, path) {
			off[d.as()] = true
			continue
		}
		wanted = append(wanted, d)
	}
	var on []*chart
	for _, sub := range c.charts {
		if !off[sub.meta.Name] {
			on = append(on, sub)
		}
	}
	for _, d := range wanted {
		if !c.holds(d.as()) && !c.holds(d.Name) {
			missing = append(missing, d)
		}
	}
	for _, sub := range on {
		more, err := sub.choose(vals, path+sub.meta.Name+".")
		if err != nil {
			return nil, err
		}
		missing = append(missing, more...)
	}
	c.charts, c.meta.Dependencies = on, wanted
	return missing, nil
}

// named are the charts within under the names that Chart.yaml uses them by; what
// it does not list is used as it is called.
func (c *chart) named() []*chart {
	var out []*chart
	for _, sub := range c.charts {
		listed := false
		for _, d := range c.meta.Dependencies {
			listed = listed || d.is(sub)
		}
		if !listed {
			out = append(out, sub)
		}
	}
	for _, d := range c.meta.Dependencies {
		for _, sub := range c.charts {
			if d.is(sub) {
				sub = sub.clone(c)
				sub.meta.Name = d.as()
				out = append(out, sub)
				break
			}
		}
	}
	return out
}

// clone is the chart and those within it once more, for a chart may be used under
// several names with other values each.
func (c *chart) clone(parent *chart) *chart {
	out := *c
	out.parent = parent
	out.charts = make([]*chart, len(c.charts))
	for i, sub := range c.charts {
		out.charts[i] = sub.clone(&out)
	}
	return &out
}

// is reports whether a chart is what the dependency asks for.
func (d dependency) is(c *chart) bool {
	if c.meta.Name != d.Name {
		return false
	}
	v, err := semver.NewVersion(c.meta.Version)
	if err != nil {
		return false
	}
	want, err := semver.NewConstraint(d.Version)
	return err == nil && want.Check(v)
}

// enabled reports whether the values want a dependency: the first condition that
// is written decides, else its tags.
func (d dependency) enabled(vals map[string]any, path string) bool {
	for cond := range strings.SplitSeq(strings.TrimSpace(d.Condition), ",") {
		if v, ok := at(vals, path+cond); ok {
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

// imports makes values of the charts within, for which Chart.yaml asks, values of
// the chart, under what the chart itself writes.
func (c *chart) imports() error {
	for _, sub := range c.charts {
		if err := sub.imports(); err != nil {
			return err
		}
	}
	if len(c.meta.Dependencies) == 0 {
		return nil
	}
	vals, err := c.merged(nil, true)
	if err != nil {
		return err
	}
	brought := map[string]any{}
	for _, d := range c.meta.Dependencies {
		for _, x := range d.Import {
			from, to := "", "."
			switch x := x.(type) {
			case string:
				from = "exports." + x
			case map[string]any:
				from, to = fmt.Sprint(x["child"]), fmt.Sprint(x["parent"])
			}
			v, _ := at(vals, d.as()+"."+from)
			m, ok := v.(map[string]any)
			if !ok {
				continue
			}
			if to != "." {
				m = nest(strings.Split(to, "."), m)
			}
			underlay(brought, m, true)
		}
	}
	own, _ := copied(vals).(map[string]any)
	c.values = underlay(own, brought, true)
	return nil
}

func nest(path []string, v map[string]any) map[string]any {
	for i := len(path) - 1; i >= 0; i-- {
		v = map[string]any{path[i]: v}
	}
	return v
}

// at follows a path of names through values.
func at(m map[string]any, path string) (any, bool) {
	var v any = m
	for k := range strings.SplitSeq(path, ".") {
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
