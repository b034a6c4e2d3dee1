package evidence

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/chart"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A Case is everything that documents are made of.
type Case struct {
	Result    *finding.Result // with everything: passes and the inventory
	Perimeter *perimeter.Perimeter
	KB        *kb.KB
	At        time.Time
	// Chart says what the map of data flows needs to know of the perimeter.
	Chart chart.Options
	// Only is the one system that documents speak of; "" for all.
	Only string
	// Facts are what the result was made from; nil where it was read from a file.
	Facts *graph.Facts
	// Version is that of this program; "" where it is not told.
	Version string
	// Documents are all that there are, for the one that tells what all ask.
	Documents []*Kind
	// Frameworks are folders of frameworks of the user's, which the score is made by too.
	Frameworks []string
	// History is what git says of the last review; nil where it was not asked.
	History *History
	// Past is what a ledger recorded of crossings; nil where none was given.
	Past *Past

	views *views // nil until the case is settled
}

// A History is what git says since the last review was recorded.
type History struct {
	Commit  string // that recorded it, short
	Commits int    // that changed what was reviewed since then
	Unknown string // why that is not known: a word below; "" where it is
}

// Why a [History] is not known.
const (
	NoGit       = "no-git"      // there is no git client
	NoTree      = "no-tree"     // the perimeter is in no work tree
	Uncommitted = "uncommitted" // the record of the review is not committed yet
	Shallow     = "shallow"     // the clone does not reach back to it
	Elsewhere   = "elsewhere"   // not all that is reviewed is in the repository of the perimeter
	Uncounted   = "uncounted"   // git could not count, as where objects are missing
)

// NewCase is a case without its result.
func NewCase(p *perimeter.Perimeter, k *kb.KB, at time.Time) (*Case, error) {
	o, err := chart.For(k, p, at)
	if err != nil {
		return nil, err
	}
	return &Case{Perimeter: p, KB: k, At: at, Chart: o}, nil
}

// Check refuses a case that documents would be weaker of without saying so.
func (c *Case) Check() error {
	switch {
	case c.Result == nil || c.Perimeter == nil || c.KB == nil || c.At.IsZero():
		return errors.New("a case needs a result, a perimeter, a knowledge base and a day")
	case c.Result.Summary.Files == 0:
		return errors.New("nothing was looked at: a document about nothing would look like one about something")
	}
	for i := range c.Result.Assets {
		if a := &c.Result.Assets[i]; a.Origin.IsZero() {
			return fmt.Errorf("the fact about %s has no origin: nobody could verify a sentence about it", a.Subject)
		}
	}
	for i := range c.Result.Flows {
		if e := &c.Result.Flows[i]; e.Origin.IsZero() {
			return fmt.Errorf("the flow from %s to %s has no origin: nobody could verify a sentence about it", e.From, e.To)
		}
	}
	return nil
}

// Systems are those that documents speak of, sorted.
func (c *Case) Systems() []string {
	if c.Only != "" {
		return []string{c.Only}
	}
	return c.AllSystems()
}

// AllSystems are those that the perimeter names, sorted.
func (c *Case) AllSystems() []string {
	out := make([]string, 0, len(c.Perimeter.Spec.Systems))
	for name := range c.Perimeter.Spec.Systems {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// At is the source of a fact that a file shows.
func At(o graph.Origin) Source { return Source{Kind: File, At: o.At()} }

// Key is the source of what the perimeter says at a path ("spec.systems.triage.purpose").
func (c *Case) Key(path string) Source { return At(c.Perimeter.OriginOf(path)) }

// In is the source of what the result says as a whole.
func In(path string) Source { return Source{Kind: Result, At: path} }

// Clause is the source of what a requirement says.
func Clause(r *kb.Requirement) Source {
	return Source{Kind: Record, At: string(r.ID), Says: r.Citation}
}

// FirstOf are the sources of the first few of some findings.
func FirstOf(fs []*finding.Finding) []Source {
	var out []Source
	for _, f := range fs[:min(len(fs), fewest)] {
		out = append(out, At(f.Origin))
	}
	return out
}
