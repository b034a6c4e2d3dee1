package kb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Error is one thing that is wrong in a knowledge base file.
type Error struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"` // 1-based; 0 for the whole file
	Message string `json:"message"`
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// sortErrors flattens joined errors and orders them by file and line.
func sortErrors(err error) error {
	all := flatten(err)
	slices.SortStableFunc(all, func(a, b error) int {
		x, xok := a.(*Error)
		y, yok := b.(*Error)
		if !xok || !yok {
			return strings.Compare(a.Error(), b.Error())
		}
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Message, y.Message))
	})
	return &Errors{slices.CompactFunc(all, func(a, b error) bool { return a.Error() == b.Error() })}
}

func flatten(err error) []error {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range j.Unwrap() {
			all = append(all, flatten(e)...)
		}
		return all
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// Errors is everything that is wrong with a YAML tree.
type Errors struct{ All []error }

func (e *Errors) Error() string {
	lines := make([]string, len(e.All))
	for i, err := range e.All {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

func (e *Errors) Unwrap() []error { return e.All }
