package cloudformation

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// besides is what the tools that deploy say beside the templates of a folder.
type besides struct {
	all    *target               // samconfig.toml: of every template
	given  map[string]*tree.Node // samconfig.toml: values of parameters
	byName map[string]*target    // manifest.json of the CDK: by the name of the template
}

// A target is where a template is deployed to.
type target struct {
	region, account string
	unknown         string // why the region is not known
	origin          graph.Origin
}

func (b *besides) template(file string) *target {
	if t := b.byName[filepath.Base(file)]; t != nil {
		return t
	}
	return b.all
}

// besides reads what stands beside a template, once for every folder.
func (r *run) besides(file string) *besides {
	dir := filepath.Dir(file)
	if b := r.beside[dir]; b != nil {
		return b
	}
	b := &besides{given: map[string]*tree.Node{}, byName: map[string]*target{}}
	r.beside[dir] = b
	r.samconfig(filepath.Join(dir, "samconfig.toml"), b)
	r.manifest(filepath.Join(dir, "manifest.json"), b)
	return b
}

var regionLine = regexp.MustCompile(`^\s*region\s*=\s*["']([A-Za-z0-9-]+)["']`)

var (
	overridesLine = regexp.MustCompile(`^\s*parameter_overrides\s*=\s*(.*)`)
	override      = regexp.MustCompile(`(?:ParameterKey=(\w+),ParameterValue|(\w+))=(?:\\?"([^"\\]*)\\?"|'([^']*)'|([^\s"',\]\\]*))`)
)

// overrides takes values of parameters: A=b C="d e", or ParameterKey=A,ParameterValue=b.
func (b *besides) overrides(text string, line int) {
	for _, m := range override.FindAllStringSubmatch(text, -1) {
		name, value := m[1]+m[2], m[3]+m[4]+m[5]
		if old := b.given[name]; old != nil && old.Text != value {
			b.given[name] = tree.NewHole("samconfig.toml gives several values to the parameter "+name+": give it in a file of parameters", line)
		} else if old == nil {
			b.given[name] = tree.NewText(value, line)
		}
	}
}

// samconfig takes the region of every environment; when they differ, none.
func (r *run) samconfig(file string, b *besides) {
	if _, err := os.Stat(file); err != nil {
		return
	}
	src, err := tree.Load(file, 1<<20)
	if err != nil {
		r.problem(file, 0, err.Error())
		return
	}
	r.facts.Files = append(r.facts.Files, slash(file))
	line := 0
	list := false // of values of parameters, over several lines
	for l := range strings.Lines(string(src)) {
		line++
		if m := overridesLine.FindStringSubmatch(l); m != nil || list {
			if m != nil {
				l = m[1]
				list = strings.HasPrefix(l, "[")
			}
			list = list && !strings.Contains(l, "]")
			b.overrides(l, line)
			continue
		}
		m := regionLine.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		at := graph.Origin{File: slash(file), Line: line}
		switch {
		case b.all == nil:
			b.all = &target{region: m[1], origin: at}
		case b.all.region != m[1] && b.all.unknown == "":
			b.all = &target{unknown: fmt.Sprintf("%s names several regions, %s and %s among them: name the one that is meant with --region", slash(file), b.all.region, m[1]), origin: at}
		}
	}
}

// manifest reads the manifest of a cloud assembly: aws://account/region.
func (r *run) manifest(file string, b *besides) {
	if _, err := os.Stat(file); err != nil {
		return
	}
	src, err := tree.Load(file, maxFile)
	if err != nil {
		return
	}
	doc, err := tree.JSON(src)
	if err != nil {
		return // another tool's manifest
	}
	found := false
	for _, a := range doc.Get("artifacts").Members() {
		name := a.Value.Get("properties", "templateFile").Str()
		env := a.Value.Get("environment")
		account, region, ok := strings.Cut(strings.TrimPrefix(env.Str(), "aws://"), "/")
		if a.Value.Get("type").Str() != "aws:cloudformation:stack" || name == "" || !ok {
			continue
		}
		found = true
		t := &target{origin: graph.Origin{File: slash(file), Line: env.Line}, region: region, account: account}
		if account == "unknown-account" {
			t.account = ""
		}
		if region == "unknown-region" {
			t.region, t.unknown = "", "the app does not say to which region the stack is deployed: give it an env, or name it with --region"
		}
		b.byName[name] = t
	}
	if found {
		r.facts.Files = append(r.facts.Files, slash(file))
	}
}
