// Package witness is both sides of c2sp.org/tlog-witness: a log asks others to
// cosign its checkpoints, and a server cosigns those of logs that it knows. A
// witness in another organisation, best under another law, is what keeps the
// operator of a log from showing two histories: nothing that he runs himself
// can.
package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/bounded"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A Client asks one witness for cosignatures of one log.
type Client struct {
	Endpoint c2sp.Endpoint // its key, and the prefix for submissions
	HTTP     *http.Client  // nil is a client that waits at most [patience]

	mu  sync.Mutex
	old int64 // what it cosigned last, as far as we know
}

// ErrRefused says that a witness holds the log's checkpoint against what it
// cosigned before, and one is not the continuation of the other. That is not
// to be tried again: somebody was shown another history.
var ErrRefused = errors.New("the log forked or was rolled back")

// sizeType is the media type of the answer that says what was cosigned last.
const sizeType = "text/x.tlog.size"

// maxAnswer bounds what a witness may answer.
const maxAnswer = 64 << 10

// patience is how long a witness may take.
const patience = 10 * time.Second

var patient = &http.Client{Timeout: patience}

// Cosign returns the witness's signature lines for a checkpoint. The log
// gives the proof that what the witness saw last is the checkpoint's
// beginning. A fork or a rollback is [ErrRefused].
func (c *Client) Cosign(ctx context.Context, log *ledger.Reader, head ledger.Head) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines, err := c.ask(ctx, log, head)
	var elsewhere conflict
	if errors.As(err, &elsewhere) {
		// Another process asked before, or we have just begun: try from there, once.
		c.old = int64(elsewhere)
		lines, err = c.ask(ctx, log, head)
	}
	if err != nil {
		return nil, fmt.Errorf("witness %s: %w", c.Endpoint.Key.Name(), err)
	}
	c.old = head.Size
	return lines, nil
}

// ahead says what it means that the witness cosigned more than it is asked for.
func (c *Client) ahead(log *ledger.Reader, head ledger.Head) error {
	if has := log.Head().Size; c.old > has {
		return fmt.Errorf("%w: it cosigned %d entries of %s, which has %d now. Ask it for that checkpoint, and compare", ErrRefused, c.old, head.Origin, has)
	}
	return fmt.Errorf("it cosigned %d entries already, a checkpoint of %d comes too late: ask for the newest", c.old, head.Size)
}

// conflict is the size that a witness cosigned last.
type conflict int64

func (c conflict) Error() string { return fmt.Sprintf("it cosigned %d entries last", int64(c)) }

func (c *Client) ask(ctx context.Context, log *ledger.Reader, head ledger.Head) ([]byte, error) {
	if c.old > head.Size {
		return nil, c.ahead(log, head)
	}
	proof, err := log.Consistent(c.old, head)
	if err != nil {
		return nil, err
	}
	body := c2sp.CheckpointRequest{Old: c.old, Consistency: proof, Checkpoint: head.Signed}.Marshal()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(c.Endpoint.URL, "/")+"/add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	client := c.HTTP
	if client == nil {
		client = patient
	}
	answer, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := bounded.Read(answer.Body, maxAnswer)
	if err != nil {
		return nil, fmt.Errorf("its answer (%s): %w", answer.Status, err)
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return c.own(head.Signed, text)
	case http.StatusConflict:
		return nil, c.conflict(answer.Header.Get("Content-Type"), text)
	case http.StatusUnprocessableEntity:
		return nil, fmt.Errorf("%w: it cosigned %d entries of %s that are not shown to be the beginning of this checkpoint (422 %.200q). Run `bailiwick ledger fsck`: if the ledger is sound, it was signed elsewhere too", ErrRefused, c.old, head.Origin, bytes.TrimSpace(text))
	}
	return nil, fmt.Errorf("it answers %s: %.200q", answer.Status, bytes.TrimSpace(text))
}

// conflict reads the size of a 409. One that is what we said it was would have
// us ask forever.
func (c *Client) conflict(kind string, text []byte) error {
	kind, _, _ = mime.ParseMediaType(kind)
	size, err := strconv.ParseInt(strings.TrimSuffix(string(text), "\n"), 10, 64)
	if err != nil || size < 0 || size == c.old || kind != sizeType {
		return fmt.Errorf("it answers 409 and no size that helps (%s, %.60q)", kind, text)
	}
	return conflict(size)
}

// own keeps the lines that are cosignatures of the witness's key, of this
// checkpoint and with a time. Lines only: what else an answer holds would be
// read as text of the note, and a signature of that would spoil the
// checkpoint for everybody who verifies it.
func (c *Client) own(signed, lines []byte) ([]byte, error) {
	for line := range bytes.Lines(lines) {
		if !bytes.HasPrefix(line, []byte("— ")) || !bytes.HasSuffix(line, []byte("\n")) {
			return nil, fmt.Errorf("its answer holds %.60q, which is no line of a signature", line)
		}
	}
	n, err := note.Open(append(bytes.Clone(signed), lines...), note.VerifierList(c.Endpoint.Key))
	if err != nil {
		return nil, fmt.Errorf("its answer holds no cosignature of its key: %w", err)
	}
	var own bytes.Buffer
	for _, s := range n.Sigs {
		at, err := c2sp.CosignedAt(s)
		if err != nil || at.Unix() == 0 {
			return nil, fmt.Errorf("its cosignature has no time: is its key of a witness (algorithm 4)?")
		}
		fmt.Fprintf(&own, "— %s %s\n", s.Name, s.Base64)
	}
	return own.Bytes(), nil
}
