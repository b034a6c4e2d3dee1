package oci

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxStatement is more than the largest bill of materials has.
const maxStatement = 128 << 20

// A statement is an in-toto statement, as far as it is read: what it is about, and
// builder and materials of SLSA provenance in both of its versions.
type statement struct {
	PredicateType string     `json:"predicateType"`
	Subject       []material `json:"subject"`
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

// attach reads the statements that an index attaches to one of its images. Of one
// that cannot be read that is said, and not what its annotation promises.
func (r *reader) attach(d descriptor) {
	at, ok := r.byDigest[d.Annotations[attachedTo]]
	if !ok {
		return // of an image that is not here
	}
	img := &r.set.Images[at]
	b, err := r.blob(d.Digest, maxDocument)
	var doc document
	if err == nil {
		err = json.Unmarshal(b, &doc)
	}
	if err != nil {
		r.problem("the statements %s about %s: %v", d.Digest, img.Digest, err)
		img.Attached = append(img.Attached, Statement{Unknown: err.Error()})
		return
	}
	for _, l := range doc.Layers {
		st, err := r.statement(l.Digest, img.Digest)
		if err != nil {
			r.problem("the statement %s about %s: %v", l.Digest, img.Digest, err)
			st = Statement{Unknown: err.Error()}
		}
		img.Attached = append(img.Attached, st)
	}
}

// statement reads one statement, which has to be about an image.
func (r *reader) statement(digest, image string) (s Statement, err error) {
	b, err := r.blob(digest, maxStatement)
	if err != nil {
		return s, err
	}
	var doc statement
	if err := json.Unmarshal(b, &doc); err != nil {
		return s, fmt.Errorf("it is no statement in JSON: %w", err)
	}
	if doc.PredicateType == "" {
		return s, errors.New("it does not say what it states (predicateType)")
	}
	if about := doc.about(); len(about) > 0 && !slices.Contains(about, image) {
		return s, fmt.Errorf("it is about something else (%s): build the image again, with its statements", strings.Join(about[:min(len(about), 3)], ", "))
	}
	s.Predicate, s.Builder = doc.PredicateType, doc.Predicate.Builder.ID
	if s.Builder == "" {
		s.Builder = doc.Predicate.RunDetails.Builder.ID
	}
	for _, m := range append(doc.Predicate.Materials, doc.Predicate.BuildDefinition.ResolvedDependencies...) {
		s.Materials = append(s.Materials, Material{URI: m.URI, Digest: m.sha256()})
	}
	return s, nil
}

// about are the digests of what the statement is about.
func (s *statement) about() []string {
	var out []string
	for _, m := range s.Subject {
		if d := m.sha256(); d != "" {
			out = append(out, d)
		}
	}
	return out
}

func (m *material) sha256() string {
	if d := m.Digest["sha256"]; d != "" {
		return "sha256:" + d
	}
	return ""
}
