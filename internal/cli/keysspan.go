package cli

import (
	"fmt"
	"strconv"
	"strings"
)

// A span is a part of a file: the bytes from the first to the last, both
// included, or to the end. The zero span is the whole file.
type span struct {
	written     bool
	first, last int64
	toEnd       bool
}

// parseSpan reads A-B or A-.
func parseSpan(s string) (span, error) {
	if s == "" {
		return span{toEnd: true}, nil
	}
	bad := fmt.Errorf("--range %q: write it as 0-99, for the first hundred bytes, or as 100-, for all from there on", s)
	a, b, ok := strings.Cut(s, "-")
	p := span{written: true, toEnd: b == ""}
	var err error
	if p.first, err = offset(a); !ok || err != nil {
		return span{}, bad
	}
	if !p.toEnd {
		if p.last, err = offset(b); err != nil || p.last < p.first {
			return span{}, bad
		}
	}
	return p, nil
}

// offset reads digits and nothing else.
func offset(s string) (int64, error) {
	n, err := strconv.ParseUint(s, 10, 62)
	return int64(n), err
}

// in is where the span begins in a file of that size, and how long it is.
func (p span) in(size int64) (from, n int64, err error) {
	if p.toEnd {
		p.last = size - 1
	}
	if p.written && (p.first >= size || p.last >= size) {
		return 0, 0, fmt.Errorf("it holds %d bytes, counted from 0: the range is not in it", size)
	}
	return p.first, p.last - p.first + 1, nil
}
