// Package pipeline reads what runs data and models through steps: compiled
// pipelines of Kubeflow and the Python that they come from, workflows of Argo,
// DAGs and settings of Airflow, projects of MLflow, environments of conda,
// remotes of DVC, profiles of dbt, defaults of Spark.
//
// A step is an asset of the language "pipeline", named FILE#STEP within its
// folder: kfp-executor, kfp-importer, airflow_OPERATOR with what it is given as
// attributes. What its commands and programs fetch are flows. What an operator
// reads from and writes to is a dialect's matter.
package pipeline

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Options says what the files alone do not.
type Options struct {
	Hosts map[string]string // where ecosystems and tools go by default (kb.Defaults)
}

const maxBytes = 32 << 20

// A format is one kind of file. Name is its name in lower case.
type format struct {
	match func(name, file string, head func() []byte) bool
	read  func(r *reader, src []byte)
}

// formats are asked in this order; the first that matches reads a file.
var formats = []format{
	{isAirflowConfig, (*reader).airflowConfig},
	{named("mlproject"), (*reader).mlproject},
	{isConda, (*reader).conda},
	{func(name, file string, _ func() []byte) bool {
		return (name == "config" || name == "config.local") && path.Base(path.Dir(file)) == ".dvc"
	}, (*reader).dvcConfig},
	{func(name, _ string, _ func() []byte) bool {
		return name == "dvc.yaml" || strings.HasSuffix(name, ".dvc") && name != ".dvc"
	}, (*reader).dvcFile},
	{func(name, _ string, head func() []byte) bool {
		return (name == "profiles.yml" || name == "profiles.yaml") && bytes.Contains(head(), []byte("outputs:"))
	}, (*reader).dbtProfiles},
	{func(name, _ string, _ func() []byte) bool { return strings.HasPrefix(name, "spark-defaults.conf") }, (*reader).sparkDefaults},
	{isKFP, (*reader).kfp},
	{isArgo, (*reader).argo},
	{isDAG, (*reader).airflow},
	{isComponent, (*reader).kfpPython},
}

func named(want string) func(name, file string, head func() []byte) bool {
	return func(name, _ string, _ func() []byte) bool { return name == want }
}

// yamlName reports whether a name is one of a YAML or JSON document.
func yamlName(name string) bool {
	ext := path.Ext(name)
	return ext == ".yaml" || ext == ".yml" || ext == ".json"
}

func formatOf(file string, head func() []byte) *format {
	file = strings.ToLower(filepath.ToSlash(file))
	name := path.Base(file)
	for i := range formats {
		if formats[i].match(name, file, head) {
			return &formats[i]
		}
	}
	return nil
}

// Match reports whether a file is part of a pipeline.
func Match(file string, head func() []byte) bool { return formatOf(file, head) != nil }

// Read reads the files.
func Read(files []string, o Options) graph.Facts {
	var f graph.Facts
	for _, file := range files {
		src, err := tree.Load(file, maxBytes)
		if err != nil {
			name := filepath.ToSlash(file)
			f.Files = append(f.Files, name)
			f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: name}, Message: err.Error()})
			continue
		}
		read(&f, tree.File{Name: file, Data: src}, &o)
	}
	shell.Tidy(&f)
	return f
}

// ReadFrom reads documents that are in memory, as [Read] reads files.
func ReadFrom(files []tree.File, o Options) graph.Facts {
	var f graph.Facts
	for i := range files {
		read(&f, files[i], &o)
	}
	shell.Tidy(&f)
	return f
}

func read(f *graph.Facts, file tree.File, o *Options) {
	name := filepath.ToSlash(file.Name)
	f.Files = append(f.Files, name)
	fm := formatOf(file.Name, func() []byte { return file.Data })
	if fm == nil {
		return
	}
	r := &reader{f: f, o: o, file: name, root: path.Dir(name), name: path.Base(name)}
	fm.read(r, file.Data)
}

type reader struct {
	f     *graph.Facts
	o     *Options
	file  string
	root  string // its folder
	name  string // its name in there
	lines tree.Lines
}

func (r *reader) at(line int) graph.Origin { return graph.Origin{File: r.file, Line: line} }

func (r *reader) problem(line int, text string) {
	r.f.Problems = append(r.f.Problems, graph.Problem{Origin: r.at(line), Message: text})
}

// documents reads YAML or JSON.
func (r *reader) documents(src []byte) []*tree.Node {
	r.lines = tree.LinesOf(src)
	docs, err := tree.Documents(strings.ToLower(r.name), src)
	if err != nil {
		r.problem(tree.Fault(err))
	}
	return docs
}

// step enters a step; its address is that of the flows from it.
func (r *reader) step(typ, name string, line int, attrs *tree.Node) graph.Address {
	r.f.Blocks++
	at := graph.Address(r.name + "#" + name)
	r.f.Assets = append(r.f.Assets, graph.Asset{Address: at, Language: "pipeline", Type: typ, Root: r.root, Attrs: attrs.Reader(r.file), Origin: r.at(line)})
	return at
}

func (r *reader) flow(from graph.Address, to, unknown, purpose, via string, line int) {
	if to == "" && unknown == "" {
		return
	}
	r.f.Flows = append(r.f.Flows, graph.Flow{From: from, To: graph.Address(to), Unknown: unknown, State: graph.Planned, Purpose: purpose, Via: via, Root: r.root, Origin: r.at(line)})
}

// object enters a flow to an object, folder or service that an address names.
func (r *reader) object(from graph.Address, address, region, purpose, via string, line int) {
	if strings.HasPrefix(address, "http") && strings.Contains(address, "{{") {
		to, unknown := known(address)
		r.flow(from, to, unknown, purpose, via, line)
		return
	}
	if to, unknown, ok := shell.Object(address, region, r.o.Hosts); ok {
		r.flow(from, to, unknown, purpose, via, line)
	}
}

func (r *reader) shell(env map[string]string) shell.Options {
	return shell.Options{Env: env, Unset: "NAME is a variable of the step that is not set here", Around: shell.Around{Hosts: r.o.Hosts,
		Python: func(src string, line int) []shell.Call { return Python(src, line, r.o.Hosts, env) }}}
}
