package fix

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// around is how many unchanged lines stand around a change, as in git.
const around = 3

// A step of a comparison: a line that both have, or only one of them.
type step struct {
	op   byte // ' ', '-' or '+'
	line string
}

// Diff writes the change of a file as a unified diff that git apply and
// patch -p1 take.
func (f *File) Diff(w io.Writer) error {
	steps := compare(splitLines(f.Old), splitLines(f.New))
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", patchName("a/"+f.Name), patchName("b/"+f.Name))
	for at := 0; at < len(steps); {
		first := slices.IndexFunc(steps[at:], func(s step) bool { return s.op != ' ' })
		if first < 0 {
			break
		}
		first += at
		last, quiet := first, 0
		for i := first; i < len(steps) && quiet <= 2*around; i++ {
			if steps[i].op == ' ' {
				quiet++
				continue
			}
			last, quiet = i, 0
		}
		from, to := max(first-around, at), min(last+around+1, len(steps))
		hunk(&b, steps, from, to)
		at = to
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// hunk writes the steps from one index to before another.
func hunk(b *strings.Builder, steps []step, from, to int) {
	oldLine, newLine := 1, 1
	for _, s := range steps[:from] {
		if s.op != '+' {
			oldLine++
		}
		if s.op != '-' {
			newLine++
		}
	}
	olds, news := 0, 0
	for _, s := range steps[from:to] {
		if s.op != '+' {
			olds++
		}
		if s.op != '-' {
			news++
		}
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", span(oldLine, olds), span(newLine, news))
	for _, s := range steps[from:to] {
		b.WriteByte(s.op)
		b.WriteString(s.line)
		if !strings.HasSuffix(s.line, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

func span(line, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", line-1)
	case 1:
		return fmt.Sprint(line)
	}
	return fmt.Sprintf("%d,%d", line, n)
}

// patchName is a path as the head of a patch spells it: quoted like in C when
// it must be, and with a tab after a name that has a space.
func patchName(name string) string {
	var b strings.Builder
	plain := true
	for i := range len(name) {
		switch c := name[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
			plain = false
		case c == '\n':
			b.WriteString(`\n`)
			plain = false
		case c == '\t':
			b.WriteString(`\t`)
			plain = false
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
			plain = false
		default:
			b.WriteByte(c)
		}
	}
	switch {
	case !plain:
		return `"` + b.String() + `"`
	case strings.Contains(name, " "):
		return name + "\t"
	}
	return name
}

// splitLines keeps the line ends.
func splitLines(src []byte) []string {
	var out []string
	for line := range strings.Lines(string(src)) {
		out = append(out, line)
	}
	return out
}

// compare finds the shortest way from one list of lines to another (Myers,
// "An O(ND) difference algorithm and its variations", 1986). Edits are few, so
// that it takes little more than the lines themselves.
func compare(a, b []string) []step {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []step
	for _, line := range a[:head] {
		out = append(out, step{' ', line})
	}
	out = append(out, shortest(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, line := range a[len(a)-tail:] {
		out = append(out, step{' ', line})
	}
	return out
}

func shortest(a, b []string) []step {
	reach := map[int]int{1: 0} // the furthest line of a on each diagonal
	var trace []map[int]int
	for d := 0; d <= len(a)+len(b); d++ {
		before := make(map[int]int, len(reach))
		for k, x := range reach {
			before[k] = x
		}
		trace = append(trace, before)
		for k := -d; k <= d; k += 2 {
			x := 0
			if k == -d || k != d && reach[k-1] < reach[k+1] {
				x = reach[k+1]
			} else {
				x = reach[k-1] + 1
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			reach[k] = x
			if x >= len(a) && x-k >= len(b) {
				return walked(a, b, trace)
			}
		}
	}
	return nil
}

// walked goes the way back from the end.
func walked(a, b []string, trace []map[int]int) []step {
	var out []step
	x, y := len(a), len(b)
	for d := len(trace) - 1; d >= 0; d-- {
		reach, k := trace[d], x-y
		was := k - 1
		if k == -d || k != d && reach[k-1] < reach[k+1] {
			was = k + 1
		}
		fromX := reach[was]
		fromY := fromX - was
		for x > fromX && y > fromY && x > 0 && y > 0 {
			x, y = x-1, y-1
			out = append(out, step{' ', a[x]})
		}
		if d == 0 {
			break
		}
		if x == fromX {
			y--
			out = append(out, step{'+', b[y]})
		} else {
			x--
			out = append(out, step{'-', a[x]})
		}
	}
	slices.Reverse(out)
	return out
}
