package chart

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// bounded are functions that make much of little.
func (e *engine) bounded() template.FuncMap {
	long := func(s string) (string, error) {
		if len(s) > maxOutput {
			return "", errWork
		}
		return s, nil
	}
	steps := func(start, stop, step int) ([]int, error) {
		var out []int
		for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
			if err := e.spend(1); err != nil {
				return nil, err
			}
			out = append(out, i)
		}
		return out, nil
	}
	toward := func(stop int) ([]int, error) {
		if stop < 0 {
			return steps(0, stop, -1)
		}
		return steps(0, stop, 1)
	}
	quoted, squoted := sprig.TxtFuncMap()["quote"].(func(...any) string), sprig.TxtFuncMap()["squote"].(func(...any) string)
	concatenated := sprig.TxtFuncMap()["concat"].(func(...any) any)
	cat, joined := sprig.TxtFuncMap()["cat"].(func(...any) string), sprig.TxtFuncMap()["join"].(func(string, any) string)
	return template.FuncMap{
		"until":     func(n any) ([]int, error) { return toward(whole(n)) },
		"untilStep": func(a, b, c any) ([]int, error) { return steps(whole(a), whole(b), whole(c)) },
		"seq": func(n ...any) (string, error) {
			var is []int
			for _, x := range n {
				is = append(is, whole(x))
			}
			return e.seq(is, steps)
		},
		"repeat": func(n any, s string) (string, error) {
			if k := whole(n); k < 0 || len(s) > 0 && k > maxOutput/len(s) {
				return "", errWork
			}
			return strings.Repeat(s, whole(n)), nil
		},
		"indent":  func(n any, s string) (string, error) { return e.indent(whole(n), s, "") },
		"nindent": func(n any, s string) (string, error) { return e.indent(whole(n), s, "\n") },
		"replace": func(old, with, s string) (string, error) {
			if strings.Count(s, old)*len(with) > maxOutput {
				return "", errWork
			}
			return strings.ReplaceAll(s, old, with), nil
		},
		"quote":  func(v ...any) (string, error) { return long(quoted(v...)) },
		"squote": func(v ...any) (string, error) { return long(squoted(v...)) },
		"b64enc": func(s string) (string, error) { return long(base64.StdEncoding.EncodeToString([]byte(s))) },
		"toJson": func(v any) (string, error) { return long(toJSON(v)) },
		"regexReplaceAll": func(expr, s, with string) (string, error) {
			re, err := regexp.Compile(expr)
			if err != nil || (len(s)+1)*(len(with)+1) > maxOutput {
				return "", cmp.Or(err, errWork)
			}
			return re.ReplaceAllString(s, with), nil
		},
		"concat": func(lists ...any) (any, error) {
			for _, l := range lists {
				if v := reflect.ValueOf(l); v.Kind() == reflect.Slice {
					if err := e.spend(v.Len()); err != nil {
						return nil, err
					}
				}
			}
			return concatenated(lists...), nil
		},
		"cat":     func(v ...any) (string, error) { return long(cat(v...)) },
		"join":    func(sep string, v any) (string, error) { return long(joined(sep, v)) },
		"print":   func(v ...any) (string, error) { return long(fmt.Sprint(v...)) },
		"println": func(v ...any) (string, error) { return long(fmt.Sprintln(v...)) },
		"printf":  func(format string, v ...any) (string, error) { return long(fmt.Sprintf(format, v...)) },
	}
}

func (e *engine) seq(n []int, steps func(a, b, c int) ([]int, error)) (string, error) {
	start, stop, step := 1, 0, 1
	switch len(n) {
	case 0:
		return "", nil
	case 1:
		stop = n[0]
	case 2:
		start, stop = n[0], n[1]
	default:
		start, step, stop = n[0], n[1], n[2]
	}
	if stop < start && len(n) < 3 {
		step = -1
	}
	out, err := steps(start, stop+sign(step), step)
	return strings.Trim(fmt.Sprint(out), "[]"), err
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

func (e *engine) indent(n int, s, before string) (string, error) {
	if n < 0 || n > 1000 || (n+1)*(strings.Count(s, "\n")+1)+len(s) > maxOutput {
		return "", errWork
	}
	pad := strings.Repeat(" ", n)
	return before + pad + strings.ReplaceAll(s, "\n", "\n"+pad), nil
}

// whole is a number of any type.
func whole(v any) int {
	switch v := v.(type) {
	case int:
		return v
	case int64:
		return int(v)
	case float64:
		return int(max(math.MinInt32, min(math.MaxInt32, v)))
	}
	return 0
}
