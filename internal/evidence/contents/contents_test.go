package contents_test

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/all"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/contents"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
)

// files writes a pack, verifies it and reads it.
func files(t *testing.T, o contents.Options) map[string]string {
	t.Helper()
	return filesBy(t, o, key{})
}

func filesBy(t *testing.T, o contents.Options, by pack.Signer) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if _, err := contents.Write(&b, o, by); err != nil {
		t.Fatal(err)
	}
	p, err := pack.Open(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if r := pack.Verify(p, pack.Trust{Public: by.Public(), Now: evidencetest.Day}); !r.Verified {
		t.Fatalf("%v %v", r.Faults, r.Open)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

// TestExamples writes the packs of both examples, of one in every language: each paragraph has its
// page, each document is in every form, and no page has a hole.
func TestExamples(t *testing.T) {
	for i, example := range []string{"clinic-assistant", "clinic-assistant-sovereign"} {
		c := evidencetest.Case(t, evidencetest.Example(example, 3), nil)
		c.Documents = all.Kinds()
		languages := evidence.Languages()
		if i > 0 {
			languages = languages[:1] // the words are the same
		}
		for _, language := range languages {
			got := files(t, options(t, c, language))
			pages := 0
			for name, text := range got {
				if !strings.HasSuffix(name, "README.md") {
					continue
				}
				pages++
				if strings.Contains(text, "{") || !strings.HasPrefix(text, "# ") {
					t.Errorf("%s in %s: %.200s", name, language, text)
				}
			}
			if pages != 12 {
				t.Errorf("%d pages", pages)
			}
			asked(t, got)
			for _, name := range all.Names() {
				found := 0
				for f := range got {
					if strings.HasPrefix(filepath.Base(f), name) {
						found++
					}
				}
				if found == 0 {
					t.Errorf("%s has no %s", example, name)
				}
			}
		}
	}
}

// asked holds that the first page counts each question once, and the review has it.
func asked(t *testing.T, files map[string]string) {
	t.Helper()
	open, listed := map[string]bool{}, 0
	for name, text := range files {
		var d struct {
			Name string
			Open []struct{ ID string }
		}
		if !strings.HasSuffix(name, ".json") || json.Unmarshal([]byte(text), &d) != nil {
			continue
		}
		for _, q := range d.Open {
			open[q.ID] = true
		}
		if d.Name == "review" {
			listed = len(d.Open)
		}
	}
	if listed == 0 || listed != len(open) {
		t.Errorf("the review lists %d questions, all documents ask %d", listed, len(open))
	}
	if count := regexp.MustCompile(`(?m)^` + strconv.Itoa(listed) + ` (of|von|questions sur) `); !count.MatchString(files["README.md"]) {
		t.Errorf("the first page does not count %d questions: %s", listed, files["README.md"])
	}
}

// TestIncluded holds where attestations go, and that nothing is overwritten by them.
func TestIncluded(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("attested"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(t, c, "en")
	o.Included = []contents.Included{{Name: "A/register.pdf", Path: path}, {Name: "Z/x.pdf", Path: path}}
	got := files(t, o)
	for _, name := range []string{"A-establishment/attestations/register.pdf", "attestations/Z/x.pdf"} {
		if got[name] != "attested" {
			t.Errorf("%s is not there", name)
		}
	}
	if !strings.Contains(got["A-establishment/README.md"], "for the reader to judge") {
		t.Error("the page does not say what an attestation is worth")
	}
	o.Included = append(o.Included, contents.Included{Name: "Z/X.PDF", Path: path})
	if _, err := contents.Write(io.Discard, o, key{}); err == nil {
		t.Error("two files of one name")
	}
}

// TestReplay makes a pack once more by another key: whoever has the inputs compares
// everything but the key and what it signs.
func TestReplay(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	again := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	one, two := files(t, options(t, c, "en")), filesBy(t, options(t, again, "en"), otherKey{})
	var differ []string
	for name, text := range one {
		if two[name] != text {
			differ = append(differ, name)
		}
	}
	slices.Sort(differ)
	want := []string{"SHA256SUMS", "key.pem", "statement.dsse.json", "statement.json", "statement.pae", "statement.sig", "verdict.dsse.json", "verdict.sig"}
	if len(one) != len(two) || !slices.Equal(differ, want) {
		t.Errorf("%d and %d files; different are %v, want %v", len(one), len(two), differ, want)
	}
}

// An otherKey is another one in memory.
type otherKey struct{}

func (otherKey) private() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, ed25519.SeedSize))
}
func (k otherKey) Public() ed25519.PublicKey { return k.private().Public().(ed25519.PublicKey) }
func (k otherKey) Sign(message []byte) ([]byte, error) {
	return ed25519.Sign(k.private(), message), nil
}

// TestGaps takes facts away: the pages say what is missing then.
func TestGaps(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	for i := range c.Result.Flows {
		c.Result.Flows[i].Traffic = nil
	}
	for i := range c.Result.Assets {
		c.Result.Assets[i].Maker = nil
	}
	c.Facts.Packages = nil
	for i := range c.Result.Assets {
		c.Result.Assets[i].Operator, c.Result.Assets[i].Kind = nil, graph.Network
	}
	c.Result.Flows = nil
	got := files(t, options(t, c, "en"))
	for page, says := range map[string]string{
		"C-data-metadata-telemetry/README.md":      "Observed traffic: none was among what was read",
		"F-no-training-abroad/README.md":           "Models: what was read names none",
		"I-software-supply-chain/README.md":        "Images, weights and where they are fetched from: what was read shows none.\n- Packages of software: what was read names none, so that the bill of materials lists none",
		"B-infrastructure-and-personnel/README.md": "nothing that it is about was found",
	} {
		if !strings.Contains(got[page], says) {
			t.Errorf("%s does not say %q", page, says)
		}
	}
}

// TestModels: a name that a spreadsheet would read as a formula is read as a name, and
// data to train on is no model.
func TestModels(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	var a *finding.Asset
	for i := range c.Result.Assets {
		if x := &c.Result.Assets[i]; x.Type != "flow" && x.Maker != nil && x.Maker.Component != "" {
			a = x
		}
	}
	if a == nil {
		t.Fatal("the example has no model")
	}
	a.Subject = "=cmd|' /C calc'!A1"
	got := files(t, options(t, c, "en"))["F-no-training-abroad/models.csv"]
	if !strings.Contains(got, "\n'=cmd|") {
		t.Error(got)
	}
	if strings.Contains(got, "bigbio/med_qa") {
		t.Error("a data set is listed as a model")
	}
}
