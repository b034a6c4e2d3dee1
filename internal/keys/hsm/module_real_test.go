//go:build real

package hsm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// bad is a library that prints when it is loaded, and does what its name in
// the environment says when it is asked for its functions.
const bad = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
__attribute__((constructor)) void loaded(void) {
	printf("module: debug level 7\n");
	fflush(stdout);
}
#ifdef MODULE
unsigned long C_GetFunctionList(void *list) {
	const char *how = getenv("BAILIWICK_BAD_MODULE");
	if (!strcmp(how, "crashes")) *(volatile int *)0 = 1;
	if (!strcmp(how, "leaves")) exit(0);
	if (!strcmp(how, "hangs")) for (;;) sleep(1);
	abort();
}
#endif
`

// TestRealBadModule loads a library that crashes, hangs or talks in C.
func TestRealBadModule(t *testing.T) {
	dir := t.TempDir()
	source, module, program := filepath.Join(dir, "bad.c"), filepath.Join(dir, "bad.so"), filepath.Join(dir, "bailiwick-hsm")
	if err := os.WriteFile(source, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, nil, "cc", "-shared", "-fPIC", "-DMODULE", "-o", module, source)
	run(t, nil, "cc", "-shared", "-fPIC", "-o", module+".talks", source)
	run(t, []string{"CGO_ENABLED=1"}, "go", "build", "-o", program, "../../../cmd/bailiwick-hsm")
	for how, want := range map[string]string{
		"crashes": "SIGSEGV",
		"aborts":  "SIGABRT",
		"leaves":  "ended before it answered",
		"hangs":   "did not answer within 1s",
		"talks":   "is no PKCS#11 module",
	} {
		name := module
		if how == "talks" {
			name += ".talks"
		}
		a, err := keys.ParseAddress("pkcs11:object=records?module-path=" + name)
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv("BAILIWICK_BAD_MODULE", how)
		at := time.Now()
		if _, err := Open(t.Context(), a, Options{Program: program, Patient: time.Second}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", how, err, want)
		}
		if took := time.Since(at); took > 10*time.Second {
			t.Errorf("%s: it took %s to say so", how, took)
		}
	}
}
