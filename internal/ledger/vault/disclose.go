package vault

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A Source proves entries: a [ledger.Log] or a [ledger.Reader].
type Source interface {
	Entry(index int64) ([]byte, error)
	Prove(index int64) (ledger.Receipt, error)
}

// Disclose makes the document that shows the given sealed fields of an entry,
// and no others. Its reader verifies it by [entry.Disclosure.Verify].
func Disclose(ctx context.Context, v *Vault, log Source, index int64, fields ...string) (entry.Disclosure, error) {
	var d entry.Disclosure
	text, err := log.Entry(index)
	if err != nil {
		return d, fmt.Errorf("entry %d: %w", index, err)
	}
	e, err := entry.Parse(text)
	if err != nil {
		return d, fmt.Errorf("entry %d: %w", index, err)
	}
	fields = slices.Compact(slices.Sorted(slices.Values(fields)))
	if len(fields) == 0 {
		return d, fmt.Errorf("no field is named that is to be shown; entry %d has %v", index, e.SealedFields())
	}
	for _, f := range fields {
		if _, ok := e.Sealed[f]; !ok {
			return d, fmt.Errorf("entry %d has no sealed field %q; it has %v", index, f, e.SealedFields())
		}
	}
	all, err := v.Openings(ctx, e.Subject, text)
	if err != nil {
		return d, fmt.Errorf("entry %d: %w", index, err)
	}
	for _, o := range all {
		if !slices.Contains(fields, o.Field) {
			continue
		}
		if err := o.Opens(e); err != nil {
			return entry.Disclosure{}, fmt.Errorf("entry %d: %w", index, err)
		}
		d.Opened = append(d.Opened, o)
	}
	slices.SortFunc(d.Opened, func(a, b entry.Opening) int { return strings.Compare(a.Field, b.Field) })
	if len(d.Opened) != len(fields) {
		return entry.Disclosure{}, fmt.Errorf("entry %d: the vault lacks some of its openings", index)
	}
	receipt, err := log.Prove(index)
	if err != nil {
		return entry.Disclosure{}, fmt.Errorf("entry %d: %w", index, err)
	}
	d.Schema, d.Proof = entry.DisclosureSchema, string(receipt.Text(text))
	return d, nil
}
