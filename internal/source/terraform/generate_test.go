//go:build real

package terraform

import (
	"fmt"
	"math/rand"
	"strings"
)

// A generator writes random configurations that hold nothing but
// terraform_data, so that the real tool plans them without a provider. The
// expressions are typed, so that most of them are right.
type generator struct {
	*rand.Rand
	strings, numbers, bools, lists, maps []string // names in scope by type
	each, count                          bool
}

func (g *generator) pick(of ...string) string { return of[g.Intn(len(of))] }

// from returns one of the names, or the literal when there are none.
func (g *generator) from(names []string, literal string) string {
	if len(names) == 0 {
		return literal
	}
	return names[g.Intn(len(names))]
}

var words = []string{"eu", "Paris", "a b", "x-1", "10", "eu-west-3", "Ünï", "", "true", "k_v", "$${q}", "%%{z}", "tab\\tx", "q\\\"q", "10.0.0.0/8"}

func (g *generator) word() string { return `"` + words[g.Intn(len(words))] + `"` }

func (g *generator) str(d int) string {
	if d <= 0 {
		if g.each && g.Intn(3) == 0 {
			return g.pick("each.key", "each.value")
		}
		if g.Intn(2) == 0 {
			return g.from(g.strings, g.word())
		}
		return g.word()
	}
	d--
	switch g.Intn(42) {
	case 30:
		return fmt.Sprintf("templatefile(\"t.tftpl\", { a = %s, l = %s })", g.str(d), g.list(d))
	case 31:
		return g.pick("file(\"t.tftpl\")", "filemd5(\"./t.tftpl\")", "terraform.workspace", "path.module", "path.root", "tostring(fileexists(\"gone\"))", "join(\",\", fileset(\".\", \"t.*\"))")
	case 32:
		return fmt.Sprintf("base64gzip(%s)", g.str(d))
	case 33:
		return fmt.Sprintf("try({ a = %s, b = null }[%s], \"none\")", g.str(d), g.str(d))
	case 34:
		return fmt.Sprintf("(%s ? %s : %s)", g.boolean(d), g.num(d), g.str(d))
	case 35:
		return fmt.Sprintf("nonsensitive(sensitive(%s))", g.str(d))
	case 36:
		return fmt.Sprintf("jsonencode({ for x in concat(%s, [\"b\"]) : substr(x, 0, 1) => [for y in %s : \"${x}${y}\"]... })", g.list(d), g.list(d))
	case 37:
		return fmt.Sprintf("csvdecode(\"a,b\\n1,%d\\n\")[0].b", g.Intn(9))
	case 38:
		return fmt.Sprintf("join(\",\", [for p in setproduct(%s, [\"x\", \"y\"], %s) : \"${p[0]}${p[2]}\"])", g.list(d), g.list(0))
	case 39:
		return fmt.Sprintf("jsonencode(%s)", g.pick("null[*]", "try(null.x, [])", "[1, \"a\", true]", "tolist([1, \"a\", true])", "{ a = null }", "merge({ a = [1] }, { b = { c = null } })"))
	case 40:
		return fmt.Sprintf("try(tostring(%s), \"no string\")", g.any(d))
	case 41:
		return fmt.Sprintf("format(\"%%s\", try(regex(\"([a-z]+)(?:-(\\\\d))?\", %s)[0], \"no match\"))", g.str(d))
	case 0:
		return fmt.Sprintf(`"${%s}-${%s}"`, g.str(d), g.num(d))
	case 1:
		return fmt.Sprintf("%s(%s)", g.pick("upper", "lower", "trimspace", "title", "strrev", "chomp", "md5", "sha1", "sha256", "base64encode", "urlencode", "basename", "base64sha256", "sha512", "dirname"), g.str(d))
	case 2:
		return fmt.Sprintf(`join(%s, %s)`, g.pick(`","`, `"-"`, `""`), g.list(d))
	case 3:
		return fmt.Sprintf(`format("%s", %s, %s)`, g.pick("%s/%v", "%q:%s", "%-6s|%s", "%v%v"), g.str(d), g.str(d))
	case 4:
		return fmt.Sprintf(`replace(%s, %s, %s)`, g.str(d), g.pick(`"a"`, `"-"`, `"/[a-c]+/"`, `"/(x)/"`), g.pick(`"_"`, `""`, `"<$1>"`))
	case 5:
		return fmt.Sprintf("jsonencode(%s)", g.any(d))
	case 6:
		return fmt.Sprintf("(%s ? %s : %s)", g.boolean(d), g.str(d), g.str(d))
	case 7:
		return fmt.Sprintf("try(%s[%d], %s)", g.list(d), g.Intn(4), g.str(d))
	case 8:
		return fmt.Sprintf(`coalesce(%s, "z")`, g.str(d))
	case 9:
		return fmt.Sprintf("tostring(%s)", g.pick(g.num(d), g.boolean(d), g.str(d)))
	case 10:
		return fmt.Sprintf(`lookup(%s, %s, %s)`, g.mapping(d), g.str(d), g.str(d))
	case 11:
		return fmt.Sprintf(`element(concat(%s, ["last"]), %d)`, g.list(d), g.Intn(5))
	case 12:
		return fmt.Sprintf(`substr(%s, %d, %d)`, g.str(d), g.Intn(3), g.Intn(6)-1)
	case 13:
		return fmt.Sprintf(`%s(%s, %s)`, g.pick("trimprefix", "trimsuffix", "trim"), g.str(d), g.word())
	case 14:
		return fmt.Sprintf(`cidrsubnet("10.%d.0.0/16", %d, %d)`, g.Intn(200), 2+g.Intn(6), g.Intn(4))
	case 15:
		return fmt.Sprintf(`cidrhost("10.1.0.0/16", %d)`, g.Intn(300))
	case 16:
		return fmt.Sprintf("yamlencode(%s)", g.any(d))
	case 17:
		return fmt.Sprintf("indent(%d, %s)", g.Intn(4), g.str(d))
	case 18:
		return fmt.Sprintf(`"%%{ if %s }${%s}%%{ else }none%%{ endif }"`, g.boolean(d), g.str(d))
	case 19:
		return fmt.Sprintf(`"%%{ for x in %s }[${x}]%%{ endfor }"`, g.list(d))
	case 20:
		return fmt.Sprintf("(<<-EOT\n    first ${%s}\n      second\n    EOT\n)", g.str(d))
	case 21:
		return fmt.Sprintf(`formatdate("%s", "2024-0%d-11T10:00:00Z")`, g.pick("YYYY-MM-DD", "hh:mm", "EEE, D MMM"), 1+g.Intn(9))
	case 22:
		return fmt.Sprintf(`timeadd("2024-01-01T00:00:00Z", "%dh")`, g.Intn(50))
	case 23:
		return fmt.Sprintf(`{ a = %s, b = 2 }.a`, g.str(d))
	case 24:
		return fmt.Sprintf(`jsondecode(jsonencode({ v = %s })).v`, g.str(d))
	case 25:
		return fmt.Sprintf(`yamldecode(yamlencode({ v = %s })).v`, g.str(d))
	case 26:
		return fmt.Sprintf(`uuidv5("dns", %s)`, g.str(d))
	case 27:
		return fmt.Sprintf(`one(%s)`, g.pick("["+g.str(d)+"]", "toset(["+g.str(d)+"])"))
	case 28:
		return fmt.Sprintf(`base64decode(base64encode(%s))`, g.str(d))
	}
	return g.str(0)
}

func (g *generator) num(d int) string {
	if d <= 0 {
		if g.count && g.Intn(3) == 0 {
			return "count.index"
		}
		if g.Intn(2) == 0 {
			return g.from(g.numbers, "7")
		}
		return g.pick("0", "1", "2", "3.5", "-4", "100")
	}
	d--
	switch g.Intn(12) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", g.num(d), g.pick("+", "-", "*"), g.num(d))
	case 1:
		return fmt.Sprintf("length(%s)", g.pick(g.str(d), g.list(d), g.mapping(d)))
	case 2:
		return fmt.Sprintf("%s(%s, %s)", g.pick("max", "min"), g.num(d), g.num(d))
	case 3:
		return fmt.Sprintf("%s(%s)", g.pick("abs", "ceil", "floor", "-"), g.num(d))
	case 4:
		return fmt.Sprintf("sum([%s, %s])", g.num(d), g.num(d))
	case 5:
		return fmt.Sprintf(`parseint("%d", %d)`, g.Intn(2)*100+11, 2+g.Intn(30))
	case 6:
		return fmt.Sprintf("(%s ? %s : %s)", g.boolean(d), g.num(d), g.num(d))
	case 7:
		return fmt.Sprintf(`tonumber("%d")`, g.Intn(99))
	case 8:
		return fmt.Sprintf("(%s / %d)", g.num(d), 1+g.Intn(4))
	case 9:
		return fmt.Sprintf("(%s %% %d)", g.num(d), 2+g.Intn(4))
	case 10:
		return fmt.Sprintf("pow(%d, %d)", g.Intn(5), g.Intn(5))
	}
	return g.num(0)
}

func (g *generator) boolean(d int) string {
	if d <= 0 {
		if g.Intn(2) == 0 {
			return g.from(g.bools, "true")
		}
		return g.pick("true", "false")
	}
	d--
	switch g.Intn(10) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", g.num(d), g.pick("<", "<=", ">", ">=", "==", "!="), g.num(d))
	case 1:
		return fmt.Sprintf("(%s %s %s)", g.boolean(d), g.pick("&&", "||"), g.boolean(d))
	case 2:
		return fmt.Sprintf("(!%s)", g.boolean(d))
	case 3:
		return fmt.Sprintf("contains(%s, %s)", g.list(d), g.str(d))
	case 4:
		return fmt.Sprintf("can(regex(\"^[a-z]+\", %s))", g.str(d))
	case 5:
		return fmt.Sprintf("%s(%s, %s)", g.pick("startswith", "endswith", "strcontains"), g.str(d), g.word())
	case 6:
		return fmt.Sprintf("%s([%s, %s])", g.pick("alltrue", "anytrue"), g.boolean(d), g.boolean(d))
	case 7:
		return fmt.Sprintf("(%s %s %s)", g.str(d), g.pick("==", "!="), g.str(d))
	case 8:
		return fmt.Sprintf("(%s %s %s)", g.any(d), g.pick("==", "!="), g.any(d))
	}
	return g.boolean(0)
}

func (g *generator) list(d int) string {
	if d <= 0 {
		if g.Intn(2) == 0 {
			return g.from(g.lists, `["l"]`)
		}
		return g.pick("[]", `["a"]`, `["b", "a", "b"]`, `tolist(["p", "q"])`, `["x", "", "y"]`)
	}
	d--
	switch g.Intn(21) {
	case 0:
		return fmt.Sprintf("[%s, %s]", g.str(d), g.str(d))
	case 1:
		return fmt.Sprintf("[for x in %s : upper(x) if x != %s]", g.list(d), g.word())
	case 2:
		return fmt.Sprintf("[for i, x in %s : \"${i}=${x}\"]", g.list(d))
	case 3:
		return fmt.Sprintf("[for k, v in %s : \"${k}=${v}\"]", g.mapping(d))
	case 4:
		return fmt.Sprintf("%s(%s)", g.pick("sort", "distinct", "reverse", "compact"), g.list(d))
	case 5:
		return fmt.Sprintf("concat(%s, %s)", g.list(d), g.list(d))
	case 6:
		return fmt.Sprintf("%s(%s)", g.pick("keys", "values"), g.mapping(d))
	case 7:
		return fmt.Sprintf(`split(%s, %s)`, g.pick(`"-"`, `"a"`, `" "`), g.str(d))
	case 8:
		return fmt.Sprintf("tolist(toset(%s))", g.list(d))
	case 9:
		return fmt.Sprintf("flatten([%s, [%s, %s]])", g.list(d), g.list(d), g.str(d))
	case 10:
		return fmt.Sprintf("[{ n = %s }, { n = %s }]%s.n", g.str(d), g.str(d), g.pick("[*]", ".*"))
	case 11:
		return fmt.Sprintf("regexall(\"[a-z]\", %s)", g.str(d))
	case 12:
		return fmt.Sprintf("tolist(%s(toset(%s), toset(%s)))", g.pick("setunion", "setintersection", "setsubtract"), g.list(d), g.list(d))
	case 13:
		return fmt.Sprintf("slice(concat(%s, [\"s\", \"t\"]), %d, 2)", g.list(d), g.Intn(2))
	case 14:
		return fmt.Sprintf("(%s ? %s : %s)", g.boolean(d), g.list(d), g.list(d))
	case 15:
		return fmt.Sprintf("flatten(chunklist(%s, %d))", g.list(d), 1+g.Intn(2))
	case 16:
		return fmt.Sprintf("[for p in setproduct(%s, [\"m\", \"n\"]) : join(\"/\", p)]", g.list(d))
	case 17:
		return fmt.Sprintf("cidrsubnets(\"10.0.0.0/8\", %d, %d)", 1+g.Intn(8), 1+g.Intn(8))
	case 18:
		return fmt.Sprintf("[for n in range(%d) : tostring(n * %s)]", g.Intn(4), g.num(d))
	case 19:
		return fmt.Sprintf("formatlist(\"%%s:%%s\", %s, %s)", g.list(d), g.str(d))
	}
	return g.list(0)
}

func (g *generator) mapping(d int) string {
	if d <= 0 {
		if g.Intn(2) == 0 {
			return g.from(g.maps, `{ l = "1" }`)
		}
		return g.pick("{}", `{ a = "1" }`, `{ "a b" = "x", c = "y" }`, `tomap({ p = "q" })`)
	}
	d--
	switch g.Intn(10) {
	case 0:
		return fmt.Sprintf("{ k1 = %s, (\"k${%s}\") = %s }", g.str(d), g.num(d), g.str(d))
	case 1:
		return fmt.Sprintf("{ for x in toset(%s) : x => upper(x) }", g.list(d))
	case 2:
		return fmt.Sprintf("{ for k, v in %s : \"n-${k}\" => v if v != %s }", g.mapping(d), g.word())
	case 3:
		return fmt.Sprintf("merge(%s, %s)", g.mapping(d), g.mapping(d))
	case 4:
		return fmt.Sprintf("zipmap([\"u\", \"v\"], [%s, %s])", g.str(d), g.str(d))
	case 5:
		return fmt.Sprintf("(%s ? %s : %s)", g.boolean(d), g.mapping(d), g.mapping(d))
	case 6:
		return fmt.Sprintf("tomap(%s)", g.mapping(d))
	case 7:
		return fmt.Sprintf("{ for k, v in { for x in %s : x => x... } : k => join(\"+\", v) }", g.list(d))
	case 8:
		return fmt.Sprintf("{ for k, v in transpose({ t = %s }) : k => join(\",\", v) }", g.list(d))
	}
	return g.mapping(0)
}

// any is an expression of any type.
func (g *generator) any(d int) string {
	switch g.Intn(8) {
	case 0:
		return g.str(d)
	case 1:
		return g.num(d)
	case 2:
		return g.boolean(d)
	case 3:
		return g.list(d)
	case 4:
		return g.mapping(d)
	case 5:
		return fmt.Sprintf("{ s = %s, l = %s, n = %s, z = null }", g.str(d-1), g.list(d-1), g.num(d-1))
	case 6:
		return fmt.Sprintf("[%s, %s]", g.any(d-1), g.any(d-1))
	}
	return fmt.Sprintf("toset(%s)", g.list(d))
}

// module writes one module: variables, locals, resources and outputs.
func (g *generator) module(top bool) string {
	*g = generator{Rand: g.Rand}
	var b strings.Builder
	b.WriteString("variable \"s\" {\n  type = string\n  default = \"dflt\"\n}\nvariable \"n\" {\n  type = number\n  default = 3\n}\n" +
		"variable \"l\" {\n  type = list(string)\n  default = [\"d1\", \"d2\"]\n}\nvariable \"m\" {\n  type = map(string)\n  default = { dk = \"dv\" }\n}\n" +
		"variable \"o\" {\n  type = object({ a = optional(string, \"oa\"), b = optional(number), c = optional(list(string), [\"oc\"]) })\n  default = {}\n}\n" +
		"variable \"free\" {\n  default = null\n}\n")
	g.strings, g.numbers, g.lists, g.maps = []string{"var.s", "var.o.a"}, []string{"var.n"}, []string{"var.l", "var.o.c"}, []string{"var.m"}
	b.WriteString("locals {\n")
	for i := range 3 {
		s, n, l, m, bo := g.str(3), g.num(3), g.list(3), g.mapping(3), g.boolean(3)
		fmt.Fprintf(&b, "  s%d = %s\n  n%d = %s\n  l%d = %s\n  m%d = %s\n  b%d = %s\n", i, s, i, n, i, l, i, m, i, bo)
		g.strings = append(g.strings, fmt.Sprintf("local.s%d", i))
		g.numbers = append(g.numbers, fmt.Sprintf("local.n%d", i))
		g.lists = append(g.lists, fmt.Sprintf("local.l%d", i))
		g.maps = append(g.maps, fmt.Sprintf("local.m%d", i))
		g.bools = append(g.bools, fmt.Sprintf("local.b%d", i))
	}
	b.WriteString("}\n")
	for i := range 6 {
		fmt.Fprintf(&b, "resource \"terraform_data\" \"r%d\" {\n", i)
		g.each, g.count = false, false
		form := g.Intn(5)
		if i < 2 {
			form = 0 // the resource "whole" counts and splats these
		}
		switch form {
		case 0:
			fmt.Fprintf(&b, "  count = length(%s)\n", g.list(2))
			g.count = true
		case 1:
			fmt.Fprintf(&b, "  for_each = toset(%s)\n", g.list(2))
			g.each = true
		case 2:
			fmt.Fprintf(&b, "  for_each = %s\n", g.mapping(2))
			g.each = true
		case 3:
			fmt.Fprintf(&b, "  count = %s ? 1 : 0\n", g.boolean(2))
		}
		fmt.Fprintf(&b, "  input = %s\n}\n", g.any(3))
		g.each, g.count = false, false
	}
	fmt.Fprintf(&b, "resource \"terraform_data\" \"whole\" {\n  input = { free = var.free, o = var.o, n = length(terraform_data.r0), id = terraform_data.r1[*].id }\n}\n")
	fmt.Fprintf(&b, "resource \"terraform_data\" \"base\" {\n  input = %s\n}\nresource \"terraform_data\" \"over\" {\n  input = terraform_data.base.input\n}\n"+
		"resource \"terraform_data\" \"after\" {\n  input = terraform_data.base.output\n}\n", g.str(2))
	// These hold something that only apply knows.
	known := g.strings
	g.strings = append(known[:len(known):len(known)], "terraform_data.base.id", "terraform_data.base.output", `join(",", terraform_data.r0[*].id)`)
	for i := range 4 {
		fmt.Fprintf(&b, "resource \"terraform_data\" \"u%d\" {\n  input = %s\n}\n", i, g.any(3))
	}
	g.strings = known
	if !top {
		fmt.Fprintf(&b, "output \"s\" {\n  value = %s\n}\noutput \"l\" {\n  value = %s\n}\n", g.str(2), g.list(2))
		return b.String()
	}
	fmt.Fprintf(&b, "module \"one\" {\n  source = \"./mod\"\n  s = %s\n  m = %s\n  free = %s\n}\n", g.str(2), g.mapping(2), g.any(2))
	fmt.Fprintf(&b, "module \"many\" {\n  source = \"./mod\"\n  for_each = toset(%s)\n  s = each.value\n  l = %s\n  o = { b = %d }\n}\n", g.list(1), g.list(2), g.Intn(9))
	fmt.Fprintf(&b, "module \"some\" {\n  source = \"./mod\"\n  count = %d\n  n = count.index\n}\n", g.Intn(3))
	b.WriteString("resource \"terraform_data\" \"outs\" {\n  input = [module.one.s, module.one.l, [for m in module.some : m.s], { for k, m in module.many : k => m.l }, module.some[*].l]\n}\n")
	return b.String()
}

// template writes the file that templatefile renders.
func (g *generator) template() string {
	return "${a}%{ for x in l ~}\n  - ${upper(x)}\n%{ endfor ~}\n" + g.pick("end", "${length(l)}", "$${a}", "%{ if a == \"\" }empty%{ else }${a}%{ endif }")
}

// vars writes a variables file.
func (g *generator) vars() string {
	*g = generator{Rand: g.Rand}
	return fmt.Sprintf("s = %s\nn = %d\nl = [%s, %s]\nm = { x = %s }\n", g.word(), g.Intn(50), g.word(), g.word(), g.word())
}
