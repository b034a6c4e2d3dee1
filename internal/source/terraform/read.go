package terraform

import (
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Read evaluates every root among the given files. files are paths as the
// user would type them; other names than [Match] accepts are passed over.
// Modules outside the list are loaded from disk when a root calls them.
//
// The result does not depend on the order of files. Readers of the assets may
// be used from several goroutines; those of one root wait for each other.
func Read(files []string, opt Options) graph.Facts {
	ld := newLoader(files, &opt)
	ld.parseAll()
	roots := ld.findRoots()
	results := make([]rootFacts, len(roots))
	parallel(len(roots), func(i int) { results[i] = ld.evalRoot(roots[i]) })
	return ld.gather(results)
}

// parallel calls f for 0 to n-1 from as many goroutines as there are processors.
func parallel(n int, f func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

func (ld *loader) parseAll() {
	dirs := sortedKeys(ld.listed)
	parallel(len(dirs), func(i int) {
		if len(configsOf(ld.listed[dirs[i]])) > 0 {
			_, _ = ld.module(dirs[i]) // asked for again where an error matters
		}
	})
}

// rootFacts is what one root yields.
type rootFacts struct {
	assets   []graph.Asset
	notes    []graph.Note
	problems []graph.Problem
	files    []string
}

// evalRoot evaluates one root.
func (ld *loader) evalRoot(dir string) rootFacts {
	cfg, err := ld.module(dir)
	if err != nil {
		return rootFacts{problems: []graph.Problem{{Origin: graph.Origin{File: dir}, Message: err.Error()}}}
	}
	r := &rootEval{ld: ld, opt: ld.opt, dir: dir, given: map[string]given{}, providers: map[providerKey]*provider{}, missing: map[string]bool{}}
	var problem *graph.Problem
	if r.manifest, problem = readManifest(dir, ld.max); problem != nil {
		r.out.problems = append(r.out.problems, *problem)
	}
	files := append(variableFiles(ld.listed[dir]), ld.opt.VarFiles...)
	for _, f := range files {
		r.out.problems = append(r.out.problems, readVars(f, ld.max, r.given)...)
		r.out.files = append(r.out.files, slash(f))
	}
	for name, text := range ld.opt.Vars {
		r.given[name] = given{text: &text}
	}
	r.Lock()
	defer r.Unlock()
	r.top = newModInst(r, cfg)
	r.expanding = true
	r.walk(r.top)
	r.expanding = false
	for _, b := range cfg.backends {
		r.backend(b)
	}
	out := r.out
	r.out = rootFacts{}
	return out
}

// walk adds the assets of a module instance and of those below it.
func (r *rootEval) walk(m *modInst) {
	for _, res := range m.cfg.resources {
		x := m.expand(res)
		r.remarks(res.remarks, graph.Address(join(m.plain, res.id())))
		if len(x.insts) == 0 {
			continue
		}
		res.used.Store(true)
		group := r.dir + ":" + join(m.plain, res.id())
		var shared *graph.Provider
		if res.provider == nil || res.provider.key == nil {
			shared = r.providerOf(x.insts[0]).fact
		}
		r.out.assets = slices.Grow(r.out.assets, len(x.insts))
		for _, in := range x.insts {
			p := shared
			if p == nil {
				p = r.providerOf(in).fact
			}
			r.out.assets = append(r.out.assets, graph.Asset{
				Address: in.address(), Language: "terraform", Type: res.typ, Root: r.dir, Module: m.path,
				Provider: p, Attrs: in, Partial: in.partial, Group: group, Origin: res.pos.origin(),
			})
		}
	}
	for _, c := range m.cfg.calls {
		r.remarks(c.remarks, graph.Address(join(m.plain, "module."+c.name)))
		for _, child := range m.expandCall(c).insts {
			if child.cfg == nil {
				r.absentModule(child)
				continue
			}
			r.walk(child)
		}
	}
}

// absentModule adds the asset that stands for a module that cannot be read.
func (r *rootEval) absentModule(m *modInst) {
	why := strings.TrimPrefix(m.missing, m.path+" could not be read: ")
	r.out.assets = append(r.out.assets, graph.Asset{
		Address: graph.Address(m.path), Language: "terraform", Type: "module", Root: r.dir, Module: m.parent.path,
		Attrs: &bodyReader{r, m.outer, m.call.args}, Partial: why, Group: r.dir + ":" + m.plain, Origin: m.call.pos.origin(),
	})
}

// backend adds the place of the root's state.
func (r *rootEval) backend(b *backend) {
	addr := graph.Address("terraform.backend." + b.typ)
	if b.typ == "cloud" {
		addr = "terraform.cloud"
	}
	r.remarks(b.remarks, addr)
	r.out.assets = append(r.out.assets, graph.Asset{
		Address: addr, Language: "terraform", Type: "backend." + b.typ, Root: r.dir,
		Attrs: &bodyReader{r, r.top.scope, b.body}, Group: r.dir + ":" + string(addr), Origin: b.pos.origin(),
	})
}

func (r *rootEval) remarks(rs []remark, subject graph.Address) {
	for _, m := range rs {
		r.out.notes = append(r.out.notes, graph.Note{Subject: subject, Root: r.dir, Text: m.text, Origin: m.pos.origin()})
	}
}

// moduleOf finds the configuration that a call means; why says what is wrong
// when there is none.
func (r *rootEval) moduleOf(m *modInst, c *moduleCall) (cfg *module, why string) {
	source := c.sourceText
	if source == "" {
		raw, marks := m.scope.value(c.source).Unmark()
		switch {
		case !raw.IsKnown():
			return nil, "module source cannot be known: " + causeOf(marks)
		case raw.IsNull() || raw.Type() != cty.String:
			return nil, "module source is not a string"
		}
		source = raw.AsString()
	}
	dir := ""
	if isLocal(source) {
		dir = path.Join(m.cfg.dir, source)
	} else if filepath.IsAbs(source) {
		dir = slash(source)
	} else if e, ok := r.manifest[manifestKey(m, c)]; ok && e.Dir != "" {
		dir = path.Join(r.dir, slash(e.Dir))
	} else {
		return nil, fmt.Sprintf("module source %s is not in this tree: run terraform init", source)
	}
	for at := m; at != nil; at = at.parent {
		if at.cfg.dir == dir {
			r.problemOnce(c.pos, fmt.Sprintf("module.%s calls %s, which is already being read: modules cannot contain themselves", c.name, dir))
			return nil, "its source " + source + " contains itself"
		}
	}
	cfg, err := r.ld.module(dir)
	if err != nil {
		r.problemOnce(c.pos, fmt.Sprintf("module.%s could not be read: %v", c.name, err))
		return nil, err.Error()
	}
	return cfg, ""
}

// manifestKey is the name of a call in the manifest: dotted names from the root.
func manifestKey(m *modInst, c *moduleCall) string {
	key := c.name
	for at := m; at.call != nil; at = at.parent {
		key = at.call.name + "." + key
	}
	return key
}

func (r *rootEval) problemOnce(at pos, text string) {
	o := at.origin()
	key := fmt.Sprintf("%s:%d:%s", o.File, o.Line, text)
	if !r.missing[key] {
		r.missing[key] = true
		r.out.problems = append(r.out.problems, graph.Problem{Origin: o, Message: text})
	}
}

// gather joins what the roots yield with what belongs to the modules.
func (ld *loader) gather(results []rootFacts) graph.Facts {
	var f graph.Facts
	n := 0
	for i := range results {
		n += len(results[i].assets)
	}
	f.Assets = make([]graph.Asset, 0, n)
	for i := range results {
		f.Assets = append(f.Assets, results[i].assets...)
		f.Notes = append(f.Notes, results[i].notes...)
		f.Problems = append(f.Problems, results[i].problems...)
		f.Files = append(f.Files, results[i].files...)
		results[i] = rootFacts{}
	}
	for _, m := range ld.loaded() {
		f.Files = append(f.Files, m.files...)
		f.Problems = append(f.Problems, m.problems...)
		for _, r := range m.remarks {
			f.Notes = append(f.Notes, graph.Note{Root: m.dir, Text: r.text, Origin: r.pos.origin()})
		}
		for _, r := range m.resources {
			f.Blocks++
			if !r.used.Load() {
				f.Absent++
			}
		}
	}
	sort.Strings(f.Files)
	f.Files = slices.Compact(f.Files)
	sort.SliceStable(f.Problems, func(i, j int) bool {
		a, b := f.Problems[i], f.Problems[j]
		if a.Origin.File != b.Origin.File {
			return a.Origin.File < b.Origin.File
		}
		if a.Origin.Line != b.Origin.Line {
			return a.Origin.Line < b.Origin.Line
		}
		return a.Message < b.Message
	})
	f.Problems = slices.Compact(f.Problems)
	sortNotes(f.Notes)
	f.Notes = slices.Compact(f.Notes)
	return f
}

func sortNotes(ns []graph.Note) {
	sort.SliceStable(ns, func(i, j int) bool {
		a, b := ns[i], ns[j]
		if a.Root != b.Root {
			return a.Root < b.Root
		}
		if a.Origin.File != b.Origin.File {
			return a.Origin.File < b.Origin.File
		}
		if a.Origin.Line != b.Origin.Line {
			return a.Origin.Line < b.Origin.Line
		}
		return a.Subject < b.Subject
	})
}
