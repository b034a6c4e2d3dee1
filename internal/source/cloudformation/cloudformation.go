// Package cloudformation reads templates of AWS CloudFormation and of what is
// written on top of it: SAM, the Serverless Framework, and the output of the CDK. What a template says is
// worked out as far as it says it: parameters have their defaults, conditions
// hold or not, intrinsic functions are evaluated, nested stacks whose template
// is a file are read in the place where they stand.
//
// What a template cannot tell is unknown, with the reason: a parameter without
// a value, what another stack exports, the region that it is deployed to. A
// pseudo parameter that is not known stands within a longer text as the
// template writes it: arn:aws:kms:eu-west-1:${AWS::AccountId}:key/k still says
// a region.
//
// An address is a logical id, below a nested stack Parent/Child. A root is one
// template with all that it nests.
package cloudformation

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Language is that of the assets.
const Language = "cloudformation"

// Options says what templates do not.
type Options struct {
	Region     string   // where the stacks are deployed to; what stands beside a template counts less
	Parameters []string // files with values of parameters, for every template; a later one wins
}

// maxFile bounds a template. CloudFormation itself takes 1 MB.
const maxFile = 32 << 20

// Read reads the templates among the files. One that another one nests is read
// as a part of that one only.
func Read(files []string, o Options) graph.Facts {
	files = slices.Sorted(slices.Values(files))
	r := &run{read: map[string]bool{}, beside: map[string]*besides{}, region: o.Region}
	r.parameters(o.Parameters)
	nested := map[string]bool{}
	files = slices.DeleteFunc(files, func(f string) bool {
		if !frameworkName.MatchString(strings.ToLower(filepath.Base(f))) || !isFramework(f, begin(f)) {
			return false
		}
		r.service(f)
		return true
	})
	for _, f := range files {
		r.nestedBy(f, nested)
	}
	for _, f := range files {
		if !nested[filepath.Clean(f)] {
			r.root(f)
		}
	}
	for _, f := range files { // templates that nest each other in a circle
		if !r.read[slash(f)] {
			r.root(f)
		}
	}
	slices.Sort(r.facts.Files)
	r.facts.Files = slices.Compact(r.facts.Files)
	return r.facts
}

// begin is the beginning of a file; nothing where it cannot be read.
func begin(file string) []byte {
	src, err := tree.Load(file, maxFile)
	if err != nil {
		return nil
	}
	return src[:min(len(src), 64<<10)]
}

// A run is one reading of many templates.
type run struct {
	facts  graph.Facts
	read   map[string]bool // files that were read
	beside map[string]*besides
	region string
	given  map[string]*tree.Node // values of parameters, from files that were named
	values int                   // made for the root so far
	stacks int
}

// load reads a template; nil when it is none, or cannot be read, which is a problem.
func (r *run) load(file string) *tree.Node {
	src, err := tree.Load(file, maxFile)
	if err != nil {
		r.problem(file, 0, err.Error())
		return nil
	}
	return r.parse(file, src)
}

func (r *run) parse(file string, src []byte) *tree.Node {
	doc, err := document(src)
	if err != nil {
		line, _ := tree.Fault(err)
		r.problem(file, line, err.Error())
		return nil
	}
	if doc.Get("Resources") == nil {
		if doc.Get("AWSTemplateFormatVersion") != nil || doc.Get("Transform") != nil {
			r.problem(file, 1, "the template has no Resources: complete it, or leave it out")
		}
		return nil
	}
	return doc
}

// document reads JSON or YAML, whatever the file is called.
func document(src []byte) (*tree.Node, error) {
	if strings.HasPrefix(strings.TrimLeft(string(src[:min(len(src), 512)]), " \t\r\n"), "{") {
		if n, err := tree.JSON(src); err == nil {
			return n, nil
		} else if ns, yerr := tree.YAML(src); yerr == nil && len(ns) > 0 {
			return ns[0], nil // a flow mapping
		} else {
			return nil, err
		}
	}
	ns, err := tree.YAML(src)
	if err != nil {
		return nil, err
	}
	if len(ns) == 0 {
		return nil, nil
	}
	return ns[0], nil
}

func (r *run) root(file string) {
	doc := r.load(file)
	r.read[slash(file)] = true
	r.facts.Files = append(r.facts.Files, slash(file)) // also where only something within it is a template
	if doc == nil {
		return
	}
	r.values = 0
	r.stacks = 0
	s := r.stack(slash(file), doc)
	s.root = slash(file)
	s.place(r.besides(file))
	s.start(nil)
	s.assets()
}

func (r *run) problem(file string, line int, text string) {
	r.facts.Problems = append(r.facts.Problems, graph.Problem{Origin: graph.Origin{File: slash(file), Line: line}, Message: text})
}

func slash(file string) string { return filepath.ToSlash(filepath.Clean(file)) }
