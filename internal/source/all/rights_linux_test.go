package all

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asNobody runs f without the rights of root, which may read everything. The
// rights are those of one thread, so f must not start goroutines that read.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		const nobody = 65534
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Error(err)
			return
		}
		f()
	}()
	<-done
}

// openToAll lets everybody into the working directory, and returns it.
func openToAll(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for d := dir; len(d) > len(os.TempDir())+1; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A folder without rights is one line; what stands beside it is read.
func TestReadWithoutRights(t *testing.T) {
	planted(t, map[string]string{"open/ok.tf": bucket, "open/shut/x.tf": bucket, "open/blind.tf": bucket})
	dir := openToAll(t)
	for _, p := range []string{"open/shut", "open/blind.tf"} {
		if err := os.Chmod(p, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(filepath.Join(dir, p), 0o755) })
	}
	var l *listing
	asNobody(t, func() { l = files([]string{"open"}) })
	if d := cmp.Diff([]string{"open/blind.tf", "open/ok.tf"}, l.files); d != "" {
		t.Error(d)
	}
	want := "open/shut: it cannot be read: permission denied; give the right to read it, or check another folder"
	if len(l.problems) != 1 || l.problems[0].Origin.File+": "+l.problems[0].Message != want {
		t.Errorf("problems %v", l.problems)
	}
}

// A file that may be what a source reads, and that nobody may look into, is not
// passed over.
func TestReadBlindHead(t *testing.T) {
	planted(t, map[string]string{"pod.yaml": "apiVersion: v1", "tls.key": "text"})
	openToAll(t)
	for _, p := range []string{"pod.yaml", "tls.key"} {
		if err := os.Chmod(p, 0); err != nil {
			t.Fatal(err)
		}
	}
	l := &listing{files: []string{"tls.key", "pod.yaml"}}
	asNobody(t, func() { l.parts(&Options{}) })
	want := "pod.yaml: it cannot be read: permission denied; give the right to read it, or leave it out of the paths to check"
	if len(l.problems) != 1 || l.problems[0].Origin.File+": "+l.problems[0].Message != want {
		t.Errorf("problems %v", l.problems)
	}
}
