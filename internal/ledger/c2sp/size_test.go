package c2sp

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// TestSizes verifies proofs below checkpoints of sizes that no log has.
func TestSizes(t *testing.T) {
	p := policy(t, "log LOG\nquorum none\n")
	for size, want := range map[int64]string{1 << 60: "was altered", 1<<60 + 1: "no log has more", 1<<62 + 1: "no log has more", 1<<63 - 1: "no log has more"} {
		signed, err := note.Sign(&note.Note{Text: Checkpoint{Origin: origin, Size: size}.String()}, LogSigner(origin, seed(1)))
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := Proof{Hashes: make(tlog.RecordProof, maxHashes), Checkpoint: signed}.Verify([]byte("entry"), p)
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%d entries: %v, want %q", size, err, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%d entries: there is no end to it", size)
		}
	}
}
