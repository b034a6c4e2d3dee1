package score

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Known is what frameworks may name.
type Known struct {
	KB    *kb.KB
	Rules []graph.RuleID
}

// FileName is the name of the file of a framework, in a folder that is named by its id.
const FileName = "framework.yaml"

// Load reads every framework below a folder, sorted by id. It is strict: a name
// that leads nowhere would be a criterion that nobody ever looks at.
func Load(fsys fs.FS, known Known) ([]*Framework, error) {
	files, err := fs.Glob(fsys, "*/"+FileName)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("there are no frameworks: each is a folder with a " + FileName)
	}
	var out []*Framework
	for _, file := range files {
		src, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		f, err := parse(file, src, known)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *Framework) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// maxBytes bounds a framework of the user's.
const maxBytes = 4 << 20

// Read reads the one framework in a folder of the user's.
func Read(dir string, known Known) (*Framework, error) {
	file := filepath.ToSlash(filepath.Join(dir, FileName))
	src, err := tree.Load(file, maxBytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return parse(file, src, known)
}

// ID is the id that the framework in a folder must have.
func ID(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs // "." has a name too
	}
	return filepath.Base(dir)
}

func parse(file string, src []byte, known Known) (*Framework, error) {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	var f Framework
	if err := dec.Decode(&f); errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: it is empty; docs/spec/frameworks.md says how one is written", file)
	} else if err != nil {
		return nil, misspelt(file, err)
	}
	docs, err := tree.YAML(src)
	if err != nil {
		line, message := tree.Fault(err)
		return nil, fmt.Errorf("%s: %s", graph.Origin{File: file, Line: line}.At(), message)
	}
	if len(docs) != 1 {
		return nil, fmt.Errorf("%s: it has %d documents: a framework is one", file, len(docs))
	}
	c := &checker{f: &f, known: known, file: file, doc: docs[0]}
	if err := c.check(ID(path.Dir(file))); err != nil {
		return nil, err
	}
	return &f, nil
}

var (
	atLine  = regexp.MustCompile(`^line (\d+): (.*)$`)
	noField = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
)

// misspelt says what YAML or its keys are wrong, a line each.
func misspelt(file string, err error) error {
	told := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	if t := (*yaml.TypeError)(nil); errors.As(err, &t) {
		told = t.Errors
	}
	var out []error
	for _, text := range told {
		at := graph.Origin{File: file}
		if m := atLine.FindStringSubmatch(text); m != nil {
			at.Line, _ = strconv.Atoi(m[1])
			text = m[2]
		}
		if m := noField.FindStringSubmatch(text); m != nil {
			text = fmt.Sprintf("there is no key %q here; docs/spec/frameworks.md has those that there are", m[1])
		}
		out = append(out, fmt.Errorf("%s: %s", at.At(), text))
	}
	return errors.Join(out...)
}

// Choose picks frameworks by their ids; unknown ones are errors that list the known.
func Choose(all []*Framework, ids []string) ([]*Framework, error) {
	var out []*Framework
	for _, id := range ids {
		i := slices.IndexFunc(all, func(f *Framework) bool { return strings.EqualFold(f.ID, id) })
		if i < 0 {
			return nil, fmt.Errorf("there is no framework %q; there are: %s; --framework FOLDER adds one of your own", id, strings.Join(IDs(all), ", "))
		}
		if !slices.Contains(out, all[i]) {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// Names are the ids of the frameworks below a folder, sorted, without reading them.
func Names(fsys fs.FS) []string {
	files, _ := fs.Glob(fsys, "*/"+FileName) // the pattern is good
	out := make([]string, len(files))
	for i, file := range files {
		out[i] = path.Dir(file)
	}
	return out
}

// IDs are those of frameworks, in their order.
func IDs(fs []*Framework) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.ID)
	}
	return out
}

// Of are the frameworks of the instruments that a perimeter names; of one that names
// none, every one that is in force on the day.
func Of(all []*Framework, k *kb.KB, p *perimeter.Perimeter, day string) []*Framework {
	var out []*Framework
	for _, f := range all {
		switch named := p.Spec.Frameworks; {
		case len(named) > 0 && slices.Contains(named, f.Instrument),
			len(named) == 0 && f.standing(k, day) == Stands:
			out = append(out, f)
		}
	}
	return out
}

// standing is what it is on a day: in force where some of it is.
func (f *Framework) standing(k *kb.KB, day string) Standing {
	clause := func(is func(*kb.Requirement) bool) bool {
		return f.any(func(c *Criterion) bool {
			q, ok := k.Requirement(c.Requirement)
			return ok && is(&q)
		})
	}
	switch {
	case clause(func(q *kb.Requirement) bool { return q.InForce(day, "") }):
		return Stands
	case clause(func(q *kb.Requirement) bool { return q.Status != "proposed" }):
		return Later
	}
	return Proposed
}

func (f *Framework) any(is func(*Criterion) bool) bool {
	for i := range f.Groups {
		for j := range f.Groups[i].Criteria {
			if is(&f.Groups[i].Criteria[j]) {
				return true
			}
		}
	}
	return false
}
