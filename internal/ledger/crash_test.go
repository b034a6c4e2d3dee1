package ledger

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// crashDir tells the test's own binary to be the process that is killed.
const crashDir = "BAILIWICK_TEST_CRASH"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// writeUntilKilled appends from 64 writers, and says what was acknowledged.
func writeUntilKilled(dir string) {
	l, err := Open(filepath.Join(dir, "log"), Options{Signer: c2sp.LogSigner(testOrigin, testKey(1)), Guard: filepath.Join(dir, "guard")})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var said sync.Mutex
	for range 64 {
		go func() {
			for {
				entry := make([]byte, 100)
				rand.Read(entry)
				r, err := l.Append(context.Background(), entry)
				if err != nil {
					os.Exit(1)
				}
				said.Lock()
				fmt.Printf("%d %s\n", r.Index, hex.EncodeToString(entry))
				said.Unlock()
			}
		}()
	}
	select {}
}

// crash kills a writing process that many times at a random moment, and looks
// for every entry that it acknowledged.
func crash(t *testing.T, kills int) (acked int) {
	dir := t.TempDir()
	said := map[int64]string{}
	for range kills {
		killOne(t, dir, said)
		l := openTest(t, dir)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	l := openTest(t, dir)
	defer l.Close()
	seen := map[string]int64{}
	for i := range l.Head().Size {
		entry, err := l.Entry(i)
		if err != nil {
			t.Fatal(err)
		}
		text := hex.EncodeToString(entry)
		if before, ok := seen[text]; ok {
			t.Fatalf("entry %d is entry %d once more", i, before)
		}
		seen[text] = i
		if want, ok := said[i]; ok && want != text {
			t.Fatalf("entry %d is not the one that was acknowledged", i)
		}
	}
	for i := range said {
		r, err := l.Prove(i)
		if err != nil {
			t.Fatal(err)
		}
		entry, _ := hex.DecodeString(said[i])
		if err := tlog.CheckRecord(r.Proof, r.Head.Size, r.Head.Root, i, tlog.RecordHash(entry)); err != nil {
			t.Fatalf("entry %d was acknowledged: %v", i, err)
		}
	}
	t.Logf("%d kills, %d entries acknowledged, %d in the log, none missing, none twice", kills, len(said), l.Head().Size)
	return len(said)
}

func killOne(t *testing.T, dir string, said map[int64]string) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), crashDir+"="+dir)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(out)
	first, err := in.ReadString('\n')
	if err != nil {
		t.Fatalf("the writing process ended by itself: %v", c.Wait())
	}
	time.AfterFunc(random(100*time.Millisecond), func() { c.Process.Kill() })
	for line := first; ; {
		index, entry, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		var i int64
		if _, err := fmt.Sscan(index, &i); err != nil || !ok {
			t.Fatalf("the writing process said %q", line)
		}
		if before, ok := said[i]; ok && before != entry {
			t.Fatalf("entry %d was acknowledged before a crash, and another one after it", i)
		}
		said[i] = entry
		line, err = in.ReadString('\n')
		if err == io.EOF {
			break // what was cut off in the middle of a line was not said
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c.Wait()
}

func random(below time.Duration) time.Duration {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(below)))
	if err != nil {
		panic(err)
	}
	return time.Duration(n.Int64())
}

func TestCrash(t *testing.T) {
	if crash(t, 5) == 0 {
		t.Error("nothing was acknowledged: nothing was tested")
	}
}
