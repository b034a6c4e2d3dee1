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
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A Client asks one witness for cosignatures of one log.
type Client struct {
	Endpoint c2sp.Endpoint // its key, and the prefix for submissions
	HTTP     *http.Client

	mu  sync.Mutex
	old int64 // what it cosigned last, as far as we know
}

// sizeType is the media type of the answer that says what was cosigned last.
const sizeType = "text/x.tlog.size"

// maxAnswer bounds what a witness may answer.
const maxAnswer = 64 << 10

// Cosign returns the witness's signature lines for a checkpoint. The log
// gives the proof that what the witness saw last is the checkpoint's
// beginning.
func (c *Client) Cosign(ctx context.Context, log *ledger.Reader, head ledger.Head) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines, err := c.ask(ctx, log, head)
	var elsewhere conflict
	if errors.As(err, &elsewhere) {
		// Another process asked before, or we have just begun: try from there, once.
		if int64(elsewhere) > head.Size {
			return nil, fmt.Errorf("witness %s cosigned %d entries of %s, which has %d now: the log was rolled back", c.Endpoint.Key.Name(), int64(elsewhere), head.Origin, head.Size)
		}
		c.old = int64(elsewhere)
		lines, err = c.ask(ctx, log, head)
	}
	if err != nil {
		return nil, fmt.Errorf("witness %s: %w", c.Endpoint.Key.Name(), err)
	}
	c.old = head.Size
	return lines, nil
}

// conflict is the size that a witness cosigned last.
type conflict int64

func (c conflict) Error() string { return fmt.Sprintf("it cosigned %d entries last", int64(c)) }

func (c *Client) ask(ctx context.Context, log *ledger.Reader, head ledger.Head) ([]byte, error) {
	proof, err := log.Consistent(c.old, head)
	if err != nil {
		return nil, err
	}
	body := c2sp.CheckpointRequest{Old: c.old, Consistency: proof, Checkpoint: head.Signed}.Marshal()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(c.Endpoint.URL, "/")+"/add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := c.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return c.own(head.Signed, text)
	case http.StatusConflict:
		size, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err != nil || size < 0 || size == c.old || answer.Header.Get("Content-Type") != sizeType {
			return nil, fmt.Errorf("it answers 409 and no size that helps")
		}
		return nil, conflict(size)
	}
	return nil, fmt.Errorf("it answers %s: %.200s", answer.Status, bytes.TrimSpace(text))
}

// own keeps the lines that are cosignatures of the witness's key.
func (c *Client) own(signed, lines []byte) ([]byte, error) {
	n, err := note.Open(append(bytes.Clone(signed), lines...), note.VerifierList(c.Endpoint.Key))
	if err != nil {
		return nil, fmt.Errorf("its answer holds no cosignature of its key: %w", err)
	}
	var own bytes.Buffer
	for _, s := range n.Sigs {
		fmt.Fprintf(&own, "— %s %s\n", s.Name, s.Base64)
	}
	return own.Bytes(), nil
}

// consistent says whether a tree is the beginning of another (RFC 6962, 2.1.2).
func consistent(proof tlog.TreeProof, old, new c2sp.Checkpoint) bool {
	switch {
	case old.Size == 0:
		return len(proof) == 0
	case old.Size == new.Size:
		return len(proof) == 0 && old.Root == new.Root
	}
	return tlog.CheckTree(proof, new.Size, new.Root, old.Size, old.Root) == nil
}
