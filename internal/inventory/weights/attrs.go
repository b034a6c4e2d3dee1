package weights

import (
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Language is whose words the types of models, of what loads them and of data are,
// and Type is that of a model.
const (
	Language = "model"
	Type     = "weights"
)

// Attrs are what dialects and rules can read of a model, or of anything else
// that is described in plain values: by name, each with where it stands.
type Attrs struct {
	At     graph.Origin
	values map[string]graph.Reading
	later  map[string]func() graph.Reading
}

// NewAttrs makes attributes of something that stands somewhere.
func NewAttrs(at graph.Origin) *Attrs {
	return &Attrs{At: at, values: map[string]graph.Reading{}}
}

// Read implements [graph.Reader].
func (a *Attrs) Read(path string) []graph.Reading {
	if rd, ok := a.values[path]; ok {
		return []graph.Reading{rd}
	}
	if find, ok := a.later[path]; ok {
		return []graph.Reading{find()}
	}
	return nil
}

// Later sets a text that costs much to find, and that is found when somebody reads it.
func (a *Attrs) Later(name string, find func() (string, error)) {
	if _, set := a.values[name]; set {
		return
	}
	if a.later == nil {
		a.later = map[string]func() graph.Reading{}
	}
	a.later[name] = sync.OnceValue(func() graph.Reading {
		s, err := find()
		if err != nil {
			return graph.Reading{Unknown: err.Error(), Origin: a.At}
		}
		return graph.Reading{Value: s, Origin: a.At}
	})
}

// Text sets a text; what is not said is left out, as in a document.
func (a *Attrs) Text(name, s string) {
	if s != "" {
		a.values[name] = graph.Reading{Value: s, Origin: a.At}
	}
}

// Texts sets a list of texts.
func (a *Attrs) Texts(name string, list []string) {
	if len(list) == 0 {
		return
	}
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	a.values[name] = graph.Reading{Value: out, Origin: a.At}
}

// Lacks sets what nothing says and somebody needs to know: nothing, or a list.
func (a *Attrs) Lacks(what []string) {
	if len(what) == 0 {
		what = []string{"nothing"}
	}
	a.Text("lacks", strings.Join(what, ", "))
}

// Number sets a number.
func (a *Attrs) Number(name string, n int64) {
	a.values[name] = graph.Reading{Value: float64(n), Origin: a.At}
}

// Bool sets a boolean.
func (a *Attrs) Bool(name string, b bool) {
	a.values[name] = graph.Reading{Value: b, Origin: a.At}
}

// Unknown sets a value that cannot be known.
func (a *Attrs) Unknown(name, why string) {
	a.values[name] = graph.Reading{Unknown: why, Origin: a.At}
}

// Move says on which line one of them stands.
func (a *Attrs) Move(name, file string, line int) {
	if rd, ok := a.values[name]; ok {
		rd.Origin = graph.Origin{File: file, Line: line}
		a.values[name] = rd
	}
}

// Attrs describes a model that is held by something, and was read at a place.
func (m *Model) Attrs(in string, at graph.Origin) *Attrs {
	a := NewAttrs(at)
	for name, s := range map[string]string{"path": m.Path, "format": m.Format, "in": in, "name": m.Name, "architecture": m.Architecture, "developer": m.Developer,
		"license": m.License, "sha256": m.SHA256, "source": m.Source, "signature.path": m.Signature.Path, "signature.signer": m.Signature.Signer, "signature.issuer": m.Signature.Issuer} {
		a.Text(name, s)
	}
	a.Number("size", m.Size)
	a.Number("parts", int64(m.Parts))
	a.Number("layer", int64(m.Layer))
	a.Texts("base_model", m.Base)
	a.Texts("datasets", m.Datasets)
	a.models(m)
	a.identity(m)
	a.lineage(m)
	a.code(m)
	switch m.Signature.State {
	case Covers, Differs:
		a.Bool("signed", m.Signature.State == Covers)
	case CannotSay:
		a.Unknown("signed", "whether "+m.Signature.Path+" is a signature for these bytes: "+m.Signature.Why)
	}
	return a
}

// models are the names under which the makers may be known: its own, and those
// that it says it was made from.
func (a *Attrs) models(m *Model) {
	var names []string
	for _, n := range append([]string{m.Name}, m.Base...) {
		if n != "" && !Folder(n) {
			names = add(names, n)
		}
	}
	a.Texts("models", names)
	switch {
	case m.Why != "":
		a.Unknown("models", m.Why)
	case len(names) == 0:
		a.Unknown("models", "neither the file nor what stands beside it names the model: add a config.json or model card that does")
	}
}

// identity is what an inventory needs and what is missing of it.
func (a *Attrs) identity(m *Model) {
	var lacks []string
	if m.License == "" {
		lacks = append(lacks, "a licence")
	}
	if m.Source == "" && (m.Name == "" || Folder(m.Name)) && a.values["models"].Value == nil {
		lacks = append(lacks, "where it comes from")
	}
	a.Lacks(lacks)
	if m.Why != "" {
		a.Unknown("lacks", m.Why)
	}
}

// lineage says whether what it was made from, and of what data, is named so that
// others can follow.
func (a *Attrs) lineage(m *Model) {
	if m.Derived {
		named := len(m.Base) > 0
		for _, b := range m.Base {
			named = named && !Folder(b)
		}
		a.Bool("base_named", named)
	}
	switch {
	case len(m.Datasets) > 0:
		a.Bool("data_named", true)
		a.Texts("datasets", m.Datasets)
	case m.Derived && m.Described:
		a.Bool("data_named", false)
	case m.Described:
		a.Unknown("data_named", "its card names no data set, and that it was made from another model neither")
	default:
		a.Unknown("data_named", "no model card stands beside it")
	}
}

func (a *Attrs) code(m *Model) {
	switch {
	case len(m.Code.Runs) > 0:
		a.Text("code", strings.Join(m.Code.Runs, ", "))
	case m.Code.Open != "":
		a.Unknown("code", m.Code.Open)
	default:
		a.Text("code", "none")
	}
}
