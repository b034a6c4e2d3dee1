package pipeline

import (
	"bytes"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// isDAG tells a file that makes tasks of Airflow.
func isDAG(name, _ string, head func() []byte) bool {
	if path.Ext(name) != ".py" {
		return false
	}
	h := head()
	if !bytes.Contains(h, []byte("airflow")) {
		return false
	}
	return bytes.Contains(h, []byte("DAG(")) || bytes.Contains(h, []byte("@dag")) || bytes.Contains(h, []byte("task_id=")) || bytes.Contains(h, []byte("@task"))
}

// airflow reads the tasks of a DAG.
func (r *reader) airflow(src []byte) {
	f, err := code.Python(src)
	if err != nil {
		r.problem(0, "it is not understood as a whole ("+err.Error()+"): look at what its tasks do")
	}
	env := r.connections()
	seen := map[string]int{}
	for i := range f.Calls {
		c := &f.Calls[i]
		class, name := classOf(c.Name)
		id, hasID := c.Arg("task_id")
		switch {
		case hasID && operator.MatchString(class):
		case strings.HasSuffix(class, "Hook") && strings.Contains(name, ".hooks."):
			id = code.Value{Kind: code.String, Text: class}
		default:
			continue
		}
		r.task(f, c, taskName(id, class, seen), env)
	}
	for i := range f.Blocks {
		b := &f.Blocks[i]
		for _, d := range b.Decorators {
			r.decorated(f, b, d, seen, env)
		}
	}
}

// operator is how the classes of tasks are called.
var operator = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*(Operator|Sensor|Transfer)(Async)?$`)

// classOf is the class that a call makes an object of, and its whole name:
// X.partial(…) is one that is filled in later.
func classOf(name string) (class, whole string) {
	name = strings.TrimSuffix(name, ".partial")
	return name[strings.LastIndexByte(name, '.')+1:], name
}

// taskName is the id of a task, with a number when two have it.
func taskName(id code.Value, class string, seen map[string]int) string {
	name, known := id.Known()
	if !known {
		name = class
	}
	return numbered(name, seen)
}

func numbered(name string, seen map[string]int) string {
	seen[name]++
	if n := seen[name]; n > 1 {
		return name + "~" + strconv.Itoa(n)
	}
	return name
}

// task enters one operator.
func (r *reader) task(f *code.File, c *code.Call, name string, env map[string]string) {
	class, whole := classOf(c.Name)
	attrs := tree.NewObject(c.Line)
	for _, a := range c.Args {
		if a.Name != "" && !strings.HasPrefix(a.Name, "*") {
			attrs.Fields = append(attrs.Fields, tree.Field{Name: a.Name, Line: c.Line, Value: node(f, a.Value, c.Line, 0)})
		}
	}
	for _, s := range services(whole) {
		attrs.Put("services", tree.NewText(s, c.Line))
	}
	r.connect(attrs, c, env)
	from := r.step("airflow_"+class, name, c.Line, attrs)
	r.unpacked(c)
	r.runs(from, f, c, class)
}

// unpacked says of the last step that it is given arguments which the program makes.
func (r *reader) unpacked(c *code.Call) {
	for _, a := range c.Args {
		if strings.HasPrefix(a.Name, "*") {
			r.f.Assets[len(r.f.Assets)-1].Partial = "the program decides some of its arguments"
		}
	}
}

// services are the words of a class of a provider package, with the package:
// S3ToGCSOperator of amazon.aws is S3@amazon.aws and GCS@amazon.aws.
func services(name string) []string {
	rest, ok := strings.CutPrefix(name, "airflow.providers.")
	if !ok {
		if rest, ok = strings.CutPrefix(name, "astronomer.providers."); !ok {
			return nil
		}
	}
	pkg := rest
	for _, cut := range []string{".operators.", ".transfers.", ".sensors.", ".hooks.", ".notifications."} {
		pkg, _, _ = strings.Cut(pkg, cut)
	}
	class := rest[strings.LastIndexByte(rest, '.')+1:]
	for _, end := range []string{"Async", "Operator", "Sensor", "Transfer", "Notifier", "Hook"} {
		class = strings.TrimSuffix(class, end)
	}
	a, b, two := strings.Cut(class, "To")
	if !two || a == "" || b == "" {
		return []string{class + "@" + pkg}
	}
	return []string{a + "@" + pkg, b + "@" + pkg}
}

// connect says where the connections of a task lead. Their ids are names that
// Airflow looks up; only those in the environment can be seen here.
func (r *reader) connect(attrs *tree.Node, c *code.Call, env map[string]string) {
	for _, a := range c.Args {
		if !strings.HasSuffix(a.Name, "conn_id") {
			continue
		}
		id, known := a.Value.Known()
		if !known {
			attrs.Put("connections", tree.NewHole("which connection "+a.Name+" is, is decided when it runs", c.Line))
			continue
		}
		uri := env["AIRFLOW_CONN_"+strings.ToUpper(id)]
		if host := connectionHost(uri); host != "" {
			attrs.Put("connections", tree.NewText(host, c.Line))
			continue
		}
		attrs.Put("connections", tree.NewHole("where the connection "+id+" leads is set in Airflow: AIRFLOW_CONN_"+strings.ToUpper(id)+" in .env beside the DAG would show it", c.Line))
	}
}

// connectionHost is the host of a connection, as a URI or as JSON.
func connectionHost(uri string) string {
	if strings.HasPrefix(uri, "{") {
		n, err := tree.JSON([]byte(uri))
		if err != nil {
			return ""
		}
		return n.Get("host").Str()
	}
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "?")
	rest, _, _ = strings.Cut(rest, "/")
	return strings.ReplaceAll(rest[strings.LastIndexByte(rest, '@')+1:], "%2F", "/")
}

// connections are the variables of .env beside the DAG, or a folder above.
func (r *reader) connections() map[string]string {
	out := map[string]string{}
	for _, dir := range []string{path.Dir(r.root), r.root} {
		src, err := tree.Load(path.Join(dir, ".env"), 1<<20)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(src)) {
			if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
				out[strings.ToUpper(strings.TrimSpace(strings.TrimPrefix(name, "export ")))] = strings.Trim(strings.TrimSpace(value), `'"`)
			}
		}
	}
	return out
}

// decorated reads @task.virtualenv(requirements=…), @task.docker(image=…) and
// their like.
func (r *reader) decorated(f *code.File, b *code.Block, d code.Value, seen map[string]int, env map[string]string) {
	if d.Kind != code.Result || d.Call < 0 || d.Call >= len(f.Calls) {
		return
	}
	c := &f.Calls[d.Call]
	i := strings.LastIndex(c.Name, "task.")
	if i < 0 || i > 0 && c.Name[i-1] != '.' {
		return
	}
	kind := c.Name[i+5:]
	attrs := tree.NewObject(c.Line)
	for _, a := range c.Args {
		if a.Name != "" && !strings.HasPrefix(a.Name, "*") {
			attrs.Fields = append(attrs.Fields, tree.Field{Name: a.Name, Line: c.Line, Value: node(f, a.Value, c.Line, 0)})
		}
	}
	r.connect(attrs, c, env)
	from := r.step("airflow_task."+kind, numbered(b.Name, seen), c.Line, attrs)
	r.unpacked(c)
	r.runs(from, f, c, "task."+kind)
}

// node is a value as a tree.
func node(f *code.File, v code.Value, line, depth int) *tree.Node {
	n := &tree.Node{Line: line}
	if depth >= 6 && len(v.Items) > 0 {
		return tree.NewHole("it is nested too deep to be read", line)
	}
	switch v.Kind {
	case code.String:
		if v.Open || strings.Contains(v.Text, "{{") {
			return tree.NewHole(v.Text+" is decided when it runs", line)
		}
		n.Kind, n.Text = tree.String, v.Text
	case code.Number:
		n.Kind, n.Text = tree.Number, v.Text
		switch strings.ToLower(v.Text) {
		case "true", "false":
			n.Kind, n.Text = tree.Bool, strings.ToLower(v.Text)
		case "none", "null", "nil":
			n.Kind, n.Text = tree.Null, ""
		}
	case code.Env:
		return tree.NewHole("it is the variable "+v.Text+" of the environment", line)
	case code.List:
		n.Kind = tree.List
		for _, it := range v.Items {
			n.Items = append(n.Items, node(f, it, line, depth+1))
		}
	case code.Map:
		n.Kind = tree.Object
		for i, k := range v.Keys {
			if k != "" && k != "*" {
				n.Fields = append(n.Fields, tree.Field{Name: k, Line: line, Value: node(f, v.Items[i], line, depth+1)})
			}
		}
	default:
		return tree.NewHole("it is computed by the program", line)
	}
	return n
}
