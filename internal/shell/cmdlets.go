package shell

import (
	"slices"
	"strings"
)

// A cmdlet reads the call of a command of PowerShell's own.
type cmdlet func(r *psReader, c *command, p *psGiven)

// cmdlets are those that reach others, with their aliases.
var cmdlets = map[string]cmdlet{
	"invoke-webrequest": webRequest, "iwr": webRequest, "curl": webRequest, "wget": webRequest, "invoke-restmethod": webRequest, "irm": webRequest,
	"start-bitstransfer": func(r *psReader, c *command, p *psGiven) { r.each(c, p.values("source", 0), "registry") },
	"add-appxpackage":    func(r *psReader, c *command, p *psGiven) { r.each(c, p.values("path", 0), "registry") },
	"install-module":     gallery, "save-module": gallery, "update-module": gallery, "install-script": gallery, "save-script": gallery, "find-module": gallery,
	"install-psresource": gallery, "save-psresource": gallery, "install-packageprovider": gallery, "install-package": gallery,
	"register-psrepository": register, "set-psrepository": register, "register-psresourcerepository": register, "set-psresourcerepository": register, "register-packagesource": register,
	"start-process": start,
}

// alsoPrograms are aliases that newer versions do not have: they call the program.
var alsoPrograms = map[string]bool{"curl": true, "wget": true}

// psGiven are the arguments of a command: parameters by name, and the rest.
type psGiven struct {
	named map[string][]word
	rest  []word
}

// switches are parameters without a value.
var switches = map[string]bool{"usebasicparsing": true, "force": true, "allowclobber": true, "skippublishercheck": true, "acceptlicense": true, "allowprerelease": true, "prerelease": true, "passthru": true,
	"useb": true, "disablekeepalive": true, "skipcertificatecheck": true, "trusted": true, "default": true, "verbose": true, "quiet": true, "confirm": true, "reinstall": true, "trustrepository": true, "wait": true, "nonewwindow": true, "forcebootstrap": true}

func given(args []psArg) *psGiven {
	p := &psGiven{named: map[string][]word{}}
	for i := 0; i < len(args); i++ {
		name, value, colon := strings.Cut(args[i].text, ":")
		if !args[i].bare || len(name) < 2 || name[0] != '-' {
			p.rest = append(p.rest, args[i].word)
			continue
		}
		name = strings.ToLower(name[1:])
		switch {
		case colon:
			p.named[name] = []word{{value, args[i].why}}
		case switches[name] || i+1 == len(args) || args[i+1].bare && strings.HasPrefix(args[i+1].text, "-"):
			p.named[name] = nil
		default:
			i++
			p.named[name] = []word{args[i].word}
		}
	}
	return p
}

// any reports whether one of the parameters is given.
func (p *psGiven) any(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := p.named[n]; return ok })
}

// values are those of a parameter, or of the n-th argument without a name.
func (p *psGiven) values(name string, n int) []word {
	v, ok := p.named[name]
	if !ok && n >= 0 && n < len(p.rest) {
		v = p.rest[n : n+1]
	}
	var out []word
	for _, w := range v {
		for _, t := range strings.Split(w.text, ",") {
			out = append(out, word{strings.TrimSpace(t), w.why})
		}
	}
	return out
}

func (r *psReader) each(c *command, ws []word, purpose string) {
	for _, w := range ws {
		r.url(c, w, purpose)
	}
}

// webRequest reads a transfer as [reader.curl] does.
func webRequest(r *psReader, c *command, p *psGiven) {
	purpose := "data"
	method := ""
	if m := p.values("method", -1); len(m) > 0 {
		method = strings.ToUpper(m[0].text)
	}
	sends := p.any("body", "infile", "form") || method != "" && method != "GET" && method != "HEAD"
	if !sends && (p.any("outfile") || c.file || c.into == "iex" || c.into == "invoke-expression" || slices.Contains(saves, c.into)) {
		purpose = "registry"
	}
	if ws, ok := p.named["uri"]; ok {
		r.each(c, ws, purpose)
	} else if len(p.rest) > 0 {
		r.url(c, p.rest[0], purpose)
	}
}

// gallery reads what installs modules, from where they come by default or from a
// repository that the script registers.
func gallery(r *psReader, c *command, p *psGiven) {
	call := Call{Tool: c.args[0].text, Purpose: "registry"}
	var names []string
	for _, w := range p.values("name", 0) {
		names = append(names, w.shown())
	}
	call.What = strings.Join(names, ", ")
	from := p.values("repository", -1)
	if len(from) == 0 {
		from = p.values("source", -1)
	}
	name := "psgallery"
	if len(from) > 0 {
		name = strings.ToLower(from[0].text)
	}
	at, registered := r.places[name]
	switch {
	case registered:
		call.to(at)
	case name == "psgallery":
		r.standard(&call, "powershell")
	case strings.Contains(name, "://"):
		call.to(from[0])
	default:
		call.Unknown = "the machine says where the repository " + from[0].shown() + " is"
	}
	r.add(c, call)
}

// register notes where a repository is.
func register(r *psReader, c *command, p *psGiven) {
	for _, param := range []string{"sourcelocation", "uri", "location"} {
		for _, at := range p.values(param, -1) {
			for _, name := range p.values("name", 0) {
				r.places[strings.ToLower(name.text)] = at
			}
			r.url(c, at, "registry")
		}
	}
}

// start reads Start-Process, which runs another program.
func start(r *psReader, c *command, p *psGiven) {
	file := p.values("filepath", 0)
	if len(file) == 0 {
		return
	}
	args := p.values("argumentlist", 1)
	var words []word
	for _, a := range args {
		for _, t := range fields(a.text) {
			words = append(words, word{strings.Trim(t, `"'`), a.why})
		}
	}
	r.nested(c, append([]word{{text: strings.TrimSuffix(strings.ToLower(file[0].text), ".exe"), why: file[0].why}}, words...))
}
