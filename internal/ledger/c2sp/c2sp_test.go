package c2sp

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// seed is a key made of one byte.
type seed byte

func (s seed) private() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(s)}, ed25519.SeedSize))
}
func (s seed) Public() ed25519.PublicKey           { return s.private().Public().(ed25519.PublicKey) }
func (s seed) Sign(message []byte) ([]byte, error) { return ed25519.Sign(s.private(), message), nil }

const origin = "ledger.clinic.example/2026-11"

var signedAt = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// one is a log of one entry, cosigned by the witnesses.
func one(t testing.TB, entry string, witnesses ...seed) Proof {
	t.Helper()
	signers := []note.Signer{LogSigner(origin, seed(1))}
	for _, w := range witnesses {
		signers = append(signers, Cosigner("witness.example", w, func() time.Time { return signedAt }))
	}
	c := Checkpoint{Origin: origin, Size: 1, Root: tlog.RecordHash([]byte(entry))}
	signed, err := note.Sign(&note.Note{Text: c.String()}, signers...)
	if err != nil {
		t.Fatal(err)
	}
	return Proof{Checkpoint: signed}
}

func policy(t testing.TB, text string) *Policy {
	t.Helper()
	names := strings.NewReplacer(
		"LOG", LogKey(origin, seed(1).Public()).String(),
		"W2", WitnessKey("witness.example", seed(2).Public()).String(),
		"W3", WitnessKey("witness.example", seed(3).Public()).String(),
		"W4", WitnessKey("witness.example", seed(4).Public()).String(),
	)
	p, err := ParsePolicy([]byte(names.Replace(text)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const twoOfThree = `
# two of three
log LOG
witness a W2
witness b W3 https://b.example
witness c W4
group most 2 a b c
quorum most
`

func TestQuorum(t *testing.T) {
	for _, c := range []struct {
		name, policy string
		witnesses    []seed
		want         string // part of the error
	}{
		{"none asked", "log LOG\nquorum none\n", nil, ""},
		{"none asked, one there", "log LOG\nquorum none\n", []seed{2}, ""},
		{"one asked", "log LOG\nwitness a W2\nquorum a\n", []seed{2}, ""},
		{"one asked, another there", "log LOG\nwitness a W2\nquorum a\n", []seed{3}, `the quorum "a" is not reached: of its witnesses none`},
		{"two of three", twoOfThree, []seed{4, 2}, ""},
		{"one of three", twoOfThree, []seed{4}, "of its witnesses c cosigned"},
		{"all", "log LOG\nwitness a W2\nwitness b W3\ngroup g all a b\nquorum g\n", []seed{2}, "not reached"},
		{"any", "log LOG\nwitness a W2\nwitness b W3\ngroup g any a b\nquorum g\n", []seed{3}, ""},
		{"groups of groups", "log LOG\nwitness a W2\nwitness b W3\ngroup g any a\ngroup h all b g\nquorum h\n", []seed{2, 3}, ""},
		{"no log", "witness a W2\nquorum a\n", []seed{2}, "no log that the policy trusts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			proof := one(t, "entry", c.witnesses...)
			again, err := ParseProof(proof.Marshal())
			if err != nil {
				t.Fatal(err)
			}
			opened, err := again.Verify([]byte("entry"), policy(t, c.policy))
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				for name, s := range opened.Cosigned {
					if at, err := CosignedAt(s); err != nil || !at.Equal(signedAt) {
						t.Errorf("witness %s signed at %v, %v", name, at, err)
					}
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestNothingAlteredVerifies changes every byte of a proof and of the entry.
func TestNothingAlteredVerifies(t *testing.T) {
	p := policy(t, "log LOG\nwitness a W2\nquorum a\n")
	proof := one(t, "entry", 2)
	text := proof.Marshal()
	if _, err := proof.Verify([]byte("Entry"), p); err == nil {
		t.Error("another entry verifies")
	}
	for i := range text {
		for _, bit := range []byte{1, 0x20, 0x80} {
			altered := bytes.Clone(text)
			altered[i] ^= bit
			got, err := ParseProof(altered)
			if err != nil {
				continue
			}
			if _, err := got.Verify([]byte("entry"), p); err == nil {
				t.Errorf("byte %d, %q: altered proof verifies:\n%s", i, text[i], altered)
			}
		}
	}
}

// TestOneSpelling reads nothing that is base64 but for a line end in it, and
// no name with a space of any kind: package note would not sign by it.
func TestOneSpelling(t *testing.T) {
	hash := base64.StdEncoding.EncodeToString(EmptyRoot[:])
	for _, bad := range []string{hash + "\r", hash[:8] + "\r" + hash[8:], "\r" + hash} {
		if _, err := ParseCheckpoint("a\n1\n" + bad + "\n"); err == nil {
			t.Errorf("a checkpoint with the root %q is read", bad)
		}
		if _, err := ParseProof([]byte(proofHeader + "\nindex 0\n" + bad + "\n\nnote")); err == nil {
			t.Errorf("a proof with the hash %q is read", bad)
		}
		if _, err := ParseProof([]byte(proofHeader + "\nextra " + bad + "\nindex 0\n\nnote")); err == nil {
			t.Errorf("a proof with the extra data %q is read", bad)
		}
	}
	if k, err := ParseKey(LogKey(origin, seed(1).Public()).String() + "\r"); err == nil {
		t.Errorf("%v is read with a line end behind it", k)
	}
	for _, name := range []string{"", "a b", "a\u00a0b", "a\u2003b", "a\u0085b", "a+b", "a\x7f", "a\xff"} {
		if NameOK(name) {
			t.Errorf("%q is taken for a name", name)
		}
		if _, err := ParseKey(LogKey(name, seed(1).Public()).String()); err == nil {
			t.Errorf("the key of %q is read", name)
		}
	}
	if !NameOK("münchen.example/1") {
		t.Error("a name is refused for its letters")
	}
}

func TestPolicyFaults(t *testing.T) {
	keys := strings.NewReplacer(
		"LOG", LogKey(origin, seed(1).Public()).String(),
		"SAME", LogKey("another.example", seed(1).Public()).String(),
		"W2", WitnessKey("witness.example", seed(2).Public()).String(),
	)
	for _, c := range []struct{ text, want string }{
		{"", "no line `quorum NAME`"},
		{"log LOG\n", "no line `quorum NAME`"},
		{"quorum none\nquorum none\n", "line 2: a second quorum"},
		{"quorum a\n", `line 1: quorum "a" is defined on no line above`},
		{"lag LOG\nquorum none\n", `line 1: "lag" is not known`},
		{"log LOG\nlog SAME\nquorum none\n", "line 2: the key of log another.example stands on a line above"},
		{"log W2\nquorum none\n", "is a witness's, not a log's"},
		{"witness a LOG\nquorum none\n", "is a log's, not a witness's"},
		{"witness none W2\nquorum none\n", `the name "none" is taken`},
		{"witness a W2\nwitness b W2\nquorum a\n", `witness "b" has the key of witness "a"`},
		{"witness a W2\ngroup a any a\nquorum a\n", `the name "a" is taken`},
		{"witness a W2\ngroup g any a\ngroup h any a\nquorum h\n", "would count twice"},
		{"witness a W2\ngroup g 2 a\nquorum g\n", "a number from 1 to 1"},
		{"witness a W2\ngroup g 0 a\nquorum g\n", "a number from 1 to 1"},
		{"witness a W2\ngroup g +1 a\nquorum g\n", "a number from 1 to 1"},
		{"witness a W2\ngroup g any g\nquorum g\n", `member "g" is defined on no line above`},
		{"log " + strings.Replace(keys.Replace("LOG"), "+", "+0", 1) + "\nquorum none\n", "does not belong to name and key"},
		{"log x\nquorum none\n", "is no public key"},
		{"quorum none\r\n", "control character 0x0d"},
	} {
		_, err := ParsePolicy([]byte(keys.Replace(c.text)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
}

func TestTilePaths(t *testing.T) {
	for _, c := range []struct {
		tile Tile
		path string
	}{
		{Tile{0, 0, 256}, "tile/0/000"},
		{Tile{Entries, 999, 256}, "tile/entries/999"},
		{Tile{63, 1234067, 5}, "tile/63/x001/x234/067.p/5"},
		{Tile{1, 1000, 255}, "tile/1/x001/000.p/255"},
	} {
		if got := c.tile.Path(); got != c.path {
			t.Errorf("%v: path %q, want %q", c.tile, got, c.path)
		}
		if got, err := ParseTile(c.path); err != nil || got != c.tile {
			t.Errorf("%s: %v, %v", c.path, got, err)
		}
	}
	for _, path := range []string{"", "tile", "tile/0", "tile/64/000", "tile/00/000", "tile/0/0", "tile/0/1000", "tile/0/x000/001", "tile/0/001/000", "tile/0/x001/x000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/05", "tile/0/../0", "tile/entries/-01", "tile/0/x999/x999/x999/x999/x999/x999/x999/999"} {
		if got, err := ParseTile(path); err == nil {
			t.Errorf("%q is read as %v", path, got)
		}
	}
}

func TestBundles(t *testing.T) {
	entries := []string{"", "a", strings.Repeat("x", MaxEntry)}
	var bundle []byte
	for _, e := range entries {
		bundle = AppendEntry(bundle, []byte(e))
	}
	for rest, i := bundle, 0; len(rest) > 0; i++ {
		var entry []byte
		var err error
		if entry, rest, err = NextEntry(rest); err != nil || string(entry) != entries[i] {
			t.Fatalf("entry %d: %d bytes, %v", i, len(entry), err)
		}
	}
	for _, cut := range [][]byte{{0}, {0, 1}, bundle[5 : len(bundle)-1]} {
		if _, _, err := NextEntry(cut); err == nil {
			t.Errorf("%d bytes of a bundle are read", len(cut))
		}
	}
}

// TestSpecificationExample opens the checkpoint of c2sp.org/tlog-checkpoint.
func TestSpecificationExample(t *testing.T) {
	text := "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	c, err := ParseCheckpoint(text)
	if err != nil || c.String() != text || c.Size != 20852163 {
		t.Errorf("%v, %v", c, err)
	}
	for _, bad := range []string{"", "a\n1\n", "a\n1\n" + base64.StdEncoding.EncodeToString(make([]byte, 31)) + "\n", strings.Replace(text, "2085", "02085", 1), strings.Replace(text, "2085", "-2085", 1), strings.TrimSuffix(text, "\n"), text + "\n"} {
		if c, err := ParseCheckpoint(bad); err == nil {
			t.Errorf("%q is read as %v", bad, c)
		}
	}
}

// TestSpecificationNote verifies the note of c2sp.org/signed-note by the key
// beside it: bytes that nothing here made.
func TestSpecificationNote(t *testing.T) {
	key, err := ParseKey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
	if err != nil {
		t.Fatal(err)
	}
	signed := "This is an example message.\n\n" +
		"— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
	if n, err := note.Open([]byte(signed), note.VerifierList(key)); err != nil || len(n.Sigs) != 1 {
		t.Errorf("%v, %v", n, err)
	}
	if _, err := note.Open([]byte(strings.Replace(signed, "an", "no", 1)), note.VerifierList(key)); err == nil {
		t.Error("another message verifies")
	}
	// The same key as a witness's has another id, so that neither passes for the other.
	if w := WitnessKey("example.com/foo", key.Public()); w.KeyHash() == key.KeyHash() || w.Verify([]byte("x"), make([]byte, 64)) {
		t.Errorf("%v", w)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(one(f, "entry", 2, 3).Marshal())
	f.Add([]byte(twoOfThree))
	f.Add([]byte(LogKey(origin, seed(1).Public()).String()))
	f.Add(CheckpointRequest{Old: 1, Consistency: tlog.TreeProof{EmptyRoot}, Checkpoint: []byte("note")}.Marshal())
	f.Add([]byte("tile/63/x001/x234/067.p/5"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := ParseProof(b); err == nil {
			if again, err := ParseProof(p.Marshal()); err != nil || !bytes.Equal(again.Marshal(), p.Marshal()) {
				t.Errorf("a proof does not come back: %v", err)
			}
		}
		if r, err := ParseCheckpointRequest(b); err == nil && !bytes.Equal(r.Marshal(), b) {
			t.Errorf("a request does not come back")
		}
		if k, err := ParseKey(string(b)); err == nil && k.String() != string(b) {
			t.Errorf("a key does not come back")
		}
		if tile, err := ParseTile(string(b)); err == nil && tile.Path() != string(b) {
			t.Errorf("a path does not come back")
		}
		ParsePolicy(b)
		ParseCheckpoint(string(b))
	})
}
