package admit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// root is the folder that objects are said to lie in. No folder can have the name,
// so that nothing which the perimeter says of folders speaks of it.
const root = "/dev/null/admission"

// objectName is the name of the document that is judged.
const objectName = root + "/object.json"

// A Decision is what one perimeter says of one object.
type Decision struct {
	Digest  string // of the perimeter
	Name    string // of the perimeter
	Subject graph.Address
	// Against are the findings that keep the object out, worst first: what fails,
	// and what is not established where the class says unknown: block.
	Against []finding.Finding
	// Open are those that keep nothing out: fails below the gate, what is undecided
	// where the class says unknown: report.
	Open []finding.Finding
	// Problems are parts of the object that could not be read.
	Problems []graph.Problem
	// Skipped says why nothing was judged.
	Skipped string
}

// Inside reports whether nothing speaks against the object.
func (d *Decision) Inside() bool { return len(d.Against) == 0 && len(d.Problems) == 0 }

// skip says why a request needs no judgement, or nothing.
func skip(r *Request, at *outline) string {
	switch {
	case r.Operation == opDelete:
		return "what is deleted is not judged"
	case r.Operation == opConnect, passing[r.SubResource]:
		return "the request brings nothing that is judged"
	case r.Operation == opUpdate && at.Metadata.DeletionTimestamp != "" && r.SubResource == "" && sameBut(r.Object, r.OldObject):
		return "the object is being deleted, and nothing changes but its metadata"
	}
	return ""
}

// Decide judges the object of a request. The error is one of ours, never the
// object's fault.
func (s *State) Decide(ctx context.Context, r *Request) (*Decision, error) {
	d := &Decision{Digest: s.perimeter.Digest, Name: s.perimeter.Metadata.Name}
	var at outline
	if r.Operation != opDelete && r.Operation != opConnect {
		if absent(r.Object) {
			d.problem("the request holds no object")
			return d, nil
		}
		if err := json.Unmarshal(r.Object, &at); err != nil {
			d.problem("the object is not as the API writes one: " + err.Error())
			return d, nil
		}
	}
	d.Subject = graph.Address(strings.ToLower(r.Kind.Kind) + "/")
	if r.Namespace != "" {
		d.Subject += graph.Address(r.Namespace + "/")
	}
	d.Subject += graph.Address(cmp.Or(at.Metadata.Name, r.Name, at.Metadata.GenerateName+"*"))
	if d.Skipped = skip(r, &at); d.Skipped != "" {
		return d, nil
	}
	if r.binds() {
		return d, s.bind(ctx, d, r)
	}
	object, err := placed(r, &at)
	if err != nil {
		return nil, fmt.Errorf("put the object into its namespace: %w", err)
	}
	return d, s.judge(ctx, d, object, s.around.beside(object, &at, r.Namespace))
}

// bind judges the node that a pod is bound to, as check judges that node: the pod
// does not come with the request. The scheduler binds so, and anybody who may.
func (s *State) bind(ctx context.Context, d *Decision, r *Request) error {
	var b struct{ Target struct{ Kind, Name string } }
	if err := json.Unmarshal(r.Object, &b); err != nil {
		d.problem("the binding is not as the API writes one: " + err.Error())
		return nil
	}
	node, known := s.around.node[b.Target.Name]
	if !known || b.Target.Kind != "Node" && b.Target.Kind != "" {
		d.problem(fmt.Sprintf("nobody knows where %q is, to which the pod would be bound: no file of --cluster has that node; write them again with kubectl get nodes -o yaml", b.Target.Name))
		return nil
	}
	err := s.judge(ctx, d, node, s.around.beside(node, &outline{}, ""))
	// A binding says where, and nothing else.
	d.Against, d.Open = slices.DeleteFunc(d.Against, elsewise), slices.DeleteFunc(d.Open, elsewise)
	return err
}

// elsewise reports whether a finding is neither of places nor of who runs them.
func elsewise(f finding.Finding) bool {
	return !strings.HasPrefix(string(f.Rule), "LOC-") && !strings.HasPrefix(string(f.Rule), "OPR-")
}

// problem adds what could not be read of the object.
func (d *Decision) problem(message string) {
	d.Problems = append(d.Problems, graph.Problem{Origin: graph.Origin{File: objectName}, Message: message})
}

// judge puts the object, with what stands around it, to the brain that check asks.
func (s *State) judge(ctx context.Context, d *Decision, object []byte, beside []tree.File) error {
	facts := all.Objects(append([]tree.File{{Name: objectName, Data: object}}, beside...), s.source)
	res, err := s.assessor.Run(ctx, &facts)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	d.take(res, &facts, objectName, s.perimeter.File)
	return nil
}

// take keeps what a result says of the objects of one file: what it says of the
// perimeter's own flows, and of what stands around, does not count against them.
func (d *Decision) take(res *finding.Result, facts *graph.Facts, file, perimeter string) {
	own := map[graph.Address]bool{}
	for i := range facts.Assets {
		if a := &facts.Assets[i]; a.Origin.File == file {
			own[a.Address] = true
		}
	}
	for i := range facts.Flows {
		if f := &facts.Flows[i]; f.Origin.File == file {
			own[f.From] = true
		}
	}
	for i := range facts.Problems {
		if p := facts.Problems[i]; p.Origin.File == file {
			d.Problems = append(d.Problems, p)
		}
	}
	if len(own) == 0 && len(d.Problems) == 0 && !slices.Contains(facts.Files, file) {
		d.Problems = append(d.Problems, graph.Problem{Origin: graph.Origin{File: file}, Message: "no source reads an object of this form, so nothing of it is known: leave its type out of the webhook's rules, or tell what it is with a dialect under --kb"})
	}
	for i := range res.Findings {
		f := &res.Findings[i]
		if f.Root == perimeter || !own[f.Subject] && (f.Flow == nil || !own[f.Flow.From]) {
			continue
		}
		switch {
		case f.Violates, f.Status == finding.Undecided && f.Blocks:
			d.Against = append(d.Against, *f)
		case f.Status == finding.Fail, f.Status == finding.Undecided:
			d.Open = append(d.Open, *f)
		}
	}
	for _, list := range [][]finding.Finding{d.Against, d.Open} {
		slices.SortStableFunc(list, func(a, b finding.Finding) int {
			if a.Status != b.Status {
				return strings.Compare(string(a.Status), string(b.Status)) // fail before undecided
			}
			return b.Severity.Rank() - a.Severity.Rank()
		})
	}
}
