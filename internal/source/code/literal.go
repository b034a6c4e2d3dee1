package code

import (
	"cmp"
	"slices"
	"strings"

	text "github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// sends reports whether a call by its name sends something to an address.
func sends(name string) bool {
	tail := strings.ToLower(name[strings.LastIndexAny(name, "./")+1:])
	return sendWords[tail]
}

var sendWords = words("get post put patch delete head request fetch urlopen axios got ky newrequest newrequestwithcontext do getasync postasync sendasync postasjsonasync getstringasync websocket eventsource connect httpx client asyncclient clientsession urlretrieve uploadfile send $fetch ofetch load_from_url stream create_connection createconnection requestentity getforobject postforobject exchange")

// links are keys beside which an address is for people.
var links = words("href link homepage docs documentation doc website helpurl description title placeholder example license icon image logo src alt text label message docsurl docsurl termsurl url_docs learnmore signupurl apikeyurl keyurl repository")

// documentation are hosts that nobody calls: kept for examples, names of schemas.
func documentation(host string) bool {
	for _, d := range []string{"example.com", "example.org", "example.net", "w3.org", "schema.org", "json-schema.org", "schemas.microsoft.com", "xmlsoap.org", "purl.org", "apache.org"} {
		if host == d || strings.HasSuffix(host, "."+d) {
			return true
		}
	}
	return strings.HasSuffix(host, ".example") || !strings.Contains(host, ".")
}

// services are the kinds of hosts that a literal alone is evidence for: somebody
// sends data there or asks a model. Pages, sources and registries are linked too.
var services = map[graph.Kind]string{
	graph.ModelEndpoint: "model", graph.AIService: "model", graph.SearchIndex: "data", graph.LogStore: "logs", graph.Exporter: "telemetry",
	graph.Messaging: "data", graph.Database: "data", graph.Stream: "data", graph.Cache: "data", graph.Identity: "identity",
}

// addresses adds what literals say: hosts that are known to be services, and
// whatever is given to a function that sends.
func (p *program) addresses() {
	for i := range p.file.Strings {
		s := &p.file.Strings[i]
		if s.Class < text.Plain || len(s.Text) > 2000 {
			continue
		}
		at := strings.Index(s.Text, "://")
		bare := at < 0 && hostLike(s.Text)
		if !bare && (at < 3 || at > 8) || strings.ContainsAny(s.Text[:max(at, 0)], " \n") {
			continue
		}
		host := hostOf(s.Text)
		if host == "" || documentation(host) || strings.HasPrefix(host, "127.") {
			continue
		}
		p.literal(i, host, bare)
	}
}

// methods stand before the address in calls that name one.
var methods = words("get post put patch delete head options")

// given adds the addresses that stand in a constant and are given to a function
// that sends: first, after the method, or by name. What follows another text is a
// message to somebody, post("openUrl", LINK).
func (p *program) given() {
	for i := range p.file.Calls {
		c := &p.file.Calls[i]
		if !sends(c.Name) {
			continue
		}
		for j, a := range c.Args {
			v := a.Value
			if v.Kind == text.String && strings.HasPrefix(v.Text, "{") && asksModel(v.Text) {
				p.add(dest{unknown: "the address is decided at run time: " + v.Text}, "model", "", "given to "+c.Name+" in "+p.relative()+p.signals(c.Block), c.Line)
				continue
			}
			if at := strings.Index(v.Text, "://"); v.Kind != text.String || at < 3 || at > 8 || j > 0 && a.Name == "" && !methods[strings.ToLower(c.Args[j-1].Value.Text)] || links[fold(a.Name)] {
				continue
			}
			host := hostOf(v.Text)
			if host == "" || documentation(host) || strings.HasPrefix(host, "127.") || slices.ContainsFunc(p.out.flows, func(f graph.Flow) bool { return string(f.To) == host }) {
				continue
			}
			kind, _ := p.know.kind(host)
			purpose := cmp.Or(services[kind], purposes[kind], "data")
			if asksModel(v.Text) {
				purpose = "model"
			}
			p.add(dest{host: host}, purpose, "", "given to "+c.Name+" in "+p.relative()+p.signals(c.Block), c.Line)
		}
	}
}

// near is how many literals around an address are looked at for a model.
const near = 60

// beside are the models that the call of a literal names, in what it sends.
func (p *program) beside(i int) []model {
	call := p.file.Strings[i].Call
	var out []model
	for j := max(0, i-near); j < min(len(p.file.Strings), i+near); j++ {
		s := &p.file.Strings[j]
		at := s.Call
		for n := 0; at >= 0 && at != call && n < 20; n++ {
			at = p.file.Calls[at].Within
		}
		if at == call && call >= 0 && slices.ContainsFunc(p.know.Named, func(n string) bool { return n == s.Key }) && s.Text != "" && !strings.ContainsAny(s.Text, " {") {
			out = append(out, model{s.Text, s.Line})
		}
	}
	if len(out) == 0 {
		out = append(out, model{line: p.file.Strings[i].Line})
	}
	return out
}

// literal adds what the address in a literal says.
func (p *program) literal(i int, host string, bare bool) {
	s := &p.file.Strings[i]
	kind, known := p.know.kind(host)
	key := fold(s.Key)
	if links[key] {
		return
	}
	call := ""
	if s.Call >= 0 {
		call = p.file.Calls[s.Call].Name
	}
	sent := s.Class == text.Argument && sends(call) && !bare
	purpose, service := services[kind]
	switch {
	case known && service && (!bare || kind == graph.ModelEndpoint):
	case sent && known && purposes[kind] != "":
		purpose = purposes[kind]
	case sent, p.know.address[key] && !bare && key != "url" && key != "host":
		purpose = "data"
		if asksModel(s.Text) {
			purpose = "model"
		}
	case asksModel(s.Text):
		purpose = "model"
	default:
		return
	}
	if slices.ContainsFunc(p.out.flows, func(f graph.Flow) bool { return string(f.To) == host }) {
		return // a client was seen to call it
	}
	via := "the address stands in " + p.relative()
	if sent {
		via = "given to " + call + " in " + p.relative()
	}
	models := []model{{line: s.Line}}
	if purpose == "model" {
		models = p.beside(i)
	}
	for _, m := range models {
		p.add(dest{host: host}, purpose, m.name, via+p.signals(s.Block), m.line)
	}
}

var purposes = map[graph.Kind]string{graph.ModelRegistry: "registry", graph.Registry: "registry"}

// asksModel reports whether an address is one of the paths under which models
// are asked at many hosts.
func asksModel(url string) bool {
	for _, p := range []string{"/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/messages", "/v1/responses"} {
		if strings.Contains(url, p) {
			return true
		}
	}
	return false
}

// hostLike reports whether a text is a bare host.
func hostLike(s string) bool {
	if len(s) < 6 || len(s) > 100 || strings.Count(s, ".") < 1 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-') {
			return false
		}
	}
	return s[0] != '.' && s[len(s)-1] >= 'a'
}
