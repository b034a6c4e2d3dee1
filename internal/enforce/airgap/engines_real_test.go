//go:build real

package airgap_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/airgap"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
)

// engines asks the engines' own packages, which are in a module of their own.
func engines(t *testing.T) func(files []enforce.File, images ...string) map[string]string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "engines")
	cmd := exec.Command("go", "build", "-tags", "containers_image_openpgp", "-o", program, ".")
	cmd.Dir = filepath.Join("..", "..", "..", "bench", "engines")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(files []enforce.File, images ...string) map[string]string {
		t.Helper()
		dir := enforcetest.Laid(t, files)
		out, err := exec.Command(program, append([]string{filepath.Join(dir, "root"), filepath.Join(dir, "mirrors/compose.yaml")}, images...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]string{}
		for line := range strings.Lines(string(out)) {
			who, what, _ := strings.Cut(strings.TrimSpace(line), " ")
			if who != "compose" {
				engine, rest, _ := strings.Cut(what, " ")
				who, what = who+" "+engine, rest
			}
			said[who] = what
		}
		return said
	}
}

func TestRealEngines(t *testing.T) {
	ask := engines(t)
	files, err := airgap.Target.Write(enforcetest.Bounds(t, inside))
	if err != nil {
		t.Fatal(err)
	}
	approved := []string{"docker.io/library/nginx:1", "registry.clinic.example/app:1", "packages.clinic.example/app:1"}
	refused := []string{"quay.io/a/b:1", "registry.other.example/a:1", "packages.clinic.example.other.example/a:1", "docker.io.other.example/library/nginx:1", "localhost:5000/a:1", "203.0.113.7/a:1"}
	said := ask(append(files, beside()...), append(approved, refused...)...)
	for image, want := range map[string][2]string{
		approved[0]: {"https://registry.clinic.example/v2/hub", "registry.clinic.example/hub/library/nginx:1"},
		approved[1]: {"https://registry.clinic.example/v2", approved[1]},
		approved[2]: {"https://packages.clinic.example/v2", approved[2]},
	} {
		if c, p := said[image+" containerd"], said[image+" podman"]; c != want[0] || p != want[1] {
			t.Errorf("%s: containerd %s, podman %s; want %s", image, c, p, want)
		}
	}
	for _, image := range refused {
		if c, p := said[image+" containerd"], said[image+" podman"]; c != "https://refused.invalid/v2" || !strings.HasPrefix(p, "refused ") {
			t.Errorf("%s is let through: containerd %s, podman %s", image, c, p)
		}
	}
	if c := said["compose"]; strings.Count(c, "@sha256:") != 5 {
		t.Errorf("compose: %s", c)
	}
	for name, env := range map[string]string{
		"nothing is said": "", "no digest": strings.Replace(string(beside()[0].Data), "NPM_SHA256", "OTHER", 1), "no door": strings.Replace(string(beside()[0].Data), "UPSTREAM_GO", "OTHER", 1),
		"a tag": strings.Replace(string(beside()[0].Data), "IMAGES_SHA256=", "IMAGES_SHA256=v2.1.0\nOTHER=", 1),
	} {
		if c := ask(append(files, enforce.File{Name: "mirrors/.env", Data: []byte(env)}))["compose"]; !strings.HasPrefix(c, "refused ") {
			t.Errorf("compose, %s: %s", name, c)
		}
	}
	one, err := airgap.Target.Write(enforcetest.Bounds(t, few("pypi: https://packages.clinic.example/simple")))
	if err != nil {
		t.Fatal(err)
	}
	if c := ask(append(one, beside()...))["compose"]; strings.Count(c, "@sha256:") != 1 {
		t.Errorf("compose, one mirror: %s", c)
	}

	// Without the line that names a server containerd goes on to the registry itself.
	for i := range files {
		if files[i].Name == "root/etc/containerd/certs.d/_default/hosts.toml" {
			files[i].Data = []byte(strings.Replace(string(files[i].Data), `server = "https://refused.invalid"`, "", 1))
		}
	}
	if c := ask(files, refused[0])[refused[0]+" containerd"]; c != "https://quay.io/v2" {
		t.Errorf("without a server containerd asks %s", c)
	}

	closedFiles, err := airgap.Target.Write(enforcetest.Bounds(t, closed))
	if err != nil {
		t.Fatal(err)
	}
	said = ask(closedFiles, append(approved, refused...)...)
	for _, image := range append(approved, refused...) {
		if c, p := said[image+" containerd"], said[image+" podman"]; c != "https://refused.invalid/v2" || !strings.HasPrefix(p, "refused ") {
			t.Errorf("closed: %s is let through: containerd %s, podman %s", image, c, p)
		}
	}
}
