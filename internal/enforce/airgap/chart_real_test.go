//go:build real

package airgap_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/airgap"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// TestRealHelm: a mirror runs by digest, or the chart is refused.
func TestRealHelm(t *testing.T) {
	helm := peer.Path(t, "helm")
	version(t, helm, "version")
	dir := enforcetest.Written(t, airgap.Target, inside)
	digest := strings.Repeat("0a", 32)
	given := "provisioner=csi.example"
	for _, name := range []string{"pypi", "npm", "go", "deb", "images"} {
		given += ",sha256." + name + "=" + digest
		if name != "deb" {
			given += ",upstream." + name + "=https://door.clinic.example"
		}
	}
	for _, c := range []struct {
		name, old, new string
		refused        bool
	}{
		{name: "all is said"},
		{name: "no digest", old: ",sha256.npm=" + digest, refused: true},
		{name: "a tag", old: "sha256.go=" + digest, new: "sha256.go=v0.15.1", refused: true},
		{name: "a short digest", old: "sha256.images=" + digest, new: "sha256.images=0a0a0a", refused: true},
		{name: "no door", old: ",upstream.pypi=https://door.clinic.example", refused: true},
		{name: "a door that is no address", old: "upstream.go=https://door.clinic.example", new: "upstream.go=direct", refused: true},
		{name: "a region outside", old: "provisioner=csi.example", new: "provisioner=csi.example,regions={us-east-1}", refused: true},
		{name: "no region", old: "provisioner=csi.example", new: "provisioner=csi.example,regions=", refused: true},
		{name: "an image of another registry", old: "provisioner=csi.example", new: "provisioner=csi.example,mirrors.pypi.image=registry.other.example/proxpi", refused: true},
		{name: "a mirror more", old: "provisioner=csi.example", new: "provisioner=csi.example,mirrors.more.image=registry.other.example/more,sha256.more=" + digest, refused: true},
		{name: "a door", old: "provisioner=csi.example", new: "provisioner=csi.example,door={203.0.113.0/24}"},
		{name: "a door to everywhere", old: "provisioner=csi.example", new: "provisioner=csi.example,door={0.0.0.0/0}", refused: true},
		{name: "a door to half of it", old: "provisioner=csi.example", new: "provisioner=csi.example,door={203.0.113.0/24\\,128.0.0.0/1}", refused: true},
		{name: "no driver", old: "provisioner=csi.example,", refused: true},
	} {
		args := strings.Replace(given, c.old, c.new, 1)
		if c.refused && args == given {
			t.Fatalf("%s changes nothing", c.name)
		}
		cmd := exec.Command(helm, "template", "m", filepath.Join(dir, "mirrors/chart"), "--set-string", args)
		home := t.TempDir()
		cmd.Env = append(os.Environ(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home, "KUBECONFIG="+os.DevNull)
		out, err := cmd.CombinedOutput()
		if (err != nil) != c.refused {
			t.Errorf("%s: %v\n%s", c.name, err, out)
		}
		if !c.refused && strings.Count(string(out), "@sha256:"+digest) != 5 {
			t.Errorf("%s: not every image is by digest\n%s", c.name, out)
		}
	}
}
