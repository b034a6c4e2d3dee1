// Package all lists the documents that there are. One line makes a document.
package all

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/review"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/ropa"
)

// kinds are the documents, sorted by name.
var kinds = []*evidence.Kind{
	&review.Document,
	&ropa.Document,
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
