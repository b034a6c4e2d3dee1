//go:build !unix

package local

import "errors"

// lock is for those who change a key file. Two at a time would lose a version,
// and with it all that was wrapped by it.
func lock(string) (func() error, error) {
	return nil, errors.New("key files are made and changed on Unix only; they are read everywhere")
}
