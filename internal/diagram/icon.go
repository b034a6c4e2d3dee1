package diagram

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// icons are drawn in a square of 14.
var icons = map[string]string{
	"store":   "M2 3.5c0-1.4 10-1.4 10 0v7c0 1.4-10 1.4-10 0zM2 3.5c0 1.4 10 1.4 10 0M2 7c0 1.4 10 1.4 10 0",
	"key":     "M4.5 9.5m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M6.4 7.7L12 2M9.6 4.4l1.8 1.8",
	"model":   "M7 1l5.2 3v6L7 13 1.8 10V4zM7 4.6l2.2 1.2v2.6L7 9.6 4.8 8.4V5.8z",
	"compute": "M3 3h8v8H3zM5.5 1v2M8.500 1v2M5.500 11v2M8.500 11v2M1 5.500h2M1 8.500h2M11 5.500h2M11 8.500h2",
	"transit": "M1 7h11M8.500 3.500L12 7l-3.500 3.500",
	"host":    "M7 1a6 6 0 1 0 0 12a6 6 0 1 0 0-12M1 7h12M7 1c-3.300 3.500-3.300 8.500 0 12M7 1c3.300 3.500 3.300 8.500 0 12",
	"frame":   "M2 2h10v10H2zM2 5h10",
	"unknown": "M4.500 4.800c0-3.300 5-3.300 5 0c0 2-2.500 2-2.500 4M7 11.500v.2",
	"people":  "M7 6.500a2.500 2.500 0 1 0 0-5a2.500 2.500 0 1 0 0 5M2 13c0-6 10-6 10 0",
	"guard":   "M7 1l5 2v4c0 3-2.500 5-5 6c-2.500-1-5-3-5-6V3z",
}

// icon is the picture of a node.
func icon(n *Node) string {
	switch {
	case n.Host && n.Kind == "":
		return icons["host"]
	case n.Kind == "system":
		return icons["people"]
	}
	switch n.Kind {
	case graph.Key, graph.SecretStore:
		return icons["key"]
	case graph.ModelEndpoint, graph.AIService, graph.Training, graph.ModelRegistry:
		return icons["model"]
	case graph.UnknownKind, graph.Module:
		return icons["unknown"]
	case graph.Guard, graph.Identity:
		return icons["guard"]
	case graph.Container, graph.Account, graph.Network, Mixed:
		return icons["frame"]
	}
	switch n.Kind.Bearing() {
	case graph.BearsData:
		return icons["store"]
	case graph.BearsWork:
		return icons["compute"]
	case graph.BearsTransit:
		return icons["transit"]
	}
	return icons["host"]
}
