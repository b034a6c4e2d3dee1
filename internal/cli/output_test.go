package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestInterrupted interrupts while a file is written: nothing of it is left, also while
// whoever writes goes on, and what was there before is still there.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pack.zip")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(context.Background())
	files := func() int {
		list, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	err := toFileUntil(ctx, path, 0o644, func(w io.Writer) error {
		if _, err := io.WriteString(w, "half of it"); err != nil {
			return err
		}
		if files() != 2 {
			t.Error("nothing is written beside it")
		}
		interrupt()
		for end := time.Now().Add(5 * time.Second); files() > 1 && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		return nil
	})
	was, read := os.ReadFile(path)
	if err == nil || files() != 1 || read != nil || string(was) != "before" {
		t.Errorf("%v; %d files; %s %v", err, files(), was, read)
	}
}
