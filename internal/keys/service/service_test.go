package service

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
)

const host = "kms.example"

func client(t *testing.T, h http.HandlerFunc) (*Client, *keystest.Net) {
	t.Helper()
	n := keystest.NewNet(t)
	n.Serve(host, false, h)
	c, err := NewClient("https://"+host, Network{CAFile: n.CAFile, Dial: n.Dial, Pause: time.Millisecond, Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return c, n
}

func TestRedirectIsNotFollowed(t *testing.T) {
	visited := false
	c, n := client(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "https://evil.example/collect?token=1")
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	n.Serve("evil.example", false, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited = true }))
	_, err := c.Do(t.Context(), Call{Method: http.MethodPost, Path: "/", Body: []byte("secret"), Header: http.Header{"Authorization": {"Bearer x"}}})
	if err == nil || !strings.Contains(err.Error(), "evil.example") || strings.Contains(err.Error(), "token") || visited {
		t.Errorf("visited %t, %v", visited, err)
	}
}

func TestAttempts(t *testing.T) {
	var calls atomic.Int32
	status := http.StatusServiceUnavailable
	c, _ := client(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		w.WriteHeader(status)
	})
	for _, x := range []struct {
		status int
		once   bool
		want   int32
	}{{503, false, 4}, {503, true, 1}, {429, false, 4}, {400, false, 1}, {403, false, 1}, {404, false, 1}} {
		status = x.status
		calls.Store(0)
		a, err := c.Do(t.Context(), Call{Method: http.MethodGet, Path: "/", Once: x.once})
		if err != nil || a.Status != x.status || calls.Load() != x.want {
			t.Errorf("%+v: %d calls, %v", x, calls.Load(), err)
		}
	}
	if _, err := c.Do(t.Context(), Call{Method: http.MethodGet, Path: "/", Authorize: func(*http.Request, []byte) error { return errors.New("no credentials") }}); err == nil || err.Error() != "no credentials" {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	c.network.Pause = time.Hour
	status = 503
	if _, err := c.Do(ctx, Call{Method: http.MethodGet, Path: "/"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a pause goes on: %v", err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	c, _ := client(t, func(w http.ResponseWriter, r *http.Request) {
		for range 64 {
			w.Write(bytes.Repeat([]byte(" "), 64<<10))
		}
	})
	if _, err := c.Do(t.Context(), Call{Method: http.MethodGet, Path: "/"}); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("%v", err)
	}
}

func TestTimeout(t *testing.T) {
	c, _ := client(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c.http.Timeout = 20 * time.Millisecond
	start := time.Now()
	if _, err := c.Do(t.Context(), Call{Method: http.MethodGet, Path: "/"}); err == nil || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

// TestStranger holds that a server without the right certificate is asked once
// and told nothing.
func TestStranger(t *testing.T) {
	var calls atomic.Int32
	n := keystest.NewNet(t)
	n.Serve(host, false, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	other := keystest.NewNet(t)
	dials := 0
	c, err := NewClient("https://"+host, Network{CAFile: other.CAFile, Dial: func(ctx context.Context, network, address string) (conn net.Conn, err error) {
		dials++
		return n.Dial(ctx, network, address)
	}, Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do(t.Context(), Call{Method: http.MethodGet, Path: "/"}); err == nil || dials != 1 || calls.Load() != 0 {
		t.Errorf("%d dials, %d calls, %v", dials, calls.Load(), err)
	}
	for _, base := range []string{"http://kms.example", "https://a@kms.example", "https://kms.example/x", "kms.example", "https://"} {
		if _, err := NewClient(base, Network{}); err == nil {
			t.Errorf("%s is called", base)
		}
	}
	if _, err := NewClient("https://kms.example", Network{CAFile: "/none"}); err == nil {
		t.Error("without the authorities that were named")
	}
}

func TestPlatformToken(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]string{write(" token\n"): "", write("\n"): "is empty", write(strings.Repeat("x", maxToken+1)): "longer than", t.TempDir(): "no file", "/none": "no such file"} {
		if got, err := PlatformToken(path); want == "" && (err != nil || got != "token") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %q, %v; want %q", path, got, err, want)
		}
	}
}

func TestClean(t *testing.T) {
	token := "hvs." + strings.Repeat("CAESIJ", 15)
	for _, c := range []struct{ text, want string }{
		{"not authorized to perform kms:Encrypt on arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555", "not authorized to perform kms:Encrypt on arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"},
		{"bad token " + token + " was sent", "bad token hvs.… was sent"},
		{"a\x1b[31m\r\nb\u202e", "a [31m b"},
		{strings.Repeat("word ", 500), strings.TrimSuffix(strings.Repeat("word ", 60), "") + "…"},
	} {
		if got := clean(c.text); got != c.want {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
	}
	r := Refuse(&Answer{Status: 403}, "AccessDenied", "no")
	if !strings.Contains(r.Error(), "403 AccessDenied") || !strings.Contains(r.Error(), "may these credentials") {
		t.Error(r)
	}
}

func TestPasses(t *testing.T) {
	now, n := time.Unix(1000, 0), 0
	p := &Passes[string]{Now: func() time.Time { return now }, Get: func(context.Context) (Pass[string], error) {
		n++
		if n == 3 {
			return Pass[string]{}, errors.New("no")
		}
		return Pass[string]{"token", now.Add(time.Hour)}, nil
	}}
	value := func(wantErr bool, want int) {
		t.Helper()
		v, err := p.Value(t.Context())
		if (err != nil) != wantErr || !wantErr && v != "token" || n != want {
			t.Errorf("%q, %v after %d", v, err, n)
		}
	}
	value(false, 1)
	now = now.Add(57 * time.Minute)
	value(false, 1)
	now = now.Add(90 * time.Second)
	value(false, 2)
	if p.Refused(t.Context(), "token") {
		t.Error("one that we have just got is got again")
	}
	value(false, 2)
	now = now.Add(time.Minute)
	if !p.Refused(t.Context(), "token") {
		t.Error("one of a minute ago is not got again")
	}
	value(true, 3)
	value(false, 4)
}

// TestShortPass holds that a pass of a minute is used for most of it.
func TestShortPass(t *testing.T) {
	now, n := time.Unix(1000, 0), 0
	p := &Passes[int]{Now: func() time.Time { return now }, Get: func(context.Context) (Pass[int], error) {
		n++
		return Pass[int]{n, now.Add(time.Minute)}, nil
	}}
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {0, 1}, {44 * time.Second, 1}, {2 * time.Second, 2}} {
		now = now.Add(c.after)
		if got, err := p.Value(t.Context()); err != nil || got != c.want {
			t.Errorf("after %s: pass %d, %v; want %d", c.after, got, err, c.want)
		}
	}
}

// TestPassesEndForAll lets many calls find the same pass ended: one new one is
// got for all of them, since a login may cost a use of a secret.
func TestPassesEndForAll(t *testing.T) {
	const callers = 8
	var met sync.WaitGroup
	met.Add(callers)
	c, _ := client(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer 1" {
			met.Done()
			met.Wait() // all of them are under way
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	c.http.Timeout = time.Minute // for the slowest machine: a second attempt would count twice
	var now, n atomic.Int64
	p := &Passes[string]{Now: func() time.Time { return time.Unix(now.Load(), 0) }, Get: func(context.Context) (Pass[string], error) {
		return Pass[string]{Value: strconv.FormatInt(n.Add(1), 10)}, nil
	}}
	if _, err := p.Value(t.Context()); err != nil {
		t.Fatal(err)
	}
	now.Store(3600)
	var wait sync.WaitGroup
	for range callers {
		wait.Go(func() {
			a, err := c.Do(t.Context(), p.Authorize(Call{Method: http.MethodGet, Path: "/"}, Bearer, Unauthorized))
			if err != nil || a.Status != http.StatusOK {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	wait.Wait()
	if n.Load() != 2 {
		t.Errorf("%d passes were got for %d calls, want 2", n.Load(), callers)
	}
}

// TestRefusedForGood holds that a new pass which is refused too is not tried for
// ever.
func TestRefusedForGood(t *testing.T) {
	var calls atomic.Int32
	c, _ := client(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
	})
	now := time.Unix(1000, 0)
	p := &Passes[string]{Now: func() time.Time { now = now.Add(time.Hour); return now }, Get: func(context.Context) (Pass[string], error) { return Pass[string]{Value: "x"}, nil }}
	a, err := c.Do(t.Context(), p.Authorize(Call{Method: http.MethodGet, Path: "/"}, Bearer, Unauthorized))
	if err != nil || a.Status != http.StatusUnauthorized || calls.Load() != 2 {
		t.Errorf("%d calls, %+v, %v", calls.Load(), a, err)
	}
}

// A lax service wraps by a box and does not look at any context.
type lax struct {
	box      *keystest.Box
	envelope Envelope
}

func newLax() *lax {
	l := &lax{box: keystest.NewBox()}
	l.envelope = Envelope{
		Wrap: func(_ context.Context, key []byte) ([]byte, error) { return l.box.Seal(key, nil), nil },
		Unwrap: func(_ context.Context, w []byte) ([]byte, error) {
			k, ok := l.box.Open(w, nil)
			if !ok {
				return nil, keys.ErrUnwrap
			}
			return k, nil
		},
	}
	return l
}

func (l *lax) Encrypt(ctx context.Context, p, aad []byte) ([]byte, error) {
	return l.envelope.Encrypt(ctx, p, aad)
}
func (l *lax) Decrypt(ctx context.Context, w, aad []byte) ([]byte, error) {
	return l.envelope.Decrypt(ctx, w, aad)
}
func (l *lax) Sign(_ context.Context, m []byte) ([]byte, error) {
	return ed25519.Sign(l.box.Private, m), nil
}
func (l *lax) Public(context.Context) (ed25519.PublicKey, error) {
	return l.box.Private.Public().(ed25519.PublicKey), nil
}
func (l *lax) Describe(context.Context) (keys.Statement, error) {
	return keys.Statement{Key: "k", Backend: "lax", Evidence: []keys.Evidence{{Name: "n", Media: "m", Body: []byte("b")}}}, nil
}

// TestSuite runs the suite over an envelope and a service without any context.
func TestSuite(t *testing.T) {
	one, other := newLax(), newLax()
	keystest.Run(t, keystest.Backend{
		Open:  func(*testing.T) keys.Key { return New("lax", one, nil, nil) },
		Other: func(*testing.T) keys.Key { return New("lax", other, nil, nil) },
	})
}

// TestEnvelopeOfAnotherUse holds that what the service wrapped for something
// else than an envelope is no key of one.
func TestEnvelopeOfAnotherUse(t *testing.T) {
	l := newLax()
	foreign := l.box.Seal([]byte("a secret of somebody else"), nil)
	sealed := append(append([]byte{envelopeVersion, 0, byte(len(foreign))}, foreign...), make([]byte, 40)...)
	if _, err := l.Decrypt(t.Context(), sealed, nil); !errors.Is(err, keys.ErrUnwrap) {
		t.Error(err)
	}
}

// A silly service answers what no service should.
type silly struct{ lax }

func (silly) Encrypt(context.Context, []byte, []byte) ([]byte, error) { return nil, nil }
func (silly) Decrypt(context.Context, []byte, []byte) ([]byte, error) {
	return make([]byte, keys.MaxPlaintext+1), nil
}
func (silly) Sign(context.Context, []byte) ([]byte, error)      { return []byte("sig"), nil }
func (silly) Public(context.Context) (ed25519.PublicKey, error) { return []byte("key"), nil }
func (silly) Describe(context.Context) (keys.Statement, error) {
	return keys.Statement{}, errors.New("no")
}

func TestSillyAnswers(t *testing.T) {
	k := New("silly", silly{}, nil, nil)
	errs := map[string]error{}
	_, errs["wrap"] = k.Wrap(t.Context(), []byte("s"), nil)
	_, errs["wrap nothing"] = k.Wrap(t.Context(), nil, nil)
	_, errs["unwrap"] = k.Unwrap(t.Context(), []byte("s"), nil)
	_, errs["sign"] = k.Sign(t.Context(), []byte("s"))
	_, errs["public"] = k.Public(t.Context())
	_, errs["describe"] = k.Describe(t.Context())
	for name, err := range errs {
		if err == nil || !strings.HasPrefix(err.Error(), "silly: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A hooked connection tells of its end.
type hooked struct {
	net.Conn
	closed *atomic.Int32
}

func (h hooked) Close() error {
	h.closed.Add(1)
	return h.Conn.Close()
}

// TestCloseEndsConnections holds that a key which is closed leaves no connection
// behind.
func TestCloseEndsConnections(t *testing.T) {
	_, n := client(t, func(http.ResponseWriter, *http.Request) {})
	var closed atomic.Int32
	c, err := NewClient("https://"+host, Network{CAFile: n.CAFile, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := n.Dial(ctx, network, address)
		return hooked{conn, &closed}, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do(t.Context(), Call{Method: http.MethodGet, Path: "/"}); err != nil || closed.Load() != 0 {
		t.Fatalf("%d connections ended, %v", closed.Load(), err)
	}
	if err := New("lax", newLax(), nil, c).Close(); err != nil || closed.Load() != 1 {
		t.Errorf("%d connections ended, %v", closed.Load(), err)
	}
}

func TestDigest(t *testing.T) {
	seen := map[string]bool{}
	for _, aad := range []string{"", "a", "b", "aa"} {
		d := Digest([]byte(aad))
		if seen[d] || len(d) > 64 || (d == "") != (aad == "") {
			t.Errorf("%q: %q", aad, d)
		}
		seen[d] = true
	}
}

func FuzzEnvelope(f *testing.F) {
	l := newLax()
	good, err := l.Encrypt(f.Context(), []byte("secret"), []byte("for"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{nil, {1}, {1, 0xff, 0xff}, {1, 0, 0}, good, good[:len(good)-1]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := l.Decrypt(t.Context(), b, []byte("for"))
		if (err == nil) != bytes.Equal(b, good) || err == nil && string(p) != "secret" || err != nil && !errors.Is(err, keys.ErrUnwrap) {
			t.Errorf("%x: %q, %v", b, p, err)
		}
	})
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", "a b", "\x00\x1b[0m", strings.Repeat("A", 50)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := clean(s)
		if len(c) > maxMessage+len("…") || strings.ContainsFunc(c, func(r rune) bool { return r < ' ' || r > '~' && r != '…' }) || long.MatchString(c) {
			t.Errorf("%q is %q", s, c)
		}
	})
}
