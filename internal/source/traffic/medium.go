package traffic

import (
	"bytes"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// A medium is one way in which traffic is written down.
type medium struct {
	name  string // for a person: "an Envoy access log"
	names int    // 1 when it tells what addresses are called: it is read first
	is    func(h *head) bool
	read  func(u *unit) error
}

// media is the list. The first that knows a file reads it.
var media = []*medium{
	ownLog, hubble, envoyJSON, otlp, gcpFlows, azureFlows, route53, zeekJSON, zeekConnJSON, nginxJSON, cloudTrail, har, promQuery,
	zeekTSV, zeekConn, awsFlows, awsFlowsBare, parquet, envoyText, squidLog, coreDNS, dnsmasq, promText,
}

// hopeless is how many broken lines a file begins with before it is given up.
const hopeless = 10_000

// A verdict says what a line is to a medium.
type verdict byte

const (
	taken  verdict = iota // a record; it was added
	other                 // something else that stands in such files
	broken                // it should be a record, and cannot be read
)

// A head is the beginning of a file as recognisers look at it.
type head struct {
	raw    []byte
	lines  [][]byte // complete ones that are not empty
	values [][]byte // JSON values, the last may be cut off
}

func mediumOf(raw []byte) *medium {
	h := newHead(tree.Decode(logs.Unpacked(raw)))
	for _, m := range media {
		if m.is(h) {
			return m
		}
	}
	return nil
}

func newHead(raw []byte) *head {
	h := &head{raw: raw}
	for rest := raw; len(h.lines) < 200; {
		line, tail, ended := bytes.Cut(rest, []byte{'\n'})
		if line = bytes.TrimSpace(line); len(line) > 0 && (ended || len(raw) < logs.HeadBytes) {
			h.lines = append(h.lines, line)
		}
		if rest = tail; !ended {
			break
		}
	}
	if at := logs.Space(raw, 0); at < len(raw) && (raw[at] == '{' || raw[at] == '[') {
		line, _, _ := bytes.Cut(raw[at:], []byte{'\n'})
		if _, ok := logs.Skip(line, 0); !ok {
			h.values = append(h.values, raw[at:]) // one document over many lines
			if raw[at] == '{' {
				h.lines = nil // none is a record by itself
			}
			return h
		}
	}
	for _, l := range h.lines {
		if l = logs.JSONPart(l); l[0] == '{' && len(h.values) < 8 {
			if _, ok := logs.Skip(l, 0); ok {
				h.values = append(h.values, l)
			}
		}
	}
	if at := logs.Space(raw, 0); len(h.values) == 0 && at < len(raw) && raw[at] == '[' {
		h.values = append(h.values, raw[at:])
	}
	return h
}

// any reports whether a value at the beginning is one of the medium's.
func (h *head) any(is func(v []byte) bool) bool {
	for _, v := range h.values {
		if is(logs.First(v)) {
			return true
		}
	}
	return false
}

// line reports whether a line at the beginning is one of the medium's.
func (h *head) line(is func(l []byte) bool) bool {
	for _, l := range h.lines {
		if is(l) {
			return true
		}
	}
	return false
}

// lines calls f for each line.
func (u *unit) lines(f func(l []byte) verdict) error {
	for {
		l, ok := u.in.Next()
		if !ok {
			return nil
		}
		if len(l) == 0 {
			if l == nil {
				u.broken() // it was too long
			}
			continue
		}
		u.judge(f(l))
		if u.good == 0 && u.bad >= hopeless {
			return fmt.Errorf("none of the first %d lines is a record of %s: nothing was read", hopeless, u.m.name)
		}
	}
}

func (u *unit) judge(v verdict) {
	switch {
	case v == other:
		u.other++
	case v == broken && u.in.Pieces:
		u.in.Cut = "it ends in the middle of a record"
	case v == broken:
		u.broken()
	}
}

// values calls f for each JSON value of a file: of each line, or of the one
// document or list that it is.
func (u *unit) values(f func(v []byte) verdict) error {
	start := u.in.Begin()
	at := logs.Space(start, 0)
	byLine := true
	if at < len(start) && (start[at] == '{' || start[at] == '[') {
		end := bytes.IndexByte(start[at:], '\n')
		if end < 0 {
			byLine = false
		} else if n, ok := logs.Skip(start[at:at+end], 0); !ok || n == 0 {
			byLine = false
		}
	}
	if byLine {
		return u.lines(func(l []byte) verdict { return eachOf(logs.JSONPart(l), f) })
	}
	src, err := u.in.Document()
	if err != nil {
		return err
	}
	u.document(src, f)
	return nil
}

// eachOf takes a list apart.
func eachOf(v []byte, f func(v []byte) verdict) verdict {
	if v[0] == '{' {
		return f(v)
	}
	if v[0] != '[' {
		return other
	}
	out := other
	whole := logs.Elements(v, func(e []byte) {
		if got := f(e); got != other {
			out = got
		}
	})
	if !whole {
		return broken
	}
	return out
}

// document calls f for each value of a document, which may be cut off.
func (u *unit) document(src []byte, f func(v []byte) verdict) {
	u.in.Hold(src)
	call := func(v []byte) {
		u.in.At(v)
		u.judge(f(v))
	}
	for i := logs.Space(src, 0); i < len(src); i = logs.Space(src, i) {
		end, ok := logs.Skip(src, i)
		switch {
		case src[i] == '[':
			logs.Elements(src[i:end], call)
		case src[i] == '{':
			call(src[i:end])
		default:
			u.broken()
			return
		}
		if !ok {
			u.in.Cut = "it ends in the middle of the document"
			return
		}
		i = end
	}
}
