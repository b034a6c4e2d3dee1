package terraform

import (
	"runtime"
	"slices"
	"strings"
	"sync"

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
	units := ld.findUnits()
	roots := ld.findRoots(units)
	results := make([]rootFacts, len(roots)+len(units))
	parallel(len(results), func(i int) {
		if i < len(roots) {
			results[i] = ld.evalRoot(roots[i])
		} else {
			results[i] = ld.evalUnit(units[i-len(roots)])
		}
	})
	return ld.gather(append(results, ld.unused(roots, results)))
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
	return ld.newRoot(dir).eval(cfg)
}

func (ld *loader) newRoot(dir string) *rootEval {
	return &rootEval{ld: ld, opt: ld.opt, dir: dir, given: map[string]given{}, providers: map[providerKey]*provider{}, missing: map[string]bool{}}
}

// eval evaluates a configuration as the root.
func (r *rootEval) eval(cfg *module) rootFacts {
	ld, dir := r.ld, r.dir
	var problem *graph.Problem
	if r.manifest, problem = readManifest(dir, ld.max); problem != nil {
		r.out.problems = append(r.out.problems, *problem)
	}
	files := append(variableFiles(ld.listed[dir]), ld.opt.VarFiles...)
	for _, f := range files {
		r.out.problems = append(r.out.problems, ld.readVars(f, r.given)...)
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
