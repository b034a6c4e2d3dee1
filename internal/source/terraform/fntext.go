package terraform

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

var (
	strContainsFunc = textFunc(2, cty.Bool, func(a []string) (cty.Value, error) { return cty.BoolVal(strings.Contains(a[0], a[1])), nil })
	basenameFunc    = textFunc(1, cty.String, func(a []string) (cty.Value, error) { return cty.StringVal(filepath.Base(a[0])), nil })
	dirnameFunc     = textFunc(1, cty.String, func(a []string) (cty.Value, error) { return cty.StringVal(filepath.Dir(a[0])), nil })
	endsWithFunc    = textFunc(2, cty.Bool, func(a []string) (cty.Value, error) { return cty.BoolVal(strings.HasSuffix(a[0], a[1])), nil })
	replaceFunc     = textFunc(3, cty.String, replace)
)

// startsWithFunc answers also of an unknown string whose beginning is known,
// as that of "arn:aws:s3:::${aws_s3_bucket.a.id}".
var startsWithFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "text", Type: cty.String, AllowUnknown: true}, {Name: "prefix", Type: cty.String}},
	Type:   function.StaticReturnType(cty.Bool), RefineResult: neverNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		prefix := args[1].AsString()
		if args[0].IsKnown() {
			return cty.BoolVal(strings.HasPrefix(args[0].AsString(), prefix)), nil
		}
		known := args[0].Range().StringPrefix()
		switch {
		case strings.HasPrefix(known, prefix):
			return cty.True, nil
		case !strings.HasPrefix(prefix, known):
			return cty.False, nil
		}
		return cty.UnknownVal(cty.Bool), nil
	},
})

// replace replaces a substring, or a regular expression between slashes.
func replace(a []string) (cty.Value, error) {
	if n := len(a[1]); n > 1 && a[1][0] == '/' && a[1][n-1] == '/' {
		re, err := regexp.Compile(a[1][1 : n-1])
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(re.ReplaceAllString(a[0], a[2])), nil
	}
	return cty.StringVal(strings.ReplaceAll(a[0], a[1], a[2])), nil
}
