package kb

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// A sourceTable lists the sources of one compiled file by name.
type sourceTable map[string]*Source

// name enters a source. Two files may use one short name for two sources; the
// second is then numbered.
func (t sourceTable) name(short string, s *Source) string {
	name := short
	for n := 2; ; n++ {
		old, ok := t[name]
		if !ok {
			t[name] = s
			return name
		}
		if old.Address == s.Address && old.Licence == s.Licence && old.Retrieved == s.Retrieved && slices.Equal(old.Host, s.Host) {
			return name
		}
		name = fmt.Sprintf("%s-%d", short, n)
	}
}

// records sorts rows by key and moves their sources into the table.
func records[T any, P record[T]](rows []row[T], s sourceTable, key func(*T) string) []T {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b row[T]) int { return cmp.Compare(key(&a.V), key(&b.V)) })
	out := make([]T, len(rows))
	for i := range rows {
		out[i] = clone(rows[i].V)
		P(&out[i]).facts(func(f *Fact, _ bool) {
			if f.Cited != nil {
				f.Source, f.Cited = s.name(f.Source, f.Cited), nil
			}
		})
	}
	return out
}

// clone copies a record, so that compiling does not change the tree.
func clone[T any](v T) T {
	b, err := json.Marshal(v)
	if err == nil {
		var c T
		if err = json.Unmarshal(b, &c); err == nil {
			return c
		}
	}
	panic(fmt.Sprintf("kb: copy %T: %v", v, err))
}
