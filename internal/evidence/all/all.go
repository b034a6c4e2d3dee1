// Package all lists the documents that there are. One line makes a document.
package all

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/annexiv"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/cyclonedx"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/dfd"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/dora"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/dpia"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/fria"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/incidents"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/openreports"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/oscal"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/review"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/ropa"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/sbom"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/score"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/selfdescription"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/subprocessors"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/tia"
)

// kinds are the documents, sorted by name.
var kinds = []*evidence.Kind{
	&annexiv.Document,
	&cyclonedx.Document,
	&dfd.Document,
	&dora.Document,
	&dpia.Document,
	&fria.Document,
	&incidents.Document,
	&openreports.Document,
	&oscal.Document,
	&review.Document,
	&ropa.Document,
	&sbom.Document,
	&score.Document,
	&selfdescription.Document,
	&subprocessors.Document,
	&tia.Document,
}

// Names are the names of all documents, sorted.
func Names() []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.Name
	}
	return out
}

// Kinds are all documents, for [evidence.Case.Documents].
func Kinds() []*evidence.Kind { return kinds }

// Find is the document of a name.
func Find(name string) (*evidence.Kind, error) {
	for _, k := range kinds {
		if k.Name == name {
			return k, nil
		}
	}
	return nil, fmt.Errorf("there is no document %q; there are: %s", name, strings.Join(Names(), ", "))
}

// Messages are those of all documents, for [evidence.Case.CheckAnswers].
func Messages() []fs.FS {
	out := make([]fs.FS, len(kinds))
	for i, k := range kinds {
		out[i] = k.Messages
	}
	return out
}
