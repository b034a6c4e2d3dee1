package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bufio"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// Bounds of what a service is given.
const (
	maxAnswer = 16 << 20 // Intel's longest revocation list has some 100 KiB
	maxSent   = 3        // redirects within a host
	longest   = time.Minute
)

// errNotThere says that a vendor answered that it has no such thing.
var errNotThere = errors.New("the service has no such thing")

// errLater says that it is worth to ask again, and when.
type errLater struct {
	error
	after time.Duration
}

// An asker asks services of vendors.
type asker struct {
	*env
	client *http.Client
	tries  int
}

func newAsker(e *env, proxy string, tries int, timeout time.Duration) (*asker, error) {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 256 << 10, TLSHandshakeTimeout: timeout,
	}
	if proxy != "" {
		u, err := url.Parse(proxy)
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("--proxy %.80q is no address; write http://HOST:PORT", proxy)
		}
		transport.Proxy = http.ProxyURL(u)
	}
	return &asker{e, &http.Client{Transport: transport, Timeout: timeout, CheckRedirect: within}, tries}, nil
}

// within follows an answer that sends on within the host, by the same scheme
// or a safer one. Whom the evidence's vendor does not name is not asked.
func within(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	switch {
	case next.URL.Host != first.Host || next.URL.Scheme != first.Scheme && next.URL.Scheme != "https":
		return fmt.Errorf("it sends on to %s, which is not asked: does a proxy stand between?", next.URL.Redacted())
	case len(before) > maxSent:
		return fmt.Errorf("it sends on more than %d times", maxSent)
	}
	return nil
}

// ask asks until there is an answer, and makes items of it.
func (a *asker) ask(ctx context.Context, n attest.Need) ([]attest.Item, error) {
	wait := time.Second
	for try := 1; ; try++ {
		items, err := a.once(ctx, n)
		var later errLater
		if !errors.As(err, &later) || try == a.tries || ctx.Err() != nil {
			return items, err
		}
		pause := wait
		if later.after >= 0 {
			pause = min(later.after, longest)
		}
		fmt.Fprintf(a.err, "bailiwick: %s; asked again in %s (%d of %d)\n", finding.Tame(err.Error()), pause, try+1, a.tries)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
		wait = min(2*wait, longest)
	}
}

func (a *asker) once(ctx context.Context, n attest.Need) ([]attest.Item, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if n.Post != nil {
		method, body = http.MethodPost, bytes.NewReader(n.Post)
	}
	r, err := http.NewRequestWithContext(ctx, method, n.URL, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "bailiwick/"+Version())
	if n.Post != nil {
		r.Header.Set("Content-Type", "application/ocsp-request")
	}
	answer, err := a.client.Do(r)
	if err != nil {
		var refused *url.Error
		if errors.As(err, &refused) && strings.Contains(refused.Err.Error(), "it sends on") {
			return nil, fmt.Errorf("%s: %w", n.URL, refused.Err)
		}
		return nil, errLater{fmt.Errorf("ask %s: %w", n.URL, errors.Unwrap(err)), -1}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch code := answer.StatusCode; {
	case code == http.StatusNotFound || code == http.StatusGone:
		return nil, fmt.Errorf("%s: %w (%s)", n.URL, errNotThere, answer.Status)
	case code == http.StatusTooManyRequests || code >= 500:
		return nil, errLater{fmt.Errorf("%s: %s", n.URL, answer.Status), patience(answer)}
	case code != http.StatusOK:
		return nil, fmt.Errorf("%s: %s", n.URL, answer.Status)
	case err != nil:
		return nil, errLater{fmt.Errorf("%s: the answer was cut off: %w", n.URL, err), -1}
	case len(text) > maxAnswer:
		return nil, fmt.Errorf("%s: the answer has more than %d bytes: is a proxy between?", n.URL, maxAnswer)
	}
	return n.Items(text, answer.Header.Get)
}

// patience is how long a service wants to be left alone; negative when it does
// not say. AMD's gives one certificate of a chip in ten seconds.
func patience(answer *http.Response) time.Duration {
	if s, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && s >= 0 {
		return time.Duration(min(s, 3600)) * time.Second
	}
	if answer.StatusCode == http.StatusTooManyRequests {
		return 11 * time.Second
	}
	return -1
}

// broughtItems makes items of a file that was brought: an answer with its
// heads, as curl -i saves it, or what stood in one.
func broughtItems(name string, text []byte) ([]attest.Item, error) {
	header := textproto.MIMEHeader{}
	for bytes.HasPrefix(text, []byte("HTTP/")) { // first those of a proxy, of 100 Continue, of a redirect
		head, body, ok := cutHead(text)
		if !ok {
			return nil, fmt.Errorf("the head of the answer has no end: the file is cut off")
		}
		status, rest, _ := strings.Cut(string(head), "\n")
		fields, err := textproto.NewReader(bufio.NewReader(strings.NewReader(rest + "\n\n"))).ReadMIMEHeader()
		if err != nil {
			return nil, fmt.Errorf("the head of the answer: %w", err)
		}
		if text, header = body, fields; bytes.HasPrefix(text, []byte("HTTP/")) {
			continue
		}
		if words := strings.Fields(status); len(words) < 2 || words[1] != "200" {
			return nil, fmt.Errorf("the service did not give it (%.60q): ask again", strings.TrimSpace(status))
		}
		if n, err := strconv.Atoi(header.Get("Content-Length")); err == nil && n != len(text) && header.Get("Content-Encoding") == "" {
			return nil, fmt.Errorf("the answer has %d bytes of %d: it is cut off, ask again", len(text), n)
		}
	}
	return attest.ItemsOf(name, text, header.Get)
}

// cutHead cuts at the first empty line.
func cutHead(text []byte) (head, body []byte, ok bool) {
	if head, body, ok = bytes.Cut(text, []byte("\r\n\r\n")); ok {
		return head, body, true
	}
	return bytes.Cut(text, []byte("\n\n"))
}
