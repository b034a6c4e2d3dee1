package ci

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// azure reads azure-pipelines.yml: whatever has steps is a job, however deep it
// stands in stages and templates.
func (r *reader) azure(doc *tree.Node) {
	for _, it := range doc.Get("resources", "repositories").Elements() {
		if t := it.Get("type").Str(); t == "github" || t == "githubenterprise" {
			host := r.o.Hosts["github"]
			r.flow("resources", unless(t != "github" || host == "", "https://"+host+"/"+it.Get("name").Str()), unless(t == "github" && host != "", "its endpoint says where it is"), "source", "resources.repositories", it.Line)
		}
	}
	r.azureJobs(doc, pool(doc, ""), image(doc.Get("container")), 0)
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

func (r *reader) azureJobs(n *tree.Node, machine string, img *tree.Node, depth int) {
	if n == nil || depth > 12 {
		return
	}
	machine = pool(n, machine)
	if c := image(n.Get("container")); c != nil {
		img = c
	}
	if steps := n.Get("steps"); steps != nil {
		name := n.Get("job").Str()
		if name == "" {
			name = fmt.Sprintf("steps:%d", steps.Line)
		}
		attrs := tree.NewObject(n.Line)
		if img.Str() != "" && strings.ContainsAny(img.Text, "/:") {
			attrs.Put("image", (&scope{}).nodes(img)[0])
		}
		label := machine
		if strings.Contains(label, "$") {
			label = "?"
		}
		from := r.job("azure-job_"+label, name, n.Line, attrs)
		for _, st := range steps.Elements() {
			r.azureStep(from, st, strings.HasPrefix(machine, "windows"))
		}
		return
	}
	for _, f := range n.Members() {
		if f.Value.Kind == tree.List || f.Value.Kind == tree.Object {
			r.azureJobs(f.Value, machine, img, depth+1)
		}
	}
	for _, it := range n.Items {
		r.azureJobs(it, machine, img, depth+1)
	}
}

// azureStep reads what a step runs: in a shell that its key names, or by the task that
// runs PowerShell.
func (r *reader) azureStep(from graph.Address, st *tree.Node, windows bool) {
	run := func(sh, by string, n *tree.Node) {
		if n != nil && n.Kind == tree.String {
			c := *n
			c.Text = macro.ReplaceAllString(c.Text, "$${$1}")
			r.script(sh, from, &c, values(nil, st.Get("env")), by)
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
	if task := st.Get("task").Str(); strings.HasPrefix(task, "PowerShell@") {
		run("pwsh", task, st.Get("inputs", "script"))
	}
}

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
		attrs.Put("image", r.expanded(own, nil))
		label := ""
		for _, l := range st.Get("runs-on").Elements() {
			if label == "" || l.Str() == "self.hosted" {
				label = l.Str()
			}
		}
		from := r.job("bitbucket-job_"+label, fmt.Sprintf("step:%d", st.Line), st.Line, attrs)
		for _, s := range st.Get("script").Elements() {
			if p := s.Get("pipe").Str(); strings.HasPrefix(p, "docker://") {
				to, ok := shell.Image(p, r.o.Hosts)
				r.flow(from, to, unless(ok, "where images come from by default is not known here"), "registry", "pipe", s.Line)
			}
			r.script("sh", from, s, nil, "script")
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
		env := values(values(nil, e.Get("environment")), j.Value.Get("environment"))
		for _, st := range j.Value.Get("steps").Elements() {
			run := st.Get("run")
			if run != nil && run.Kind == tree.Object {
				env2 := values(env, run.Get("environment"))
				r.script(run.Get("shell").Str(), from, angle(run.Get("command")), env2, "run")
				continue
			}
			r.script("sh", from, angle(run), env, "run")
		}
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
