package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(month string) {
	at, err := time.Parse("2006-01-02", month)
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	c.at = at
	c.mu.Unlock()
}

const shardOrigin = "ledger.clinic.example"

// shardsIn begins a ledger in a folder.
func shardsIn(t testing.TB, dir string, monthly bool) Config {
	t.Helper()
	c := Config{Dir: filepath.Join(dir, "ledger"), Origin: shardOrigin, Key: "file:key", Guard: filepath.Join(dir, "guards"), Monthly: monthly}
	if err := Init(c, testKey(1).Public()); err != nil {
		t.Fatal(err)
	}
	c, err := LoadConfig(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func shardOptions(t testing.TB, at *clock) ShardOptions {
	return ShardOptions{Key: testKey(1), Now: at.now, Warn: t.Logf}
}

func openShards(t testing.TB, c Config, at *clock) *Shards {
	t.Helper()
	s, err := OpenShards(c, shardOptions(t, at))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t testing.TB, s *Shards, entry string) Receipt {
	t.Helper()
	r, err := s.Append(t.Context(), []byte(entry))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sound runs fsck over all shards and wants no fault.
func sound(t testing.TB, c Config) []ShardReport {
	t.Helper()
	reports, err := FsckShards(c, testKey(1).Public(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		if len(r.Faults) > 0 {
			t.Errorf("shard %s: %v", r.Name, r.Faults)
		}
	}
	return reports
}

// threeMonths is a ledger with three shards, of which one month is left out.
func threeMonths(t testing.TB, dir string) (Config, *clock) {
	t.Helper()
	c, at := shardsIn(t, dir, true), &clock{}
	at.set("2026-08-31")
	s := openShards(t, c, at)
	for _, day := range []string{"2026-08-31", "2026-09-01", "2026-08-30", "2026-11-02"} {
		at.set(day)
		for i := range 3 {
			put(t, s, fmt.Sprint(day, " entry ", i))
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return c, at
}

func TestShards(t *testing.T) {
	dir := t.TempDir()
	c, at := threeMonths(t, dir)
	reports := sound(t, c)
	var got []string
	for _, r := range reports {
		got = append(got, fmt.Sprint(r.Name, " ", r.Entries))
	}
	// 2026-09 has six: what arrives while the clock goes back stays there, behind its first, which is the chain.
	if want := "2026-08 3, 2026-09 7, 2026-11 4"; strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	s := openShards(t, c, at)
	defer s.Close()
	r := put(t, s, "one more")
	policy, err := c2sp.ParsePolicy([]byte("log " + c2sp.LogKey(shardOrigin+"/2026-11", testKey(1).Public()).String() + "\nquorum none\n"))
	if err != nil {
		t.Fatal(err)
	}
	proof, err := c2sp.ParseProof(r.Text([]byte("one more")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proof.Verify(proof.Extra, policy); err != nil || r.Head.Origin != shardOrigin+"/2026-11" {
		t.Errorf("%v: %s", err, r.Head.Origin)
	}
	first, err := s.Reader("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	if entry, err := first.Entry(1); err != nil || string(entry) != "2026-09-01 entry 0" {
		t.Errorf("%q, %v", entry, err)
	}
	for path, want := range map[string]int{"/2026-08/checkpoint": 200, "/2026-11/tile/0/000.p/4": 200, "/2026-10/checkpoint": 404, "/checkpoint": 404, "/../ledger.yaml": 404, "/2026-11/entries/0": 404} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

// TestShardsTurn lets 32 writers append while the month changes again and again.
func TestShardsTurn(t *testing.T) {
	c, at := shardsIn(t, t.TempDir(), true), &clock{}
	at.set("2026-01-01")
	s := openShards(t, c, at)
	var wg sync.WaitGroup
	for w := range 32 {
		wg.Go(func() {
			for i := range 20 {
				if w == 0 && i%5 == 4 {
					at.set(fmt.Sprintf("2026-%02d-01", 2+i/5))
				}
				if _, err := s.Append(t.Context(), fmt.Appendf(nil, "%d %d", w, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	reports := sound(t, c)
	var n int64
	for _, r := range reports {
		n += r.Entries
	}
	if len(reports) != 5 || n != 32*20+4 {
		t.Errorf("%d shards with %d entries", len(reports), n)
	}
}

// TestClockLeaps says so when months are left out, and only then.
func TestClockLeaps(t *testing.T) {
	c, at := shardsIn(t, t.TempDir(), true), &clock{}
	var said heard
	o := shardOptions(t, at)
	o.Warn = said.warn
	at.set("2026-11-29")
	s, err := OpenShards(c, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, day := range []string{"2026-12-31", "2027-01-01", "2026-12-01"} {
		at.set(day)
		put(t, s, day)
	}
	if got := said.text(); got != "" {
		t.Errorf("month after month it says %q", got)
	}
	at.set("2062-01-01")
	put(t, s, "leapt")
	if got := said.text(); !strings.Contains(got, "the clock says 2062-01, and the shard before is 2027-01") {
		t.Errorf("after a leap it says %q", got)
	}
	s.config.Retention = Retention{10, 'y'}
	if dropped, err := s.Drop(t.Context()); len(dropped) > 0 || err == nil || !strings.Contains(err.Error(), "nothing is dropped") {
		t.Errorf("after a leap %v are dropped, %v", dropped, err)
	}
	at.set("2062-02-01")
	put(t, s, "it was right")
	if dropped, err := s.Drop(t.Context()); len(dropped) != 3 || err != nil {
		t.Errorf("a month later %v are dropped, %v", dropped, err)
	}
}

func TestChainBreaks(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(t *testing.T, dir string)
		want   string
	}{
		"a shard removed":     {func(t *testing.T, dir string) { remove(t, dir, "ledger/2026-09") }, "only the guard of shard 2026-09"},
		"a shard of others":   {func(t *testing.T, dir string) { forge(t, dir, 1) }, "the chain is broken"},
		"a foreign signature": {func(t *testing.T, dir string) { forge(t, dir, 2) }, "the signature of ledger.clinic.example/2026-09 does not hold"},
		"no guard":            {func(t *testing.T, dir string) { remove(t, dir, "guards/2026-09") }, "its guard cannot be read"},
		"all of the first":    {func(t *testing.T, dir string) { remove(t, dir, "ledger/2026-08"); remove(t, dir, "guards/2026-08") }, "2026-09 goes on from ledger.clinic.example/2026-08"},
		"entries removed":     {func(t *testing.T, dir string) { remove(t, dir, "ledger/2026-08/entries") }, "no entry of a later shard says that they were dropped"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			config, _ := threeMonths(t, dir)
			c.damage(t, dir)
			reports, err := FsckShards(config, testKey(1).Public(), nil)
			if err != nil {
				t.Fatal(err)
			}
			var faults []string
			for _, r := range reports {
				faults = append(faults, r.Faults...)
			}
			if !strings.Contains(strings.Join(faults, "\n"), c.want) {
				t.Errorf("faults %q, want %q", faults, c.want)
			}
		})
	}
}

// TestKeptCheckpoints holds checkpoints that somebody kept against a ledger from
// which shards, or what they were over, are gone.
func TestKeptCheckpoints(t *testing.T) {
	dir := t.TempDir()
	c, at := threeMonths(t, dir)
	kept := func(month string) c2sp.Checkpoint {
		t.Helper()
		head, err := readHead(filepath.Join(c.Dir, month))
		if err != nil {
			t.Fatal(err)
		}
		return head.Checkpoint
	}
	first, second, last := kept("2026-08"), kept("2026-09"), kept("2026-11")
	more, other := first, first
	more.Size++
	other.Root = c2sp.EmptyRoot
	faults := func(known ...c2sp.Checkpoint) string {
		t.Helper()
		reports, err := FsckShards(c, testKey(1).Public(), known)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, r := range reports {
			all = append(all, r.Faults...)
		}
		return strings.Join(all, "\n")
	}
	want := func(got, want string) {
		t.Helper()
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("faults %q, want %q", got, want)
		}
	}
	want(faults(first, second, last), "")
	want(faults(more), "only 3 can be read")
	want(faults(other), "entries were altered")
	c.Retention = Retention{6, 'm'}
	at.set("2027-03-01")
	s := openShards(t, c, at)
	if _, err := s.Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want(faults(first, second, last), "")
	want(faults(more), "does not go together with the final one")
	want(faults(other), "does not go together with the final one")
	// Of the newest shard nothing is left, and of the one before nothing tells.
	now := kept("2027-03")
	remove(t, dir, "ledger/2027-03")
	remove(t, dir, "guards/2027-03")
	want(faults(), "no entry of a later shard says") // the record of the drop went with it
	want(faults(now), "a checkpoint of shard 2027-03 was kept, and nothing of the shard is here")
}

// TestKeptAndRecovered holds kept checkpoints against the record of a recovery.
func TestKeptAndRecovered(t *testing.T) {
	dir, at := t.TempDir(), &clock{}
	at.set("2026-11-29")
	c := shardsIn(t, dir, true)
	s := openShards(t, c, at)
	var kept []c2sp.Checkpoint
	for i := range 5 {
		kept = append(kept, put(t, s, fmt.Sprint("entry ", i)).Head.Checkpoint)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	cutOff(t, filepath.Join(c.Dir, "2026-11"))
	if _, err := Recover(t.Context(), c, shardOptions(t, at), "the disk died", "Dr. Example"); err != nil {
		t.Fatal(err)
	}
	// What is left can still be read and proven, below what was published; what is
	// lost is not there.
	r, err := c.OpenReader("2026-11")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for i := range int64(4) {
		if entry, err := r.Entry(i); err != nil || string(entry) != fmt.Sprint("entry ", i) {
			t.Errorf("%q, %v", entry, err)
		}
		if receipt, err := r.Prove(i); err != nil || receipt.Head.Size != 5 {
			t.Errorf("%+v, %v", receipt, err)
		}
	}
	if entry, err := r.Entry(4); err == nil {
		t.Errorf("what was lost is %q", entry)
	}
	if _, err := OpenReader(filepath.Join(c.Dir, "2026-11")); err == nil {
		t.Error("a log that lost entries is read as if it had not")
	}
	files, err := OpenFiles(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := files.Get("2026-11/tile/0/000.p/5"); err != nil || len(b) != 5*32 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	altered, later := kept[2], kept[4]
	altered.Root = c2sp.EmptyRoot
	later.Size = 6
	for _, k := range []struct {
		kept c2sp.Checkpoint
		want string
	}{{kept[2], ""}, {kept[3], ""}, {kept[4], ""}, {altered, "does not give them up"}, {later, "more was lost than it says"}} {
		reports, err := FsckShards(c, testKey(1).Public(), []c2sp.Checkpoint{k.kept})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(reports[0].Faults, "\n"); !strings.Contains(got, k.want) || k.want == "" && got != "" {
			t.Errorf("a checkpoint of %d: faults %q, want %q", k.kept.Size, got, k.want)
		}
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// forge puts another history in the place of the shard 2026-09, with its guard.
func forge(t *testing.T, dir string, key testKey) {
	t.Helper()
	remove(t, dir, "ledger/2026-09")
	remove(t, dir, "guards/2026-09")
	l, err := Open(filepath.Join(dir, "ledger/2026-09"), Options{Signer: c2sp.LogSigner(shardOrigin+"/2026-09", key), Guard: filepath.Join(dir, "guards/2026-09")})
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, l, 7)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestShardBegun kills a process between two shards.
func TestShardBegun(t *testing.T) {
	dir := t.TempDir()
	c, at := threeMonths(t, dir)
	at.set("2026-12-01")
	l, err := Open(filepath.Join(c.Dir, "2026-12"), Options{Signer: c2sp.LogSigner(shardOrigin+"/2026-12", testKey(1)), Guard: c.GuardFile("2026-12")})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	sound(t, c)
	s := openShards(t, c, at)
	defer s.Close()
	if r := put(t, s, "entry"); r.Index != 1 {
		t.Errorf("index %d", r.Index)
	}
	sound(t, c)
}

func TestShardsRefuse(t *testing.T) {
	dir := t.TempDir()
	c, at := threeMonths(t, dir)
	if err := os.Rename(filepath.Join(c.Dir, "2026-11"), filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenShards(c, shardOptions(t, at)); !errors.Is(err, ErrFork) || !strings.Contains(err.Error(), "newest shard") {
		t.Errorf("without the newest shard: %v", err)
	}
	o := shardOptions(t, at)
	o.Key = testKey(2)
	if _, err := OpenShards(c, o); err == nil || !strings.Contains(err.Error(), "is not the one by which") {
		t.Errorf("with another key: %v", err)
	}
	if err := Init(c, testKey(1).Public()); err == nil || !strings.Contains(err.Error(), "a ledger already") {
		t.Errorf("init: %v", err)
	}
	again := c
	again.Dir = filepath.Join(dir, "another")
	if err := Init(again, testKey(1).Public()); err == nil || !strings.Contains(err.Error(), "has seen a ledger") {
		t.Errorf("init on a guard that is taken: %v", err)
	}
}

// TestShardsOfAnotherKind opens a ledger after `shards:` was changed: it would
// begin anew, and forget all that it has.
func TestShardsOfAnotherKind(t *testing.T) {
	for _, monthly := range []bool{true, false} {
		dir, at := t.TempDir(), &clock{}
		at.set("2026-11-29")
		c := shardsIn(t, dir, monthly)
		s := openShards(t, c, at)
		put(t, s, "entry")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, "guards", "log.d"), 0o700); err != nil {
			t.Fatal(err)
		}
		if monthly { // a folder of that name is no guard
			if err := os.Rename(filepath.Join(dir, "guards", "log.d"), filepath.Join(dir, "guards", "log")); err != nil {
				t.Fatal(err)
			}
		}
		sound(t, c)
		c.Monthly = !monthly
		for _, gone := range []string{"", "ledger/2026-11", "ledger/entries"} {
			if gone != "" {
				remove(t, dir, gone) // the guard alone tells
			}
			if _, err := OpenShards(c, shardOptions(t, at)); err == nil || !strings.Contains(err.Error(), "which cannot be changed") {
				t.Errorf("monthly %v, without %q: %v", monthly, gone, err)
			}
			if _, err := FsckShards(c, testKey(1).Public(), nil); err == nil {
				t.Errorf("monthly %v, without %q: fsck finds nothing", monthly, gone)
			}
		}
	}
}

// TestGuardMovedIn edits ledger.yaml: a guard in the folder that it guards would
// be put back with it.
func TestGuardMovedIn(t *testing.T) {
	c, at := threeMonths(t, t.TempDir())
	c.Guard = "guards"
	if _, err := OpenShards(c, shardOptions(t, at)); err == nil || !strings.Contains(err.Error(), "lies in the ledger") {
		t.Errorf("got %v", err)
	}
}

// TestShardBegunOnNothing finds the final checkpoint altered with which a shard
// is to begin.
func TestShardBegunOnNothing(t *testing.T) {
	dir := t.TempDir()
	c, at := threeMonths(t, dir)
	at.set("2026-12-01")
	l, err := Open(filepath.Join(c.Dir, "2026-12"), Options{Signer: c2sp.LogSigner(shardOrigin+"/2026-12", testKey(1)), Guard: c.GuardFile("2026-12")})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.Dir, "2026-11", "checkpoint")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "\n4\n", "\n3\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenShards(c, shardOptions(t, at)); err == nil || !strings.Contains(err.Error(), "was altered") {
		t.Errorf("got %v", err)
	}
}

func TestRetention(t *testing.T) {
	dir := t.TempDir()
	c, at := threeMonths(t, dir)
	at.set("2027-02-28")
	s := openShards(t, c, at)
	if _, err := s.Drop(t.Context()); err == nil || !strings.Contains(err.Error(), "declares no retention") {
		t.Errorf("without a policy: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c.Retention = Retention{6, 'm'}
	s = openShards(t, c, at)
	drop := func(want ...string) {
		t.Helper()
		dropped, err := s.Drop(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, d := range dropped {
			names = append(names, d.Name)
		}
		if strings.Join(names, " ") != strings.Join(want, " ") {
			t.Fatalf("dropped %v, want %v", names, want)
		}
	}
	drop() // 2026-08 ends with August, and August 31 is kept until February 28 has passed
	at.set("2027-03-01")
	if _, err := s.Reader("2026-08"); err != nil {
		t.Fatal(err)
	}
	drop("2026-08")
	drop()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/2026-08/checkpoint", nil))
	if w.Code != 200 || !strings.HasPrefix(w.Body.String(), shardOrigin+"/2026-08\n3\n") {
		t.Errorf("the final checkpoint: %d %s", w.Code, w.Body)
	}
	if left, err := os.ReadDir(filepath.Join(c.Dir, "2026-08")); err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v", left, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	reports := sound(t, c)
	if !reports[0].Dropped || reports[0].Entries != 3 {
		t.Errorf("%+v", reports[0])
	}
	// The record stays when the shard that has it is dropped, and what a killed
	// process left of a dropped shard goes.
	if err := os.Mkdir(filepath.Join(c.Dir, "2026-08", "dropped"), 0o700); err != nil {
		t.Fatal(err)
	}
	at.set("2027-10-01")
	s = openShards(t, c, at)
	drop("2026-09", "2026-11", "2027-02", "2027-03")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sound(t, c)
	if _, err := os.Stat(filepath.Join(c.Dir, "2026-08", "dropped")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was left of a dropped shard is still there: %v", err)
	}
	// A history that is put in the place of the dropped one is noticed.
	remove(t, dir, "guards/2026-08")
	remove(t, dir, "ledger/2026-08")
	l, err := Open(filepath.Join(c.Dir, "2026-08"), Options{Signer: c2sp.LogSigner(shardOrigin+"/2026-08", testKey(1)), Guard: c.GuardFile("2026-08")})
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, l, 3)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	reports, err = FsckShards(c, testKey(1).Public(), nil)
	if err != nil || !strings.Contains(strings.Join(reports[0].Faults, "\n"), "another history was put in its place") {
		t.Errorf("%v, %v", reports[0].Faults, err)
	}
}

func TestRecover(t *testing.T) {
	for _, monthly := range []bool{true, false} {
		name := map[bool]string{true: "2026-11", false: ""}[monthly]
		next := map[bool]string{true: "2026-11-r01", false: "r01"}[monthly]
		guard := map[bool]string{true: "2026-11", false: "log"}[monthly]
		for damage, c := range map[string]struct {
			do       func(t *testing.T, dir, shard string)
			from, to int64
			signed   bool
		}{
			"an old copy":     {func(t *testing.T, dir, shard string) { restore(t, filepath.Join(dir, "backup"), shard) }, 3, 5, true},
			"cut off":         {func(t *testing.T, _, shard string) { cutOff(t, shard) }, 4, 5, true},
			"no guard":        {func(t *testing.T, dir, _ string) { remove(t, dir, "guards/"+guard) }, 5, 5, false},
			"no entries":      {func(t *testing.T, _, shard string) { remove(t, shard, "entries") }, 0, 5, true},
			"an altered one":  {func(t *testing.T, _, shard string) { alter(t, shard) }, 0, 5, true},
			"altered and cut": {alteredAndCut, 0, 5, true},
			"nothing but log": {func(t *testing.T, dir, _ string) { remove(t, dir, "guards") }, 5, 5, false},
		} {
			t.Run(fmt.Sprint(name, " ", damage), func(t *testing.T) {
				dir, at := t.TempDir(), &clock{}
				at.set("2026-11-29")
				config := shardsIn(t, dir, monthly)
				shard := filepath.Join(config.Dir, name)
				s := openShards(t, config, at)
				for i := range 3 {
					put(t, s, fmt.Sprint("entry ", i))
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if _, err := Recover(t.Context(), config, shardOptions(t, at), "why not", "nobody"); err == nil || !strings.Contains(err.Error(), "lost nothing") {
					t.Fatalf("where nothing is lost: %v", err)
				}
				if err := os.CopyFS(filepath.Join(dir, "backup"), os.DirFS(shard)); err != nil {
					t.Fatal(err)
				}
				s = openShards(t, config, at)
				put(t, s, "entry 3")
				put(t, s, "entry 4")
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				c.do(t, dir, shard)
				if s, err := OpenShards(config, shardOptions(t, at)); err == nil {
					s.Close()
					t.Fatal("it opens")
				}
				if _, err := Recover(t.Context(), config, shardOptions(t, at), " ", "nobody"); err == nil || !strings.Contains(err.Error(), "needs a reason") {
					t.Fatalf("without a reason: %v", err)
				}
				if _, err := Recover(t.Context(), config, shardOptions(t, at), strings.Repeat("x", maxApproval), "nobody"); err == nil || !strings.Contains(err.Error(), "more than") {
					t.Fatalf("with a reason without end: %v", err)
				}
				r, err := Recover(t.Context(), config, shardOptions(t, at), "the disk died", "Dr. Example")
				if err != nil {
					t.Fatal(err)
				}
				if r.From != c.from || r.To != c.to || (r.Signed != "") != c.signed {
					t.Errorf("lost %d to %d, signed %q", r.From, r.To, r.Signed)
				}
				s = openShards(t, config, at)
				defer s.Close()
				if got := put(t, s, "it goes on"); got.Index != 1 || got.Head.Origin != shardOrigin+"/"+next {
					t.Errorf("entry %d of %s", got.Index, got.Head.Origin)
				}
				entry, err := s.Log().Entry(0)
				if err != nil {
					t.Fatal(err)
				}
				var record Recovery
				if err := json.Unmarshal(entry, &record); err != nil || record != r {
					t.Errorf("%s, %v", entry, err)
				}
				reports := sound(t, config)
				if len(reports) != 2 || reports[0].Recovered == nil {
					t.Errorf("%+v", reports)
				}
				// The old origin is never signed again.
				l, err := Open(shard, Options{Signer: c2sp.LogSigner(r.Origin, testKey(1)), Guard: config.GuardFile(name)})
				if !errors.Is(err, ErrFork) {
					l.Close()
					t.Errorf("the old shard: %v", err)
				}
				if old, _ := filepath.Glob(config.GuardFile(name) + archived + "*"); (len(old) == 1) != c.signed {
					t.Errorf("archived are %v", old)
				}
			})
		}
	}
}

func restore(t *testing.T, from, to string) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(to), os.CopyFS(to, os.DirFS(from))); err != nil {
		t.Fatal(err)
	}
}

// cutOff takes the last byte of the entries.
func cutOff(t *testing.T, shard string) {
	t.Helper()
	path := filepath.Join(shard, "entries", segmentName(0))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()-1); err != nil {
		t.Fatal(err)
	}
}

// alteredAndCut is an old copy, with its checkpoint of three, whose entries are
// others.
func alteredAndCut(t *testing.T, dir, shard string) {
	t.Helper()
	restore(t, filepath.Join(dir, "backup"), shard)
	alter(t, shard)
	path := filepath.Join(shard, "entries", segmentName(0))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/5*4); err != nil {
		t.Fatal(err)
	}
}

// alter writes a history of the same length, and none of what is derived.
func alter(t *testing.T, shard string) {
	t.Helper()
	var b []byte
	for i := range int64(5) {
		frame, _ := frames(nil, 0, i, c2sp.AppendEntry(nil, []byte("forged")), 1)
		b = append(b, frame...)
	}
	if err := os.WriteFile(filepath.Join(shard, "entries", segmentName(0)), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRecoverAgain cuts a recovery off before its record is written.
func TestRecoverAgain(t *testing.T) {
	dir, at := t.TempDir(), &clock{}
	at.set("2026-11-29")
	c := shardsIn(t, dir, true)
	s := openShards(t, c, at)
	put(t, s, "entry")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	cutOff(t, filepath.Join(c.Dir, "2026-11"))
	next := c.shard("2026-11-r01")
	for _, guard := range []bool{true, false} {
		l, err := Open(next.Dir, Options{Signer: c2sp.LogSigner(next.Origin, testKey(1)), Guard: c.GuardFile(next.Name)})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if !guard {
			remove(t, dir, "guards/2026-11-r01")
		}
		if _, err := OpenShards(c, shardOptions(t, at)); err == nil || !strings.Contains(err.Error(), "recover` again") {
			t.Errorf("without the record: %v", err)
		}
	}
	r, err := Recover(t.Context(), c, shardOptions(t, at), "the disk died", "Dr. Example")
	if err != nil || r.Origin != shardOrigin+"/2026-11" || r.To != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	// And once more: each loss has its own record.
	cutOff(t, next.Dir)
	if r, err = Recover(t.Context(), c, shardOptions(t, at), "again", "Dr. Example"); err != nil || r.Origin != next.Origin {
		t.Fatalf("%+v, %v", r, err)
	}
	reports, err := FsckShards(c, testKey(1).Public(), nil)
	if err != nil || len(reports) != 3 || reports[1].Recovered == nil || len(reports[1].Faults) > 0 || len(reports[2].Faults) > 0 {
		t.Errorf("%+v, %v", reports, err)
	}
}
