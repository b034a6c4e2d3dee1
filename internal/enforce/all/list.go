// Package all is the list of targets.
package all

import (
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/airgap"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/aws"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/azure"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/cilium"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/crossplane"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/custodian"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/envoy"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/gatekeeper"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/google"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/istio"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/kubernetes"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/kyverno"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/linkerd"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/opa"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/pulumi"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/suricata"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/terraform"
)

// targets are by name. A target is one line here.
var targets = []enforce.Target{
	airgap.Target,
	aws.Target,
	azure.Target,
	cilium.Target,
	crossplane.Target,
	custodian.Target,
	envoy.Target,
	gatekeeper.Target,
	google.Target,
	istio.Target,
	kubernetes.Target,
	kyverno.Target,
	linkerd.Target,
	opa.Target,
	terraform.OpenTofu,
	pulumi.Target,
	suricata.Target,
	terraform.Target,
}

// Targets lists all, by name.
func Targets() []enforce.Target { return targets }

// Names are the names of all.
func Names() []string {
	out := make([]string, len(targets))
	for i := range targets {
		out[i] = targets[i].Name
	}
	return out
}

// Target finds one.
func Target(name string) (enforce.Target, bool) {
	for _, t := range targets {
		if t.Name == name {
			return t, true
		}
	}
	return enforce.Target{}, false
}
