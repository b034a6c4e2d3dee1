package pack_test

import (
	"bytes"
	"encoding/json"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/pack"
)

// contents are the files of an archive, by name.
func contents(t testing.TB, b []byte) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	rewritten(t, b, func(name string, content []byte) []byte { out[name] = content; return content }, nil)
	return out
}

// resigned is a pack with other files, by a signer who signs what does not fit.
func resigned(t testing.TB, b []byte, files map[string][]byte, edit func(*pack.Statement[pack.Evidence], *pack.Envelope)) []byte {
	t.Helper()
	was := contents(t, b)
	var s pack.Statement[pack.Evidence]
	if err := json.Unmarshal(was["statement.json"], &s); err != nil {
		t.Fatal(err)
	}
	for i := range s.Subject {
		if content, other := files[s.Subject[i].Name]; other {
			s.Subject[i].Digest.SHA256 = digest(string(content))
		}
	}
	var env pack.Envelope
	edit(&s, &env)
	var payload bytes.Buffer
	e := json.NewEncoder(&payload)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		t.Fatal(err)
	}
	id, err := pack.KeyID(key(1).Public())
	if err != nil {
		t.Fatal(err)
	}
	if env.PayloadType == "" {
		env.PayloadType = "application/vnd.in-toto+json"
	}
	env.Payload = payload.Bytes()
	pae := pack.PAE(env.PayloadType, env.Payload)
	sig, err := key(1).Sign(pae)
	if err != nil {
		t.Fatal(err)
	}
	if env.Signatures == nil {
		env.Signatures = []pack.Signature{{KeyID: id, Sig: sig}}
	}
	for i := range env.Signatures {
		if x := &env.Signatures[i]; x.Sig == nil {
			x.Sig = sig
		}
		if x := &env.Signatures[i]; x.KeyID == "" {
			x.KeyID = id
		}
	}
	sealed, err := json.Marshal(env)
	if err != nil {
		t.Fatal(err)
	}
	signed := map[string][]byte{"statement.json": env.Payload, "statement.pae": pae, "statement.sig": sig, "statement.dsse.json": append(sealed, '\n')}
	return rewritten(t, b, func(name string, content []byte) []byte {
		for _, of := range []map[string][]byte{files, signed} {
			if other, ok := of[name]; ok {
				return other
			}
		}
		return content
	}, nil)
}

// TestResigned signs, by the key that is trusted, what no pack says.
func TestResigned(t *testing.T) {
	b := written(t, nil, "A/one.txt")
	asIs := func(*pack.Statement[pack.Evidence], *pack.Envelope) {}
	another, err := pack.KeyID(key(2).Public())
	if err != nil {
		t.Fatal(err)
	}
	wrong := bytes.Repeat([]byte{1}, 64)
	was := contents(t, b)
	for _, c := range []struct {
		name, file, says string
		files            map[string][]byte
		edit             func(*pack.Statement[pack.Evidence], *pack.Envelope)
	}{
		{"sums of something else", "SHA256SUMS", "does not say what the statement says", map[string][]byte{"SHA256SUMS": bytes.Replace(was["SHA256SUMS"], []byte(digest(perimeterText)), []byte(digest("x")), 1)}, asIs},
		{"another key for other tools", "key.pem", "does not say what the statement says", map[string][]byte{"key.pem": bytes.Replace(was["key.pem"], []byte("A"), []byte("B"), 1)}, asIs},
		{"no result", "result.json", "added", nil, func(s *pack.Statement[pack.Evidence], _ *pack.Envelope) {
			s.Subject = slices.DeleteFunc(s.Subject, func(d pack.Digest) bool { return d.Name == pack.ResultFile })
		}},
		{"no subject", "result.json", "added", nil, func(s *pack.Statement[pack.Evidence], _ *pack.Envelope) { s.Subject = []pack.Digest{} }},
		{"a subject twice", "A/one.txt", "names it twice", nil, func(s *pack.Statement[pack.Evidence], _ *pack.Envelope) {
			s.Subject = append(s.Subject, s.Subject[slices.IndexFunc(s.Subject, func(d pack.Digest) bool { return d.Name == "A/one.txt" })])
		}},
		{"another statement", "statement.json", "want \"https://in-toto.io/Statement/v1\"", nil, func(s *pack.Statement[pack.Evidence], _ *pack.Envelope) { s.Type = "https://in-toto.io/Statement/v0.1" }},
		{"about something else", "statement.json", "evidence/v1", nil, func(s *pack.Statement[pack.Evidence], _ *pack.Envelope) {
			s.PredicateType = "https://slsa.dev/provenance/v1"
		}},
		{"another type of payload", "statement.dsse.json", "its payload is of the type", nil, func(_ *pack.Statement[pack.Evidence], e *pack.Envelope) { e.PayloadType = "text/plain" }},
		{"unsigned", "statement.dsse.json", "has 0 signatures", nil, func(_ *pack.Statement[pack.Evidence], e *pack.Envelope) { e.Signatures = []pack.Signature{} }},
		{"two signatures", "statement.dsse.json", "has 2 signatures", nil, func(_ *pack.Statement[pack.Evidence], e *pack.Envelope) { e.Signatures = make([]pack.Signature, 2) }},
		{"two signatures, one wrong", "statement.dsse.json", "has 2 signatures", nil, func(_ *pack.Statement[pack.Evidence], e *pack.Envelope) {
			e.Signatures = []pack.Signature{{}, {KeyID: another, Sig: wrong}}
		}},
		{"a wrong signature", "statement.dsse.json", "does not fit", nil, func(_ *pack.Statement[pack.Evidence], e *pack.Envelope) {
			e.Signatures = []pack.Signature{{Sig: wrong}}
		}},
		{"the name of another key", "statement.dsse.json", "names the key " + another[:12], nil, func(_ *pack.Statement[pack.Evidence], e *pack.Envelope) {
			e.Signatures = []pack.Signature{{KeyID: another}}
		}},
		{"a digest that is none", "A/one.txt", "altered", nil, func(s *pack.Statement[pack.Evidence], _ *pack.Envelope) {
			s.Subject[slices.IndexFunc(s.Subject, func(d pack.Digest) bool { return d.Name == "A/one.txt" })].Digest.SHA256 = ""
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verify(t, resigned(t, b, c.files, c.edit), trust())
			if r.Verified || !slices.ContainsFunc(r.Faults, func(f pack.Fault) bool { return f.File == c.file && strings.Contains(f.Message, c.says) }) {
				t.Errorf("want a fault of %s that says %q, got %v", c.file, c.says, r.Faults)
			}
		})
	}
	if r := verify(t, resigned(t, b, nil, asIs), trust()); !r.Verified {
		t.Errorf("signed once more: %v", r.Faults)
	}
}

// TestUnread: a result that was altered is not read for what it says, however large it is.
func TestUnread(t *testing.T) {
	b := written(t, nil)
	bomb := rewritten(t, b, func(name string, content []byte) []byte {
		if name == pack.ResultFile {
			return append(bytes.TrimSuffix(content, []byte("\n")), bytes.Repeat([]byte(" "), 16<<20)...)
		}
		return content
	}, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := verify(t, bomb, trust())
	runtime.ReadMemStats(&after)
	if len(r.Faults) != 1 || r.Faults[0].File != pack.ResultFile {
		t.Errorf("%v", r.Faults)
	}
	if took, most := after.TotalAlloc-before.TotalAlloc, uint64(4<<20); took > most {
		t.Errorf("it takes %d bytes, want %d at most", took, most)
	}
}
