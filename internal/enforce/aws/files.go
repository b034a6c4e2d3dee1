package aws

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// maxSize is what AWS stores of one policy, in characters without white space.
var maxSize = map[string]int{"SERVICE_CONTROL_POLICY": 5120, "RESOURCE_CONTROL_POLICY": 5120, "AISERVICES_OPT_OUT_POLICY": 2500, "DECLARATIVE_POLICY_EC2": 10000}

// files writes each policy as JSON, and Terraform that attaches them all.
func files(b *bounds.Bounds, c *bounds.Cloud, ps []policy) ([]enforce.File, error) {
	dir := ""
	if c.Partition != partition {
		dir = c.Partition
	}
	var out []enforce.File
	var tf strings.Builder
	tf.WriteString(enforce.Comment("#", enforce.Header(b, "Guardrails for an organisation of "+c.Name)))
	tf.WriteString(enforce.Root("aws", "target_id", "The root, organisational unit or account that holds this data."))
	for i := range ps {
		p := &ps[i]
		small, err := json.Marshal(p.doc)
		if err != nil {
			return nil, err
		}
		if most := maxSize[p.kind]; len(small) > most {
			return nil, fmt.Errorf("the policy %s has %d characters, and AWS takes %d: give the place fewer classes with --data", p.name, len(small), most)
		}
		doc, err := enforce.JSON(p.doc)
		if err != nil {
			return nil, err
		}
		out = append(out, enforce.File{Name: path.Join(dir, p.name+".json"), Data: doc})
		id := strings.ReplaceAll(p.name, "-", "_")
		enforce.Title(&tf, b, p.about, p.holds)
		fmt.Fprintf(&tf, policyBlock, id, p.name, enforce.HCL(p.about), p.kind, p.name, enforce.HCL(tag(b.Cited(p.holds...))), enforce.HCL(b.Perimeter.Digest), id, id)
	}
	return append(out, enforce.File{Name: path.Join(dir, "organisation.tf"), Data: []byte(tf.String())}), nil
}

// tag words ids as a tag may be: without commas, and of 256 characters at most.
func tag(ids []graph.RequirementID) string {
	var s string
	for _, id := range ids {
		if len(s)+1+len(id) > 256 {
			break
		}
		s = strings.TrimPrefix(s+" "+string(id), " ")
	}
	return s
}

const policyBlock = `resource "aws_organizations_policy" %q {
  name        = "bailiwick-%s"
  description = %s
  type        = %q
  content     = jsonencode(jsondecode(file("${path.module}/%s.json")))
  tags        = { requirements = %s, perimeter = %s }
}

resource "aws_organizations_policy_attachment" %q {
  policy_id = aws_organizations_policy.%s.id
  target_id = var.target_id
}
`
