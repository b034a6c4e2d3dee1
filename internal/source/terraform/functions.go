package terraform

import (
	"github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are the pure functions of both tools. Those of go-cty are used
// where they do what the tools do; the others stand in the fn*.go files.
var functions = map[string]function.Function{
	// numbers
	"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc, "max": stdlib.MaxFunc,
	"min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "signum": stdlib.SignumFunc, "sum": sumFunc,

	// strings
	"chomp": stdlib.ChompFunc, "endswith": endsWithFunc, "format": stdlib.FormatFunc, "formatlist": stdlib.FormatListFunc,
	"indent": stdlib.IndentFunc, "join": stdlib.JoinFunc, "lower": stdlib.LowerFunc, "regex": stdlib.RegexFunc,
	"regexall": stdlib.RegexAllFunc, "replace": replaceFunc, "split": stdlib.SplitFunc, "startswith": startsWithFunc,
	"strcontains": strContainsFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc,
	"trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc,
	"upper": stdlib.UpperFunc, "basename": basenameFunc, "dirname": dirnameFunc,

	// collections
	"alltrue": allTrueFunc, "anytrue": anyTrueFunc, "chunklist": stdlib.ChunklistFunc, "coalescelist": stdlib.CoalesceListFunc,
	"compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc,
	"element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "index": indexFunc, "keys": stdlib.KeysFunc, "length": lengthFunc,
	"matchkeys": matchKeysFunc, "merge": stdlib.MergeFunc, "one": oneFunc, "range": stdlib.RangeFunc, "reverse": stdlib.ReverseListFunc,
	"setintersection": stdlib.SetIntersectionFunc, "setproduct": stdlib.SetProductFunc, "setsubtract": stdlib.SetSubtractFunc,
	"setunion": stdlib.SetUnionFunc, "slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "transpose": transposeFunc,
	"values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,

	// encoding
	"base64decode": base64DecodeFunc, "base64encode": base64EncodeFunc, "base64gzip": base64GzipFunc, "base64gunzip": base64GunzipFunc,
	"csvdecode": stdlib.CSVDecodeFunc, "jsondecode": jsonDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
	"textdecodebase64": textDecodeFunc, "textencodebase64": textEncodeFunc, "urlencode": urlEncodeFunc, "urldecode": urlDecodeFunc,
	"yamldecode": yaml.YAMLDecodeFunc, "yamlencode": yaml.YAMLEncodeFunc,

	// hashes and keys
	"base64sha256": base64SHA256Func, "base64sha512": base64SHA512Func, "md5": md5Func, "sha1": sha1Func, "sha256": sha256Func,
	"sha512": sha512Func, "rsadecrypt": rsaDecryptFunc, "uuidv5": uuidV5Func,

	// dates
	"formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc, "timecmp": timeCmpFunc,

	// networks
	"cidrcontains": cidrContainsFunc, "cidrhost": cidrHostFunc, "cidrnetmask": cidrNetmaskFunc, "cidrsubnet": cidrSubnetFunc,
	"cidrsubnets": cidrSubnetsFunc,

	// types
	"tobool": toFunc(cty.Bool), "tolist": toFunc(cty.List(cty.DynamicPseudoType)), "tomap": toFunc(cty.Map(cty.DynamicPseudoType)),
	"tonumber": toFunc(cty.Number), "toset": toFunc(cty.Set(cty.DynamicPseudoType)), "tostring": toFunc(cty.String),
	"assumestringprefix": assumePrefixFunc,
	"assumelistlength":   assumeLength(cty.List), "assumesetlength": assumeLength(cty.Set), "assumemaplength": assumeLength(cty.Map),
	"assumelistlengthmin": assumeBound(cty.List, true), "assumesetlengthmin": assumeBound(cty.Set, true), "assumemaplengthmin": assumeBound(cty.Map, true),
	"assumelistlengthmax": assumeBound(cty.List, false), "assumesetlengthmax": assumeBound(cty.Set, false), "assumemaplengthmax": assumeBound(cty.Map, false),
}

// textFunc makes a function of n strings.
func textFunc(n int, out cty.Type, f func(a []string) (cty.Value, error)) function.Function {
	params := make([]function.Parameter, n)
	for i := range params {
		params[i] = function.Parameter{Name: "text", Type: cty.String}
	}
	return function.New(&function.Spec{
		Params: params, Type: function.StaticReturnType(out), RefineResult: neverNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			a := make([]string, n)
			for i := range a {
				a[i] = args[i].AsString()
			}
			return f(a)
		},
	})
}

func neverNull(b *cty.RefinementBuilder) *cty.RefinementBuilder { return b.NotNull() }

// anyArg is a parameter of any type.
func anyArg(name string) function.Parameter {
	return function.Parameter{Name: name, Type: cty.DynamicPseudoType}
}
