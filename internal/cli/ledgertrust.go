package cli

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A trust is the policies by which something is verified, each whole in itself
// with a quorum of its own. A policy (c2sp.org/tlog-policy) names a key once,
// and a ledger signs each month under another name by one key: so whoever
// verifies more than a month has more than one.
type trust []*c2sp.Policy

var errNoPolicy = errors.New("--policy FILE is missing: it names the keys of the logs and witnesses that you trust; `bailiwick ledger policy` on the log's machine prints one to start from")

// readTrust reads the files of policies. Each log may stand in one of them
// only: which quorum would count, were it in two?
func readTrust(paths []string) (trust, error) {
	if len(paths) == 0 {
		return nil, errNoPolicy
	}
	var t trust
	in := map[string]string{} // file by name of a log
	for _, path := range paths {
		p, err := readPolicy(path)
		if err != nil {
			return nil, err
		}
		for _, l := range p.Logs() {
			name := l.Key.Name()
			if before, twice := in[name]; twice && before != path {
				return nil, fmt.Errorf("%s and %s both name the log %s: which quorum counts? Name it in one of them", before, path, name)
			}
			in[name] = path
		}
		t = append(t, p)
	}
	return t, nil
}

// of is the policy that names the log of which a checkpoint claims to be; the
// policy verifies that.
func (t trust) of(signed []byte) (*c2sp.Policy, error) {
	if len(t) == 1 {
		return t[0], nil
	}
	origin, _, _ := bytes.Cut(signed, []byte("\n"))
	for _, p := range t {
		for _, l := range p.Logs() {
			if l.Key.Name() == string(origin) {
				return p, nil
			}
		}
	}
	return nil, fmt.Errorf("none of the policies names the log %.200q", finding.Tame(string(origin)))
}

// logs are those of all policies.
func (t trust) logs() []c2sp.Endpoint {
	var all []c2sp.Endpoint
	for _, p := range t {
		all = append(all, p.Logs()...)
	}
	return all
}

// readPolicy reads the file of a policy.
func readPolicy(path string) (*c2sp.Policy, error) {
	text, err := smallFile(path, maxProof)
	if err != nil {
		return nil, err
	}
	p, err := c2sp.ParsePolicy(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}
