package chart

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// An engine renders the templates of one tree of charts.
type engine struct {
	set    *template.Template
	data   map[string]map[string]any // by chart path
	budget int                       // what loops and inclusions may still do
	depth  int                       // of inclusions
	home   map[string]source         // templates by name
	of     map[string]*chart
}

// render renders all templates of the chart and of those within it. A template
// that fails is a problem, and the others count.
func (c *chart) render(given map[string]any) Result {
	var res Result
	vals, missing, err := c.settle(given)
	if err != nil {
		res.problem(filepath.Join(c.dir, "Chart.yaml"), 0, "the values of the charts in it cannot be merged: %v", err)
		return res
	}
	for _, d := range missing {
		res.problem(filepath.Join(c.dir, "Chart.yaml"), 0, "the chart %s %s is not in charts/, and nothing is fetched: helm dependency build brings it", d.Name, d.Version)
	}
	e := &engine{set: template.New("charts").Option("missingkey=zero"), data: map[string]map[string]any{}, budget: maxWork, home: map[string]source{}, of: map[string]*chart{}}
	e.set.Funcs(e.functions())
	e.prepare(c, vals)
	// Deeper ones and those late in the alphabet first, as with Helm: of two definitions
	// of one name the last one counts, and what a template sets the later ones see.
	names := sortedKeys(e.home)
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(strings.Count(b, "/")-strings.Count(a, "/"), strings.Compare(b, a))
	})
	broken := map[string]bool{}
	for _, name := range names {
		if _, err := e.set.New(name).Parse(string(e.home[name].text)); err != nil {
			line, text := where(err, name)
			res.problem(e.file(name), line, "it is no template: %s", text)
			broken[name] = true
		}
	}
	for _, name := range names {
		base := path.Base(name)
		if broken[name] || strings.HasPrefix(base, "_") || strings.HasSuffix(base, "NOTES.txt") || strings.HasSuffix(base, ".md") {
			continue // what only others include, and what is said to people; with .md Helm would give up
		}
		e.budget, e.depth = maxWork, 0
		text, err := e.run(name, e.dataFor(name))
		if err != nil {
			line, text := where(err, name)
			if len(missing) > 0 && strings.Contains(text, "no template") {
				continue // it stands in a chart that is missing, which has been said
			}
			res.problem(e.file(name), line, "the template cannot be rendered with these values: %s; --values FILE gives others", text)
			continue
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		if !strings.HasSuffix(text, "\n") {
			text += "\n" // as Helm writes it: else a block at the end would lose its last one
		}
		res.Files = append(res.Files, File{Path: e.file(name), Text: text, Lines: align(string(e.home[name].text), text)})
	}
	c.each(func(c *chart) {
		for _, s := range c.crds {
			if ext := path.Ext(s.name); ext == ".yaml" || ext == ".yml" || ext == ".json" {
				res.Files = append(res.Files, File{Path: filepath.Join(c.dir, filepath.FromSlash(s.name)), Text: string(s.text)})
			}
		}
	})
	return res
}

func (c *chart) each(f func(*chart)) {
	f(c)
	for _, sub := range c.charts {
		sub.each(f)
	}
}

// file is where a template stands on disk.
func (e *engine) file(name string) string {
	return filepath.Join(e.of[name].dir, filepath.FromSlash(e.home[name].name))
}

// prepare enters the templates of a chart and what they are rendered with.
func (e *engine) prepare(c *chart, vals map[string]any) {
	at := c.path()
	subs := map[string]any{}
	for _, sub := range c.charts {
		own, _ := vals[sub.meta.Name].(map[string]any)
		e.prepare(sub, own)
		subs[sub.meta.Name] = e.data[sub.path()]
	}
	e.data[at] = map[string]any{
		"Chart": c.meta.fields(c.parent == nil), "Values": vals, "Files": files(c.files), "Capabilities": capabilities, "Subcharts": subs,
		"Release": map[string]any{"Name": "release-name", "Namespace": "default", "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1},
	}
	for _, s := range c.templates {
		if strings.EqualFold(c.meta.Type, "library") && !strings.HasPrefix(path.Base(s.name), "_") {
			continue
		}
		name := at + "/" + s.name
		e.home[name], e.of[name] = s, c
	}
}

func (e *engine) dataFor(name string) map[string]any {
	at := e.of[name].path()
	out := e.data[at]
	out["Template"] = map[string]any{"Name": name, "BasePath": at + "/templates"}
	return out
}

// fields are what templates see of Chart.yaml.
func (m *metadata) fields(root bool) map[string]any {
	people := []any{}
	for _, p := range m.Maintainers {
		people = append(people, map[string]any{"Name": p.Name, "Email": p.Email, "URL": p.URL})
	}
	needs := []any{}
	for _, d := range m.Dependencies {
		needs = append(needs, map[string]any{"Name": d.as(), "Version": d.Version, "Repository": d.Repository, "Condition": d.Condition, "Tags": list(d.Tags), "Enabled": true, "ImportValues": d.Import, "Alias": d.Alias})
	}
	return map[string]any{"Name": m.Name, "Version": m.Version, "AppVersion": m.AppVersion, "APIVersion": m.APIVersion, "Type": m.Type, "Description": m.Description, "Home": m.Home, "Icon": m.Icon,
		"KubeVersion": m.KubeVersion, "Condition": m.Condition, "Tags": m.Tags, "Keywords": list(m.Keywords), "Sources": list(m.Sources), "Annotations": m.Annotations, "Maintainers": people, "Dependencies": needs, "Deprecated": m.Deprecated, "IsRoot": root}
}

func list(texts []string) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = t
	}
	return out
}

// Bounds of what one template may do.
const (
	maxWork    = 2_000_000 // inclusions and elements of generated lists
	maxOutput  = 16 << 20
	maxNesting = 500
)

var errWork = errors.New("it does more than a template does")

// output collects what a template writes, within the bound.
type output struct{ strings.Builder }

func (o *output) Write(b []byte) (int, error) {
	if o.Len()+len(b) > maxOutput {
		return 0, errWork
	}
	return o.Builder.Write(b)
}

func (e *engine) run(name string, data any) (text string, err error) {
	defer func() {
		if p := recover(); p != nil { // functions of sprig panic on some arguments
			text, err = "", fmt.Errorf("a function fails: %v", p)
		}
	}()
	if e.depth++; e.depth > maxNesting {
		return "", errors.New("its inclusions do not end")
	}
	defer func() { e.depth-- }()
	if err := e.spend(1); err != nil {
		return "", err
	}
	var out output
	if err := e.set.ExecuteTemplate(&out, name, data); err != nil {
		return "", err
	}
	return strings.ReplaceAll(out.String(), "<no value>", ""), nil
}

func (e *engine) spend(n int) error {
	if n < 0 || n > e.budget {
		return errWork
	}
	e.budget -= n
	return nil
}

var errorAt = regexp.MustCompile(`template: ([^:\s]+):(\d+)(?::\d+)?: (?:executing "[^"]*" at <[^>]*>: )?`)

// where takes the line out of an error of a template, and words the rest: an
// error within inclusions names the innermost.
func where(err error, name string) (int, string) {
	text := err.Error()
	line := 0
	if m := errorAt.FindStringSubmatch(text); m != nil && m[1] == name {
		line, _ = strconv.Atoi(m[2])
	}
	if all := errorAt.FindAllStringIndex(text, -1); len(all) > 0 {
		text = text[all[len(all)-1][1]:]
	}
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return line, strings.TrimSpace(text)
}
