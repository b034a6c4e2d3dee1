// Package tfplan reads what terraform show -json prints (plans and states)
// and raw state files, version 4. OpenTofu writes the same. The assets are
// those of package terraform, in the same language, so the same dialects
// speak of them; the values are those that the tool has computed.
//
// What a plan loses, and what is done about it:
//
//   - It writes every attribute of the type, set or not. One that is null or
//     empty, and that the configuration does not write, is absent here, and so
//     is one that the provider will choose at apply: as in the configuration,
//     nobody asked for it. Dynamic blocks leave no trace in the configuration;
//     when such a block is not known, it is told from a chosen one by the
//     other resources of the same type, and by nothing else.
//   - It names what an expression refers to, not how. A provider argument that
//     refers to one variable takes its value; more than one is unknown.
//   - It shows no locals, no backend, and no providers of a state. They are
//     unknown.
//
// Values that are marked as sensitive are not read: they are unknown.
package tfplan

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
)

// signs are words of which every plan and every state has one: most documents have
// none, and to take them apart takes longer.
var signs = [][]byte{[]byte("format_version"), []byte("planned_values"), []byte("resource_changes"), []byte("prior_state"), []byte("resource_drift"),
	[]byte("root_module"), []byte("provider_config"), []byte("lineage"), []byte("terraform_version")}

// Match reports whether a file belongs to this source, by its name and its
// first bytes. A binary plan is matched as well, to say how to convert it.
func Match(path string, head []byte) bool {
	name := filepath.Base(path)
	if strings.HasSuffix(name, ".backup") {
		return false // the state before this one
	}
	if isBinary(name, head) {
		return true
	}
	head = decodeHead(head)
	if !strings.HasSuffix(name, ".tfstate") && !slices.ContainsFunc(signs, func(s []byte) bool { return bytes.Contains(head, s) }) {
		return false
	}
	keys := headKeys(head)
	switch {
	case has(keys, "backend") && !has(keys, "resources"):
		return false // the tool's own note of its backend, in .terraform
	case strings.HasSuffix(name, ".tfstate"):
		return true
	case has(keys, "valid", "diagnostics", "provider_schemas", "function_signatures", "@level"):
		return false // other documents of the same tools
	case has(keys, "format_version"):
		return has(keys, "terraform_version", "planned_values", "resource_changes", "configuration", "prior_state", "values", "variables",
			"resource_drift", "output_changes", "applyable", "complete", "errored", "relevant_attributes", "timestamp") || len(keys) == 1
	case has(keys, "planned_values", "resource_changes", "prior_state", "resource_drift"):
		return true
	case has(keys, "configuration", "applyable", "complete"): // sorted by another program
		return bytes.Contains(head, []byte(`"root_module"`)) || bytes.Contains(head, []byte(`"provider_config"`))
	}
	// A raw state: by its first keys, or as another program sorts them.
	return has(keys, "version") && has(keys, "terraform_version", "lineage") && has(keys, "serial", "lineage") ||
		has(keys, "lineage") && has(keys, "outputs", "resources", "check_results")
}

// isBinary reports whether the file is a plan as terraform plan -out writes it.
func isBinary(name string, head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) && strings.Contains(strings.ToLower(name), "plan")
}

func has(keys []string, any ...string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(any, k) })
}
