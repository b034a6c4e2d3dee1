package cloudinit

import (
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// jinja is what cloud-init puts in before it reads.
var jinja = lazy.Regexp(`\{\{[^\n]*?\}\}|\{%[^\n]*?%\}`)

// config reads #cloud-config: what it installs, from where, what it writes and runs.
// https://docs.cloud-init.io/en/latest/reference/modules.html
func (r *reader) config(text string, line, depth int) {
	docs, err := tree.YAML([]byte(text))
	if err != nil {
		at, message := tree.Fault(err)
		r.faults = append(r.faults, shell.Fault{Line: max(at, 1) + line - 1, Message: message + ": mend the #cloud-config, or render the template that it is first"})
	}
	c := &config{reader: r, lines: tree.LinesOf([]byte(text)), line: line, depth: depth}
	for _, d := range docs {
		for _, it := range d.Elements() { // an archive is a list
			part := it.Get("content")
			if it.Kind == tree.String {
				part = it
			}
			if part != nil {
				c.text(part.Str(), c.at(part), depth+1)
				continue
			}
			c.read(it)
		}
	}
}

// config is one document in progress.
type config struct {
	*reader
	lines tree.Lines
	line  int
	depth int
}

// at is the line of a value within the whole text; a block's text begins on the next.
func (c *config) at(n *tree.Node) int {
	line := n.Line
	if c.lines.Literal(n) {
		line++
	}
	return line + c.line - 1
}

// addresses are settings that name one: where it stands, and what for.
var addresses = []struct {
	path    []string
	purpose string
}{
	{[]string{"phone_home", "url"}, "data"}, {[]string{"ansible", "pull", "url"}, "source"}, {[]string{"ntp", "servers"}, "time"}, {[]string{"ntp", "pools"}, "time"},
	{[]string{"resolv_conf", "nameservers"}, "dns"}, {[]string{"apt", "proxy"}, "registry"}, {[]string{"apt", "http_proxy"}, "registry"}, {[]string{"apt", "https_proxy"}, "registry"},
	{[]string{"puppet", "conf", "agent", "server"}, "delegate"}, {[]string{"chef", "server_url"}, "delegate"}, {[]string{"salt_minion", "conf", "master"}, "delegate"}, {[]string{"landscape", "client", "url"}, "delegate"},
	{[]string{"apt_mirror"}, "registry"}, {[]string{"apt_proxy"}, "registry"},
}

func (c *config) read(doc *tree.Node) {
	for _, name := range []string{"bootcmd", "runcmd"} {
		c.commands(doc.Get(name))
	}
	c.snap(doc.Get("snap", "commands"))
	c.packages(doc)
	c.sources(doc.Get("apt"))
	for _, it := range doc.Get("apt_sources").Elements() {
		c.source("apt_sources", it)
	}
	for _, name := range []string{"yum_repos", "zypper"} {
		c.repositories(name, doc.Get(name), 0)
	}
	for _, f := range doc.Get("write_files").Elements() {
		c.written(f)
	}
	for _, f := range doc.Get("reporting").Members() {
		c.reach("reporting", "logs", f.Value.Get("endpoint"))
	}
	for _, f := range doc.Get("rsyslog", "remotes").Members() {
		c.reach("rsyslog", "logs", f.Value)
	}
	for _, a := range addresses {
		for _, n := range doc.Get(a.path...).Elements() {
			c.reach(strings.Join(a.path, "."), a.purpose, n)
		}
	}
}

// reach adds a call to an address, without who logs in there.
func (c *config) reach(tool, purpose string, n *tree.Node) {
	to := n.Str()
	if scheme, rest, ok := strings.Cut(to, "://"); ok {
		end := strings.IndexAny(rest+"/", "/?#")
		to = scheme + "://" + rest[strings.LastIndexByte(rest[:end], '@')+1:]
	} else if words := strings.Fields(to); len(words) > 0 { // "*.* @@host:514"
		to = strings.TrimLeft(words[len(words)-1], "@")
	}
	if to != "" && to != "console" && to != "none" {
		c.calls = append(c.calls, shell.Call{Tool: tool, Purpose: purpose, To: to, Line: c.at(n)})
	}
}

// commands reads a list of them, texts for a shell or words, which cloud-init writes
// into one script: what one sets the next ones see.
func (c *config) commands(list *tree.Node) {
	var b strings.Builder
	var at []int // the line of the text, by line of the script
	for _, n := range list.Elements() {
		text, line, many := n.Text, c.at(n), c.lines.Literal(n)
		if n.Kind == tree.List {
			var words []string
			for _, w := range n.Items {
				words = append(words, "'"+strings.ReplaceAll(w.Text, "'", `'\''`)+"'")
			}
			text = strings.Join(words, " ")
		}
		text = strings.TrimRight(text, "\n")
		for i := range strings.Count(text, "\n") + 1 {
			if many {
				at = append(at, line+i)
			} else {
				at = append(at, line)
			}
		}
		b.WriteString(text + "\n")
	}
	if len(at) == 0 {
		return
	}
	calls, faults := shell.Read(b.String(), c.o)
	for i := range calls {
		calls[i].Line = at[min(calls[i].Line, len(at))-1]
	}
	for i := range faults {
		faults[i].Line = at[min(faults[i].Line, len(at))-1]
	}
	c.take(1)(calls, faults)
}

// snap reads the commands of snap, each of which runs alone; a map has them by name.
func (c *config) snap(list *tree.Node) {
	all := list.Elements()
	if list != nil && list.Kind == tree.Object {
		all = nil
		for _, f := range list.Fields {
			all = append(all, f.Value)
		}
	}
	for _, n := range all {
		if n.Kind == tree.String {
			c.take(c.at(n))(shell.Read(n.Text, c.o))
			continue
		}
		var words []string
		for _, w := range n.Elements() {
			words = append(words, w.Text)
		}
		c.take(c.at(n))(shell.Command(words, c.o))
	}
}

// packages reads what is installed. Names may come with versions, and below the name
// of another manager.
func (c *config) packages(doc *tree.Node) {
	list := doc.Get("packages")
	var names []string
	for _, n := range list.Elements() {
		switch n.Kind {
		case tree.String:
			names = append(names, n.Text)
		case tree.List:
			if len(n.Items) > 0 {
				names = append(names, n.Items[0].Str())
			}
		case tree.Object:
			for _, f := range n.Fields {
				names = append(names, f.Name+": "+first(f.Value.Text))
			}
		}
	}
	what := strings.Join(names, ", ")
	line := list
	for _, name := range []string{"package_update", "package_upgrade", "apt_update", "apt_upgrade"} {
		if n := doc.Get(name); n != nil && n.Text == "true" && what == "" {
			what, line = "what the system needs", n
		}
	}
	if what != "" {
		c.calls = append(c.calls, shell.Call{Tool: "packages", Purpose: "registry", What: what, Line: c.at(line), Unknown: "the system that it runs on says which mirrors it uses"})
	}
}

// sources reads from where apt takes packages.
func (c *config) sources(apt *tree.Node) {
	for _, name := range []string{"primary", "security"} {
		for _, m := range apt.Get(name).Elements() {
			c.reach("apt."+name, "registry", m.Get("uri"))
			for _, s := range m.Get("search").Elements() {
				c.reach("apt."+name, "registry", s)
			}
		}
	}
	if list := apt.Get("sources_list"); list != nil {
		for _, a := range address().FindAllString(list.Str(), -1) {
			c.calls = append(c.calls, shell.Call{Tool: "apt.sources_list", Purpose: "registry", To: a, Line: list.Line + c.line - 1})
		}
	}
	for _, f := range apt.Get("sources").Members() {
		c.source("apt.sources", f.Value)
	}
}

// address finds that of a line of sources.list.
var address = lazy.Regexp(`\b(?:https?|ftp)://[^\s\]]+`)

func (c *config) source(tool string, n *tree.Node) {
	source := n.Get("source")
	switch text := source.Str(); {
	case strings.HasPrefix(text, "ppa:"):
		c.calls = append(c.calls, shell.Call{Tool: tool, Purpose: "registry", What: text, Line: c.at(source), Unknown: "the system says where it looks for " + text})
	case text != "":
		for _, a := range address().FindAllString(text, -1) {
			c.calls = append(c.calls, shell.Call{Tool: tool, Purpose: "registry", To: a, Line: c.at(source)})
		}
	}
	c.reach(tool, "registry", n.Get("keyserver"))
}

// repositories finds the addresses of those of rpm, however they are nested.
func (c *config) repositories(tool string, n *tree.Node, depth int) {
	if n == nil || depth > 4 {
		return
	}
	for _, name := range []string{"baseurl", "mirrorlist", "metalink"} {
		for _, u := range n.Get(name).Elements() {
			c.reach(tool, "registry", u)
		}
	}
	for _, f := range n.Members() {
		c.repositories(tool, f.Value, depth+1)
	}
	for _, it := range n.Items {
		c.repositories(tool, it, depth+1)
	}
}

// written reads a file that is written: what it fetches when it is a script, and from
// where it is taken.
func (c *config) written(f *tree.Node) {
	c.reach("write_files", "registry", f.Get("source", "uri"))
	content := f.Get("content")
	if content == nil || content.Kind != tree.String {
		return
	}
	text, path := content.Text, f.Get("path").Str()
	switch encoding := f.Get("encoding").Str(); encoding {
	case "", "text/plain":
	default:
		plain, ok := unpacked(text)
		if !ok && isScript(path) {
			c.faults = append(c.faults, shell.Fault{Line: c.at(content), Message: "the file " + path + " is packed in a way that is not read: write it as it is, or in base64"})
		}
		if !ok {
			return
		}
		text = plain
	}
	if strings.HasPrefix(text, "#!") || isScript(path) {
		sh := first(text)
		if !strings.HasPrefix(text, "#!") {
			sh = cmp.Or(strings.TrimPrefix(path[strings.LastIndexByte(path, '.'):], ".sh"), "sh")
			sh = strings.ReplaceAll(sh, ".ps1", "powershell")
		}
		c.script(sh, text, c.at(content))
	}
}

func isScript(path string) bool {
	return strings.HasSuffix(path, ".sh") || strings.HasSuffix(path, ".ps1")
}
