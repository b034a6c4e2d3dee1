package azure

import (
	"fmt"
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An assignment is one of a definition or initiative of Microsoft's.
type assignment struct {
	name       string // at most 24 characters
	definition string
	about      string
	holds      []graph.RuleID
	parameters map[string]any
}

func builtin(id string) string { return "/providers/Microsoft.Authorization/policyDefinitions/" + id }

func initiative(id string) string {
	return "/providers/Microsoft.Authorization/policySetDefinitions/" + id
}

func files(b *bounds.Bounds, c *bounds.Cloud, ds []definition, as []assignment) ([]enforce.File, error) {
	var out []enforce.File
	var tf strings.Builder
	tf.WriteString(enforce.Comment("#", enforce.Header(b, "Policies for "+c.Name)))
	tf.WriteString(enforce.Root("azurerm", "management_group_id", "The management group of the subscriptions that hold this data."))
	for i := range as {
		a := &as[i]
		ps := map[string]any{}
		for k, v := range a.parameters {
			ps[k] = map[string]any{"value": v}
		}
		name := path.Join("parameters", a.name+".json")
		doc, err := enforce.JSON(ps)
		if err != nil {
			return nil, err
		}
		out = append(out, enforce.File{Name: name, Data: doc})
		enforce.Title(&tf, b, a.about, a.holds)
		fmt.Fprintf(&tf, assignmentBlock, strings.ReplaceAll(a.name, "-", "_"), a.name, enforce.HCL(a.about), a.definition, name)
	}
	for i := range ds {
		d := &ds[i]
		name := path.Join("definitions", d.name+".json")
		doc, err := enforce.JSON(map[string]any{"properties": map[string]any{
			"displayName": d.about, "policyType": "Custom", "mode": d.mode,
			"metadata":   map[string]any{"category": "Bailiwick", "requirements": b.Cited(d.holds...), "perimeter": b.Perimeter.Digest},
			"policyRule": map[string]any{"if": d.when, "then": map[string]any{"effect": "deny"}},
		}})
		if err != nil {
			return nil, err
		}
		out = append(out, enforce.File{Name: name, Data: doc})
		enforce.Title(&tf, b, d.about, d.holds)
		id := strings.ReplaceAll(d.name, "-", "_")
		fmt.Fprintf(&tf, definitionBlock, id, name, d.name)
	}
	var refs strings.Builder
	for i := range ds {
		fmt.Fprintf(&refs, "  policy_definition_reference {\n    policy_definition_id = azurerm_policy_definition.%s.id\n  }\n", strings.ReplaceAll(ds[i].name, "-", "_"))
	}
	fmt.Fprintf(&tf, initiativeBlock, refs.String())
	return append(out, enforce.File{Name: "policies.tf", Data: []byte(tf.String())}), nil
}

const assignmentBlock = `resource "azurerm_management_group_policy_assignment" %q {
  name                 = %q
  display_name         = %s
  management_group_id  = var.management_group_id
  policy_definition_id = %q
  parameters           = jsonencode(jsondecode(file("${path.module}/%s")))
  enforce              = true
}
`

const definitionBlock = `locals {
  %[1]s = jsondecode(file("${path.module}/%[2]s")).properties
}
resource "azurerm_policy_definition" %[1]q {
  name                = "bailiwick-%[3]s"
  management_group_id = var.management_group_id
  policy_type         = "Custom"
  mode                = local.%[1]s.mode
  display_name        = local.%[1]s.displayName
  metadata            = jsonencode(local.%[1]s.metadata)
  policy_rule         = jsonencode(local.%[1]s.policyRule)
}
`

const initiativeBlock = `
# All of them together, assigned.
resource "azurerm_policy_set_definition" "bailiwick" {
  name                = "bailiwick"
  display_name        = "Bailiwick"
  policy_type         = "Custom"
  management_group_id = var.management_group_id
%s}
resource "azurerm_management_group_policy_assignment" "bailiwick" {
  name                 = "bailiwick"
  display_name         = "Bailiwick"
  management_group_id  = var.management_group_id
  policy_definition_id = azurerm_policy_set_definition.bailiwick.id
  enforce              = true
}
`
