package oci

import "encoding/json"

// A statement is an in-toto statement, as far as it is read: builder and
// materials of SLSA provenance in both of its versions.
type statement struct {
	PredicateType string `json:"predicateType"`
	Predicate     struct {
		Builder struct {
			ID string `json:"id"`
		} `json:"builder"`
		Materials       []material `json:"materials"`
		BuildDefinition struct {
			ResolvedDependencies []material `json:"resolvedDependencies"`
		} `json:"buildDefinition"`
		RunDetails struct {
			Builder struct {
				ID string `json:"id"`
			} `json:"builder"`
		} `json:"runDetails"`
	} `json:"predicate"`
}

type material struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

// attach reads the statements that an index attaches to one of its images. One
// that cannot be read leaves the image without it, which is said.
func (r *reader) attach(d descriptor) {
	at, ok := r.byDigest[d.Annotations[attachedTo]]
	if !ok {
		return // of an image that is not here
	}
	b, err := r.blob(d.Digest)
	var doc document
	if err == nil {
		err = json.Unmarshal(b, &doc)
	}
	if err != nil {
		r.problem("the statements %s about %s: %v", d.Digest, d.Annotations[attachedTo], err)
		return
	}
	for _, l := range doc.Layers {
		st := Statement{Predicate: l.Annotations[predicate]}
		b, err := r.blob(l.Digest)
		if err != nil {
			r.problem("the statement %s about %s: %v", l.Digest, d.Annotations[attachedTo], err)
		} else {
			st.read(b)
		}
		r.set.Images[at].Attached = append(r.set.Images[at].Attached, st)
	}
}

func (s *Statement) read(b []byte) {
	var doc statement
	if json.Unmarshal(b, &doc) != nil {
		return
	}
	if s.Predicate == "" {
		s.Predicate = doc.PredicateType
	}
	s.Builder = doc.Predicate.Builder.ID
	if s.Builder == "" {
		s.Builder = doc.Predicate.RunDetails.Builder.ID
	}
	for _, m := range append(doc.Predicate.Materials, doc.Predicate.BuildDefinition.ResolvedDependencies...) {
		out := Material{URI: m.URI}
		if d := m.Digest["sha256"]; d != "" {
			out.Digest = "sha256:" + d
		}
		s.Materials = append(s.Materials, out)
	}
}
