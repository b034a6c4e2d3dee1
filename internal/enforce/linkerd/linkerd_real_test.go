//go:build real

package linkerd_test

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/linkerd"
)

// TestRealLinkerdDoors: pods that would go around the mesh are refused. Linkerd
// itself cannot be had: it is no Go module, and no package carries it.
func TestRealLinkerdDoors(t *testing.T) {
	enforcetest.Pods(t, linkerd.Target, enforcetest.Sends, "doors.yaml", "linkerd-proxy", []enforcetest.Pod{
		{Name: "as it should be", Meta: ", annotations: {linkerd.io/inject: enabled}"},
		{Name: "without a proxy", Meta: ", annotations: {linkerd.io/inject: disabled}", Refused: true},
		{Name: "around its proxy, by port", Meta: `, annotations: {config.linkerd.io/skip-outbound-ports: "443"}`, Refused: true},
		{Name: "around its proxy, by network", Meta: ", annotations: {config.linkerd.io/skip-subnets: 0.0.0.0/0}", Refused: true},
		{Name: "in a namespace without labels", Bare: true, Refused: true},
		{Name: "in the network of the node", Spec: ", hostNetwork: true", Refused: true},
	})
}
