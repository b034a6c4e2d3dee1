package pack_test

import (
	"bytes"
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"encoding/pem"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/timestamp"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
)

const origin = "ledger.clinic.example/2026-11"

// A log is one in memory: entries under the checkpoints of two sizes.
type log struct {
	origin  string
	entries [][]byte
	hashes  []tlog.Hash
}

func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

func (l *log) add(t testing.TB, text []byte) {
	t.Helper()
	more, err := tlog.StoredHashes(int64(len(l.entries)), text, l)
	if err != nil {
		t.Fatal(err)
	}
	l.entries, l.hashes = append(l.entries, text), append(l.hashes, more...)
}

// at is the checkpoint of the first entries, signed.
func (l *log) at(t testing.TB, size int64, by key) (c2sp.Checkpoint, []byte) {
	t.Helper()
	root, err := tlog.TreeHash(size, l)
	if err != nil {
		t.Fatal(err)
	}
	c := c2sp.Checkpoint{Origin: l.origin, Size: size, Root: root}
	signed, err := note.Sign(&note.Note{Text: c.String()}, c2sp.LogSigner(l.origin, by))
	if err != nil {
		t.Fatal(err)
	}
	return c, signed
}

// proof is that of an entry below the checkpoint of the size.
func (l *log) proof(t testing.TB, size, index int64, by key) c2sp.Proof {
	t.Helper()
	hashes, err := tlog.ProveRecord(size, index, l)
	if err != nil {
		t.Fatal(err)
	}
	_, signed := l.at(t, size, by)
	return c2sp.Proof{Extra: l.entries[index], Index: index, Hashes: hashes, Checkpoint: signed}
}

func decided(t testing.TB, perimeter, kb string, at time.Time) []byte {
	t.Helper()
	d := &entry.Decision{By: "check", Verdict: "undecided", Effect: "recorded", Policy: perimeter, Knowledge: kb}
	text, err := entry.Entry{At: at, Facts: d}.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const logKey = key(7)

// newLog is a log of decisions: by this perimeter, by another, by another knowledge, and of a later day.
func newLog(t testing.TB, origin string) *log {
	l := &log{origin: origin}
	mine, kb := "sha256:"+digest(perimeterText), "sha256:"+digest("kb")
	l.add(t, decided(t, mine, kb, day))
	l.add(t, decided(t, "sha256:"+digest("another"), kb, day))
	l.add(t, decided(t, mine, "sha256:"+digest("another"), day))
	l.add(t, decided(t, mine, kb, day.AddDate(0, 1, 0)))
	return l
}

func trusting(t testing.TB, lines string) pack.Trust {
	t.Helper()
	p, err := c2sp.ParsePolicy([]byte(lines))
	if err != nil {
		t.Fatal(err)
	}
	tr := trust()
	tr.Policies = []*c2sp.Policy{p}
	return tr
}

func logLine(by key) string { return "log " + c2sp.LogKey(origin, by.Public()).String() + "\n" }

// A brought is what a pack brings of a ledger.
type brought struct {
	shard pack.Shard
	files map[string][]byte
}

const folder = "ledger/2026-11"

// bring is the first entry of a log, proven below its last checkpoint.
func bring(t testing.TB, l *log) *brought {
	t.Helper()
	c, signed := l.at(t, 4, logKey)
	return &brought{
		pack.Shard{Origin: c.Origin, Size: c.Size, Root: base64.StdEncoding.EncodeToString(c.Root[:]), Folder: folder, Proofs: 1},
		map[string][]byte{folder + "/checkpoint": signed, folder + "/0-decision.tlog-proof": l.proof(t, 4, 0, logKey).Marshal()},
	}
}

func (b *brought) pack(t testing.TB) []byte {
	t.Helper()
	r, e := example()
	e.Ledger = []pack.Shard{b.shard}
	if b.shard.Folder == "" {
		e.Ledger = nil
	}
	var out bytes.Buffer
	w := pack.NewWriter(&out, day)
	files := map[string]func(io.Writer) error{
		pack.ResultFile:    r.Encode,
		pack.PerimeterFile: func(w io.Writer) error { _, err := io.WriteString(w, perimeterText); return err },
		pack.InputsFile:    func(w io.Writer) error { return pack.WriteInputs(w, e.Inputs) },
	}
	for name, content := range b.files {
		files[name] = func(w io.Writer) error { _, err := w.Write(content); return err }
	}
	for name, write := range files {
		if err := w.Add(name, write); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(e, r, key(1)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestLedger signs packs that bring of a ledger what does not hold.
func TestLedger(t *testing.T) {
	l, other := newLog(t, origin), newLog(t, "other.example/2026-11")
	proof, checkpoint := folder+"/0-decision.tlog-proof", folder+"/checkpoint"
	proven := func(l *log, size, index int64) func(*brought) {
		return func(b *brought) { b.files[proof] = l.proof(t, size, index, logKey).Marshal() }
	}
	for _, c := range []struct {
		name, file, says string
		edit             func(*brought)
	}{
		{"another perimeter", proof, "by another perimeter", proven(l, 4, 1)},
		{"another knowledge base", proof, "by another knowledge base", proven(l, 4, 2)},
		{"a later day", proof, "has not come", proven(l, 4, 3)},
		{"an older checkpoint", proof, "below another checkpoint", proven(l, 2, 0)},
		{"another log", proof, "below another checkpoint", proven(other, 4, 0)},
		{"another entry", proof, "entry or proof was altered", func(b *brought) {
			p := l.proof(t, 4, 0, logKey)
			p.Extra = decided(t, "sha256:"+digest(perimeterText), "", day)
			b.files[proof] = p.Marshal()
		}},
		{"another index", proof, "entry or proof was altered", func(b *brought) {
			p := l.proof(t, 4, 0, logKey)
			p.Index = 1
			b.files[proof] = p.Marshal()
		}},
		{"no entry", proof, "does not stand in it", func(b *brought) {
			p := l.proof(t, 4, 0, logKey)
			p.Extra = nil
			b.files[proof] = p.Marshal()
		}},
		{"no proof", proof, "want \"c2sp.org", func(b *brought) { b.files[proof] = []byte("nothing") }},
		{"no checkpoint", checkpoint, "missing", func(b *brought) { delete(b.files, checkpoint) }},
		{"the checkpoint of another size", checkpoint, "not the checkpoint that the statement names", func(b *brought) { _, b.files[checkpoint] = l.at(t, 2, logKey) }},
		{"a checkpoint by another key", checkpoint, "no log that the policy trusts signed", func(b *brought) { _, b.files[checkpoint] = l.at(t, 4, 8) }},
		{"a proof less", checkpoint, "has 0 proofs, the statement says 1", func(b *brought) { delete(b.files, proof) }},
		{"a ledger that the statement does not name", proof, "belongs to no ledger", func(b *brought) { b.shard.Folder = "" }},
		{"a folder that the statement does not name", "ledger/more/1-decision.tlog-proof", "belongs to no ledger", func(b *brought) {
			b.files["ledger/more/1-decision.tlog-proof"] = b.files[proof]
		}},
		{"a folder elsewhere", "elsewhere", "no folder of a ledger", func(b *brought) { b.shard.Folder = "elsewhere" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := bring(t, l)
			c.edit(b)
			r := verify(t, b.pack(t), trusting(t, logLine(logKey)+"quorum none\n"))
			if r.Verified || !slices.ContainsFunc(r.Faults, func(f pack.Fault) bool { return f.File == c.file && strings.Contains(f.Message, c.says) }) {
				t.Errorf("want a fault of %s that says %q, got %v, open %v", c.file, c.says, r.Faults, r.Open)
			}
		})
	}
	r := verify(t, bring(t, l).pack(t), trusting(t, logLine(logKey)+"quorum none\n"))
	if !r.Verified || len(r.Shown) != 1 || !strings.Contains(r.Shown[0], "entry 0 of "+origin) {
		t.Errorf("as it was: %+v", r)
	}
}

// TestTrustedLogs: what nobody vouches for is open, and never verified.
func TestTrustedLogs(t *testing.T) {
	b := bring(t, newLog(t, origin)).pack(t)
	witness := "witness w " + c2sp.WitnessKey("witness.example", key(9).Public()).String() + "\nquorum w\n"
	for name, c := range map[string]struct {
		trust pack.Trust
		says  string
	}{
		"no policy":          {trust(), "no policy that was given"},
		"of another log":     {trusting(t, "log "+c2sp.LogKey("other.example", logKey.Public()).String()+"\nquorum none\n"), "no policy that was given"},
		"without a witness":  {trusting(t, logLine(logKey)+witness), "not established"},
		"times, without any": {pack.Trust{Public: key(1).Public(), Now: trust().Now, Policies: trusting(t, logLine(logKey)+"quorum none\n").Policies, Times: &timestamp.Trust{}}, "no timestamp"},
	} {
		if r := verify(t, b, c.trust); r.Verified || len(r.Faults) != 0 || len(r.Open) != 1 || !strings.Contains(r.Open[0].Message, c.says) {
			t.Errorf("%s: want one thing open that says %q, got %v and %v", name, c.says, r.Open, r.Faults)
		}
	}
	if r := verify(t, written(t, nil), trusting(t, logLine(logKey)+"quorum none\n")); r.Verified || len(r.Open) != 1 || !strings.Contains(r.Open[0].Message, "no proof of any ledger") {
		t.Errorf("a policy for a pack without a ledger: %+v", r)
	}
}

// What an authority of openssl said of the checkpoint of two entries of [newLog], in PEM: its
// own certificate, and the token.
//
//go:embed testdata/authority.pem
var authority []byte

//go:embed testdata/token.pem
var token []byte

// TestTimes holds timestamps against their checkpoints, and these against the log.
func TestTimes(t *testing.T) {
	l := newLog(t, origin)
	_, two := l.at(t, 2, logKey)
	block, _ := pem.Decode(token)
	roots := x509.NewCertPool()
	if block == nil || !roots.AppendCertsFromPEM(authority) {
		t.Fatal("no token")
	}
	name := folder + "/two"
	stamped := func(note []byte) *brought {
		b := bring(t, l)
		b.files[name+".tst"], b.files[name+".note"] = block.Bytes, note
		return b
	}
	trust := trusting(t, logLine(logKey)+"quorum none\n")
	parsed, err := timestamp.Parse(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	trust.Now = parsed.Time.Add(time.Hour)
	if trust.Now.Before(day.AddDate(0, 0, 3)) {
		trust.Now = day.AddDate(0, 0, 3)
	}
	r := verify(t, stamped(two).pack(t), trust)
	if r.Verified || len(r.Faults) != 0 || len(r.Open) != 1 || !strings.Contains(r.Open[0].Message, "--roots") {
		t.Errorf("nobody's time is believed: %+v", r)
	}
	trust.Times = &timestamp.Trust{Roots: roots, Now: trust.Now}
	r = verify(t, stamped(two).pack(t), trust)
	if !r.Verified || !slices.ContainsFunc(r.Shown, func(s string) bool { return strings.HasPrefix(s, "the first 2 entries of "+origin+" existed at ") }) {
		t.Errorf("as it was: %+v", r)
	}
	_, four := l.at(t, 4, logKey)
	if r := verify(t, stamped(four).pack(t), trust); r.Verified || len(r.Faults) != 1 {
		t.Errorf("a time of other bytes: %+v", r)
	}
	b := stamped(two)
	delete(b.files, name+".note")
	if r := verify(t, b.pack(t), trust); r.Verified || len(r.Faults) != 1 || r.Faults[0].File != name+".note" {
		t.Errorf("a time of nothing: %+v", r)
	}
	// A log of two histories: the statement names a checkpoint of two entries that the time is not of.
	fork := &log{origin: origin}
	fork.add(t, l.entries[0])
	fork.add(t, l.entries[2])
	c, signed := fork.at(t, 2, logKey)
	b = stamped(two)
	b.shard.Size, b.shard.Root = 2, base64.StdEncoding.EncodeToString(c.Root[:])
	b.files[folder+"/checkpoint"], b.files[folder+"/0-decision.tlog-proof"] = signed, fork.proof(t, 2, 0, logKey).Marshal()
	if r := verify(t, b.pack(t), trust); r.Verified || len(r.Faults) != 1 || !strings.Contains(r.Faults[0].Message, "two histories") {
		t.Errorf("two histories: %+v", r)
	}
	// The time of another log that the policy trusts too.
	elsewhere := "log " + c2sp.LogKey(origin, logKey.Public()).String() + "\nlog " + c2sp.LogKey("other.example/2026-11", key(8).Public()).String() + "\nquorum none\n"
	o := newLog(t, "other.example/2026-11")
	b = bring(t, o)
	oc, osigned := o.at(t, 4, 8)
	b.shard.Root = base64.StdEncoding.EncodeToString(oc.Root[:])
	b.files[folder+"/checkpoint"], b.files[folder+"/0-decision.tlog-proof"] = osigned, o.proof(t, 4, 0, 8).Marshal()
	b.files[name+".tst"], b.files[name+".note"] = block.Bytes, two
	both := trusting(t, elsewhere)
	both.Times, both.Now = trust.Times, trust.Now
	if r := verify(t, b.pack(t), both); r.Verified || len(r.Faults) != 1 || !strings.Contains(r.Faults[0].Message, "a time of the log "+origin) {
		t.Errorf("the time of another log: %+v", r)
	}
}

// TestLists signs packs whose lists for other tools say something else than the statement.
func TestLists(t *testing.T) {
	for _, c := range []struct {
		name, file, says string
		edit             func(*finding.Result, *pack.Evidence)
	}{
		{"inputs", pack.InputsFile, "does not say what the statement says", func(_ *finding.Result, e *pack.Evidence) { e.Inputs[0].Digest.SHA256 = digest("x") }},
		{"nothing", pack.InputsFile, "made of nothing", func(_ *finding.Result, e *pack.Evidence) { e.Inputs = []pack.Digest{} }},
	} {
		r := verify(t, written(t, c.edit), trust())
		if r.Verified || !slices.ContainsFunc(r.Faults, func(f pack.Fault) bool { return f.File == c.file && strings.Contains(f.Message, c.says) }) {
			t.Errorf("%s: want a fault of %s that says %q, got %v", c.name, c.file, c.says, r.Faults)
		}
	}
}
