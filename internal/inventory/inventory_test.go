package inventory_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/inventory"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
)

// A layer is written as names and texts in turn. A name that ends in / is a
// folder; "a -> b" is a symbolic link, "a = b" a hard one.
func layer(t testing.TB, pairs ...string) inventory.Layer {
	t.Helper()
	src := packed(t, pairs...)
	return inventory.Layer{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(src)), nil }}
}

func packed(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		name, text := pairs[i], pairs[i+1]
		h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}
		if from, to, ok := strings.Cut(name, " -> "); ok {
			h = &tar.Header{Name: from, Linkname: to, Typeflag: tar.TypeSymlink}
		} else if from, to, ok := strings.Cut(name, " = "); ok {
			h = &tar.Header{Name: from, Linkname: to, Typeflag: tar.TypeLink}
		} else if strings.HasSuffix(name, "/") {
			h = &tar.Header{Name: name, Mode: 0o755, Typeflag: tar.TypeDir}
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := io.WriteString(w, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// said is what was found, a line a package: ecosystem, name, version, layer.
func said(inv *inventory.Inventory) []string {
	var out []string
	for i := range inv.Packages {
		p := &inv.Packages[i]
		out = append(out, fmt.Sprintf("%s %s %s %d", p.Ecosystem, p.Name, p.Version, p.Layer))
	}
	return out
}

func same(t *testing.T, inv *inventory.Inventory, want ...string) {
	t.Helper()
	got := said(inv)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	for _, p := range inv.Problems {
		t.Errorf("problem: %s: %s", p.Path, p.Message)
	}
}

const (
	bash   = "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\nMaintainer: M <m@debian.example>\n\n"
	curl   = "Package: curl\nStatus: install ok installed\nArchitecture: amd64\nSource: curl-src (1)\nVersion: 8.0\nDescription: a\n b: c\n\n"
	gone   = "Package: left\nStatus: deinstall ok config-files\nVersion: 1\n\n"
	openai = "Metadata-Version: 2.1\nName: openai\nVersion: 1.2.3\nLicense-Expression: Apache-2.0\n\nVersion: 9\n"
)

// A package is in the layer in which it came, not in that which last wrote the
// database.
func TestLayerOfPackage(t *testing.T) {
	inv := inventory.Layers([]inventory.Layer{
		layer(t, "var/lib/dpkg/status", bash, "etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
		layer(t, "app/x", "y"),
		layer(t, "var/lib/dpkg/status", bash+curl+gone),
		layer(t, "var/lib/dpkg/status", bash+curl+gone),
	}, inventory.Options{})
	same(t, &inv, "deb bash 5.2 1", "deb curl 8.0 3")
	if got := inv.Packages[1].PURL; got != "pkg:deb/debian/curl@8.0?arch=amd64&distro=debian-12&upstream=curl-src" {
		t.Error(got)
	}
	if inv.Files != 3 {
		t.Errorf("%d files", inv.Files)
	}
}

// What a layer above removes, empties or replaces is not there.
func TestOverlay(t *testing.T) {
	meta := func(name string) string { return "Name: " + name + "\nVersion: 1\n" }
	inv := inventory.Layers([]inventory.Layer{
		layer(t, "lib/a.dist-info/METADATA", meta("a"), "lib/b.dist-info/METADATA", meta("b"), "opt/c.dist-info/METADATA", meta("c"), "srv/d.dist-info/METADATA", meta("d"),
			"was/dir/e.dist-info/METADATA", meta("e"), "f.dist-info/METADATA", meta("f"), "lib2/g.dist-info/METADATA", meta("g")),
		layer(t, "lib/a.dist-info/METADATA", "Name: a\nVersion: 2\n", "lib/.wh.b.dist-info", "", "opt/.wh..wh..opq", "", "opt/h.dist-info/METADATA", meta("h"), "was/dir -> ../elsewhere", "", "./f.dist-info/METADATA", "Name: f\nVersion: 2\n"),
		layer(t, ".wh.srv", "", "lib2/", "", "srv/i.dist-info/METADATA", meta("i"), "lib/.wh..wh.plnk", ""),
	}, inventory.Options{})
	same(t, &inv, "pypi a 2 2", "pypi f 2 2", "pypi g 1 1", "pypi h 1 2", "pypi i 1 3")
}

// A hard link is the file that it is to; one to nothing is a problem, as is a
// path that leads out.
func TestLinks(t *testing.T) {
	inv := inventory.Layers([]inventory.Layer{layer(t, "cache/1", openai, "site/openai.dist-info/METADATA = cache/1", "", "a/b/../../x", "")}, inventory.Options{})
	same(t, &inv, "pypi openai 1.2.3 1")
	inv = inventory.Layers([]inventory.Layer{layer(t, "site/openai.dist-info/METADATA = nowhere", "", "../../etc/shadow", "x", "a/../../b", "y")}, inventory.Options{})
	if len(inv.Problems) != 3 {
		t.Errorf("%v", inv.Problems)
	}
}

func TestLanguages(t *testing.T) {
	inv := inventory.Layers([]inventory.Layer{layer(t,
		"app/node_modules/a/package.json", `{"name": "a", "version": "1.0.0", "license": {"type": "MIT"}, "author": "Ada"}`,
		"app/node_modules/a/node_modules/@s/b/package.json", `{"name": "@s/b", "version": "2.0.0", "licenses": [{"type": "ISC"}]}`,
		"app/node_modules/a/test/package.json", `{"name": "no", "version": "1"}`,
		"app/node_modules/a/esm/package.json", `{"type": "module"}`,
		"app/package.json", `{"name": "own", "version": "1"}`,
		"usr/lib/python3/dist-packages/old-1.0.egg-info", "Name: old\nVersion: 1.0\nLicense: UNKNOWN\n",
		"opt/conda/conda-meta/numpy-1.json", `{"name": "numpy", "version": "1.26", "license": "BSD"}`,
		"lib/apk/db/installed", "P:musl\nV:1.2-r0\nA:x86_64\nL:MIT\n\nP:busybox\nV:1.36-r1\no:bb\n\n",
		"app/x.jar", jar(t),
	)}, inventory.Options{})
	same(t, &inv, "npm a 1.0.0 1", "npm @s/b 2.0.0 1", "pypi old 1.0 1", "conda numpy 1.26 1", "apk musl 1.2-r0 1", "apk busybox 1.36-r1 1",
		"maven org.acme:x 1.5 1", "maven lib 2.0 1", "maven com.other:inner 3 1")
	for _, p := range inv.Packages {
		if p.Name == "@s/b" && (p.PURL != "pkg:npm/%40s/b@2.0.0" || p.Licenses[0] != "ISC") {
			t.Errorf("%+v", p)
		}
	}
}

// jar is an archive with one that Maven made and one that only has a name.
func jar(t testing.TB) string {
	zipped := func(pairs ...string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for i := 0; i < len(pairs); i += 2 {
			f, err := w.Create(pairs[i])
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(f, pairs[i+1])
		}
		w.Close()
		return b.String()
	}
	inner := zipped("META-INF/MANIFEST.MF", "Bundle-SymbolicName: com.other.in\r\n ner;x=y\r\nBundle-Version: 3\r\n")
	return zipped("META-INF/maven/org.acme/x/pom.properties", "#c\ngroupId=org.acme\nartifactId=x\nversion=1.5\n",
		"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n", "BOOT-INF/lib/lib-2.0.jar", zipped("a.class", "\xca\xfe\xba\xbe"), "BOOT-INF/lib/inner.jar", inner)
}

// This test is a program of Go's; its module and its compiler are found in it.
func TestProgram(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.Layers([]inventory.Layer{layer(t, "app/server", string(src))}, inventory.Options{})
	got := strings.Join(said(&inv), "\n")
	if !strings.Contains(got, "go stdlib 1.") || !strings.Contains(got, "go github.com/bailiwick-dev/bailiwick ") {
		t.Error(got)
	}
}

// What cannot be read may hold what is missing: it is said.
func TestProblems(t *testing.T) {
	cut := packed(t, "var/lib/dpkg/status", bash)
	broken := errors.New("the disk is gone")
	for name, c := range map[string]struct {
		layer inventory.Layer
		want  string
	}{
		"cut":     {inventory.Layer{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(cut[:560])), nil }}, "cannot be read to its end: unexpected EOF"},
		"open":    {inventory.Layer{Open: func() (io.ReadCloser, error) { return nil, broken }}, broken.Error()},
		"rpm":     {layer(t, "var/lib/rpm/rpmdb.sqlite", strings.Repeat("x", 4096)), "database of rpm cannot be read"},
		"wal":     {layer(t, "var/lib/rpm/rpmdb.sqlite-wal", "x"), "was not closed"},
		"jar":     {layer(t, "a.jar", "PK no"), "archive cannot be read"},
		"npm":     {layer(t, "node_modules/a/package.json", "{"), "no JSON"},
		"large":   {layer(t, "node_modules/a/package.json", strings.Repeat(" ", 2<<20)), "was not read"},
		"dpkg":    {layer(t, "var/lib/dpkg/status", "no database"), "no package stands in the database"},
		"gguf":    {layer(t, "m.gguf", "GGUF\x03\x00\x00\x00"), "head of the model"},
		"tensors": {layer(t, "m.safetensors", "\xff\xff\xff\xff\xff\xff\xff\x7f{}"), "is not possible"},
		"python":  {layer(t, "a.dist-info/METADATA", "x"), "names no package"},
	} {
		inv := inventory.Layers([]inventory.Layer{c.layer}, inventory.Options{})
		if len(inv.Problems) != 1 || !strings.Contains(inv.Problems[0].Message, c.want) {
			t.Errorf("%s: %v", name, inv.Problems)
		}
	}
}

// gguf writes a head as llama.cpp does.
func gguf(pairs ...string) string {
	var b bytes.Buffer
	text := func(s string) {
		binary.Write(&b, binary.LittleEndian, uint64(len(s)))
		b.WriteString(s)
	}
	b.WriteString("GGUF")
	binary.Write(&b, binary.LittleEndian, uint32(3))
	binary.Write(&b, binary.LittleEndian, []uint64{0, uint64(len(pairs)/2 + 2)})
	text("tokenizer.ggml.tokens")
	binary.Write(&b, binary.LittleEndian, []uint32{9, 8})
	binary.Write(&b, binary.LittleEndian, uint64(2))
	text("<s>")
	text("</s>")
	text("llama.context_length")
	binary.Write(&b, binary.LittleEndian, []uint32{4, 8192})
	for i := 0; i < len(pairs); i += 2 {
		text(pairs[i])
		binary.Write(&b, binary.LittleEndian, uint32(8))
		text(pairs[i+1])
	}
	return b.String()
}

func safetensors(head string) string {
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(head)))) + head + "\x00\x00\x00\x00"
}

func TestModels(t *testing.T) {
	inv := inventory.Layers([]inventory.Layer{
		layer(t, "m/a.gguf", gguf("general.architecture", "llama", "general.name", "Tuned", "general.base_model.0.repo_url", "https://huggingface.co/mistralai/Mistral-7B-v0.1", "general.base_model.1.organization", "Qwen", "general.base_model.1.name", "Qwen2"),
			"s/config.json", `{"architectures": ["MistralForCausalLM"], "_name_or_path": "clinic/tuned"}`,
			"s/README.md", "---\nlicense: mit\nbase_model:\n  - mistralai/Mistral-7B-v0.1\n---\n# x\n",
			"s/model-00001-of-00002.safetensors", safetensors(`{"w": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}, "__metadata__": {"format": "pt"}}`),
			"s/model-00002-of-00002.safetensors", safetensors(`{}`),
			"root/.cache/huggingface/hub/models--Qwen--Qwen2-7B/snapshots/1/model.safetensors -> ../../blobs/abc", "",
			"x/pytorch_model.bin", "PK\x03\x04", "x/data.bin", "PK\x03\x04", "p/x.pth", "/usr/lib\n", "o/e.onnx", "\x08\x07"),
	}, inventory.Options{})
	var got []string
	for _, m := range inv.Models {
		got = append(got, fmt.Sprintf("%s %s %d %s %s %v %s", m.Path, m.Format, m.Parts, m.Name, m.Architecture, m.Base, m.License))
	}
	want := []string{
		"m/a.gguf gguf 1 Tuned llama [mistralai/Mistral-7B-v0.1 Qwen/Qwen2] ",
		"o/e.onnx onnx 1   [] ",
		"root/.cache/huggingface/hub/models--Qwen--Qwen2-7B/snapshots/1/model.safetensors safetensors 1 Qwen/Qwen2-7B  [] ",
		"s/model-00001-of-00002.safetensors safetensors 2 clinic/tuned MistralForCausalLM [mistralai/Mistral-7B-v0.1] mit",
		"x/pytorch_model.bin pytorch 1   [] ",
	}
	if !slices.Equal(got, want) || len(inv.Problems) > 0 {
		t.Errorf("%q\n%v", got, inv.Problems)
	}
	// The digest is that of the whole file, whatever was read of its head.
	for path, src := range map[string]string{"o/e.onnx": "\x08\x07", "m/a.gguf": gguf("general.architecture", "llama", "general.name", "Tuned", "general.base_model.0.repo_url", "https://huggingface.co/mistralai/Mistral-7B-v0.1", "general.base_model.1.organization", "Qwen", "general.base_model.1.name", "Qwen2")} {
		i := slices.IndexFunc(inv.Models, func(m weights.Model) bool { return m.Path == path })
		if want := fmt.Sprintf("%x", sha256.Sum256([]byte(src))); inv.Models[i].SHA256 != want {
			t.Errorf("%s has the digest %s, want %s", path, inv.Models[i].SHA256, want)
		}
	}
}

// A host counts by the best evidence, and only when something is known of it.
func TestHosts(t *testing.T) {
	known := func(h string) bool { return strings.HasSuffix(h, ".known.example") }
	files := []string{
		"app/config.yaml", "a: 1\nurl: https://user:pw@api.known.example:8443/v1 # https://remark.known.example\n",
		"app/main.py", "# see https://doc.known.example/x\nBASE = \"https://src.known.example\"\nx = \"HTTPS://API.KNOWN.EXAMPLE\"\n",
		"usr/lib/python3/site-packages/sdk/client.py", "U = 'https://sdk.known.example/'",
		"app/README.md", "https://src.known.example https://read.known.example",
		"usr/bin/tool", "\x7fELF" + strings.Repeat("\x00", 300_000) + "wss://bin.known.example\x00https://nobody.example\x00https://nobody.example http://{host}/ ://no.known.example http://localhost",
		"app/long.txt", strings.Repeat("x", 262_100) + " https://edge.known.example/" + strings.Repeat("y", 600),
	}
	inv := inventory.Layers([]inventory.Layer{layer(t, files...)}, inventory.Options{Known: known})
	var got []string
	for _, e := range inv.Endpoints {
		got = append(got, fmt.Sprintf("%s %s %s %v %s:%d", e.Scheme, e.Host, e.Class, e.Vendored, e.Path, e.Line))
	}
	want := []string{
		"https api.known.example configuration false app/config.yaml:2",
		"wss bin.known.example executable true usr/bin/tool:0",
		"https doc.known.example mention false app/main.py:1",
		"https edge.known.example mention false app/long.txt:1",
		"https read.known.example mention false app/README.md:1",
		"https remark.known.example mention false app/config.yaml:2",
		"https sdk.known.example source true usr/lib/python3/site-packages/sdk/client.py:1",
		"https src.known.example source false app/main.py:2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if inv.Strangers != 1 {
		t.Errorf("%d other hosts", inv.Strangers)
	}
}

// A folder holds the same as the layer that it is packed to.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	pairs := []string{"var/lib/dpkg/status", bash + curl, "etc/os-release", "ID=debian\n", "site/openai.dist-info/METADATA", openai, "etc/pip.conf", "[global]\n"}
	for i := 0; i < len(pairs); i += 2 {
		p := filepath.Join(dir, filepath.FromSlash(pairs[i]))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(pairs[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(dir, filepath.Join(dir, "circle")); err != nil {
		t.Fatal(err)
	}
	inv := inventory.Folder(dir, inventory.Options{Keep: func(p string) bool { return filepath.Base(p) == "pip.conf" }})
	same(t, &inv, "deb bash 5.2 0", "deb curl 8.0 0", "pypi openai 1.2.3 0")
	if len(inv.Kept) != 1 || inv.Kept[0].Path != "etc/pip.conf" || string(inv.Kept[0].Src) != "[global]\n" {
		t.Errorf("%+v", inv.Kept)
	}
}

// No layer makes the scanner panic, and the same bytes give the same answer.
func FuzzLayers(f *testing.F) {
	f.Add(packed(f, "var/lib/dpkg/status", bash, "a/.wh.b", "", "x.jar", jar(f)))
	f.Add(packed(f, "m.gguf", gguf("general.name", "x"), "m.safetensors", safetensors(`{"__metadata__": {}}`), "node_modules/a/package.json", "{}"))
	f.Add(packed(f, "a.dist-info/METADATA = b", "", "b", openai, "lib/apk/db/installed", "P:a\nV:1\n", "e", "\x7fELF.dep-v0\xff Go buildinf:"))
	f.Fuzz(func(t *testing.T, src []byte) {
		read := func() inventory.Inventory {
			l := inventory.Layer{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(src)), nil }}
			return inventory.Layers([]inventory.Layer{l, l}, inventory.Options{Known: func(string) bool { return true }})
		}
		a, b := read(), read()
		if fmt.Sprintf("%+v", a) != fmt.Sprintf("%+v", b) {
			t.Error("two readings differ")
		}
		for _, p := range a.Packages {
			if p.Path == "" || p.Ecosystem == "" {
				t.Errorf("%+v has no path", p)
			}
		}
	})
}

// A model of which one part cannot be read is not known.
func TestBrokenPart(t *testing.T) {
	dir := t.TempDir()
	for name, head := range map[string]string{"model-00001-of-00002.safetensors": "\x02\x00\x00\x00\x00\x00\x00\x00{}", "model-00002-of-00002.safetensors": "\x02"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(head), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	inv := inventory.Folder(dir, inventory.Options{})
	if len(inv.Models) != 1 || inv.Models[0].Parts != 2 || inv.Models[0].Why == "" {
		t.Errorf("%+v", inv.Models)
	}
}

// Weights under a second name are weights: a hard link is read, or it is said that it is not.
func TestLinkedWeights(t *testing.T) {
	small, large := safetensors(`{}`), safetensors(`{}`)+strings.Repeat("x", 2<<20)
	inv := inventory.Layers([]inventory.Layer{layer(t, "blobs/a", small, "m/small.safetensors = blobs/a", "", "blobs/b", large, "m/large.safetensors = blobs/b", "")}, inventory.Options{})
	if len(inv.Models) != 1 || inv.Models[0].Path != "m/small.safetensors" {
		t.Errorf("%+v", inv.Models)
	}
	if len(inv.Problems) != 1 || inv.Problems[0].Path != "m/large.safetensors" {
		t.Errorf("%+v", inv.Problems)
	}
}
