package declared

import (
	"bytes"
	"net/url"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func isOpenLineage(head string) bool {
	return strings.Contains(head, `"eventTime"`) && strings.Contains(head, `"namespace"`) &&
		(strings.Contains(head, `"job"`) || strings.Contains(head, `"dataset"`)) && !strings.Contains(head, `"$schema"`)
}

// openLineage reads events: one document, a list of them, or one a line.
// https://openlineage.io/docs/spec/object-model
func openLineage(r *reading, src []byte) {
	doc, err := tree.JSON(src)
	if err == nil {
		for _, e := range doc.Elements() {
			r.event(e, 0)
		}
		return
	}
	read := 0
	for i, line := range bytes.Split(src, []byte{'\n'}) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		e, lineErr := tree.JSON(line)
		if lineErr != nil {
			if read == 0 {
				r.failed(err) // it is one document, which is broken
				return
			}
			r.problem(i+1, "the event in this line is not valid JSON and was not read: was the file cut short?")
			continue
		}
		read++
		r.event(e, i)
	}
}

// event reads one event; offset is how many lines stand before it.
func (r *reading) event(e *tree.Node, offset int) {
	job := e.Get("job")
	if job == nil {
		return // an event of a dataset alone moves nothing
	}
	r.facts.Blocks++
	from := graph.Address(sentence(job.Get("namespace").Str()) + "/" + job.Get("name").Str())
	state, traffic := graph.Declared, func() *graph.Traffic { return nil }
	if e.Get("run") != nil {
		state = graph.Observed
		when, _ := time.Parse(time.RFC3339Nano, e.Get("eventTime").Str()) // not a time: not known
		traffic = func() *graph.Traffic { return &graph.Traffic{Count: 1, First: when, Last: when} }
	}
	for _, side := range []struct{ field, verb string }{{"inputs", "reads"}, {"outputs", "writes"}} {
		for _, d := range e.Get(side.field).Elements() {
			host, unknown := datasetHost(d)
			if host == "" && unknown == "" {
				continue
			}
			r.flow(graph.Flow{From: from, To: host, Unknown: unknown, State: state, Traffic: traffic(), Origin: r.at(d.Line + offset),
				Via: sentence("OpenLineage: " + string(from) + " " + side.verb + " " + d.Get("namespace").Str() + " " + d.Get("name").Str())})
		}
	}
}

// datasetHost is the host that keeps a dataset: of its namespace, else of the
// address of its data source. Both are empty for a file of the own machine.
// https://openlineage.io/docs/spec/naming
func datasetHost(d *tree.Node) (host graph.Address, unknown string) {
	namespace := d.Get("namespace").Str()
	if namespace == "file" || strings.HasPrefix(namespace, "file:") || strings.HasPrefix(namespace, "inmemory:") {
		return "", ""
	}
	for _, s := range []string{namespace, d.Get("facets", "dataSource", "uri").Str()} {
		u, err := url.Parse(strings.TrimPrefix(s, "jdbc:"))
		if err != nil || u.Host == "" || buckets[u.Scheme] {
			continue
		}
		if u.Port() != "" || hostLike(u.Host) {
			return graph.Address(u.Host), ""
		}
	}
	return "", "the namespace " + sentence(namespace) + " of the dataset names no host"
}

// buckets are the schemes after which a bucket stands where others have a host.
var buckets = map[string]bool{"s3": true, "s3a": true, "s3n": true, "gs": true, "oss": true, "cos": true, "cosn": true, "obs": true, "swift": true}
