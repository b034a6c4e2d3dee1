package ci

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// azure reads azure-pipelines.yml: whatever has steps is a job, however deep it
// stands in stages and templates.
func (r *reader) azure(doc *tree.Node) {
	for _, it := range doc.Get("resources", "repositories").Elements() {
		t, host := it.Get("type").Str(), r.o.Hosts["github"]
		r.flow("resources", unless(t != "github" || host == "", "https://"+host+"/"+it.Get("name").Str()), unless(t == "github" && host != "", "its endpoint says where it is"), "source", "resources.repositories", it.Line)
	}
	containers := map[string]*tree.Node{}
	for _, it := range doc.Get("resources", "containers").Elements() {
		containers[it.Get("container").Str()] = it.Get("image")
	}
	if t := doc.Get("extends", "template"); t != nil {
		r.template(t)
	}
	r.azureJobs(doc, azureJob{machine: pool(doc, ""), containers: containers}, 0)
}

// pool is the machine that a job asks for: an image of hosted machines, or the
// name of a pool.
func pool(n *tree.Node, before string) string {
	p := n.Get("pool")
	if v := p.Get("vmImage").Str(); v != "" {
		return v
	}
	if p != nil {
		return "pool"
	}
	return before
}

// An azureJob is what holds for the jobs within a part of a pipeline.
type azureJob struct {
	machine    string
	image      *tree.Node
	containers map[string]*tree.Node // by their names, which jobs may say instead
}

func (r *reader) azureJobs(n *tree.Node, j azureJob, depth int) {
	if n == nil || depth > 12 {
		return
	}
	j.machine = pool(n, j.machine)
	if c := image(n.Get("container")); c != nil {
		j.image = c
		if named := j.containers[c.Str()]; named != nil {
			j.image = named
		}
	}
	if steps := n.Get("steps"); steps != nil {
		name := n.Get("job").Str()
		if name == "" {
			name = fmt.Sprintf("steps:%d", steps.Line)
		}
		attrs := tree.NewObject(n.Line)
		if text := j.image.Str(); strings.Contains(text, "$") {
			attrs.Put("image", tree.NewHole("a variable or parameter of the pipeline names it", j.image.Line))
		} else if text != "" {
			attrs.Put("image", j.image)
		}
		label := j.machine
		if strings.Contains(label, "$") {
			label = "?"
		}
		from := r.job("azure-job_"+label, name, n.Line, attrs)
		r.azureSteps(from, steps, strings.HasPrefix(j.machine, "windows"), 0)
		return
	}
	for _, it := range n.Items {
		if t := it.Get("template"); t != nil {
			r.template(t)
		}
		r.azureJobs(it, j, depth+1)
	}
	for _, f := range n.Members() {
		r.azureJobs(f.Value, j, depth+1)
	}
}

// template tells that a template is not put in where it is named.
func (r *reader) template(n *tree.Node) {
	r.f.Problems = append(r.f.Problems, graph.Problem{Origin: r.at(n.Line), Message: "the template " + n.Str() + " is not put in: check it as a file of its own, or look at what it fetches"})
}

// azureSteps reads steps, those with conditions around them too.
func (r *reader) azureSteps(from graph.Address, steps *tree.Node, windows bool, depth int) {
	if depth > 12 {
		return
	}
	for _, st := range steps.Elements() {
		r.azureStep(from, st, windows)
		for _, f := range st.Members() {
			if strings.HasPrefix(f.Name, "${{") {
				r.azureSteps(from, f.Value, windows, depth+1)
			}
		}
	}
}

// An azureTask is a task that runs a script which it is given.
type azureTask struct{ shell, input string }

var azureTasks = map[string]azureTask{
	"Bash": {"bash", "script"}, "CmdLine": {"", "script"}, "PowerShell": {"pwsh", "script"}, "AzurePowerShell": {"pwsh", "Inline"}, "AzureCLI": {"", "inlineScript"},
}

// shellOf is what a task runs its script in, and otherwise what the machine does.
func (t azureTask) shellOf(inputs *tree.Node, machine string) string {
	switch kind := inputs.Get("scriptType").Str(); kind {
	case "ps", "pscore":
		return "pwsh"
	case "bash":
		return kind
	case "batch":
		return "cmd"
	}
	return cmp.Or(t.shell, machine)
}

// azureStep reads what a step runs: in a shell that its key names, or by a task that
// runs a script.
func (r *reader) azureStep(from graph.Address, st *tree.Node, windows bool) {
	run := func(sh, by string, n *tree.Node) {
		if n != nil && n.Kind == tree.String {
			c := *n
			c.Text = macro.ReplaceAllString(expression.ReplaceAllLiteralString(c.Text, "${PIPELINE_EXPRESSION}"), "$${$1}")
			env := values(nil, st.Get("env"))
			maps.DeleteFunc(env, func(_, v string) bool { return computedByAzure.MatchString(v) })
			r.script(sh, from, &c, env, by)
		}
	}
	script := "sh"
	if windows {
		script = "cmd"
	}
	run(script, "script", st.Get("script"))
	for _, sh := range []string{"bash", "pwsh", "powershell"} {
		run(sh, sh, st.Get(sh))
	}
	if t := st.Get("template"); t != nil {
		r.template(t)
	}
	task := st.Get("task").Str()
	name, _, _ := strings.Cut(task, "@")
	if t, ok := azureTasks[name]; ok {
		inputs := st.Get("inputs")
		run(t.shellOf(inputs, script), task, inputs.Get(t.input))
	}
}

// computedByAzure is a value that is put in when a pipeline is made or runs.
var computedByAzure = regexp.MustCompile(`\$\(|\$\{\{|\$\[`)

// macro is a variable of Azure's language; a command that a shell would run in
// the same form has more than a name.
var macro = regexp.MustCompile(`\$\(([A-Za-z_][A-Za-z0-9_]*)[A-Za-z0-9_.]*\)`)

// bitbucket reads bitbucket-pipelines.yml: every step, wherever it stands.
func (r *reader) bitbucket(doc *tree.Node) {
	r.bitbucketSteps(doc.Get("pipelines"), image(doc.Get("image")), 0)
}

func (r *reader) bitbucketSteps(n *tree.Node, img *tree.Node, depth int) {
	if n == nil || depth > 12 {
		return
	}
	if st := n.Get("step"); st != nil {
		own := img
		if i := st.Get("image"); i != nil {
			if own = i; i.Kind == tree.Object {
				own = i.Get("name")
			}
		}
		attrs := tree.NewObject(st.Line)
		attrs.Put("image", expanded(own, nil, "NAME is set where it runs, if at all"))
		label := ""
		for _, l := range st.Get("runs-on").Elements() {
			if label == "" || l.Str() == "self.hosted" {
				label = l.Str()
			}
		}
		from := r.job("bitbucket-job_"+label, fmt.Sprintf("step:%d", st.Line), st.Line, attrs)
		for _, s := range st.Get("script").Elements() {
			switch p := s.Get("pipe").Str(); {
			case strings.HasPrefix(p, "docker://"):
				to, ok := shell.Image(p, r.o.Hosts)
				r.flow(from, to, unless(ok, "where images come from by default is not known here"), "registry", "pipe", s.Line)
			case p != "":
				r.flow(from, "", "the server says which image the pipe "+p+" is", "registry", "pipe", s.Line)
			}
		}
		for _, name := range []string{"script", "after-script"} {
			texts := slices.DeleteFunc(slices.Clone(st.Get(name).Elements()), func(s *tree.Node) bool { return s == nil || s.Kind != tree.String })
			r.commands(shell.Read, from, texts, nil, name)
		}
		return
	}
	for _, f := range n.Members() {
		r.bitbucketSteps(f.Value, img, depth+1)
	}
	for _, it := range n.Items {
		r.bitbucketSteps(it, img, depth+1)
	}
}

// circle reads .circleci/config.yml. Orbs come from CircleCI's own registry,
// which has no host that a file names.
func (r *reader) circle(doc *tree.Node) {
	for _, o := range doc.Get("orbs").Members() {
		if o.Value.Str() != "" {
			r.flow("orbs", "", "orbs come from the server that runs the pipeline", "source", "orb "+o.Value.Str(), o.Line)
		}
	}
	for _, j := range doc.Get("jobs").Members() {
		attrs := tree.NewObject(j.Line)
		e := j.Value
		if name := e.Get("executor"); name != nil {
			ref := name.Str()
			if name.Kind == tree.Object {
				ref = name.Get("name").Str()
			}
			if x := doc.Get("executors", ref); x != nil {
				e = x
			}
		}
		for _, d := range e.Get("docker").Elements() {
			if img := d.Get("image"); strings.Contains(img.Str(), "<<") {
				attrs.Put("image", tree.NewHole("a parameter of the pipeline names it", img.Line))
			} else {
				attrs.Put("image", img)
			}
		}
		label := ""
		if c := e.Get("resource_class").Str(); strings.Contains(c, "/") {
			label = "self-hosted"
		}
		from := r.job("circleci-job_"+label, j.Name, j.Line, attrs)
		left := 10_000
		c := circleJob{left: &left, doc: doc, from: from, env: values(values(nil, e.Get("environment")), j.Value.Get("environment"))}
		c.shell = cmp.Or(j.Value.Get("shell").Str(), e.Get("shell").Str(), "sh")
		r.circleSteps(c, j.Value.Get("steps"), 0)
	}
}

// A circleJob is what holds for the steps of a job.
type circleJob struct {
	doc   *tree.Node
	from  graph.Address
	env   map[string]string
	shell string
	left  *int // how many steps may still be read
}

// circleSteps reads steps, those of commands that the file defines and those with a
// condition around them too.
func (r *reader) circleSteps(c circleJob, steps *tree.Node, depth int) {
	for _, st := range steps.Elements() {
		switch *c.left--; {
		case *c.left < 0:
			return
		case *c.left == 0 || depth > 8:
			*c.left = 0
			r.f.Problems = append(r.f.Problems, graph.Problem{Origin: r.at(c.doc.Line), Message: "commands call each other more often than is followed: look at what they fetch"})
			return
		}
		switch run := st.Get("run"); {
		case run != nil && run.Kind == tree.Object:
			r.script(cmp.Or(run.Get("shell").Str(), c.shell), c.from, angle(run.Get("command")), values(c.env, run.Get("environment")), "run")
		case run != nil:
			r.script(c.shell, c.from, angle(run), c.env, "run")
		}
		name := st.Str()
		for _, f := range st.Members() {
			name = f.Name
			r.circleSteps(c, f.Value.Get("steps"), depth+1) // when, unless
		}
		r.circleSteps(c, c.doc.Get("commands", name, "steps"), depth+1)
	}
}

// angle makes a variable of << … >>.
func angle(n *tree.Node) *tree.Node {
	if n == nil || !strings.Contains(n.Text, "<<") || !strings.Contains(n.Text, ">>") {
		return n
	}
	c := *n
	for {
		i := strings.Index(c.Text, "<<")
		if i < 0 {
			return &c
		}
		j := strings.Index(c.Text[i:], ">>")
		if j < 0 || strings.Contains(c.Text[i:i+j], "\n") {
			return &c
		}
		c.Text = c.Text[:i] + "${PIPELINE_PARAMETER}" + c.Text[i+j+2:]
	}
}
