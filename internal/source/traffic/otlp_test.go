package traffic

import (
	"os"
	"testing"
)

// Words of the conventions that say the same are taken in the same order each time, and
// a span of a client that has an address as a URL alone calls its host.
func TestOTLPWords(t *testing.T) {
	t.Chdir(t.TempDir())
	src := `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1793527200000000000","attributes":[{"key":"host","value":{"stringValue":"b.example.com"}},{"key":"authority","value":{"stringValue":"a.example.com"}},{"key":":authority","value":{"stringValue":"c.example.com"}},{"key":"upstream_host","value":{"stringValue":"203.0.113.7:443"}},{"key":"response_flags","value":{"stringValue":"-"}},{"key":"bytes_sent","value":{"stringValue":"1"}}]}]}]}]}
{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":3,"attributes":[{"key":"http.url","value":{"stringValue":"https://u:p@api.example.com:8443/v1?q=https://no.example.com"}}]},{"kind":3,"attributes":[{"key":"url.full","value":{"stringValue":"https://full.example.com/"}}]}]}]}]}
`
	if err := os.WriteFile("x.jsonl", []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	const want = "x.jsonl -> a.example.com data 1x out 0 in 1 alias 203.0.113.7 2026-11-01T10:00:00Z @x.jsonl:1\nx.jsonl -> api.example.com:8443 data 1x @x.jsonl:2\nx.jsonl -> full.example.com data 1x @x.jsonl:2\n"
	for range 20 {
		f := Read([]string{"x.jsonl"})
		if got := render(&f); got != want {
			t.Fatalf("got\n%swant\n%s", got, want)
		}
	}
}
