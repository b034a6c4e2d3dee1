package fence

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Edited are the regions that somebody changed by hand, as errors with file:line.
// Where the regions are written as they were (is), the line is the one that was
// changed; else it is that of the fence.
func (f *File) Edited(is []Region) []error {
	var out []error
	for _, p := range f.parts {
		if p.name == "" || p.digest == Digest(p.text) || p.digest == "" && strings.TrimSpace(p.text) == "" {
			continue
		}
		line := p.line
		if i := slices.IndexFunc(is, func(r Region) bool { return r.Name == p.name && Digest(framed(r.Text)) == p.digest }); i >= 0 {
			line += 1 + differs(strings.Split(unix(p.text), "\n"), strings.Split(framed(is[i].Text), "\n"))
		}
		out = append(out, fmt.Errorf("%s:%d: somebody edited the region %s, which is generated: write outside of the fences; --force writes over it", f.name, line, p.name))
	}
	return out
}

// differs is the first line in which two texts differ, from 0.
func differs(a, b []string) int {
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return i
		}
	}
	return len(a) - 1
}

// Stale are the names of the regions whose text is another one, in the order of is.
// same, where it is not nil, leaves out of a text what does not matter.
func (f *File) Stale(is []Region, same func(string) string) []string {
	if same == nil {
		same = func(s string) string { return s }
	}
	var out []string
	for _, r := range is {
		i := slices.IndexFunc(f.parts, func(p part) bool { return p.name == r.Name })
		if i < 0 || same(unix(f.parts[i].text)) != same(framed(r.Text)) {
			out = append(out, r.Name)
		}
	}
	return out
}

// Write is the file with new regions. What stands outside of them is as it was.
func (f *File) Write(is []Region) (string, error) {
	var b strings.Builder
	var errs []error
	for _, p := range f.parts {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		i := slices.IndexFunc(is, func(r Region) bool { return r.Name == p.name })
		if i < 0 {
			errs = append(errs, fmt.Errorf("%s:%d: nothing was written for the region %s", f.name, p.line, p.name))
			continue
		}
		text, err := region(&is[i])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if p.last {
			text = strings.TrimSuffix(text, "\n")
		}
		b.WriteString(strings.ReplaceAll(text, "\n", p.ending))
	}
	return b.String(), errors.Join(errs...)
}

// New is a file of regions alone, with a line for the people who write between them.
func New(first string, is []Region) (string, error) {
	out := first + "\n"
	for i := range is {
		text, err := region(&is[i])
		if err != nil {
			return "", err
		}
		out += "\n" + text
	}
	return out, nil
}

// region is a region with its fences.
func region(r *Region) (string, error) {
	text := framed(r.Text)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, opening) {
			return "", fmt.Errorf("the region %s would hold a fence of its own: %s", r.Name, strings.TrimSpace(line))
		}
	}
	return begin(r.Name, Digest(text)) + "\n" + text + end(r.Name) + "\n", nil
}
