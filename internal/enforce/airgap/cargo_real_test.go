//go:build real

package airgap_test

import (
	"crypto/sha256"
	"fmt"
	"testing"
)

// crate puts a crate into a sparse index.
func (s *server) crate(t *testing.T, name string) {
	t.Helper()
	at := name + "-1.0.0/"
	data := tgz(t, map[string]string{at + "Cargo.toml": "[package]\nname = \"" + name + "\"\nversion = \"1.0.0\"\n", at + "src/lib.rs": ""})
	s.files["/cargo/config.json"] = []byte(`{"dl": "` + s.URL + `/dl"}`)
	s.files["/cargo/"+name[:2]+"/"+name[2:4]+"/"+name] = []byte(fmt.Sprintf(`{"name": %q, "vers": "1.0.0", "deps": [], "cksum": "%x", "features": {}, "yanked": false}`, name, sha256.Sum256(data)) + "\n")
	s.files["/dl/"+name+"/1.0.0/download"] = data
}

func TestRealCargo(t *testing.T) {
	version(t, "cargo", "--version")
	w := machine(t, "cargo: MIRROR/cargo")
	w.mirror.crate(t, "inside")
	w.outside.crate(t, "elsewhere")
	depends := func(on string) map[string]string {
		return map[string]string{"src/lib.rs": "", "Cargo.toml": "[package]\nname = \"p\"\nversion = \"1.0.0\"\n[dependencies]\n" + on + "\n"}
	}
	other := "[source.bailiwick]\nregistry = \"sparse+OUTSIDE/cargo/\"\n"
	(&drill{
		tool:    "cargo",
		command: func(dir string, a *attempt) []string { return append([]string{"cargo", "fetch"}, a.args...) },
		allowed: []attempt{{name: "from the mirror", files: depends(`inside = "1"`)}},
		refused: []attempt{
			{name: "the mirror lacks it", files: depends(`elsewhere = "1"`)},
			{name: "what only the public index has", files: depends(`itoa = "1"`)},
			{name: "an index of the user", files: with(depends(`elsewhere = "1"`), "~/.cargo/config.toml", other)},
			{name: "a repository in a build", files: depends(`elsewhere = {git = "OUTSIDE/elsewhere.git"}`), env: []string{"GIT_ALLOW_PROTOCOL=file"}},
		},
		holes: []attempt{
			{name: "an index of the project", files: with(depends(`elsewhere = "1"`), ".cargo/config.toml", other)},
			{name: "an index of the dependency", files: with(depends(`elsewhere = {version = "1", registry = "o"}`), ".cargo/config.toml", "[registries.o]\nindex = \"sparse+OUTSIDE/cargo/\"\n")},
			{name: "a repository", files: depends(`elsewhere = {git = "OUTSIDE/elsewhere.git"}`)},
		},
	}).try(t, w)
}
