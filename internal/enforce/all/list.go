// Package all is the list of targets.
package all

import (
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/airgap"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/aws"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/azure"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/gatekeeper"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/google"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/kubernetes"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/kyverno"
)

// targets are by name. A target is one line here.
var targets = []enforce.Target{
	airgap.Target,
	aws.Target,
	azure.Target,
	gatekeeper.Target,
	google.Target,
	kubernetes.Target,
	kyverno.Target,
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
