package service

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// A Client calls one server.
type Client struct {
	base    string
	http    *http.Client
	network Network
}

// NewClient makes a client of the server at a base URL without a path.
func NewClient(base string, n Network) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("%q is no address of a server", base)
	}
	if u.Scheme != "https" {
		return nil, fmt.Errorf("%s is not called: keys and tokens travel over TLS only", base)
	}
	h, err := n.client()
	if err != nil {
		return nil, err
	}
	return &Client{base: base, http: h, network: n}, nil
}

// A Call is one request.
type Call struct {
	Method string
	Path   string // escaped, with its first slash and its query
	Header http.Header
	Body   []byte
	// Authorize adds what shows who we are, anew at each attempt.
	Authorize func(r *http.Request, body []byte) error
	// ended says that an answer is a no to what Authorize added, and that it is of
	// use to add another.
	ended func(context.Context, *Answer) bool
	// Once forbids a second attempt: for what the service counts, as logins by a
	// secret of few uses. What keys do changes nothing in a service, so it may be
	// asked again.
	Once bool
}

// An Answer is what a server said, whatever it was.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Peer   *x509.Certificate // who said it
}

// maxAnswer bounds the body of an answer: the largest that is of use holds a
// public key or an attestation with its certificates.
const maxAnswer = 1 << 20

// Do calls, and calls again what failed in passing: what did not arrive, what the
// service had no time for and what broke inside it.
func (c *Client) Do(ctx context.Context, call Call) (*Answer, error) {
	n := c.network.Attempts
	if n == 0 {
		n = attempts
	}
	wait := c.network.or(c.network.Pause, pause)
	for attempt := 1; ; attempt++ {
		a, err := c.once(ctx, call)
		if err == nil && call.ended != nil && call.ended(ctx, a) {
			call.ended = nil
			continue
		}
		if call.Once || attempt >= n || !passing(ctx, a, err) {
			return a, err
		}
		if err := sleep(ctx, max(jitter(wait), after(a))); err != nil {
			return nil, err
		}
		wait *= 2
	}
}

func passing(ctx context.Context, a *Answer, err error) bool {
	if err != nil {
		var stranger *tls.CertificateVerificationError
		var f final
		// A server that is not who it should be does not become so.
		return ctx.Err() == nil && !errors.As(err, &f) && !errors.As(err, &stranger)
	}
	switch a.Status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return throttled(a)
}

// throttled knows the one protocol in which being too fast is a bad request.
func throttled(a *Answer) bool {
	return a.Status == http.StatusBadRequest && (bytes.Contains(a.Body, []byte("ThrottlingException")) || bytes.Contains(a.Body, []byte("LimitExceededException")))
}

// final marks what no second attempt changes.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

func (c *Client) once(ctx context.Context, call Call) (*Answer, error) {
	r, err := http.NewRequestWithContext(ctx, call.Method, c.base+call.Path, bytes.NewReader(call.Body))
	if err != nil {
		return nil, final{err}
	}
	for name, values := range call.Header {
		r.Header[name] = values
	}
	if call.Authorize != nil {
		if err := call.Authorize(r, call.Body); err != nil {
			return nil, final{err}
		}
	}
	resp, err := c.http.Do(r)
	if err != nil {
		// Only the cause: the address that it names may be long, and c.base says enough.
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return nil, fmt.Errorf("call %s: %w", c.base, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return nil, final{fmt.Errorf("%s sends us elsewhere, to %s: a key stays where its address says; write the address of the server that answers", c.base, place(resp))}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("call %s: read the answer: %w", c.base, err)
	}
	if len(body) > maxAnswer {
		return nil, final{fmt.Errorf("the answer of %s is longer than %d bytes: it is none of this service", c.base, maxAnswer)}
	}
	a := &Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}
	if resp.TLS != nil && len(resp.TLS.PeerCertificates) > 0 {
		a.Peer = resp.TLS.PeerCertificates[0]
	}
	return a, nil
}

// place is the host of a redirect; the rest of it may carry what is secret.
func place(resp *http.Response) string {
	u, err := resp.Location()
	if err != nil {
		return "nowhere"
	}
	return clean(u.Host)
}

func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }

// after is how long a service asks us to wait.
func after(a *Answer) time.Duration {
	if a == nil {
		return 0
	}
	s, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil || s < 0 || s > 3600 {
		return 0
	}
	return min(time.Duration(s)*time.Second, longest)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
