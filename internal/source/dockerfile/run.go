package dockerfile

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// run reads the command of RUN, CMD, ENTRYPOINT and of a health check.
func (r *reader) run(in *instruction) {
	if in.word == "RUN" {
		r.mounts(in)
		if v, _ := in.flag("network"); v == "none" {
			return
		}
	}
	site := shell.Site{From: r.address(r.now), Root: r.root, File: r.file, Line: in.at, By: in.word}
	read := r.shell(in)
	if read == nil {
		r.unread(site)
		return
	}
	o := r.options(r.now.env)
	var args []string
	if t := strings.TrimSpace(strings.ReplaceAll(in.text, "\\\n", " ")); strings.HasPrefix(t, "[") && json.Unmarshal([]byte(t), &args) == nil {
		site.Flat = true
		calls, faults := shell.Command(args, o)
		site.Add(r.f, calls, faults)
		return
	}
	if len(in.docs) == 0 {
		calls, faults := read(in.text, o)
		site.Add(r.f, calls, faults)
		return
	}
	head, _, _ := strings.Cut(in.text, "<<")
	switch doc := in.docs[0]; {
	case strings.TrimSpace(head) != "":
		// A here-document of a command: the shell reads it as it stands.
		calls, faults := shell.Read(strings.TrimRight(in.text, "\n")+"\n"+doc.text+doc.name+"\n", o)
		site.Add(r.f, calls, faults)
	case strings.HasPrefix(doc.text, "#!") && strings.Contains(strings.SplitN(doc.text, "\n", 2)[0], "python"):
		if r.o.Python != nil {
			site.Line = doc.line
			site.Add(r.f, r.o.Python(doc.text, 1), nil)
		}
	default:
		site.Line = doc.line
		calls, faults := shell.Read(doc.text, o)
		site.Add(r.f, calls, faults)
	}
}

// powershell is how a command of cmd calls PowerShell.
var powershell = regexp.MustCompile(`(?i)^\s*(?:powershell|pwsh)(?:\.exe)?\s`)

// shell is what reads a command. PowerShell reads how it is called by cmd, too; a line of
// its own goes on after another character.
func (r *reader) shell(in *instruction) func(string, shell.Options) ([]shell.Call, []shell.Fault) {
	read := shell.For(r.now.shell)
	if shell.IsPowerShell(r.now.shell) || read == nil && powershell.MatchString(in.text) {
		return func(script string, o shell.Options) ([]shell.Call, []shell.Fault) {
			return shell.PowerShell(strings.ReplaceAll(script, "\\\n", "`\n"), o)
		}
	}
	return read
}

// unread says once a stage that its commands are not read.
func (r *reader) unread(site shell.Site) {
	if !r.now.said {
		r.now.said = true
		r.f.Problems = append(r.f.Problems, graph.Problem{Origin: site.At(), Message: "its commands are for cmd, which is not read: look at what it fetches"})
	}
}

// mounts are images that a command mounts a part of.
func (r *reader) mounts(in *instruction) {
	for _, f := range in.flags {
		if !strings.HasPrefix(f, "--mount=") {
			continue
		}
		for _, p := range strings.Split(strings.TrimPrefix(f, "--mount="), ",") {
			if ref, ok := strings.CutPrefix(p, "from="); ok {
				r.taken(ref, in.line)
			}
		}
	}
}

// copy reads COPY --from=IMAGE, and what ADD fetches.
func (r *reader) copy(in *instruction) {
	if ref, ok := in.flag("from"); ok {
		r.taken(ref, in.line)
	}
	if in.word != "ADD" {
		return
	}
	ws := assignments(in.text)
	var args []string
	if t := strings.TrimSpace(in.text); strings.HasPrefix(t, "[") && json.Unmarshal([]byte(strings.ReplaceAll(t, "\\\n", " ")), &args) == nil {
		ws = args
	}
	for _, w := range ws[:max(0, len(ws)-1)] {
		url, unknown := shell.Expand(w, r.options(r.now.env))
		purpose := "registry"
		switch {
		case strings.HasPrefix(url, "git@"):
			url = "ssh://" + strings.Replace(strings.TrimPrefix(url, "git@"), ":", "/", 1)
			purpose = "source"
		case !strings.Contains(url, "://") && !(unknown != "" && strings.HasPrefix(w, "$")):
			continue
		case strings.Contains(url, ".git"):
			purpose = "source"
		}
		fl := graph.Flow{From: r.address(r.now), To: graph.Address(url), State: graph.Planned, Purpose: purpose, Via: "ADD", Root: r.root, Origin: graph.Origin{File: r.file, Line: in.line}}
		if host := strings.SplitN(url, "://", 2); unknown != "" && (len(host) < 2 || !strings.Contains(host[1], "/")) {
			if !strings.Contains(url, "://") {
				continue // most likely a file of the build
			}
			fl.To, fl.Unknown = "", unknown
		}
		r.f.Flows = append(r.f.Flows, fl)
	}
}

// taken is an image that a part is copied from, unless it is a stage.
func (r *reader) taken(ref string, line int) {
	v, unknown := shell.Expand(ref, r.options(r.global))
	switch {
	case unknown != "":
		r.now.attr("copy_from", &tree.Node{Kind: tree.Hole, Text: "the image " + ref + " is not known: " + unknown, Line: line})
	case v != "" && v != "scratch" && r.stages[strings.ToLower(v)] == nil:
		r.now.attr("copy_from", tree.NewText(v, line))
	}
}
