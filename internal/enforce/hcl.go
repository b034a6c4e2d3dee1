package enforce

import (
	"fmt"
	"strings"
)

// HCL writes a text as a literal of HCL: nothing in it is a template.
func HCL(s string) string {
	q := fmt.Sprintf("%q", s)
	return strings.NewReplacer(`\\`, `\\`, "${", "$${", "%{", "%%{", `\a`, `\u0007`, `\b`, `\u0008`, `\f`, `\u000c`, `\v`, `\u000b`, `\x`, `\u00`).Replace(q)
}

// HCLList writes texts as a list of literals.
func HCLList(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = HCL(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// Root begins a root of Terraform for one provider of hashicorp: from where its
// plugin comes, and the variable that names what the guardrails are for.
func Root(provider, variable, description string) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    %s = { source = "hashicorp/%s" }
  }
}

variable %q {
  description = %s
  type        = string
}
`, provider, provider, variable, HCL(description))
}
