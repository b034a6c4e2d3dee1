package kb

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestLiterals(t *testing.T) {
	for expr, want := range map[string][]string{
		`^[a-z0-9.-]+\.rds\.amazonaws\.com$`:          {".rds.amazonaws.com"},
		`^(?:[a-z]+\.)?s3\.(?P<region>eu-[a-z]+)\.x$`: {"s3.", "eu-", ".x"},
		`^(?:run|api)\.sagemaker\.x$`:                 {".sagemaker.x"},
		`^(?i:abc)\.d$`:                               {".d"},
		`^(?:ab)?cd$`:                                 {"cd"},
		`^(?:ab){0,2}cd$`:                             {"cd"},
		`^a$|^b$`:                                     nil,
		`^(`:                                          nil,
	} {
		if got := literals(expr); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}

// Turning hosts away early changes no answer: each is what running every
// expression gives.
func TestHostIsWhatAllExpressionsSay(t *testing.T) {
	k := open(t)
	h := k.getHosts()
	var hosts []string
	for _, e := range h.all {
		name := e.Example + e.Name() + e.Suffix
		hosts = append(hosts, name, "x."+name, "x-"+name, "a.b."+name, name+".example", strings.Replace(name, ".", "-", 1), strings.Replace(name, "eu-", "us-", 1))
	}
	if len(hosts) < 1000 {
		t.Fatalf("%d hosts", len(hosts))
	}
	compiled := make([]*regexp.Regexp, len(h.all))
	for i := range h.all {
		compiled[i] = regexp.MustCompile(h.all[i].Pattern)
	}
	for _, host := range hosts {
		host = hostname(host)
		if h.exact[host] != nil {
			continue
		}
		best, longest := h.suffix(host), -1
		if best != nil {
			longest = len(best.Suffix)
		}
		suffix := best
		for i := range h.all {
			e := &h.all[i]
			n := len(strings.TrimPrefix(fixedTail(e.Pattern), "."))
			if e.Pattern == "" || n < longest || n == longest && best != suffix || !compiled[i].MatchString(host) {
				continue
			}
			best, longest = e, n
		}
		got, ok := k.Host(host)
		if ok != (best != nil) || ok && got.Endpoint.key() != best.key() {
			want := "nothing"
			if best != nil {
				want = best.key()
			}
			t.Errorf("%s is %q, want %s", host, got.Endpoint.key(), want)
		}
	}
}
