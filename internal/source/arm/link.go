package arm

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// linkedFile is the file that a nested deployment links to, "" when there is
// none. A plain relative path is one; an expression or an address is not.
func linkedFile(props *tree.Node, dir string) string {
	name := get(get(props, "templateLink"), "relativePath").Str()
	if name == "" || strings.HasPrefix(name, "[") || strings.Contains(name, "://") || filepath.IsAbs(name) || !strings.EqualFold(filepath.Ext(name), ".json") {
		return ""
	}
	file := filepath.Join(dir, filepath.FromSlash(name))
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return file
}

// links enters the files that a template links to.
func links(n *tree.Node, dir string, into map[string]bool, depth int) {
	if n == nil || depth > maxNested {
		return
	}
	if n.Kind == tree.Object && get(n, "templateLink") != nil {
		if f := linkedFile(n, dir); f != "" {
			into[f] = true
		}
	}
	for _, it := range n.Items {
		links(it, dir, into, depth+1)
	}
	for i := range n.Fields {
		links(n.Fields[i].Value, dir, into, depth+1)
	}
}
