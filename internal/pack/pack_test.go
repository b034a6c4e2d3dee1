package pack_test

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
)

// A key is one in memory, made of one byte.
type key byte

func (k key) private() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(k)}, ed25519.SeedSize))
}
func (k key) Public() ed25519.PublicKey           { return k.private().Public().(ed25519.PublicKey) }
func (k key) Sign(message []byte) ([]byte, error) { return ed25519.Sign(k.private(), message), nil }

const perimeterText = "apiVersion: bailiwick/v1\nkind: Perimeter\nmetadata: {name: clinic}\nspec:\n  jurisdictions: {allow: [EU]}\n"

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

var day = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

// example is a result and what a pack says about it.
func example() (*finding.Result, pack.Evidence) {
	r := &finding.Result{
		Schema: finding.Schema, At: "2026-11-25", Verdict: finding.VerdictUndecided, Why: []string{"one finding is undecided"},
		Perimeter: finding.Named{Name: "clinic", Digest: "sha256:" + digest(perimeterText)},
		KB:        finding.Named{Digest: "sha256:" + digest("kb")}, Ruleset: finding.Named{Digest: "sha256:" + digest("rules")},
		Summary: finding.Summary{Files: 2}, Findings: []finding.Finding{},
		Rules: []finding.RuleCount{
			{ID: "LOC-001", Pass: 3}, {ID: "LOC-002", Pass: 3, Fail: 1}, {ID: "LOC-003"}, {ID: "KEY-001", Pass: 1, Waived: 1}, {ID: "KEY-002", Pass: 1, Undecided: 1},
		},
	}
	for i := range r.Rules {
		r.Rules[i].Severity = finding.High
	}
	return r, pack.Evidence{
		At: r.At, Generator: pack.Generator{Name: "bailiwick", Version: "1"}, Language: "en",
		Perimeter: pack.Digest{Name: "clinic", Digest: pack.SetOf(r.Perimeter.Digest)}, KB: pack.SetOf(r.KB.Digest), Ruleset: pack.SetOf(r.Ruleset.Digest), Verdict: r.Verdict,
		Inputs: []pack.Digest{{Name: "a.tf", Digest: pack.Set{SHA256: digest("a")}}, {Name: "b.tf", Digest: pack.Set{SHA256: digest("b")}}},
	}
}

// written is a pack; edit changes what is said and found before it is signed.
func written(t testing.TB, edit func(*finding.Result, *pack.Evidence), files ...string) []byte {
	t.Helper()
	r, e := example()
	if edit != nil {
		edit(r, &e)
	}
	var b bytes.Buffer
	w := pack.NewWriter(&b, day)
	add := func(name string, write func(io.Writer) error) {
		if err := w.Add(name, write); err != nil {
			t.Fatal(err)
		}
	}
	add(pack.ResultFile, func(to io.Writer) error { was, _ := example(); return was.Encode(to) })
	add(pack.PerimeterFile, func(to io.Writer) error { _, err := io.WriteString(to, perimeterText); return err })
	add(pack.InputsFile, func(to io.Writer) error { _, was := example(); return pack.WriteInputs(to, was.Inputs) })
	for _, f := range files {
		add(f, func(to io.Writer) error { _, err := io.WriteString(to, "content of "+f); return err })
	}
	if err := w.Close(e, r, key(1)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func verify(t testing.TB, b []byte, trust pack.Trust) *pack.Report {
	t.Helper()
	p, err := pack.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return pack.Verify(p, trust)
}

func trust() pack.Trust { return pack.Trust{Public: key(1).Public(), Now: day.AddDate(0, 0, 3)} }

func TestVerified(t *testing.T) {
	b := written(t, nil, "A/one.txt", "B/two.txt")
	if !bytes.Equal(b, written(t, nil, "A/one.txt", "B/two.txt")) {
		t.Error("two runs gave different bytes")
	}
	r := verify(t, b, trust())
	if !r.Verified || r.Evidence == nil || len(r.Evidence.Inputs) != 2 {
		t.Errorf("%+v", r)
	}
}

// rewritten copies an archive, with what edit makes of each file: nil leaves it out.
func rewritten(t testing.TB, b []byte, edit func(name string, content []byte) []byte, more func(*zip.Writer)) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if content = edit(f.Name, content); content == nil {
			continue
		}
		put(t, w, f.Name, content)
	}
	if more != nil {
		more(w)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func put(t testing.TB, w *zip.Writer, name string, content []byte) {
	t.Helper()
	f, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
}

func same(_ string, content []byte) []byte { return content }

// TestAltered alters a pack in every way that its holder has, and asks that the file is named.
func TestAltered(t *testing.T) {
	b := written(t, nil, "A/one.txt")
	change := func(file string, f func([]byte) []byte) func(string, []byte) []byte {
		return func(name string, content []byte) []byte {
			if name == file {
				return f(content)
			}
			return content
		}
	}
	gone := func([]byte) []byte { return nil }
	longer := func(c []byte) []byte { return append(slices.Clone(c), ' ') }
	cases := []struct {
		name, file, says string
		edit             func(string, []byte) []byte
		more             func(*zip.Writer)
	}{
		{"a file", "A/one.txt", "altered", change("A/one.txt", longer), nil},
		{"the result", "result.json", "altered", change("result.json", longer), nil},
		{"the perimeter", "perimeter.yaml", "altered", change("perimeter.yaml", longer), nil},
		{"the sums", "SHA256SUMS", "altered", change("SHA256SUMS", longer), nil},
		{"a file less", "A/one.txt", "missing", change("A/one.txt", gone), nil},
		{"a file more", "A/two.txt", "added", same, func(w *zip.Writer) { put(t, w, "A/two.txt", []byte("x")) }},
		{"no statement", "statement.dsse.json", "missing", change("statement.dsse.json", gone), nil},
		{"another statement beside", "statement.json", "not what statement.dsse.json signs", change("statement.json", longer), nil},
		{"another pae", "statement.pae", "not what", change("statement.pae", longer), nil},
		{"another signature beside", "statement.sig", "not what", change("statement.sig", longer), nil},
		{"an envelope that is longer", "statement.dsse.json", "not written as", change("statement.dsse.json", longer), nil},
		{"a payload that is another", "statement.dsse.json", "signature does not fit", change("statement.dsse.json", func(c []byte) []byte {
			var e pack.Envelope
			if err := json.Unmarshal(c, &e); err != nil {
				t.Fatal(err)
			}
			e.Payload = bytes.Replace(e.Payload, []byte("undecided"), []byte("pass"), 1)
			out, _ := json.Marshal(e)
			return append(out, '\n')
		}), nil},
		{"the verdict's envelope", "verdict.dsse.json", "altered", change("verdict.dsse.json", longer), nil},
		{"traversal", "../evil", "leads out", same, func(w *zip.Writer) { put(t, w, "../evil", nil) }},
		{"absolute", "/etc/passwd", "leads out", same, func(w *zip.Writer) { put(t, w, "/etc/passwd", nil) }},
		{"backslash", `A\one.txt`, "systems read differently", same, func(w *zip.Writer) { put(t, w, `A\one.txt`, nil) }},
		{"twice", "A/one.txt", "there twice", same, func(w *zip.Writer) { put(t, w, "A/one.txt", nil) }},
		{"twice but for case", "a/ONE.txt", "there twice", same, func(w *zip.Writer) { put(t, w, "a/ONE.txt", nil) }},
		{"a folder", "A/", "not written as short", same, func(w *zip.Writer) { put(t, w, "A/", nil) }},
		{"a link", "A/link", "no plain file", same, func(w *zip.Writer) {
			h := &zip.FileHeader{Name: "A/link"}
			h.SetMode(0o777 | 1<<27)
			if _, err := w.CreateHeader(h); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := verify(t, rewritten(t, b, c.edit, c.more), trust())
			if r.Verified || !slices.ContainsFunc(r.Faults, func(f pack.Fault) bool { return f.File == c.file && strings.Contains(f.Message, c.says) }) {
				t.Errorf("want a fault of %s that says %q, got %v", c.file, c.says, r.Faults)
			}
		})
	}
	if r := verify(t, rewritten(t, b, same, nil), trust()); !r.Verified {
		t.Errorf("packed once more it says the same: %v", r.Faults)
	}
}

// TestHidden puts bytes where the directory does not speak of them.
func TestHidden(t *testing.T) {
	b := written(t, nil)
	for name, hidden := range map[string][]byte{
		"before": append([]byte("#!/bin/sh\n"), b...),
		"behind": append(slices.Clone(b), "more"...),
		"comment": rewritten(t, b, same, func(w *zip.Writer) {
			if err := w.SetComment("hello"); err != nil {
				t.Fatal(err)
			}
		}),
	} {
		p, err := pack.Open(bytes.NewReader(hidden), int64(len(hidden)))
		if err == nil && pack.Verify(p, trust()).Verified {
			t.Errorf("%s: bytes that no file has went unseen", name)
		}
	}
	// The header of a file names another one than the directory does.
	i := bytes.Index(b, []byte(pack.ResultFile))
	other := slices.Clone(b)
	copy(other[i:], "tluser.json")
	if r := verify(t, other, trust()); r.Verified {
		t.Error("a header that names another file went unseen")
	}
}

// TestEveryByte flips bytes of a pack, one after the other. Unseen go only those of the
// archive that say nothing of the files: times, attributes and versions of headers.
func TestEveryByte(t *testing.T) {
	b := written(t, nil)
	unseen := 0
	other := slices.Clone(b)
	const step = 11
	for i := 0; i < len(b); i += step {
		other[i] ^= 0x20
		if p, err := pack.Open(bytes.NewReader(other), int64(len(other))); err == nil && pack.Verify(p, trust()).Verified {
			unseen++
		}
		other[i] ^= 0x20
	}
	if files := bytes.Count(b, []byte("PK\x01\x02")); unseen > 32*files/step {
		t.Errorf("%d of %d bytes could be altered unseen", unseen, len(b)/step)
	}
}

func TestTruncated(t *testing.T) {
	b := written(t, nil)
	for n := range len(b) {
		p, err := pack.Open(bytes.NewReader(b[:n]), int64(n))
		if err == nil && pack.Verify(p, trust()).Verified {
			t.Fatalf("the first %d of %d bytes verify", n, len(b))
		}
	}
}

// TestSaysAnother signs statements that do not fit the result.
func TestSaysAnother(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*finding.Result, *pack.Evidence)
		file string
		says string
	}{
		"verdict":   {func(_ *finding.Result, e *pack.Evidence) { e.Verdict = finding.VerdictPass }, "result.json", "its verdict is undecided"},
		"day":       {func(_ *finding.Result, e *pack.Evidence) { e.At = "2026-11-24" }, "result.json", "its day"},
		"kb":        {func(_ *finding.Result, e *pack.Evidence) { e.KB.SHA256 = digest("x") }, "result.json", "its knowledge base"},
		"perimeter": {func(_ *finding.Result, e *pack.Evidence) { e.Perimeter.Digest.SHA256 = digest("x") }, "perimeter.yaml", "not the perimeter"},
		"inputs":    {func(_ *finding.Result, e *pack.Evidence) { e.Inputs = e.Inputs[:1] }, "result.json", "made of 2 files"},
		"properties": {func(r *finding.Result, _ *pack.Evidence) {
			r.Rules[1].Fail = 0 // what is vouched for is more than the result shows
		}, "verdict.json", "does not say what result.json says"},
	} {
		r := verify(t, written(t, c.edit), trust())
		if !slices.ContainsFunc(r.Faults, func(f pack.Fault) bool { return f.File == c.file && strings.Contains(f.Message, c.says) }) {
			t.Errorf("%s: want a fault of %s that says %q, got %v", name, c.file, c.says, r.Faults)
		}
	}
}

// TestProperties holds that only what passed everywhere is vouched for.
func TestProperties(t *testing.T) {
	says := func(edit func(*finding.Result, *pack.Evidence)) []string {
		b := written(t, edit)
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		f, err := z.Open("verdict.json")
		if err != nil {
			t.Fatal(err)
		}
		var s pack.Statement[pack.Verified]
		if err := json.NewDecoder(f).Decode(&s); err != nil {
			t.Fatal(err)
		}
		return s.Predicate.Properties
	}
	if got := says(nil); !slices.Equal(got, []string{"BAILIWICK_LOC_001"}) {
		t.Errorf("%v", got)
	}
	if got := says(func(r *finding.Result, e *pack.Evidence) { r.Problems = make([]graph.Problem, 1) }); len(got) != 0 {
		t.Errorf("with something unread it vouches for %v", got)
	}
	if got := says(func(r *finding.Result, e *pack.Evidence) {
		r.Verdict, e.Verdict = finding.VerdictPass, finding.VerdictPass
	}); !slices.Contains(got, "BAILIWICK_PERIMETER") {
		t.Errorf("a pass is not vouched for: %v", got)
	}
}

func TestTrust(t *testing.T) {
	b := written(t, nil)
	other := trust()
	other.Public = key(2).Public()
	if r := verify(t, b, other); r.Verified || len(r.Faults) != 1 || !strings.Contains(r.Faults[0].Message, "not signed by the key that you trust") {
		t.Errorf("%+v", r)
	}
	early := trust()
	early.Now = day.AddDate(0, 0, -1)
	if r := verify(t, b, early); len(r.Faults) != 0 || len(r.Open) != 1 {
		t.Errorf("a day that has not come: %+v", r)
	}
}

// TestNames are those that an archive must not have.
func TestNames(t *testing.T) {
	for _, name := range []string{"", "/x", "../x", "a/../x", "a//b", "a/", ".", "..", `a\b`, "c:x", "a\nb", "a\xff", "a\u202egnp.pdf", "a?", "a*b", `a"b`, "a|b", "a<b", "a>b", "a./b", "a ", strings.Repeat("a", 600)} {
		if err := pack.NewWriter(io.Discard, day).Add(name, func(io.Writer) error { return nil }); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
	w := pack.NewWriter(io.Discard, day)
	for i, name := range []string{"a/b", "A/B"} {
		if err := w.Add(name, func(io.Writer) error { return nil }); (err == nil) != (i == 0) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPAE is the example of the specification of DSSE.
func TestPAE(t *testing.T) {
	if got := string(pack.PAE("http://example.com/HelloWorld", []byte("hello world"))); got != "DSSEv1 29 http://example.com/HelloWorld 11 hello world" {
		t.Error(got)
	}
}

// TestBomb reads an archive whose files claim more than they are, and one that unpacks
// to far more than it has.
func TestBomb(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("zeros")
	if err != nil {
		t.Fatal(err)
	}
	zero := make([]byte, 1<<20)
	for range 64 {
		if _, err := f.Write(zero); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := verify(t, b.Bytes(), trust())
	if r.Verified {
		t.Error("zeros verify")
	}
	var huge bytes.Buffer
	w = zip.NewWriter(&huge)
	h := &zip.FileHeader{Name: "huge", Method: zip.Store, UncompressedSize64: 1 << 40, CompressedSize64: 1}
	raw, err := w.CreateRaw(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := pack.Open(bytes.NewReader(huge.Bytes()), int64(huge.Len())); err == nil || !strings.Contains(err.Error(), "GiB") {
		t.Errorf("a file of a terabyte: %v", err)
	}
}

// FuzzVerify reads anything as a pack: it never panics, and what was not signed never
// verifies.
func FuzzVerify(f *testing.F) {
	good := written(f, nil, "ledger/log/x")
	seeds := [][]byte{good, good[:len(good)/2], {}, []byte("PK\x05\x06" + strings.Repeat("\x00", 18)), rewritten(f, good, same, nil)}
	for _, s := range seeds {
		f.Add(s)
	}
	if len(seeds) < 5 {
		f.Fatal("no seeds")
	}
	p, err := pack.Open(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		f.Fatal(err)
	}
	names := p.Names()
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := pack.Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		if r := pack.Verify(p, trust()); r.Verified && !slices.Equal(p.Names(), names) {
			t.Error("it verifies with other files than were signed")
		}
	})
}
