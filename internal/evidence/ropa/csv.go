package ropa

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// columns are those of the export: a row for each activity and recipient, and one for an
// activity without any. Lists are joined by "; ". Values are the words of the perimeter
// and of the result, countries as ISO 3166-1 alpha-2 ("*" is any), and "unknown" where
// nobody has said or established something. An empty field does not apply.
var columns = []string{
	"activity",        // the system, or "(unbound)": what no binding gives to one
	"role",            // controller, processor
	"controller",      // art. 30(1)(a), 30(2)(a)
	"dpo",             //
	"purpose",         // art. 30(1)(b)
	"legal_basis",     // ids of requirements
	"ai_act",          //
	"data_subjects",   // art. 30(1)(c)
	"recipient",       // art. 30(1)(d): the operator, or the host where nobody knows who runs it
	"hosts",           // that flows lead to
	"seat",            //
	"controlled_by",   // who controls the recipient last, with its country
	"kinds",           // of the assets that it runs
	"flow_purposes",   //
	"known_as",        // declared, planned, observed; of assets alone empty
	"data_classes",    //
	"gdpr",            // the strictest category of these: none, personal, special, criminal
	"retention",       // of each class that has one, as class=time; art. 30(1)(f)
	"countries",       // in which it stores or processes
	"third_countries", // of them, outside of the European Economic Area, for personal data; art. 30(1)(e)
	"transfer",        // "none", "covered", "ended", "uncovered", "unknown"
	"safeguard",       // the tool of chapter V
	"safeguard_until", // its last day
	"sources",         // file:line of the first few facts
}

const (
	unknown = "unknown"
	between = "; "
)

// writeCSV writes the record as a table. It has no texts of a language.
func writeCSV(w io.Writer, c *evidence.Case, _ string) error {
	if err := c.Check(); err != nil {
		return err
	}
	var rows [][]string
	for _, system := range append(c.Systems(), evidence.Unbound) {
		mine, err := rowsOf(c, system)
		if err != nil {
			return err
		}
		rows = append(rows, mine...)
	}
	return evidence.CSV(w, columns, rows)
}

// rowsOf are the rows of one activity.
func rowsOf(c *evidence.Case, system string) ([][]string, error) {
	crossings, err := c.Crossings(system)
	if err != nil {
		return nil, err
	}
	crosses := map[string]*evidence.Crossing{}
	for _, x := range crossings {
		crosses[x.ID()] = x
	}
	head := activity(c, system)
	var out [][]string
	for _, x := range c.Recipients(system) {
		out = append(out, append(slices.Clone(head), recipient(c, x, crosses[x.ID()])...))
	}
	if len(out) == 0 && system != evidence.Unbound {
		none := make([]string, len(columns)-len(head))
		if c.Empty(system) {
			none = slices.Repeat([]string{unknown}, len(none))
			none[len(none)-1] = c.Key("spec.systems." + system).At
		}
		out = append(out, append(head, none...))
	}
	return out, nil
}

// activity are the first columns: what the perimeter says of the system.
func activity(c *evidence.Case, system string) []string {
	if system == evidence.Unbound {
		return []string{"(unbound)", unknown, unknown, unknown, unknown, unknown, unknown, unknown}
	}
	s := c.Perimeter.Spec.Systems[system]
	basis := make([]string, len(s.Basis))
	for i, id := range s.Basis {
		basis[i] = string(id)
	}
	out := []string{system, s.Role, s.Controller, s.DPO, s.Purpose, strings.Join(basis, between), s.AIAct, strings.Join(s.Subjects, between)}
	for i := range out {
		if out[i] == "" {
			out[i] = unknown
		}
	}
	return out
}

// recipient are the other columns; crossing is nil of who is in no third country for
// what is known.
func recipient(c *evidence.Case, x *evidence.Recipient, crossing *evidence.Crossing) []string {
	seat, control := unknown, ""
	if o := x.Operator; o != nil {
		if o.Seat != "" {
			seat = string(o.Seat)
		}
		if n := len(o.Control); n > 0 {
			last := o.Control[n-1]
			control = fmt.Sprintf("%s (%s)", last.Name, last.Country)
		} else if o.Unknown != "" {
			control = unknown
		}
	} else {
		control = unknown
	}
	countries := join(x.Countries)
	if x.Open || len(x.Countries) == 0 {
		countries = strings.TrimPrefix(countries+between+unknown, between)
	}
	var third, tool, until string
	transfer := "none"
	switch {
	case x.Fetched(): // data comes from there, and none goes there
	case crossing != nil:
		third = join(crossing.Countries)
		transfer, tool, until = safeguard(c, crossing)
	case c.Unplaced(x):
		third, transfer = unknown, unknown
	}
	sources := make([]string, len(x.Sources))
	for i, s := range x.Sources {
		sources[i] = s.At
	}
	gdpr, retention := classes(c, x.Classes)
	return []string{
		x.Name, strings.Join(x.Hosts, between), seat, control, join(x.Kinds), strings.Join(x.Purposes, between), join(x.States), join(x.Classes),
		gdpr, retention, countries, third, transfer, tool, until, strings.Join(sources, between),
	}
}

func join[T ~string](list []T) string {
	return strings.ReplaceAll(graph.Listed(list), ", ", between)
}

// classes are the strictest category of some classes, and how long each is kept.
func classes(c *evidence.Case, ids []graph.ClassID) (gdpr, retention string) {
	var times []string
	for _, id := range ids {
		k, ok := c.Perimeter.Spec.Data[id]
		if !ok {
			return unknown, unknown
		}
		if perimeter.Rank("Class.gdpr", k.GDPR) >= perimeter.Rank("Class.gdpr", gdpr) {
			gdpr = k.GDPR
		}
		t := k.Retention
		if t == "" {
			t = unknown
		}
		if k.GDPR != "none" {
			times = append(times, string(id)+"="+t)
		}
	}
	return gdpr, strings.Join(times, between)
}

// safeguard is how a transfer stands, by which tool, until when.
func safeguard(c *evidence.Case, x *evidence.Crossing) (status, tool, until string) {
	t, decided := c.Basis(x)
	switch {
	case decided:
		return "covered", "adequacy", ""
	case t == nil:
		return "uncovered", unknown, ""
	case t.Holds():
		status = "covered"
	case t.Ended:
		status = "ended"
	default:
		status = "uncovered"
	}
	return status, t.Tool, t.Expires
}
