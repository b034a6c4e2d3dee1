package c2sp

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A CheckpointRequest asks a witness to cosign a checkpoint
// (c2sp.org/tlog-witness, add-checkpoint).
type CheckpointRequest struct {
	Old         int64          // size of the last checkpoint that the witness cosigned
	Consistency tlog.TreeProof // from Old to the checkpoint's size; empty from zero
	Checkpoint  []byte         // the signed note
}

// Marshal is the body of the request.
func (r CheckpointRequest) Marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", r.Old)
	for _, h := range r.Consistency {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(r.Checkpoint)
	return b.Bytes()
}

// ParseCheckpointRequest reads the body of a request. Nothing is verified.
func ParseCheckpointRequest(body []byte) (CheckpointRequest, error) {
	head, checkpoint, ok := strings.Cut(string(body), "\n\n")
	if !ok {
		return CheckpointRequest{}, fmt.Errorf("the request ends before its checkpoint")
	}
	lines := strings.Split(head, "\n")
	size, ok := strings.CutPrefix(lines[0], "old ")
	if !ok {
		return CheckpointRequest{}, fmt.Errorf("line 1: want `old` and a size")
	}
	old, err := decimal(size)
	if err != nil {
		return CheckpointRequest{}, fmt.Errorf("line 1: old size: %w", err)
	}
	hashes, err := parseHashes(lines[1:])
	if err != nil {
		return CheckpointRequest{}, fmt.Errorf("line 2 and on: %w", err)
	}
	return CheckpointRequest{old, hashes, []byte(checkpoint)}, nil
}
