package all

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/source/arm"
	"github.com/bailiwick-dev/bailiwick/internal/source/ci"
	"github.com/bailiwick-dev/bailiwick/internal/source/cloudformation"
	"github.com/bailiwick-dev/bailiwick/internal/source/cloudinit"
	"github.com/bailiwick-dev/bailiwick/internal/source/code"
	"github.com/bailiwick-dev/bailiwick/internal/source/compose"
	"github.com/bailiwick-dev/bailiwick/internal/source/crossplane"
	"github.com/bailiwick-dev/bailiwick/internal/source/declared"
	"github.com/bailiwick-dev/bailiwick/internal/source/dockerfile"
	"github.com/bailiwick-dev/bailiwick/internal/source/engine"
	"github.com/bailiwick-dev/bailiwick/internal/source/envoy"
	"github.com/bailiwick-dev/bailiwick/internal/source/image"
	"github.com/bailiwick-dev/bailiwick/internal/source/inventory"
	"github.com/bailiwick-dev/bailiwick/internal/source/kubernetes"
	"github.com/bailiwick-dev/bailiwick/internal/source/model"
	"github.com/bailiwick-dev/bailiwick/internal/source/notebook"
	"github.com/bailiwick-dev/bailiwick/internal/source/packages"
	"github.com/bailiwick-dev/bailiwick/internal/source/pipeline"
	"github.com/bailiwick-dev/bailiwick/internal/source/proxy"
	"github.com/bailiwick-dev/bailiwick/internal/source/pulumi"
	"github.com/bailiwick-dev/bailiwick/internal/source/sbom"
	"github.com/bailiwick-dev/bailiwick/internal/source/script"
	"github.com/bailiwick-dev/bailiwick/internal/source/suricata"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/internal/source/tfplan"
	"github.com/bailiwick-dev/bailiwick/internal/source/traffic"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Options says what the files alone do not.
type Options struct {
	Terraform      terraform.Options
	ARM            arm.Options
	CloudFormation cloudformation.Options
	Kubernetes     kubernetes.Options
	Image          image.Options
	Code           code.Options
	// Boot are the attributes of a type that hold what its machine runs when it starts
	// (kb.Boot); nil when nobody asks for it.
	Boot func(language, source, typ string) []string
	// Hosts is where ecosystems and tools go by default (kb.Defaults).
	Hosts map[string]string
}

// around is what is the same for all scripts, in whatever files they stand.
func (o *Options) around() shell.Around {
	return shell.Around{Hosts: o.Hosts, Python: func(src string, line int) []shell.Call {
		return pipeline.Python(src, line, o.Hosts, nil)
	}}
}

// A source is one readable thing.
type source struct {
	name string
	// match reports whether a file belongs to it; head reads the beginning of
	// the file and costs an open.
	match func(path string, head func() []byte) bool
	read  func(files []string, o *Options) graph.Facts
}

// sources is the list. Every one that matches a file reads it: a DAG is a
// pipeline and a program.
var sources = []source{
	{"arm", sniff(arm.MayMatch, arm.Match), func(fs []string, o *Options) graph.Facts { return arm.Read(fs, o.ARM) }},
	{"ci", ci.Match, func(fs []string, o *Options) graph.Facts {
		return ci.Read(fs, o.around())
	}},
	{"cloudformation", sniff(cloudformation.MayMatch, cloudformation.Match), func(fs []string, o *Options) graph.Facts { return cloudformation.Read(fs, o.CloudFormation) }},
	{"cloudinit", sniff(cloudinit.Name, cloudinit.Match), func(fs []string, o *Options) graph.Facts {
		return cloudinit.Read(fs, o.around())
	}},
	{"code", code.Match, func(fs []string, o *Options) graph.Facts { return code.Read(fs, o.Code) }},
	{"compose", compose.Match, func(fs []string, o *Options) graph.Facts {
		return compose.Read(fs, o.around())
	}},
	{"crossplane", sniff(yamlName, crossplane.Match), alone(crossplane.Read)},
	{"declared", sniff(declared.Name, declared.Match), alone(declared.Read)},
	{"dockerfile", named(dockerfile.Match), func(fs []string, o *Options) graph.Facts {
		return dockerfile.Read(fs, o.around())
	}},
	{"engine", named(engine.Match), alone(engine.Read)},
	{"envoy", sniff(envoy.Named, envoy.Match), alone(envoy.Read)},
	{"image", image.Match, func(fs []string, o *Options) graph.Facts { return image.Read(fs, o.Image) }},
	{"inventory", sniff(inventory.MayMatch, inventory.Match), alone(inventory.Read)},
	{"kubernetes", sniff(kubernetes.Named, kubernetes.Match), func(fs []string, o *Options) graph.Facts { return kubernetes.Read(fs, o.Kubernetes) }},
	{"model", model.Match, alone(model.Read)},
	{"notebook", named(notebook.Match), func(fs []string, o *Options) graph.Facts {
		return notebook.Read(fs, notebook.Options{Around: o.around(), Clients: o.modules()})
	}},
	{"packages", named(packages.Match), alone(packages.Read)},
	{"pipeline", pipeline.Match, func(fs []string, o *Options) graph.Facts { return pipeline.Read(fs, pipeline.Options{Hosts: o.Hosts}) }},
	{"proxy", sniff(proxy.Name, proxy.Match), alone(proxy.Read)},
	{"pulumi", sniff(yamlName, pulumi.Match), alone(pulumi.Read)},
	{"sbom", sbom.Match, alone(sbom.Read)},
	{"script", named(script.Match), func(fs []string, o *Options) graph.Facts {
		return script.Read(fs, o.around())
	}},
	{"suricata", sniff(suricata.Named, suricata.Match), alone(suricata.Read)},
	{"terraform", named(terraform.Match), func(fs []string, o *Options) graph.Facts { return terraform.Read(fs, o.Terraform) }},
	{"tfplan", sniff(planName, tfplan.Match), alone(tfplan.Read)},
	{"traffic", sniff(traffic.Name, traffic.Match), alone(traffic.Read)},
}

// named matches by the name alone.
func named(match func(path string) bool) func(string, func() []byte) bool {
	return func(path string, _ func() []byte) bool { return match(path) }
}

// sniff matches by the beginning of a file whose name allows it, so that not
// every file of a repository is opened.
func sniff(named func(path string) bool, match func(path string, head []byte) bool) func(string, func() []byte) bool {
	return func(path string, head func() []byte) bool { return named(path) && match(path, head()) }
}

// alone reads without options.
func alone(read func(files []string) graph.Facts) func([]string, *Options) graph.Facts {
	return func(files []string, _ *Options) graph.Facts { return read(files) }
}

// yamlName reports whether a file may hold objects of Kubernetes by its name.
func yamlName(path string) bool {
	switch filepath.Ext(path) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// planName reports whether a file may be a plan or a state by its name, so
// that not every file of a repository is opened.
func planName(path string) bool {
	switch filepath.Ext(path) {
	case ".json", ".tfstate", ".tfplan", ".plan":
		return true
	}
	return false
}

// byName reports whether a name alone says that a source would read the file.
func byName(path string) bool {
	nothing := func() []byte { return nil }
	return planName(path) && filepath.Ext(path) != ".json" || slices.ContainsFunc(sources, func(s source) bool { return s.match(path, nothing) })
}

// Names are the names of the sources, for messages.
func Names() []string {
	out := make([]string, len(sources))
	for i := range sources {
		out[i] = sources[i].name
	}
	return out
}

// headSize is how much of a file is looked at to tell what it is.
const headSize = 64 << 10

// A Part is what one source read.
type Part struct {
	Source  string
	Matched []string // the files that it was given, sorted
	Facts   graph.Facts
}

// Read reads everything below the paths. The result does not depend on the
// order of the paths.
func Read(paths []string, o Options) graph.Facts {
	list := files(paths)
	var out graph.Facts
	for _, p := range list.parts(&o) {
		join(&out, &p.Facts)
	}
	list.unfollowed(out.Files)
	said := map[string]bool{} // a source that read a file on its own says more
	for _, p := range out.Problems {
		said[p.Origin.File] = true
	}
	for _, p := range list.problems {
		if !said[p.Origin.File] {
			out.Problems = append(out.Problems, p)
		}
	}
	sortFacts(&out)
	return out
}

// join adds what one source read.
func join(out, got *graph.Facts) {
	out.Assets = append(out.Assets, got.Assets...)
	out.Flows = append(out.Flows, got.Flows...)
	out.Packages = append(out.Packages, got.Packages...)
	out.Asides = append(out.Asides, got.Asides...)
	out.Notes = append(out.Notes, got.Notes...)
	out.Problems = append(out.Problems, got.Problems...)
	out.Files = append(out.Files, got.Files...)
	out.Blocks += got.Blocks
	out.Absent += got.Absent
}

// Parts reads as [Read] does, and keeps apart what each source read, for those
// who count. Sources without a file are left out.
func Parts(paths []string, o Options) []Part { return files(paths).parts(&o) }

// parts gives each file to the sources that match it, and has them read. A named
// file that none matches is a problem.
func (l *listing) parts(o *Options) []Part {
	groups := make([][]string, len(sources))
	for _, f := range l.files {
		var unread error
		head, matched := sync.OnceValue(func() (b []byte) {
			b, unread = headOf(f)
			return b
		}), false
		for i := range sources {
			if sources[i].match(f, head) {
				groups[i] = append(groups[i], f)
				matched = true
			}
		}
		switch {
		case matched:
		case unread != nil:
			l.problem(f, fmt.Sprintf("it cannot be read: %v; give the right to read it, or leave it out of the paths to check", tree.Plain(unread)))
		case l.named[f]:
			l.problem(f, "no source reads this file; there are: "+strings.Join(Names(), ", "))
		}
	}
	var out []Part
	for i, fs := range groups {
		if len(fs) > 0 {
			facts := sources[i].read(fs, o)
			o.boot(&facts)
			out = append(out, Part{sources[i].name, fs, facts})
		}
	}
	return out
}

// headOf reads the beginning of a file, as UTF-8 without a byte order mark:
// so do the sources with all of it.
func headOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b := make([]byte, max(0, min(info.Size(), headSize)))
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return tree.Decode(b[:n]), nil
}
