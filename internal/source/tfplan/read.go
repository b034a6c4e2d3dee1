package tfplan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxBytes bounds one file. A plan of 100,000 resources has 500 MB.
const maxBytes = 1 << 30

// Read reads plans and states. files are paths as the user would type them.
// The result does not depend on their order. Readers of the assets may be
// used from several goroutines; they keep the document in memory.
func Read(files []string) graph.Facts { return readAll(files, maxBytes) }

func readAll(files []string, limit int64) graph.Facts {
	var f graph.Facts
	files = slices.Clone(files)
	slices.Sort(files)
	for _, path := range slices.Compact(files) {
		file := filepath.ToSlash(path)
		f.Files = append(f.Files, file)
		src, err := load(path, limit)
		if err != nil {
			f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: file}, Message: err.Error()})
			continue
		}
		parse(file, src, &f)
	}
	return f
}

// load returns the bytes of a file as UTF-8.
func load(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", tree.Plain(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil {
		switch {
		case info.IsDir():
			return nil, errors.New("read plan: this is a directory: name the file that terraform show -json wrote")
		case info.Size() > limit:
			return nil, tooLarge(limit)
		}
	}
	src, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	if int64(len(src)) > limit {
		return nil, tooLarge(limit)
	}
	return tree.Decode(src), nil
}

func tooLarge(limit int64) error {
	return fmt.Errorf("the file is larger than %d MiB and was not read: plan in smaller parts", limit>>20)
}

// parse adds the facts of one document.
func parse(file string, src []byte, f *graph.Facts) {
	problem := func(line int, format string, args ...any) {
		f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: file, Line: line}, Message: fmt.Sprintf(format, args...)})
	}
	if isBinary("plan", src) {
		problem(0, "this is a binary plan: convert it with terraform show -json PLAN > plan.json, and name that file")
		return
	}
	if !utf8.Valid(src) {
		problem(0, "the file is not valid UTF-8: write it again with terraform show -json PLAN > plan.json")
		return
	}
	d := newDoc(file, src)
	if err := valid(src); err != nil {
		at := len(src)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = int(syntax.Offset)
		}
		problem(d.line(max(0, at-1)), "this is not valid JSON: %s; the file may have been cut short: write it again with terraform show -json", err)
		return
	}
	top := d.members(d.root())
	if d.kind(d.root()) != '{' {
		problem(1, "this is neither a plan nor a state: name a file that terraform show -json wrote")
		return
	}
	_, isShow := find(top, "format_version")
	_, isState := find(top, "version")
	r := &reading{doc: d, top: top, facts: f}
	switch {
	case isShow:
		r.show()
	case isState:
		r.rawState()
	default:
		problem(1, "this is neither a plan nor a state: it has no format_version and no version; write it with terraform show -json")
	}
}

// valid checks the syntax and says where it is wrong.
func valid(src []byte) error {
	if json.Valid(src) {
		return nil
	}
	var v json.RawMessage
	if err := json.Unmarshal(src, &v); err != nil {
		return err
	}
	return errors.New("it could not be parsed")
}

// A reading is one document on its way into facts.
type reading struct {
	doc   *doc
	top   []member
	facts *graph.Facts

	plan  *plan
	first int             // where the assets of this document begin in facts
	seen  map[string]bool // addresses
}

func (r *reading) get(name string) span {
	m, _ := find(r.top, name)
	return m.val
}

func (r *reading) problem(at int, format string, args ...any) {
	o := graph.Origin{File: r.doc.file, Line: r.doc.line(at)}
	r.facts.Problems = append(r.facts.Problems, graph.Problem{Origin: o, Message: fmt.Sprintf(format, args...)})
}

// show reads the output of terraform show -json.
func (r *reading) show() {
	v := r.get("format_version")
	major, _, _ := strings.Cut(r.doc.text(v), ".")
	if major != "0" && major != "1" {
		r.problem(v.from, "the format %q is not known: Bailiwick reads 0.x and 1.x", r.doc.text(v))
		return
	}
	r.begin()
	_, planned := find(r.top, "planned_values")
	_, changes := find(r.top, "resource_changes")
	_, config := find(r.top, "configuration")
	if planned || changes || config {
		r.plan.configured = config
		r.plan.readConfig(r.get("configuration"), r.get("variables"))
		r.changes()
		r.deferred()
		r.values(r.doc.get(r.get("planned_values"), "root_module"), 0)
		r.completeness()
	} else {
		r.plan.state = true
		r.values(r.doc.get(r.get("values"), "root_module"), 0)
	}
	r.finish()
}

func (r *reading) begin() {
	r.plan = newPlan(r.doc)
	r.first = len(r.facts.Assets)
	r.seen = map[string]bool{}
}

// completeness reports plans that do not show everything.
func (r *reading) completeness() {
	if m, _ := find(r.top, "errored"); r.doc.isTrue(m.val) {
		r.problem(m.at, "the plan ended with an error and does not show everything: plan again")
	}
	if m, ok := find(r.top, "complete"); ok && r.doc.kind(m.val) == 'f' && r.doc.isNull(r.get("deferred_changes")) {
		r.problem(m.at, "the plan is not complete (was it made with -target?): plan without limits")
	}
}

// finish counts blocks and lets readers find assets.
func (r *reading) finish() {
	groups := map[string]bool{}
	for i := range r.facts.Assets[r.first:] {
		a := &r.facts.Assets[r.first+i]
		groups[a.Group] = true
	}
	blocks := map[string]bool{}
	for module, m := range r.plan.modules {
		for id := range m.resources {
			if !strings.HasPrefix(id, "data.") && !strings.HasPrefix(id, "ephemeral.") {
				blocks[r.doc.file+":"+join(module, id)] = true
			}
		}
	}
	for g := range blocks {
		if !groups[g] {
			r.facts.Absent++
		}
	}
	for g := range groups {
		blocks[g] = true
	}
	r.facts.Blocks += len(blocks)
}
