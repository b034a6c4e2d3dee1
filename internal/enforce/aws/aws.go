// Package aws writes guardrails for an organisation of AWS: service control
// policies, a resource control policy, a declarative policy, the opt-out of AI
// services, and Control Tower's controls, with Terraform that attaches them.
//
// Syntax and condition keys: AWS Organizations User Guide and Service
// Authorization Reference.
package aws

import (
	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target aws.
var Target = enforce.Target{
	Name:  "aws",
	Title: "AWS Organizations: service and resource control policies, declarative policies, Control Tower controls",
	Holds: []graph.RuleID{"LOC-001", "LOC-003", "LOC-006", "LOC-009", "KEY-001", "KEY-003", "KEY-006", "ENC-001", "EGR-012", "MDL-010", "SUP-004", "SUP-005"},
	Write: write,
}

// partition is the commercial one; the others are organisations of their own.
const partition = "aws"

func write(b *bounds.Bounds) ([]enforce.File, error) {
	var out []enforce.File
	for _, c := range b.Of("aws") {
		if c.Partition != partition && len(c.Codes()) == 0 {
			continue // an organisation of its own, that nobody needs to close
		}
		if err := enforce.NeverClear(&c, "no policy of AWS"); err != nil {
			return nil, err
		}
		if err := enforce.NoCloudKey(b, &c, "no policy of AWS"); err != nil {
			return nil, err
		}
		files, err := organisation(b, &c)
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	return out, nil
}

// A policy is one of an organisation.
type policy struct {
	name  string // of its file and its resource
	kind  string // as aws_organizations_policy has it
	about string
	holds []graph.RuleID
	doc   any
}

func organisation(b *bounds.Bounds, c *bounds.Cloud) ([]enforce.File, error) {
	var ps []policy
	switch codes := c.Codes(); {
	case !c.Open():
		ps = append(ps, closed("nothing may run here: "+c.Why))
	case len(codes) == 0:
		ps = append(ps, closed("no region of it is inside "+b.Limits.Places.String()))
	default:
		ps = append(ps, regions(c, codes), copies(c, codes), inference(b, c, codes))
		if b.CustomerKey() {
			ps = append(ps, keys(b, c))
		}
		ps = append(ps, reach(), instances(), optOut())
	}
	return files(b, c, ps)
}
