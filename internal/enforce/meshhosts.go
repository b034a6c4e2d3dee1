package enforce

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
)

// Named are the destinations of which a mesh can route each by its name: objects
// of Kubernetes are called so, and a star or an underscore is no part of a name
// there.
func Named(b *bounds.Bounds) ([]Destination, error) {
	out, err := Destinations(b)
	for _, d := range out {
		if d.Any || strings.Contains(d.Name, "_") {
			return nil, &Unmet{Clause: fmt.Sprintf("spec.flows (to %s)", d), Why: "a mesh routes to hosts by their whole names, of letters, digits and hyphens; declare each"}
		}
	}
	return out, err
}

//go:embed services.txt
var services string

// ServiceDoor are the objects that keep the services of a mesh from leading out of
// it; trusted is the namespace of its own parts.
func ServiceDoor(b *bounds.Bounds, mesh, trusted string) string {
	return strings.NewReplacer("MESH", mesh, "TRUSTED", trusted, "DIGEST", b.Perimeter.Digest).Replace(services)
}
