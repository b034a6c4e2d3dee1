//go:build real

package airgap_test

import (
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

func TestRealHuggingFace(t *testing.T) {
	hf := peer.Path(t, "hf")
	python := filepath.Join(filepath.Dir(filepath.Dir(hf)), "venv", "hf", "bin", "python")
	version(t, python, "-c", "import huggingface_hub; print('huggingface_hub', huggingface_hub.__version__)")
	load := func(more string) []string {
		return []string{"from huggingface_hub import hf_hub_download, snapshot_download; import sys; hf_hub_download(sys.argv[1], 'config.json'" + more + ")"}
	}
	command := func(dir string, a *attempt) []string {
		return append([]string{"env", "HF_HOME=" + dir, python, "-c"}, a.args...)
	}
	w := machine(t, "models: MIRROR/hub")
	w.mirror.files["/hub/clinic/inside/resolve/main/config.json"] = []byte("{}")
	w.outside.files["/hub/clinic/elsewhere/resolve/main/config.json"] = []byte("{}")
	(&drill{
		tool: "huggingface_hub", command: command,
		allowed: []attempt{{name: "from the mirror", args: append(load(""), "clinic/inside")}},
		refused: []attempt{
			{name: "the mirror lacks it", args: append(load(""), "clinic/elsewhere")},
			{name: "what only the public hub has", args: append(load(""), "openai-community/gpt2")},
			{name: "offline", args: append(load(""), "clinic/inside"), env: []string{"HF_HUB_OFFLINE=1"}},
		},
		holes: []attempt{
			{name: "an argument", args: append(load(", endpoint='OUTSIDE/hub'"), "clinic/elsewhere")},
			{name: "a variable", args: append(load(""), "clinic/elsewhere"), env: []string{"HF_ENDPOINT=OUTSIDE/hub"}},
		},
	}).try(t, w)
	before := w.mirror.count()
	none := machine(t)
	if out, err := none.run(t, t.TempDir(), nil, python, "-c", load("")[0], "openai-community/gpt2"); err == nil {
		t.Errorf("without a mirror a model is fetched\n%s", out)
	}
	if w.mirror.count() != before {
		t.Error("another machine asked the mirror")
	}
}
