//go:build real

package airgap_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// pack puts a package into a registry.
func (s *server) pack(t *testing.T, name string) {
	t.Helper()
	tarball := s.URL + "/tgz/" + name + ".tgz"
	s.files["/tgz/"+name+".tgz"] = tgz(t, map[string]string{"package/package.json": fmt.Sprintf(`{"name": %q, "version": "1.0.0"}`, name)})
	s.files["/"+name] = []byte(fmt.Sprintf(`{"name": %q, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {"name": %q, "version": "1.0.0", "dist": {"tarball": %q}}}}`, name, name, tarball))
}

func TestRealNPM(t *testing.T) {
	version(t, "npm", "--version")
	w := machine(t, "npm: MIRROR/")
	w.mirror.pack(t, "inside")
	w.outside.pack(t, "inside")
	w.outside.pack(t, "elsewhere")
	w.outside.pack(t, "@o/elsewhere")
	depends := func(on string) map[string]string {
		return map[string]string{"package.json": `{"name": "p", "version": "1.0.0", "dependencies": {` + on + `}}`}
	}
	locked := `{"name": "p", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "p", "version": "1.0.0", "dependencies": {"NAME": "1.0.0"}},
		"node_modules/NAME": {"version": "1.0.0", "resolved": "OUTSIDE/tgz/NAME.tgz"}}}`
	named := func(name string) string { return strings.ReplaceAll(locked, "NAME", name) }
	(&drill{
		tool: "npm",
		command: func(dir string, a *attempt) []string {
			return append([]string{"npm", "install", "--globalconfig", filepath.Join(w.root, "etc/npmrc"), "--fetch-retries", "0", "--fetch-timeout", "5000"}, a.args...)
		},
		allowed: []attempt{{name: "from the mirror", files: depends(`"inside": "1.0.0"`)}},
		refused: []attempt{
			{name: "the mirror lacks it", files: depends(`"elsewhere": "1.0.0"`)},
			{name: "what only the public registry has", files: depends(`"left-pad": "*"`)},
			{name: "a registry of the project", files: with(depends(`"elsewhere": "*"`), ".npmrc", "registry=OUTSIDE/\n")},
			{name: "a registry of the user", files: with(depends(`"elsewhere": "*"`), "~/.npmrc", "registry=OUTSIDE/\n")},
			{name: "an address", files: depends(`"elsewhere": "OUTSIDE/tgz/elsewhere.tgz"`)},
			{name: "a repository", files: depends(`"elsewhere": "git+OUTSIDE/elsewhere.git"`)},
			{name: "an address that the project allows", files: with(depends(`"elsewhere": "OUTSIDE/tgz/elsewhere.tgz"`), ".npmrc", "allow-remote=all\n")},
			{name: "a host in the lock file", files: with(depends(`"elsewhere": "1.0.0"`), "package-lock.json", named("elsewhere"))},
		},
		holes: []attempt{
			{name: "a flag", files: depends(`"elsewhere": "*"`), args: []string{"--registry", "OUTSIDE/"}},
			{name: "a variable", files: depends(`"elsewhere": "*"`), env: []string{"npm_config_registry=OUTSIDE/"}},
			{name: "a registry for a scope", files: with(depends(`"@o/elsewhere": "*"`), ".npmrc", "@o:registry=OUTSIDE/\n")},
		},
	}).try(t, w)
}
