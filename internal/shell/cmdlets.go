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
	"publish-module": gallery, "publish-script": gallery, "publish-psresource": gallery,
	"register-psrepository": register, "set-psrepository": register, "register-psresourcerepository": register, "set-psresourcerepository": register, "register-packagesource": register,
	"start-process": start, "saps": start, "start": start,
}

// alsoPrograms are aliases that newer versions do not have: they call the program.
var alsoPrograms = map[string]bool{"curl": true, "wget": true}

// psGiven are the arguments of a command: parameters by name, the rest, and a table that
// may hold any of them.
type psGiven struct {
	named map[string][]word
	rest  []word
	open  []word
}

// switches are parameters without a value.
var switches = map[string]bool{"usebasicparsing": true, "force": true, "allowclobber": true, "skippublishercheck": true, "acceptlicense": true, "allowprerelease": true, "prerelease": true, "passthru": true,
	"useb": true, "disablekeepalive": true, "skipcertificatecheck": true, "trusted": true, "default": true, "verbose": true, "quiet": true, "confirm": true, "reinstall": true, "trustrepository": true, "wait": true, "nonewwindow": true, "forcebootstrap": true,
	"allowinsecureredirect": true, "allowunencryptedauthentication": true, "followrellink": true, "noproxy": true, "preserveauthorizationonredirect": true, "preservehttpmethodonredirect": true, "proxyusedefaultcredentials": true,
	"resume": true, "skipheadervalidation": true, "skiphttperrorcheck": true, "usedefaultcredentials": true, "debug": true, "whatif": true, "asynchronous": true, "suspended": true, "noclobber": true, "skipdependencycheck": true, "allversions": true, "loaduserprofile": true}

func given(args []psArg) *psGiven {
	p := &psGiven{named: map[string][]word{}}
	for i := 0; i < len(args); i++ {
		name, value, colon := strings.Cut(args[i].text, ":")
		switch {
		case args[i].open:
			p.open = []word{args[i].word}
			continue
		case !args[i].bare || len(name) < 2 || name[0] != '-':
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

// param is what a parameter is given, whose name may be shortened.
func (p *psGiven) param(name string) (v []word, ok bool) {
	for n := len(name); n > 1 && !ok; n-- {
		v, ok = p.named[name[:n]]
	}
	return v, ok
}

// any reports whether one of the parameters is given.
func (p *psGiven) any(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := p.param(n); return ok })
}

// value is that of a parameter, or of the n-th argument without a name, or nobody knows
// which it is.
func (p *psGiven) value(name string, n int) []word {
	v, ok := p.param(name)
	switch {
	case ok:
		return v
	case n >= 0 && n < len(p.rest):
		return p.rest[n : n+1]
	case n >= 0:
		return p.open
	}
	return nil
}

// values are those of a list.
func (p *psGiven) values(name string, n int) []word {
	var out []word
	for _, w := range p.value(name, n) {
		for _, t := range strings.Split(w.text, ",") {
			out = append(out, word{strings.TrimSpace(t), w.why})
		}
	}
	return out
}

// each adds a call to each address.
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
	r.each(c, p.value("uri", 0), purpose)
}

// gallery reads what installs and publishes modules, at where they are by default or at
// repositories that the script registers.
func gallery(r *psReader, c *command, p *psGiven) {
	call := Call{Tool: c.args[0].text, Purpose: "registry"}
	if strings.HasPrefix(call.Tool, "publish-") {
		call.Purpose = "data"
	}
	var names []string
	for _, w := range p.values("name", 0) {
		names = append(names, w.shown())
	}
	call.What = strings.Join(names, ", ")
	from := p.values("repository", -1)
	if len(from) == 0 {
		from = p.values("source", -1)
	}
	switch {
	case len(from) > 0:
	case len(p.open) > 0:
		from = p.open
	case call.Tool == "install-package":
		call.Unknown = "the machine says which sources its packages come from"
		r.add(c, call)
		return
	default:
		from = []word{{text: "psgallery"}}
	}
	for _, w := range from {
		r.add(c, r.repository(call, w))
	}
}

// repository sends a call to a repository by its name.
func (r *psReader) repository(call Call, w word) Call {
	name := strings.ToLower(w.text)
	at, registered := r.places[name]
	switch {
	case registered:
		call.to(at)
	case !w.known():
		call.Unknown = w.why
	case name == "psgallery":
		r.standard(&call, "powershell")
	case strings.Contains(name, "://"):
		call.to(w)
	default:
		call.Unknown = "the machine says where the repository " + w.shown() + " is"
	}
	return call
}

// register notes where a repository is.
func register(r *psReader, c *command, p *psGiven) {
	n := 1 // without a name, its place stands after it
	if p.any("name") {
		n = 0
	}
	for _, param := range []string{"sourcelocation", "uri", "location"} {
		if p.any(param) {
			n = -1
		}
		for _, at := range p.values(param, -1) {
			r.place(c, p, at)
		}
	}
	if n >= 0 && n < len(p.rest) {
		r.place(c, p, p.rest[n])
	}
}

func (r *psReader) place(c *command, p *psGiven, at word) {
	for _, name := range p.values("name", 0) {
		r.places[strings.ToLower(name.text)] = at
	}
	r.url(c, at, "registry")
}

// start reads Start-Process, which runs another program.
func start(r *psReader, c *command, p *psGiven) {
	file := p.value("filepath", 0)
	if len(file) == 0 {
		return
	}
	n := 1
	if p.any("filepath") {
		n = 0
	}
	words := []word{{programOf(file[0].text), file[0].why}}
	for _, a := range p.values("argumentlist", n) {
		for _, t := range fields(a.text) {
			words = append(words, word{strings.Trim(t, `"'`), a.why})
		}
	}
	r.nested(c, words)
}

// evaluate reads the script that Invoke-Expression is given as a text.
func (r *psReader) evaluate(c *command, p *psGiven) {
	for _, w := range p.value("command", 0) {
		r.within(w, c.line)
	}
}
