package weights_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
)

func zipped(t testing.TB, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		f, err := w.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(pairs[i+1]))
	}
	w.Close()
	return b.String()
}

// packed is packed as joblib does by default.
func packed(src string) string {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, 3)
	w.Write([]byte(src))
	w.Close()
	return b.String()
}

// tarred is an archive with one file of that name.
func tarred(name string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: name})
	w.Close()
	return b.String()
}

// Opcodes as pickle.py writes them.
const (
	reduced = "\x80\x02cposix\nsystem\nq\x00X\x04\x00\x00\x00trueq\x01\x85q\x02Rq\x03."
	stacked = "\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85\x94R\x94."
	memoed  = "\x80\x04\x8c\x08builtins\x94\x8c\x04eval\x940h\x00h\x01\x93." // both names come out of the memo
	tensors = "\x80\x02}q\x00X\x01\x00\x00\x00wq\x01ctorch._utils\n_rebuild_tensor_v2\nq\x02((X\x07\x00\x00\x00storageq\x03ctorch\nFloatStorage\nq\x04tQK\x00K\x01\x85K\x01\x85\x89ccollections\nOrderedDict\nq\x05)RtRs."
)

func TestScan(t *testing.T) {
	for name, c := range map[string]struct {
		format, src string
		runs, open  string
	}{
		"reduce":          {"pickle", reduced, "posix.system", ""},
		"stack":           {"pickle", stacked, "posix.system", ""},
		"memo":            {"pickle", memoed, "builtins.eval", ""},
		"tensors":         {"pytorch", tensors, "", ""},
		"the second one":  {"pytorch", tensors + reduced, "posix.system", ""},
		"numbers after":   {"pytorch", "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19." + strings.Repeat("\x80\x02N.", 4) + "\x80\x00\x00", "", ""},
		"archive":         {"pytorch", zipped(t, "x/data.pkl", tensors, "x/data/0", "\x80\x02cposix"), "", ""},
		"hidden by name":  {"pytorch", zipped(t, "x/data.pkl", tensors, "x/version", reduced), "posix.system (x/version)", ""},
		"unknown":         {"pickle", "\x80\x02cclinic.models\nNet\n)\x81.", "", "clinic.models.Net"},
		"computed":        {"pickle", "\x80\x04N\x8c\x01x\x93.", "", "works out itself"},
		"register":        {"pickle", "\x80\x02\x82\x05.", "", "copyreg"},
		"cut":             {"pickle", reduced[:len(reduced)-3], "posix.system", "cut short"},
		"joblib":          {"pickle", "\x80\x03cjoblib.numpy_pickle\nNumpyArrayWrapper\nq\x00)\x81q\x01}b\xff\xfe\xfd", "", "no opcode"},
		"not a name":      {"pickle", "\x80\x02c\x01\x02\nx\n.", "", "numbers stand"},
		"long":            {"pickle", "\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f", "", "not possible"},
		"keras":           {"keras", zipped(t, "config.json", `{"layers": [{"class_name": "Dense"}]}`), "", ""},
		"lambda":          {"keras", zipped(t, "config.json", `{"layers": [{"class_name": "Lambda"}]}`), "class Lambda", ""},
		"keras without":   {"keras", zipped(t, "x", ""), "", "no config.json"},
		"hdf5":            {"keras", "\x89HDF" + strings.Repeat("\x00", 300<<10) + `{"class_name": "Lambda"}`, "Lambda", ""},
		"graph":           {"tensorflow", "\x0a\x08WriteFile", "operation of its graph", ""},
		"numbers only":    {"safetensors", "\x02\x00", "", ""},
		"broken archive":  {"pytorch", "PK\x03\x04nothing", "", "archive cannot be read"},
		"text after":      {"pytorch", tensors + "cos\nsystem\n.", "os.system", ""},
		"not a pickle":    {"pickle", "\x80\x02N.and more", "", "cannot be read to its end"},
		"a line after":    {"pickle", "N.\n", "", ""},
		"many":            {"pickle", strings.Repeat("N.", 65), "", "follow each other"},
		"packed":          {"pickle", packed(reduced), "posix.system", ""},
		"written over":    {"pickle", "\x80\x04\x8c\x01aq\x00q\x000\x8c\x05posix\x940\x8c\x06system\x940h\x01h\x02\x93.", "posix.system", ""},
		"a mark is taken": {"pickle", "\x80\x04\x8c\x05posix(0\x8c\x06system\x93.", "posix.system", ""},
		"odd number":      {"pickle", "S'x'\np1_0\n.", "", "1_0"},
		"through dots":    {"pickle", "\x80\x04\x8c\x17torch.nn.modules.module\x8c\x0ewarnings.sys.x\x93.", "warnings.sys.x", ""},
		"dots":            {"pickle", "\x80\x04\x8c\x17torch.nn.modules.module\x8c\x03a.b\x93.", "", "module.a.b"},
		"a tar":           {"pytorch", tarred("N."), "", "tar archive"},
		"keras module":    {"keras", zipped(t, "config.json", `{"module": "subprocess", "class_name": "Popen"}`), "subprocess.Popen", ""},
		"keras own":       {"keras", zipped(t, "config.json", `{"module": "clinic", "class_name": "Net"}`), "", "clinic.Net"},
		"keras function":  {"keras", zipped(t, "config.json", `{"module": "builtins", "class_name": "function"}`), "", "has to bring"},
		"keras layer":     {"keras", zipped(t, "config.json", `{"module": "keras.layers", "class_name": "Dense"}`), "", ""},
		"hdf5 in numbers": {"keras", "\x89HDF" + `"\u004cambda"`, "", "by their numbers"},
		"other and known": {"pickle", "\x80\x02cclinic\nNet\ncos\nsystem\n.", "os.system", "clinic.Net"},
	} {
		code := weights.Scan(c.format, strings.NewReader(c.src), int64(len(c.src)))
		if got := strings.Join(code.Runs, ", "); got != c.runs && (c.runs == "" || !strings.Contains(got, c.runs)) {
			t.Errorf("%s: runs %q, want %q", name, got, c.runs)
		}
		if code.Open != c.open && (c.open == "" || !strings.Contains(code.Open, c.open)) {
			t.Errorf("%s: open %q, want %q", name, code.Open, c.open)
		}
	}
	if code := weights.Stream("pickle", strings.NewReader(stacked)); len(code.Runs) != 1 {
		t.Errorf("a stream: %+v", code)
	}
	if code := weights.Stream("pytorch", strings.NewReader(zipped(t, "data.pkl", tensors))); code.Open == "" {
		t.Error("an archive in a stream is as good as read")
	}
}

// What a library loads is taken, and what only has such a name is not.
func TestBegins(t *testing.T) {
	for head, want := range map[string]bool{
		tensors: true, "cos\nsystem\n(S'true'\ntR.": true, "(lp0\n.": true, packed("N."): true, "BZh91AY": true, "PK\x03\x04": true,
		strings.Repeat("N0", 300): true, tarred("storages"): true,
		"": false, "/usr/lib/python3\n": false, "(1) Era uma vez\n": false, "import os; os.system('true')\n": false, "amends \"a.pkl\"\n": false, "clinic\n": false,
	} {
		if got := weights.Begins("pytorch", []byte(head)); got != want {
			t.Errorf("%.20q: %v", head, got)
		}
	}
}

func TestSafetensors(t *testing.T) {
	for src, want := range map[string]string{"\x02\x00\x00\x00\x00\x00\x00\x00{}": "", "\x09\x00\x00\x00\x00\x00\x00\x00{\"a\": {}": "cut short", "\x02": "cut short", "\xff\xff\xff\xff\xff\xff\xff\xff": "not possible"} {
		err := (&weights.Model{Format: "safetensors"}).Head(strings.NewReader(src))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", src, err, want)
		}
	}
}

func TestPointer(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	p, ok := weights.ReadPointer([]byte("version https://git-lfs.github.com/spec/v1\noid sha256:" + sum + "\nsize 17\n"))
	if !ok || p.SHA256 != sum || p.Size != 17 {
		t.Errorf("%+v %v", p, ok)
	}
	for _, src := range []string{"", "version https://git-lfs.github.com/spec/v1\n", "version https://git-lfs.github.com/spec/v1\noid sha256:xyz\nsize 1\n", strings.Repeat("x", 2000)} {
		if _, ok := weights.ReadPointer([]byte(src)); ok {
			t.Errorf("%.40q is no pointer", src)
		}
	}
}

func TestCard(t *testing.T) {
	for name, c := range map[string]struct{ file, src, want string }{
		"lists":       {"README.md", "---\nbase_model:\n- a/b\n- c/d # from\nlicense: mit\ndatasets: [x/y, 'z']\n---\n", "[a/b c/d] [x/y z] mit true false"},
		"other":       {"README.md", "---\nlicense: other\nlicense_name: own-1.0\nbase_model: a/b\n---\n", "[a/b] [] own-1.0 true false"},
		"trainer":     {"README.md", "---\nlicense: mit\nbase_model: a/b\ndatasets:\n- generator\n---\n", "[a/b] [] mit true false"},
		"data":        {"README.md", "---\npretty_name: Notes\ntask_categories:\n- x\ndataset_info:\n  features:\n  - name: a\n---\n", "[] []  false true"},
		"no end":      {"README.md", "---\nlicense: mit\n", "no"},
		"a page":      {"README.md", "# x\n", "no"},
		"adapter":     {"adapter_config.json", `{"peft_type": "LORA", "base_model_name_or_path": "a/b"}`, "[a/b] []  true false"},
		"no base":     {"adapter_config.json", `{"peft_type": "LORA"}`, "[] []  true false"},
		"config":      {"config.json", `{"architectures": ["X"], "_name_or_path": "/home/x"}`, "[] []  false false"},
		"other thing": {"config.json", `{"port": 1}`, "no"},
		"broken":      {"config.json", `{`, "no"},
	} {
		var card weights.Card
		got := "no"
		if card.Read(c.file, []byte(c.src)) {
			got = fmt.Sprint(card.Base, card.Datasets, " ", card.License, " ", card.Derived, " ", card.Dataset)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSignature(t *testing.T) {
	bundle := func(payload string) []byte {
		return []byte(`{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": {"payload": "` + base64.StdEncoding.EncodeToString([]byte(payload)) + `"}}`)
	}
	one := `{"predicateType": "https://model_signing/signature/v1.0", "predicate": {"serialization": {"method": %q}, "resources": [{"name": "a", "algorithm": "sha256", "digest": "1"}]}}`
	m, ok, err := weights.ReadSignature(bundle(fmt.Sprintf(one, "files")))
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	for at, want := range map[[2]string]weights.SignatureState{{"a", "1"}: weights.Covers, {"a", "2"}: weights.Differs, {"b", "1"}: weights.Differs, {"a", ""}: weights.CannotSay} {
		if got := m.Holds(at[0], at[1]).State; got != want {
			t.Errorf("%v: %s, want %s", at, got, want)
		}
	}
	if m, _, _ := weights.ReadSignature(bundle(fmt.Sprintf(one, "shards"))); m.Holds("a", "1").State != weights.CannotSay {
		t.Error("digests of parts are no digests of files")
	}
	if _, ok, _ := weights.ReadSignature([]byte("MEUCIQ")); ok {
		t.Error("no bundle")
	}
	if _, ok, err := weights.ReadSignature(bundle(`{"predicateType": "https://slsa.dev/provenance/v1"}`)); !ok || err == nil {
		t.Error("a statement of another kind says nothing of files")
	}
}

func TestAttrs(t *testing.T) {
	at := graph.Origin{File: "m", Line: 1}
	m := weights.Model{Path: "m", Format: "gguf", Name: "./x", Base: []string{"/home/a/b"}, Derived: true, Described: true}
	a := m.Attrs("", at)
	for name, want := range map[string]any{"lacks": "a licence, where it comes from", "base_named": false, "data_named": false, "code": "none"} {
		if got := a.Read(name); len(got) != 1 || got[0].Value != want || got[0].Origin != at {
			t.Errorf("%s is %+v, want %v", name, got, want)
		}
	}
	if got := a.Read("models"); len(got) != 1 || got[0].Unknown == "" {
		t.Errorf("folders name nobody: %+v", got)
	}
	if a.Read("signed") != nil || a.Read("nothing") != nil {
		t.Error("what is not said is not there")
	}
}

// Nothing that stands in a file makes the readers fail, and the same bytes say
// the same.
func FuzzScan(f *testing.F) {
	for _, s := range []string{reduced, stacked, memoed, tensors, zipped(f, "x/data.pkl", tensors), zipped(f, "config.json", `{"class_name": "Lambda"}`), "GGUF\x03\x00\x00\x00", "\x02\x00\x00\x00\x00\x00\x00\x00{}", "x\x9c\x01", "\x1f\x8b\x08"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, format := range []string{"pytorch", "pickle", "keras", "tensorflow", "gguf", "safetensors"} {
			a := weights.Scan(format, bytes.NewReader(src), int64(len(src)))
			b := weights.Scan(format, bytes.NewReader(src), int64(len(src)))
			if !slices.Equal(a.Runs, b.Runs) || a.Open != b.Open {
				t.Errorf("%s: %+v and %+v", format, a, b)
			}
			weights.Stream(format, bytes.NewReader(src))
			m := weights.Model{Format: format}
			_ = m.Head(&weights.Bounded{R: bytes.NewReader(src)})
		}
	})
}

func FuzzCard(f *testing.F) {
	f.Add([]byte("---\nbase_model:\n- a\n---\n"))
	f.Add([]byte(`{"architectures": ["X"], "auto_map": {"A": "b.C"}}`))
	f.Add([]byte(`{"mediaType": "application/vnd.dev.sigstore.bundle", "dsseEnvelope": {"payload": "e30="}, "verificationMaterial": {"certificate": {"rawBytes": "MIIC"}}}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, name := range []string{"README.md", "config.json", "adapter_config.json"} {
			var c weights.Card
			c.Read(name, src)
			m := weights.Model{}
			m.Join(&c)
			m.Attrs("", graph.Origin{File: "x"})
		}
		if m, ok, _ := weights.ReadSignature(src); ok {
			m.Holds("a", "b")
		}
	})
}
