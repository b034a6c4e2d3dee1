package terraform

import (
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// product multiplies and stays where it can be compared.
func product(a, b int) int {
	if a > 0 && b > (1<<50)/a {
		return 1 << 50
	}
	return a * b
}

// lengthOf is the number of elements of a known collection argument.
func lengthOf(args []cty.Value, i int) int {
	if i >= len(args) {
		return 0
	}
	v, _ := args[i].Unmark()
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
		return 0
	}
	return v.LengthInt()
}

func wholeNumberOf(args []cty.Value, i int) (int, error) {
	if i >= len(args) {
		return 0, fault("there is no such argument")
	}
	v, _ := args[i].Unmark()
	if v.IsNull() || !v.IsKnown() {
		return 0, fault("the argument is not known")
	}
	return wholeNumber(v)
}

// bounded refuses a result that is too large to go on with.
func bounded(v cty.Value) error {
	raw, _ := v.Unmark()
	switch {
	case raw.IsNull() || !raw.IsKnown():
	case raw.Type() == cty.String && len(raw.AsString()) > maxText:
		return faultf("a string is longer than %d MiB", maxText>>20)
	case raw.Type() == cty.Number && hugeNumber(raw):
		return fault("a number is too large")
	case raw.CanIterateElements() && raw.LengthInt() > maxElements:
		return faultf("a collection has more than %d elements", maxElements)
	}
	return nil
}

const (
	// maxDigits bounds the text of a number, maxExponent its binary exponent.
	maxDigits   = 5_000
	maxExponent = 1 << 14
)

func hugeNumber(v cty.Value) bool {
	f := v.AsBigFloat()
	if f.IsInf() {
		return true
	}
	e := f.MantExp(nil)
	return e > maxExponent || e < -maxExponent
}

// hugeText reports text that is a number too large to be worked with.
func hugeText(s string) bool {
	if longestRun(s) > maxDigits {
		return true
	}
	i := strings.LastIndexAny(s, "eE")
	if i < 0 || longestRun(s[i:]) < 5 {
		return false
	}
	n, err := strconv.Atoi(strings.TrimSpace(s[i+1:]))
	return err != nil || n > maxDigits || n < -maxDigits
}

// longestRun is the length of the longest run of digits.
func longestRun(s string) int {
	run, most := 0, 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			run = 0
			continue
		}
		run++
		most = max(most, run)
	}
	return most
}

// hugeInside looks for such a number in a value.
func hugeInside(v cty.Value) bool {
	raw, _ := v.Unmark()
	switch {
	case raw.IsNull() || !raw.IsKnown():
		return false
	case raw.Type() == cty.Number:
		return hugeNumber(raw)
	case raw.Type().IsPrimitiveType() || !raw.CanIterateElements():
		return false
	}
	for it := raw.ElementIterator(); it.Next(); {
		if _, e := it.Element(); hugeInside(e) {
			return true
		}
	}
	return false
}

// bulky reports a value whose strings together are more than a run may hold:
// they may be one string, shared a million times, until something prints it.
func bulky(v cty.Value) bool {
	left := 8 * maxText
	return !fits(v, &left)
}

func fits(v cty.Value, left *int) bool {
	raw, _ := v.Unmark()
	switch {
	case raw.IsNull() || !raw.IsKnown():
		return true
	case raw.Type() == cty.String:
		*left -= len(raw.AsString())
		return *left >= 0
	case raw.Type().IsPrimitiveType() || !raw.CanIterateElements():
		return true
	case raw.Type().IsListType() || raw.Type().IsMapType() || raw.Type().IsSetType():
		if e := raw.Type().ElementType(); e == cty.Bool || e == cty.Number {
			return true
		}
	}
	for it := raw.ElementIterator(); it.Next(); {
		if _, e := it.Element(); !fits(e, left) {
			return false
		}
	}
	return true
}
