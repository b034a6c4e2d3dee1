package chart

import "strings"

// align finds for each line of what a template renders to the line of the template
// that it comes from, as well as texts can tell: lines follow each other in the
// same order, and a line begins with what stands before its first action. A line
// that no line of the template can be belongs to the last one that one was.
func align(template, rendered string) []int {
	src := strings.Split(template, "\n")
	literal := make([]string, len(src)) // what a line begins with, without blanks
	for i, l := range src {
		l = strings.TrimSpace(l)
		if j := strings.Index(l, "{{"); j >= 0 {
			l = l[:j]
		}
		literal[i] = l
	}
	out := strings.Split(rendered, "\n")
	lines := make([]int, len(out))
	last := -1
	for i, l := range out {
		l = strings.TrimSpace(l)
		if found := next(literal, l, last); found >= 0 {
			last = found
		}
		lines[i] = max(last, 0) + 1
	}
	return lines
}

// near is how far a line is looked for before the whole template is.
const near = 400

// next is the first line after last that can have rendered to l; a loop leads
// back, so that then all lines are looked at. -1 when there is none.
func next(literal []string, l string, last int) int {
	if l == "" {
		return -1
	}
	for i := last + 1; i < min(len(literal), last+near); i++ {
		if fits(literal[i], l) {
			return i
		}
	}
	if last < 0 {
		return -1
	}
	for i := max(0, last-near); i <= last; i++ {
		if fits(literal[i], l) {
			return i
		}
	}
	return -1
}

func fits(literal, l string) bool {
	return len(literal) >= 3 && strings.HasPrefix(l, literal) && (len(literal) == len(l) || strings.ContainsAny(literal, ":-"))
}
