package follow

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/bounded"
)

// At opens the source of an address: https://HOST/PREFIX, http://… or a folder
// in the layout of tlog-tiles, as Tessera and `bailiwick ledger export` write.
func At(address string) (Source, error) {
	if !strings.Contains(address, "://") {
		return Folder(address)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%s: a log is followed at an address of https, of http, or in a folder", address)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%s: the prefix of a log has neither query nor fragment", address)
	}
	return &HTTP{Prefix: address}, nil
}

// Folder is a log in a folder.
func Folder(dir string) (Source, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("the log's folder: %w", err)
	}
	return folder{root}, nil
}

type folder struct{ *os.Root }

// Get implements [Source].
func (d folder) Get(_ context.Context, path string, most int64) ([]byte, error) {
	info, err := d.Stat(path) // before it is opened: a pipe would keep us waiting
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, ErrAbsent
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no file", path)
	}
	f, err := d.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return atMost(f, most)
}

// atMost reads all of what must not be longer.
func atMost(r io.Reader, most int64) ([]byte, error) {
	b, err := bounded.Read(r, most)
	if errors.As(err, new(bounded.TooLong)) {
		return nil, fmt.Errorf("%w: %w", ErrAltered, err)
	}
	return b, err
}

// HTTP is a log behind a prefix. What fails for a reason that may pass is
// tried again, later each time.
type HTTP struct {
	Prefix string
	Client *http.Client  // nil is one that waits a minute for an answer
	Pause  time.Duration // before the second try; zero is half a second
}

// tries is how often an answer is asked for; pauses double, and are at most
// maxPause.
const (
	tries    = 5
	maxPause = 30 * time.Second
)

var patient = &http.Client{Timeout: time.Minute}

// passing is a failure that may pass.
type passing struct {
	err   error
	after time.Duration // what the server asks for
}

func (p passing) Error() string { return p.err.Error() }
func (p passing) Unwrap() error { return p.err }

// Get implements [Source].
func (h *HTTP) Get(ctx context.Context, path string, most int64) ([]byte, error) {
	pause := h.Pause
	if pause == 0 {
		pause = time.Second / 2
	}
	for try := 1; ; try++ {
		b, err := h.once(ctx, path, most)
		var again passing
		if !errors.As(err, &again) || ctx.Err() != nil {
			return b, err
		}
		if try == tries {
			return nil, fmt.Errorf("%w (asked %d times)", again.err, tries)
		}
		// Half of it by chance: followers that failed together come back apart.
		wait := min(maxPause, max(again.after, pause/2+rand.N(pause/2+1)))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		pause = min(2*pause, maxPause)
	}
}

func (h *HTTP) once(ctx context.Context, path string, most int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(h.Prefix, "/")+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	// Set by hand, as logs may compress unasked; so it is undone by hand as well.
	req.Header.Set("Accept-Encoding", "gzip, identity")
	client := h.Client
	if client == nil {
		client = patient
	}
	answer, err := client.Do(req)
	if err != nil {
		return nil, passing{err: err}
	}
	defer answer.Body.Close()
	switch s := answer.StatusCode; {
	case s == http.StatusOK:
	case s == http.StatusNotFound || s == http.StatusGone:
		return nil, ErrAbsent
	case s == http.StatusTooManyRequests || s >= 500:
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		return nil, passing{fmt.Errorf("%s answers %s", req.URL.Host, answer.Status), time.Duration(min(max(seconds, 0), int(maxPause/time.Second))) * time.Second}
	default:
		return nil, fmt.Errorf("%s answers %s", req.URL.Host, answer.Status)
	}
	return body(answer, most)
}

// body reads an answer. The bound is on what comes out: a few bytes of gzip
// can stand for a disk full.
func body(answer *http.Response, most int64) ([]byte, error) {
	r := io.Reader(answer.Body)
	switch encoding := strings.ToLower(answer.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip":
		unzip, err := gzip.NewReader(answer.Body)
		if err != nil {
			return nil, passing{err: fmt.Errorf("gzip: %w", err)}
		}
		r = unzip
	default:
		return nil, fmt.Errorf("the answer is encoded as %.40q, which was not asked for", encoding)
	}
	b, err := atMost(r, most)
	if err != nil && !errors.Is(err, ErrAltered) {
		return nil, passing{err: err} // cut off
	}
	return b, err
}
