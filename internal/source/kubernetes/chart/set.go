package chart

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// assign puts what one --set says into values: pairs path=value after commas. A
// path goes through objects by dots and through lists by [0]; {a,b} is a list;
// a backslash takes the next letter as it is.
func assign(into map[string]any, expr string) error {
	s := &setter{rest: []rune(expr)}
	for len(s.rest) > 0 {
		steps, err := s.path()
		if err != nil {
			return err
		}
		value, err := s.value()
		if err != nil {
			return err
		}
		if err := place(into, steps, value); err != nil {
			return err
		}
	}
	return nil
}

// A setter reads one --set from left to right.
type setter struct{ rest []rune }

// until reads up to one of the stops, which it takes away and names; 0 is the end.
func (s *setter) until(stops string) (string, rune) {
	var b strings.Builder
	for i := 0; i < len(s.rest); i++ {
		switch r := s.rest[i]; {
		case strings.ContainsRune(stops, r):
			s.rest = s.rest[i+1:]
			return b.String(), r
		case r == '\\' && i+1 < len(s.rest):
			i++
			b.WriteRune(s.rest[i])
		default:
			b.WriteRune(r)
		}
	}
	s.rest = nil
	return b.String(), 0
}

// Bounds of one path: a value of others must not make a list of a billion.
const (
	maxSteps = 30
	maxIndex = 65536
)

// path reads names (string) and places in lists (int) up to the equals sign.
func (s *setter) path() ([]any, error) {
	var steps []any
	for {
		name, stop := s.until("=[,.")
		if name != "" || len(steps) == 0 {
			steps = append(steps, name)
		}
		for stop == '[' {
			index, _ := s.until("]")
			i, err := strconv.Atoi(index)
			if err != nil || i < 0 || i > maxIndex {
				return nil, fmt.Errorf("[%s] is no place in a list", index)
			}
			steps = append(steps, i)
			var between string
			if between, stop = s.until("[.="); between != "" {
				return nil, fmt.Errorf("%q cannot stand after ]", between)
			}
		}
		switch {
		case stop == '=':
			return steps, nil
		case stop != '.':
			return nil, fmt.Errorf("%q has no value: write path=value", name)
		case len(steps) > maxSteps:
			return nil, errors.New("the path is longer than any path is")
		}
	}
}

func (s *setter) value() (any, error) {
	if len(s.rest) == 0 || s.rest[0] != '{' {
		text, _ := s.until(",")
		return scalar(text), nil
	}
	s.rest = s.rest[1:]
	list := []any{}
	for {
		text, stop := s.until(",}")
		if stop == 0 {
			return nil, errors.New("a list ends with }")
		}
		list = append(list, scalar(text))
		if stop == '}' {
			if len(s.rest) > 0 && s.rest[0] == ',' {
				s.rest = s.rest[1:]
			}
			return list, nil
		}
	}
}

// scalar gives what is written the type that it has with Helm.
func scalar(s string) any {
	switch strings.ToLower(s) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil && (s == "0" || s[0] != '0') {
		return i
	}
	return s
}

// place puts a value where the steps lead.
func place(into map[string]any, steps []any, value any) error {
	name, _ := steps[0].(string)
	if name == "" {
		return nil // as with Helm: nothing has no name
	}
	v, err := placed(into[name], steps[1:], value)
	if err != nil {
		return err
	}
	into[name] = v
	return nil
}

func placed(old any, steps []any, value any) (any, error) {
	if len(steps) == 0 {
		return value, nil
	}
	if i, ok := steps[0].(int); ok {
		list, isList := old.([]any)
		if !isList && old != nil {
			return nil, fmt.Errorf("[%d] is asked of something that is no list", i)
		}
		longer := make([]any, max(len(list), i+1))
		copy(longer, list)
		v, err := placed(longer[i], steps[1:], value)
		longer[i] = v
		return longer, err
	}
	m, ok := old.(map[string]any)
	if !ok && old != nil {
		return nil, fmt.Errorf("%v is asked of something that is no object", steps[0])
	}
	if m == nil {
		m = map[string]any{}
	}
	return m, place(m, steps, value)
}
