package ovh

import (
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

const (
	domain  = "01111111-2222-3333-4444-555555555555"
	wrapID  = "11111111-2222-3333-4444-555555555555"
	otherID = "21111111-2222-3333-4444-555555555555"
)

// server is the KMS as its description (REST interface 2.14) says.
type server struct {
	boxes  map[string]*keystest.Box
	change map[string]any
	lazy   bool // ignores the context
}

func newServer(t *testing.T) (*server, *keystest.Net, Options) {
	s := &server{boxes: map[string]*keystest.Box{wrapID: keystest.NewBox(), otherID: keystest.NewBox()}}
	n := keystest.NewNet(t)
	n.Serve("eu-west-rbx.okms.ovh.net", true, s)
	certificate, key := n.Identity("client.clinic.example")
	return s, n, Options{
		Network: service.Network{Dial: n.Dial, Pause: time.Millisecond},
		Env:     keystest.Environment(map[string]string{"KMS_HTTP_ID": domain, "KMS_HTTP_CERT": certificate, "KMS_HTTP_KEY": key, "KMS_HTTP_CA": n.CAFile}),
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	no := func(status, code int, text string) {
		keystest.Answer(w, status, map[string]any{"error_id": "1", "error_code": code, "errors": []string{text}, "request_id": domain})
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/api/"+domain+"/v1/servicekey/")
	id, operation, _ := strings.Cut(rest, "/")
	box := s.boxes[id]
	beside := func(c string) []byte {
		if s.lazy {
			return nil
		}
		return []byte(c)
	}
	switch {
	case !ok || box == nil || r.URL.RawQuery != "":
		no(404, 17170433, "not found")
	case r.Method == http.MethodGet && operation == "":
		key := map[string]any{"id": id, "name": "records", "type": "oct", "operations": []string{"encrypt", "decrypt"}, "size": 256, "protectionLevel": "SOFTWARE", "attributes": map[string]any{"state": "active"}}
		for name, v := range s.change {
			key[name] = v
		}
		keystest.Answer(w, 200, key)
	case r.Method == http.MethodPost && operation == "encrypt":
		var q struct {
			Plaintext []byte `json:"plaintext"`
			Context   string `json:"context"`
		}
		if err := keystest.Strict(r, &q); err != nil || len(q.Plaintext) == 0 || len(q.Plaintext) > 4096 || len(q.Context) > 64 {
			no(400, 1, "bad request")
			return
		}
		part := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
		c := box.Seal(q.Plaintext, beside(q.Context))
		keystest.Answer(w, 200, map[string]any{"ciphertext": strings.Join([]string{part([]byte(`{"alg":"dir","enc":"A256GCM"}`)), "", part(c[:12]), part(c[12 : len(c)-16]), part(c[len(c)-16:])}, ".")})
	case r.Method == http.MethodPost && operation == "decrypt":
		var q struct {
			Ciphertext string `json:"ciphertext"`
			Context    string `json:"context"`
		}
		if err := keystest.Strict(r, &q); err != nil || len(q.Ciphertext) > 5464 || len(q.Context) > 64 {
			no(400, 1, "bad request")
			return
		}
		var sealed []byte
		for i, part := range strings.Split(q.Ciphertext, ".") {
			b, err := base64.RawURLEncoding.DecodeString(part) // lax, as many are
			if err != nil {
				no(400, 2, "bad token")
				return
			}
			if i > 1 {
				sealed = append(sealed, b...)
			}
		}
		p, ok := box.Open(sealed, beside(q.Context))
		if !ok || s.change["attributes"] != nil {
			no(400, 3, "cannot decrypt")
			return
		}
		keystest.Answer(w, 200, map[string]any{"plaintext": p})
	default:
		no(404, 4, "no such operation")
	}
}

func opened(t *testing.T, o Options, id string) keys.Key {
	t.Helper()
	return keystest.Opened(t, "ovh:eu-west-rbx/"+id, func(a keys.Address) (keys.Key, error) { return Open(t.Context(), a, o) })
}

// TestSuite runs it over a service that binds contexts and over one that drops
// them: the envelope binds them in either case, and its server's token, which
// does not sign its own head, cannot be changed either.
func TestSuite(t *testing.T) {
	for name, lazy := range map[string]bool{"strict": false, "lazy": true} {
		t.Run(name, func(t *testing.T) {
			s, _, o := newServer(t)
			s.lazy = lazy
			keystest.Run(t, keystest.Backend{
				Open:     func(t *testing.T) keys.Key { return opened(t, o, wrapID) },
				Other:    func(t *testing.T) keys.Key { return opened(t, o, otherID) },
				Unsigned: true, Slow: true,
			})
		})
	}
}

func TestDescribe(t *testing.T) {
	s, _, o := newServer(t)
	k := opened(t, o, wrapID)
	for protection, want := range map[string]keys.Answer{"SOFTWARE": keys.No, "HSM": keys.Yes, "MANAGED_HSM": keys.Yes, "MOON": ""} {
		s.change = map[string]any{"protectionLevel": protection}
		got, err := k.Describe(t.Context())
		if err != nil || got.Hardware != want || got.Region != "eu-west-rbx" || got.Provider != "ovh" || got.Grade != keys.ProviderAsserted {
			t.Errorf("%s: %+v, %v", protection, got, err)
		}
	}
	s.change = map[string]any{"id": otherID}
	if _, err := k.Describe(t.Context()); err == nil {
		t.Error("another key is described")
	}
}

// TestAsymmetric holds that a key whose public half others have opens nothing: they
// could have made it.
func TestAsymmetric(t *testing.T) {
	s, _, o := newServer(t)
	w, err := opened(t, o, wrapID).Wrap(t.Context(), []byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	s.change = map[string]any{"type": "RSA"}
	k := opened(t, o, wrapID)
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err == nil || !strings.Contains(err.Error(), `"RSA"`) {
		t.Errorf("wrap: %v", err)
	}
	if _, err := k.Unwrap(t.Context(), w, nil); err == nil || errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("unwrap: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	s, n, o := newServer(t)
	k := opened(t, o, wrapID)
	w, err := k.Wrap(t.Context(), []byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	s.change = map[string]any{"attributes": map[string]any{"state": "deactivated"}}
	if _, err := k.Unwrap(t.Context(), w, nil); err == nil || errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("a key that is not in use says of the bytes: %v", err)
	}
	stranger := keystest.NewNet(t)
	certificate, key := stranger.Identity("client.clinic.example")
	theirs := o
	theirs.CertFile, theirs.KeyFile = certificate, key
	if _, err := opened(t, theirs, wrapID).Describe(t.Context()); err == nil {
		t.Error("somebody else's certificate is taken")
	}
	text, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(open, text, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text, want string
		env        map[string]string
	}{
		{"ovh:eu-west-rbx/" + wrapID, "KMS_HTTP_ID", nil},
		{"ovh:eu-west-rbx/" + wrapID, "KMS_HTTP_CERT", map[string]string{"KMS_HTTP_ID": domain}},
		{"ovh:eu-west-rbx/" + wrapID, "name both", map[string]string{"KMS_HTTP_ID": domain, "KMS_HTTP_CERT": n.CAFile}},
		{"ovh:eu-west-rbx/" + wrapID, "chmod 600", map[string]string{"KMS_HTTP_ID": domain, "KMS_HTTP_CERT": certificate, "KMS_HTTP_KEY": open}},
		{"ovh:eu-west-rbx/1", "UUID", nil},
		{"ovh:evil.example/" + wrapID, "no region", nil},
		{"scaleway:fr-par/1", "no address", nil},
	} {
		a, err := keys.ParseAddress(c.text)
		if err != nil {
			t.Fatal(err)
		}
		o.Env = keystest.Environment(c.env)
		if _, err := Open(t.Context(), a, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.text, err, c.want)
		}
	}
}
