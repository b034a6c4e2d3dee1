package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxSecret bounds a passphrase, PIN or token.
const maxSecret = 4096

// ReadSecret reads a passphrase, a PIN or a token from where it may stand: a
// file ("file:PATH") that only its owner and group can read, or a credential
// that systemd gave to this service ("credential:NAME"). Neither the command
// line nor the environment are places for one: others can read them. One line
// break at its end is not part of it.
func ReadSecret(source string) ([]byte, error) {
	kind, name, _ := strings.Cut(source, ":")
	switch kind {
	case "file":
		return readSecret(name)
	case "credential":
		dir := os.Getenv("CREDENTIALS_DIRECTORY")
		switch {
		case dir == "":
			return nil, fmt.Errorf("%s: this process has no credentials: start it by systemd with LoadCredential=%s", source, name)
		case name == "" || name != filepath.Base(name) || name == "." || name == "..":
			return nil, fmt.Errorf("%q is no name of a credential", name)
		}
		return readSecret(filepath.Join(dir, name))
	}
	return nil, errors.New("a secret is read from file:PATH or credential:NAME, and what was given is neither. If it was the secret itself, others could read it: take another one") // and it is not repeated here
}

func readSecret(path string) ([]byte, error) {
	b, _, err := ReadPrivate(path, 0o007, maxSecret)
	if err != nil {
		return nil, err
	}
	if line, ok := bytes.CutSuffix(b, []byte("\n")); ok {
		b = bytes.TrimSuffix(line, []byte("\r"))
	}
	if len(b) == 0 {
		return nil, errors.New(path + " is empty")
	}
	return b, nil
}

// ReadPrivate reads a file of that many bytes at most. It refuses one that has
// any of the permissions, and what is no file.
func ReadPrivate(path string, never fs.FileMode, most int) ([]byte, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() { // a pipe that nobody writes to would not even be opened
		return nil, nil, fmt.Errorf("%s is no file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s is no file", path)
	}
	if info.Mode().Perm()&never != 0 {
		return nil, nil, fmt.Errorf("%s can be used by others on this machine: chmod 600 %s", path, path)
	}
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return nil, nil, err
	}
	if len(b) > most {
		return nil, nil, fmt.Errorf("%s is longer than %d bytes: it is not what it should be", path, most)
	}
	return b, info, nil
}
