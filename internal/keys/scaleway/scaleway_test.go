package scaleway

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

const (
	wrapID  = "11111111-2222-3333-4444-555555555555"
	otherID = "21111111-2222-3333-4444-555555555555"
)

// server is the Key Manager as key_manager v1alpha1 says.
type server struct {
	boxes  map[string]*keystest.Box
	change map[string]any // of what a key says
	id     string         // what answers call the key instead
	reads  int
}

func newServer(t *testing.T) (*server, Options) {
	s := &server{boxes: map[string]*keystest.Box{wrapID: keystest.NewBox(), otherID: keystest.NewBox()}}
	n := keystest.NewNet(t)
	n.Serve("api.scaleway.com", false, s)
	return s, Options{Network: service.Network{CAFile: n.CAFile, Dial: n.Dial, Pause: time.Millisecond}, Env: keystest.Environment(map[string]string{"SCW_SECRET_KEY": "scw-secret"})}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	no := func(status int, kind, message string) {
		keystest.Answer(w, status, map[string]any{"type": kind, "message": message})
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/key-manager/v1alpha1/regions/fr-par/keys/")
	id, operation, _ := strings.Cut(rest, "/")
	box := s.boxes[id]
	said := id
	if s.id != "" {
		said = s.id
	}
	switch {
	case r.Header.Get("X-Auth-Token") != "scw-secret":
		no(401, "denied_authentication", "authentication is denied")
	case !ok || box == nil || r.URL.RawQuery != "":
		no(404, "not_found", "resource is not found")
	case r.Method == http.MethodGet && operation == "":
		s.reads++
		key := map[string]any{"id": said, "project_id": otherID, "name": "records", "usage": map[string]any{"symmetric_encryption": "aes_256_gcm"}, "state": "enabled",
			"rotation_count": 3, "protected": true, "locked": false, "origin": "scaleway_kms", "region": "fr-par", "tags": []string{}}
		for name, v := range s.change {
			key[name] = v
		}
		keystest.Answer(w, 200, key)
	case r.Method == http.MethodPost && operation == "encrypt":
		var q struct {
			Plaintext      []byte `json:"plaintext"`
			AssociatedData []byte `json:"associated_data"`
		}
		if err := keystest.Strict(r, &q); err != nil || len(q.Plaintext) == 0 {
			no(400, "invalid_arguments", "invalid argument(s)")
			return
		}
		keystest.Answer(w, 200, map[string]any{"key_id": said, "ciphertext": box.Seal(q.Plaintext, s.beside(q.AssociatedData))})
	case r.Method == http.MethodPost && operation == "decrypt":
		var q struct {
			Ciphertext     []byte `json:"ciphertext"`
			AssociatedData []byte `json:"associated_data"`
		}
		err := keystest.Strict(r, &q)
		p, ok := box.Open(q.Ciphertext, s.beside(q.AssociatedData))
		if err != nil || !ok || s.change["state"] != nil {
			no(400, "invalid_arguments", "invalid argument(s)")
			return
		}
		keystest.Answer(w, 200, map[string]any{"key_id": said, "plaintext": p, "ciphertext": nil})
	default:
		no(404, "unknown_resource", "")
	}
}

// beside is what is bound: a key of asymmetric encryption has no place for it.
func (s *server) beside(aad []byte) []byte {
	if s.change["usage"] != nil {
		return nil
	}
	return aad
}

func opened(t *testing.T, o Options, id string) keys.Key {
	t.Helper()
	return keystest.Opened(t, "scaleway:fr-par/"+id, func(a keys.Address) (keys.Key, error) { return Open(t.Context(), a, o) })
}

func TestSuite(t *testing.T) {
	_, o := newServer(t)
	keystest.Run(t, keystest.Backend{
		Open:     func(t *testing.T) keys.Key { return opened(t, o, wrapID) },
		Other:    func(t *testing.T) keys.Key { return opened(t, o, otherID) },
		Unsigned: true, Slow: true,
	})
}

func TestDescribe(t *testing.T) {
	s, o := newServer(t)
	k := opened(t, o, wrapID)
	got, err := k.Describe(t.Context())
	if err != nil || got.Region != "fr-par" || got.Material != keys.Generated || got.Holder != graph.HolderProvider || got.Hardware == keys.Yes || got.Key != "scaleway:fr-par/"+wrapID+"#3" {
		t.Errorf("%+v, %v", got, err)
	}
	if c := keys.Ladder(got); c.Grade != 1 {
		t.Errorf("custody %+v", c)
	}
	s.change = map[string]any{"origin": "external"}
	if got, err = k.Describe(t.Context()); err != nil || got.Material != keys.Imported || got.Exportable != keys.Yes {
		t.Errorf("imported: %+v, %v", got, err)
	}
	s.change = map[string]any{"region": "nl-ams"}
	if _, err = k.Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "contradiction") {
		t.Errorf("from elsewhere: %v", err)
	}
}

// TestKeysWithoutContext holds that a key which binds no context neither wraps nor
// opens what anybody with its public half can make.
func TestKeysWithoutContext(t *testing.T) {
	s, o := newServer(t)
	s.change = map[string]any{"usage": map[string]any{"asymmetric_encryption": "rsa_oaep_4096_sha256"}}
	k := opened(t, o, wrapID)
	if _, err := k.Wrap(t.Context(), []byte("secret"), []byte("for")); err == nil || !strings.Contains(err.Error(), "aes_256_gcm") {
		t.Errorf("wrap: %v", err)
	}
	if p, err := k.Unwrap(t.Context(), s.boxes[wrapID].Seal([]byte("secret"), nil), []byte("for")); err == nil || errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("unwrap: %q, %v", p, err)
	}
	s.change, s.reads = nil, 0
	for range 3 {
		if _, err := k.Wrap(t.Context(), []byte("secret"), []byte("for")); err != nil || s.reads != 1 {
			t.Errorf("asked %d times for what never changes, %v", s.reads, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	s, o := newServer(t)
	k := opened(t, o, wrapID)
	w, err := k.Wrap(t.Context(), []byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	s.change = map[string]any{"state": "disabled"}
	if _, err := k.Unwrap(t.Context(), w, nil); err == nil || errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("a key that is disabled says of the bytes: %v", err)
	}
	s.change, s.id = nil, otherID
	if _, err := k.Unwrap(t.Context(), w, nil); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Errorf("by another key: %v", err)
	}
	if _, err := k.Wrap(t.Context(), []byte("secret"), nil); err == nil {
		t.Error("wrapped by another key")
	}
	o.Env = keystest.Environment(map[string]string{"SCW_SECRET_KEY": "wrong-secret"})
	if _, err := opened(t, o, wrapID).Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "401 denied_authentication") || strings.Contains(err.Error(), "wrong-secret") {
		t.Errorf("a wrong secret: %v", err)
	}
	for text, want := range map[string]string{"scaleway:us-nyc/" + wrapID: "no region", "ovh:fr-par/x": "no address", "scaleway:fr-par/" + wrapID: "SCW_SECRET_KEY"} {
		a, err := keys.ParseAddress(text)
		if err != nil {
			t.Fatal(err)
		}
		o.Env = keystest.Environment(nil)
		if _, err := Open(t.Context(), a, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
