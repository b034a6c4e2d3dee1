package logs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Values takes the objects of a stream apart: one after the other, in lists,
// or in the lists of an object around them, such as {"Records": […]}. It holds
// one object at a time.
type Values struct {
	in     *Input
	lists  []string // members of an outermost object whose elements are given
	line   int      // of the next byte
	open   int      // lists that are open
	within bool     // one of them is a member of an object
	buf    []byte
}

// ErrLong says that one object is longer than any should be. The next can be
// read.
var ErrLong = fmt.Errorf("it is longer than %d MiB", MaxLine>>20)

// Values begins to read objects from where the input is.
func (in *Input) Values(lists ...string) *Values { return &Values{in: in, lists: lists, line: 1} }

// Next gives the next object and the line where it begins, until io.EOF. The
// bytes are valid until the next call. After an error other than [ErrLong]
// there is no further object.
func (s *Values) Next() (v []byte, line int, err error) {
	for {
		c, err := s.byte()
		if err != nil {
			if errors.Is(err, io.EOF) && s.open == 0 {
				return nil, s.line, io.EOF
			}
			return nil, s.line, s.cut(err)
		}
		switch c {
		case ' ', '\t', '\r', '\n', ',':
		case '[':
			if s.open++; s.open > 8 {
				return nil, s.line, errors.New("lists in lists in lists")
			}
		case ']':
			if s.open--; s.open < 0 {
				return nil, s.line, errors.New("it is no JSON: a list ends that did not begin")
			}
			if s.open == 0 && s.within {
				if err := s.rest(); err != nil {
					return nil, s.line, s.cut(err)
				}
			}
		case '{':
			at := s.line
			v, whole, err := s.object()
			if err != nil || whole {
				return v, at, err
			}
		default:
			return nil, s.line, fmt.Errorf("it is no JSON of objects: %q stands where one should begin", c)
		}
	}
}

// object reads on behind the brace that opens an object. The answer is false
// when the list of a container begins.
func (s *Values) object() (v []byte, whole bool, err error) {
	s.buf = append(s.buf[:0], '{')
	depth, long := 1, false
	var key []byte // of the outermost level, where its value comes next
	from := 0
	for {
		c, err := s.byte()
		if err != nil {
			return nil, false, s.cut(err)
		}
		if !long {
			s.buf = append(s.buf, c)
		}
		if len(s.buf) > MaxLine {
			long, s.buf = true, s.buf[:1]
		}
		switch c {
		case '"':
			from = len(s.buf)
			if err := s.str(long); err != nil {
				return nil, false, s.cut(err)
			}
			if depth == 1 && s.open == 0 && !long && from <= len(s.buf)-1 {
				key = s.buf[from : len(s.buf)-1]
			}
		case '{':
			depth++
		case '[':
			if depth == 1 && s.open == 0 && !s.within && slices.ContainsFunc(s.lists, func(l string) bool { return l == string(key) }) {
				s.open, s.within = 1, true
				return nil, false, nil
			}
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				if long {
					return nil, true, ErrLong
				}
				return s.buf, true, nil
			}
		}
	}
}

// str reads to the end of a string.
func (s *Values) str(long bool) error {
	escaped := false
	for {
		c, err := s.byte()
		if err != nil {
			return err
		}
		if !long && len(s.buf) <= MaxLine {
			s.buf = append(s.buf, c)
		}
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"':
			return nil
		}
	}
}

// rest reads what an object has behind the list that was given.
func (s *Values) rest() error {
	s.within = false
	for depth := 1; depth > 0; {
		c, err := s.byte()
		if err != nil {
			return err
		}
		switch c {
		case '"':
			if err := s.str(true); err != nil {
				return err
			}
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
	}
	return nil
}

func (s *Values) byte() (byte, error) {
	c, err := s.in.buf.ReadByte()
	if c == '\n' && err == nil {
		s.line++
	}
	return c, err
}

func (s *Values) cut(err error) error {
	if err == io.EOF {
		return errors.New("it ends in the middle")
	}
	return errors.New(cutBy(err))
}

// ByLine reports whether the JSON that comes is a value a line, by its first
// lines. What is no JSON is, and what is still being written.
func (in *Input) ByLine() bool {
	if in.Live {
		return true
	}
	start := in.Begin()
	at := Space(start, 0)
	if at >= len(start) || start[at] != '{' && start[at] != '[' {
		return true
	}
	line, more, found := bytes.Cut(start[at:], []byte{'\n'})
	if n, ok := Skip(line, 0); found && ok && Space(line, n) == len(line) {
		return true
	}
	// A first line that is broken is no reason to take the others for parts of
	// it, unless it ends where a document goes on.
	line = bytes.TrimRight(line, " \t\r")
	return found && len(line) > 2 && line[0] == '{' && bytes.IndexByte([]byte("[{,:"), line[len(line)-1]) < 0 && bytes.HasPrefix(more, []byte(`{"`))
}
