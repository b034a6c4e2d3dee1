package graph

import "strings"

// DefaultRegistries are the registries whose host is left out of a plugin's
// source, as label lists: both tools name the same plugin by namespace and type.
var DefaultRegistries = [][]string{{"registry", "terraform", "io"}, {"registry", "opentofu", "org"}}

// BuiltinPlugin is the source of the plugin that is part of the tools.
const BuiltinPlugin = "terraform.io/builtin/terraform"

// PluginSource writes the source of a plugin as facts and dialects do, in
// lower case: "hashicorp/aws", with the namespace that is the default and
// without the host of a default registry.
func PluginSource(source string) string {
	source = strings.ToLower(source)
	parts := strings.Split(source, "/")
	switch {
	case source != "" && len(parts) == 1:
		return "hashicorp/" + source
	case len(parts) == 3:
		for _, h := range DefaultRegistries {
			if parts[0] == strings.Join(h, ".") {
				return parts[1] + "/" + parts[2]
			}
		}
	}
	return source
}
