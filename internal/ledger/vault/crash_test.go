package vault

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/logtest"
)

// crashDir tells the test's own binary to be the process that is killed.
const crashDir = "BAILIWICK_TEST_CRASH"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		if err := writeUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// writeUntilKilled records of many subjects from many writers and erases them
// again, and says what was acknowledged: "r INDEX NAME", and "e NAME" before,
// "E NAME" after an erasure.
func writeUntilKilled(dir string) error {
	k, err := openKey(filepath.Join(dir, "key"))
	if err != nil {
		return err
	}
	log, err := ledger.Open(filepath.Join(dir, "log"), ledger.Options{Signer: c2sp.LogSigner(testOrigin, logtest.Log), Guard: filepath.Join(dir, "guard")})
	if err != nil {
		return err
	}
	ctx := context.Background()
	v, err := Open(ctx, filepath.Join(dir, "vault"), Options{Key: k})
	if err != nil {
		return err
	}
	r := &Recorder{Log: log, Vault: v}
	if _, err := r.Resume(ctx); err != nil {
		return err
	}
	var said sync.Mutex
	say := func(format string, args ...any) {
		said.Lock()
		defer said.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	for w := range 16 {
		go func() {
			for {
				name := fmt.Sprintf("patient-%d-%d", w, rand.Uint64())
				for range 1 + rand.IntN(4) {
					got, err := r.Record(ctx, access(name, "Dr. "+name))
					if err != nil {
						fmt.Fprintln(os.Stderr, err)
						os.Exit(1)
					}
					say("r %d %s", got.Index, name)
				}
				if rand.IntN(2) == 0 {
					say("e 0 %s", name)
					if _, err := r.Erase(ctx, name, basis); err != nil {
						fmt.Fprintln(os.Stderr, err)
						os.Exit(1)
					}
					say("E 0 %s", name)
				}
			}
		}()
	}
	select {}
}

// A killed process loses no opening that it acknowledged, and leaves no
// erasure half done.
func TestCrash(t *testing.T) { crash(t, 5) }

func crash(t *testing.T, kills int) {
	dir := t.TempDir()
	newKey(t, filepath.Join(dir, "key")).Close()
	recorded, begun, erased := map[int64]string{}, map[string]bool{}, map[string]bool{}
	for range kills {
		killOne(t, dir, func(what string, index int64, name string) {
			switch what {
			case "r":
				recorded[index] = name
			case "e":
				begun[name] = true
			case "E":
				erased[name] = true
			}
		})
		s := open(t, dir)
		if _, err := s.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.close(t)
	}
	s := open(t, dir)
	defer s.close(t)
	logged := map[entry.KeyID]bool{}
	for i := range s.log.Head().Size {
		b, err := s.log.Entry(i)
		if err != nil {
			t.Fatal(err)
		}
		e, err := entry.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := e.Facts.(*entry.Erasure); ok {
			logged[e.Subject] = true
		}
	}
	shown, gone := 0, 0
	for i, name := range recorded {
		b, err := s.log.Entry(i)
		if err != nil {
			t.Fatal(err)
		}
		e, err := entry.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Disclose(t.Context(), s.Vault, s.log, i, "actor")
		switch {
		case err == nil && erased[name]:
			t.Fatalf("entry %d shows %s, who was erased", i, name)
		case err == nil:
			s.opens(t, i, "Dr. "+name)
			shown++
		case errors.Is(err, ErrErased) && begun[name]:
			if gone++; !logged[e.Subject] {
				t.Fatalf("%s was erased and the ledger does not say so", name)
			}
		default:
			t.Fatalf("entry %d of %s was acknowledged: %v", i, name, err)
		}
	}
	t.Logf("%d kills: %d entries acknowledged, %d shown, %d of subjects that were erased; %d erasures in the ledger", kills, len(recorded), shown, gone, len(logged))
	if shown == 0 || gone == 0 {
		t.Error("nothing was tested")
	}
}

func killOne(t *testing.T, dir string, said func(what string, index int64, name string)) {
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
	line, err := in.ReadString('\n')
	if err != nil {
		t.Fatalf("the writing process ended by itself: %v", c.Wait())
	}
	time.AfterFunc(50*time.Millisecond+rand.N(300*time.Millisecond), func() { c.Process.Kill() })
	for ; err == nil; line, err = in.ReadString('\n') {
		var what, name string
		var index int64
		if _, err := fmt.Sscan(strings.TrimSuffix(line, "\n"), &what, &index, &name); err != nil {
			t.Fatalf("the writing process said %q", line)
		}
		said(what, index, name)
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	c.Wait()
}
