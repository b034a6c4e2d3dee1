package c2sp

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// maxHashes bounds the hashes of a proof: a tree of 2^63 entries needs no more.
const maxHashes = 63

// A Proof says that an entry is in a log. With the entry itself and a
// [Policy] it needs nothing else: no network, no other file.
type Proof struct {
	Extra      []byte // not covered by any signature
	Index      int64
	Hashes     tlog.RecordProof
	Checkpoint []byte // the signed note, with cosignatures if there are any
}

const proofHeader = "c2sp.org/tlog-proof@v1"

// Marshal is the proof as a text file.
func (p Proof) Marshal() []byte {
	var b bytes.Buffer
	b.WriteString(proofHeader + "\n")
	if p.Extra != nil {
		fmt.Fprintf(&b, "extra %s\n", base64.StdEncoding.EncodeToString(p.Extra))
	}
	fmt.Fprintf(&b, "index %d\n", p.Index)
	for _, h := range p.Hashes {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(p.Checkpoint)
	return b.Bytes()
}

// ParseProof reads a proof. Nothing is verified yet: see [Proof.Verify].
func ParseProof(text []byte) (Proof, error) {
	head, checkpoint, ok := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != proofHeader {
		return Proof{}, fmt.Errorf("line 1: want %q: this is no proof of a transparency log", proofHeader)
	}
	if !ok {
		return Proof{}, fmt.Errorf("line %d: the proof ends before its checkpoint", len(lines))
	}
	p, at := Proof{Checkpoint: []byte(checkpoint)}, 1
	if at < len(lines) {
		if encoded, has := strings.CutPrefix(lines[at], "extra "); has {
			extra, err := unbase64(encoded)
			if err != nil {
				return Proof{}, fmt.Errorf("line %d: the extra data is no base64", at+1)
			}
			p.Extra = extra
			at++
		}
	}
	index, has := "", false
	if at < len(lines) {
		index, has = strings.CutPrefix(lines[at], "index ")
	}
	if !has {
		return Proof{}, fmt.Errorf("line %d: want `index` and the number of the entry", at+1)
	}
	var err error
	if p.Index, err = decimal(index); err != nil {
		return Proof{}, fmt.Errorf("line %d: index %.30q: %w", at+1, index, err)
	}
	p.Hashes, err = parseHashes(lines[at+1:])
	if err != nil {
		return Proof{}, fmt.Errorf("line %d and on: %w", at+2, err)
	}
	return p, nil
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	if len(lines) > maxHashes {
		return nil, fmt.Errorf("%d hashes; no proof has more than %d", len(lines), maxHashes)
	}
	hashes := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		h, err := parseHash(line)
		if err != nil {
			return nil, err
		}
		hashes[i] = h
	}
	return hashes, nil
}

// Verify says whether the entry stands in a log that the policy trusts, as
// the proof claims, and gives the checkpoint that binds it.
func (p Proof) Verify(entry []byte, policy *Policy) (Opened, error) {
	opened, err := policy.Open(p.Checkpoint)
	if err != nil {
		return Opened{}, err
	}
	if p.Index >= opened.Size {
		return Opened{}, fmt.Errorf("the proof is of entry %d, but the checkpoint has only %d entries", p.Index, opened.Size)
	}
	if err := tlog.CheckRecord(p.Hashes, opened.Size, opened.Root, p.Index, tlog.RecordHash(entry)); err != nil {
		return Opened{}, fmt.Errorf("the entry is not number %d of %s as the checkpoint of size %d has it: entry or proof was altered", p.Index, opened.Origin, opened.Size)
	}
	return opened, nil
}
