package code

import (
	"os"
	"path"
	"path/filepath"
	"strings"
)

// manifests say that a folder is a program of its own.
var manifests = []string{"pyproject.toml", "package.json", "go.mod", "pom.xml", "Cargo.toml", "build.gradle", "build.gradle.kts", "requirements.txt", "setup.py", "Pipfile", "perimeter.yaml", ".git"}

// maxUp is how many folders up a manifest is looked for.
const maxUp = 16

// root is the folder that a file belongs to.
func (r *reader) root(file string) string {
	dir := path.Dir(file)
	if found, ok := r.roots[dir]; ok {
		return found
	}
	found := dir
	for at, n := dir, 0; n < maxUp; n++ {
		if manifest(at) {
			found = at
			break
		}
		up := path.Dir(at)
		if up == at || at == "." {
			break
		}
		at = up
	}
	r.roots[dir] = found
	return found
}

func manifest(dir string) bool {
	for _, m := range manifests {
		if _, err := os.Stat(filepath.Join(filepath.FromSlash(dir), m)); err == nil {
			return true
		}
	}
	more, _ := filepath.Glob(filepath.Join(filepath.FromSlash(dir), "*.csproj"))
	return len(more) > 0
}

// relative is the path of a file below its root.
func relative(root, file string) string {
	if root == "." {
		return file
	}
	return strings.TrimPrefix(file, strings.TrimSuffix(root, "/")+"/")
}
