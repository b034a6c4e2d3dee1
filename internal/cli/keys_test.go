package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/keys/seal"
)

func TestSpan(t *testing.T) {
	for text, want := range map[string][2]int64{"": {0, 10}, "0-": {0, 10}, "0-9": {0, 10}, "3-3": {3, 1}, "9-": {9, 1}} {
		p, err := parseSpan(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if from, n, err := p.in(10); err != nil || [2]int64{from, n} != want {
			t.Errorf("%q of 10 bytes is %d and %d more, %v; want %v", text, from, n, err, want)
		}
	}
	for _, text := range []string{"10-", "0-10", "10-11"} {
		if p, err := parseSpan(text); err != nil {
			t.Errorf("%q: %v", text, err)
		} else if _, _, err := p.in(10); err == nil {
			t.Errorf("%q is in a file of 10 bytes", text)
		}
	}
	for _, text := range []string{"-", "-5", "5", "a-b", "3-2", "0-+5", "-1-2", " 1-2", "0-99999999999999999999"} {
		if p, err := parseSpan(text); err == nil {
			t.Errorf("%q is %+v", text, p)
		}
	}
	if p, err := parseSpan(""); err != nil {
		t.Error(err)
	} else if _, n, err := p.in(0); err != nil || n != 0 {
		t.Errorf("all of nothing is %d bytes, %v", n, err)
	}
}

// A sealed file of a test, and its key.
func sealedFile(t *testing.T) (path string, key *local.Key, context keys.Context, content []byte) {
	t.Helper()
	dir := t.TempDir()
	key, err := local.Create(filepath.Join(dir, "key"), local.Options{Secret: []byte("correct horse"), Cheap: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { key.Close() })
	context = keys.Context{Tenant: "clinic", Purpose: "care", Jurisdiction: "DE"}
	content = bytes.Repeat([]byte("it hurts "), 20_000)
	var b bytes.Buffer
	w, err := seal.NewWriter(t.Context(), &b, key, context)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "sealed")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, key, context, content
}

// TestRewrapInterrupted stops a rewrapping at each of its steps: the next one
// ends it, and the file is what it was.
func TestRewrapInterrupted(t *testing.T) {
	for name, stop := range map[string]func(t *testing.T, path, kept string, head []byte){
		"the old head is kept by half": func(t *testing.T, _, kept string, head []byte) { put(t, kept, head[:100]) },
		"the old head is kept":         func(t *testing.T, _, kept string, head []byte) { put(t, kept, head) },
		"the new head is half there": func(t *testing.T, path, kept string, head []byte) {
			put(t, kept, head)
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if _, err := f.WriteAt(make([]byte, 512), 0); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			path, key, context, content := sealedFile(t)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			n, err := seal.HeaderSize(b)
			if err != nil {
				t.Fatal(err)
			}
			kept := filepath.Join(filepath.Dir(path), ".sealed.head")
			stop(t, path, kept, b[:n])
			if _, err := key.Rotate(t.Context()); err != nil {
				t.Fatal(err)
			}
			w := rewrapping{path: path, from: key, to: key, context: context}
			if err := w.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(kept); err == nil {
				t.Error("the old head is still there")
			}
			if _, err := key.Destroy(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			r, err := seal.NewReader(t.Context(), f, key, context)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

func put(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRewrapTogether: two rewrappings of one file do not meet.
func TestRewrapTogether(t *testing.T) {
	path, key, context, _ := sealedFile(t)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := durable.Lock(f); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w := rewrapping{path: path, from: key, to: key, context: context}
	if err := w.run(t.Context()); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("%v", err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, before) {
		t.Errorf("the file was changed, %v", err)
	}
	f.Close()
	if err := w.run(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestRewrapForeignHead: a head that was left by another file harms none.
func TestRewrapForeignHead(t *testing.T) {
	path, key, context, _ := sealedFile(t)
	other, _, _, _ := sealedFile(t)
	b, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(filepath.Dir(path), ".sealed.head"), b[:1024])
	b, err = os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[20] ^= 1 // it does not open
	put(t, path, b)
	w := rewrapping{path: path, from: key, to: key, context: context}
	if err := w.run(t.Context()); err == nil || !strings.Contains(err.Error(), "neither does it by the head that is kept") {
		t.Errorf("%v", err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, b) {
		t.Errorf("the file was changed, %v", err)
	}
}

// TestHoldKey holds what services say against a perimeter.
func TestHoldKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "perimeter.yaml")
	put(t, path, []byte(`apiVersion: bailiwick/v1
kind: Perimeter
spec:
  jurisdictions: {allow: [EU]}
  data:
    records: {gdpr: special, keys: {holder: [EU, scaleway], min_grade: 1}}
  evidence:
    - about: pkcs11:*token=clinic*
      fact: operator
      value: DE
      document: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      approved_by: dpo@clinic.example
      expires: 2099-06-30
    - {about: "pkcs11:*token=twice", fact: operator, value: DE, document: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", approved_by: dpo, expires: 2099-06-30}
    - {about: "pkcs11:*token=twice", fact: operator, value: FR, document: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", approved_by: dpo, expires: 2099-06-30}
    - {about: "pkcs11:*token=moved", fact: operator, value: DE, document: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", approved_by: dpo, expires: 2099-06-30}
    - {about: "pkcs11:*token=moved", fact: operator, value: DE, document: "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210", approved_by: dpo, expires: 2099-06-30}
    - {about: "pkcs11:*token=moved", fact: place, value: FR, document: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", approved_by: dpo, expires: 2099-06-30}
    - about: pkcs11:*
      fact: place
      value: DE
      document: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      approved_by: dpo@clinic.example
      expires: 2099-06-30
`))
	service := func(provider graph.ProviderID, region string, change func(*keys.Statement)) keys.Statement {
		s := keys.Statement{Key: "k", Provider: provider, Region: region, Holder: graph.HolderProvider, Material: keys.Generated, Hardware: keys.Yes,
			Exportable: keys.No, MultiRegion: keys.No, Evidence: []keys.Evidence{{Name: "answer"}}, Time: time.Unix(1, 0), Grade: keys.ProviderAsserted}
		if change != nil {
			change(&s)
		}
		return s
	}
	token := func(change func(*keys.Statement)) keys.Statement {
		return service("", "", func(s *keys.Statement) {
			s.Holder, s.Grade, s.MultiRegion = graph.HolderExternal, keys.OperatorAsserted, keys.Unknown
			if change != nil {
				change(s)
			}
		})
	}
	for _, c := range []struct {
		name, about string
		s           keys.Statement
		want        finding.Verdict
		because     string
	}{
		{"held by one who is named", "scaleway:fr-par/x", service("scaleway", "fr-par", nil), finding.VerdictPass, ""},
		{"its own key", "scaleway:fr-par/x", service("scaleway", "fr-par", func(s *keys.Statement) { s.Material = keys.Managed }), finding.VerdictViolation, "grade 0"},
		{"held by one in another country", "aws-kms:x", service("aws", "eu-central-1", nil), finding.VerdictViolation, "KEY-002"},
		{"kept outside", "aws-kms:x", service("aws", "us-east-1", nil), finding.VerdictViolation, "KEY-003"},
		{"perhaps in many regions", "scaleway:fr-par/x", service("scaleway", "fr-par", func(s *keys.Statement) { s.MultiRegion = keys.Unknown }), finding.VerdictUndecided, "multi-region"},
		{"in many regions", "scaleway:fr-par/x", service("scaleway", "fr-par", func(s *keys.Statement) { s.MultiRegion = keys.Yes }), finding.VerdictViolation, "multi-region"},
		{"nobody knows the region", "scaleway:nowhere/x", service("scaleway", "nowhere", nil), finding.VerdictUndecided, "KEY-003"},
		{"without evidence", "scaleway:fr-par/x", service("scaleway", "fr-par", func(s *keys.Statement) { s.Evidence = nil }), finding.VerdictUndecided, "KEY-002"},
		{"a service that only says so of itself", "scaleway:fr-par/x", service("scaleway", "fr-par", func(s *keys.Statement) { s.Grade = keys.OperatorAsserted }), finding.VerdictUndecided, "KEY-002 who can use the key is not established: custody is only claimed"},
		{"an outsider that only says so of itself", "aws-kms:x", service("aws", "eu-central-1", func(s *keys.Statement) { s.Grade = keys.OperatorAsserted }), finding.VerdictViolation, "KEY-002"},
		{"a token, by a document", "pkcs11:object=k;token=clinic", token(nil), finding.VerdictPass, ""},
		{"a token of one or of another", "pkcs11:object=k;token=twice", token(nil), finding.VerdictUndecided, "KEY-002 who can use the key is not established: two documents contradict"},
		{"a token here or there", "pkcs11:object=k;token=moved", token(nil), finding.VerdictUndecided, "KEY-003 is kept in a place that is not established: two documents contradict"},
		{"a token of others", "pkcs11:object=k;token=other", token(nil), finding.VerdictUndecided, "who runs"},
		{"a token that lets it go", "pkcs11:object=k;token=clinic", token(func(s *keys.Statement) { s.Exportable = keys.Yes }), finding.VerdictUndecided, "can be exported"},
		{"a token that does not say", "pkcs11:object=k;token=clinic", token(func(s *keys.Statement) { s.Exportable = keys.Unknown }), finding.VerdictUndecided, "not shown"},
	} {
		d := &keysDescribe{env: &env{now: time.Now}, perimeter: path, at: "2026-11-29"}
		j, err := d.judge()
		if err != nil {
			t.Fatal(err)
		}
		out := described{Address: c.about, Statement: c.s, Custody: keys.Ladder(c.s)}
		if err := j.hold(t.Context(), &out, []string{c.about}); err != nil {
			t.Fatal(err)
		}
		if out.Verdict != c.want {
			t.Errorf("%s: %s because %v, want %s", c.name, out.Verdict, out.Classes, c.want)
		}
		if text := strings.Join(out.Classes[0].Because, "\n"); (text == "") != (c.want == finding.VerdictPass) || !strings.Contains(text, c.because) {
			t.Errorf("%s: because %s, want %s", c.name, text, c.because)
		}
	}
}

// TestSecretOfTo: the passphrase of a file goes to no service.
func TestSecretOfTo(t *testing.T) {
	for _, c := range []struct{ key, to, toSecret, want string }{
		{"file:a", "file:b", "", "file:pass"},
		{"file:a", "file:b", "file:other", "file:other"},
		{"file:a", "transit://h/m/k", "", ""},
		{"file:a", "scaleway:fr-par/k", "", ""},
		{"transit://h/m/k", "file:b", "", ""},
	} {
		r := &keysRewrap{sealedFor: sealedFor{key: c.key, secret: "file:pass"}, to: c.to, toSecret: c.toSecret}
		if got := r.secretOfTo(); got != c.want {
			t.Errorf("from %s to %s: %q, want %q", c.key, c.to, got, c.want)
		}
	}
}
