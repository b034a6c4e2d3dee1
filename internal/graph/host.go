package graph

import "strings"

// localEndings are ends of names that no public resolver answers for: RFC 2606
// and RFC 6761 keep test, invalid and localhost, RFC 6762 local, RFC 8375
// home.arpa, ICANN internal, and never delegated corp; svc is what Kubernetes
// completes, the rest is what routers and companies use by custom.
var localEndings = []string{
	".svc", ".local", ".localhost", ".internal", ".home.arpa", ".in-addr.arpa", ".ip6.arpa", ".test", ".invalid",
	".lan", ".intranet", ".localdomain", ".corp", ".private",
}

// LocalName reports whether a host is a name that only the own machine, cluster
// or network resolves. A name of one label is: the own network completes it.
func LocalName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "" {
		return false
	}
	if !strings.Contains(host, ".") {
		return true
	}
	for _, end := range localEndings {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}
