//go:build unix

package local

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rotates names the key file that the test's own binary rotates until it is
// killed.
const rotates = "BAILIWICK_ROTATES"

func TestMain(m *testing.M) {
	if path := os.Getenv(rotates); path != "" {
		if err := rotate(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// rotate says the number of each version that it made.
func rotate(path string) error {
	k, err := Open(path, cheap)
	for err == nil {
		var v Version
		if v, err = k.Rotate(context.Background()); err != nil {
			break
		}
		fmt.Println(v.Number)
		if v.Number%3 == 0 {
			_, err = k.Destroy(context.Background(), v.Number-2)
		}
	}
	return err
}

// TestKilled kills who rotates and destroys at random moments: the key opens,
// every version that was told of is there or has a proof of its end, and
// nothing is left beside it.
func TestKilled(t *testing.T) {
	_, path := made(t)
	dice := rand.New(rand.NewPCG(3, 4))
	made := 1
	for range 30 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), rotates+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		told := bufio.NewScanner(out)
		for n := dice.IntN(6); told.Scan(); n-- {
			if made, err = strconv.Atoi(told.Text()); err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				time.Sleep(time.Duration(dice.IntN(5000)) * time.Microsecond)
				cmd.Process.Kill()
			}
		}
		if err := cmd.Wait(); !strings.Contains(fmt.Sprint(err), "killed") {
			t.Fatalf("%v: %s", err, said.String())
		}
		k, err := Open(path, cheap)
		if err != nil {
			t.Fatal(err)
		}
		versions, err := k.Versions(t.Context())
		if err != nil || versions[len(versions)-1].Number < made {
			t.Fatalf("version %d was told of, there are %+v, %v", made, versions, err)
		}
		gone, err := k.Destroyed(t.Context())
		if newest := versions[len(versions)-1].Number; err != nil || len(versions)+len(gone) != newest {
			t.Fatalf("of %d versions %d are there and %d have a proof, %v", newest, len(versions), len(gone), err)
		}
		if _, err := k.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		onlyThe(t, path)
		k.Close()
	}
	if made < 30 {
		t.Errorf("only %d versions were made", made)
	}
}
