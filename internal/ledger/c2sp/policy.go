package c2sp

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A Policy is whom a verifier trusts: logs, witnesses, and which of these
// must have cosigned. It is a small text file that a regulator keeps apart
// from all that the log's operator gives him.
type Policy struct {
	logs      []Endpoint
	witnesses map[string]Endpoint
	groups    map[string]group
	quorum    string
}

// An Endpoint is a key, and where its owner answers, if the policy says so.
type Endpoint struct {
	Key Key
	URL string
}

type group struct {
	threshold int
	members   []string
}

// none is the quorum that asks for no witness.
const none = "none"

// maxPolicy bounds the lines of a policy; the specification asks that 32
// logs, witnesses and groups be taken.
const maxPolicy = 4096

// ParsePolicy reads a policy (c2sp.org/tlog-policy). Errors name the line.
func ParsePolicy(text []byte) (*Policy, error) {
	p := &Policy{witnesses: map[string]Endpoint{}, groups: map[string]group{}}
	for _, b := range text {
		if b < ' ' && b != '\t' && b != '\n' || b == 0x7f {
			return nil, fmt.Errorf("the policy holds the control character 0x%02x", b)
		}
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) > maxPolicy {
		return nil, fmt.Errorf("the policy has %d lines; at most %d are read", len(lines), maxPolicy)
	}
	member := map[string]bool{}
	for i, line := range lines {
		words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := p.line(words, member); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if p.quorum == "" {
		return nil, fmt.Errorf("the policy has no line `quorum NAME`; `quorum none` asks for no witness")
	}
	return p, nil
}

func (p *Policy) line(words []string, member map[string]bool) error {
	switch words[0] {
	case "log":
		return p.log(words[1:])
	case "witness":
		return p.witness(words[1:])
	case "group":
		return p.group(words[1:], member)
	case "quorum":
		if len(words) != 2 {
			return fmt.Errorf("want `quorum NAME`")
		}
		if p.quorum != "" {
			return fmt.Errorf("a second quorum; the first is %q", p.quorum)
		}
		if words[1] != none && !p.defined(words[1]) {
			return fmt.Errorf("quorum %q is defined on no line above", words[1])
		}
		p.quorum = words[1]
		return nil
	}
	return fmt.Errorf("%q is not known; a policy has lines of log, witness, group and quorum", words[0])
}

func (p *Policy) log(words []string) error {
	if len(words) != 1 && len(words) != 2 {
		return fmt.Errorf("want `log KEY` or `log KEY URL`")
	}
	e, err := endpoint(words)
	if err != nil {
		return err
	}
	if e.Key.witness() {
		return fmt.Errorf("the key of %s is a witness's, not a log's", e.Key.Name())
	}
	if slices.ContainsFunc(p.logs, func(o Endpoint) bool { return o.Key.same(e.Key) }) {
		return fmt.Errorf("the key of log %s stands on a line above", e.Key.Name())
	}
	p.logs = append(p.logs, e)
	return nil
}

func (p *Policy) witness(words []string) error {
	if len(words) != 2 && len(words) != 3 {
		return fmt.Errorf("want `witness NAME KEY` or `witness NAME KEY URL`")
	}
	if err := p.free(words[0]); err != nil {
		return err
	}
	e, err := endpoint(words[1:])
	if err != nil {
		return err
	}
	if !e.Key.witness() {
		return fmt.Errorf("the key of %s is a log's, not a witness's", e.Key.Name())
	}
	for name, o := range p.witnesses {
		if o.Key.same(e.Key) {
			return fmt.Errorf("witness %q has the key of witness %q", words[0], name)
		}
	}
	p.witnesses[words[0]] = e
	return nil
}

func endpoint(words []string) (Endpoint, error) {
	key, err := ParseKey(words[0])
	if err != nil || len(words) == 1 {
		return Endpoint{Key: key}, err
	}
	return Endpoint{key, words[1]}, nil
}

func (p *Policy) group(words []string, member map[string]bool) error {
	if len(words) < 3 {
		return fmt.Errorf("want `group NAME all|any|NUMBER MEMBER ...`")
	}
	name, members := words[0], words[2:]
	if err := p.free(name); err != nil {
		return err
	}
	for _, m := range members {
		if !p.defined(m) {
			return fmt.Errorf("group %q: member %q is defined on no line above", name, m)
		}
		if member[m] {
			return fmt.Errorf("group %q: %q is a member already, of this group or of another: it would count twice", name, m)
		}
		member[m] = true
	}
	g := group{members: members}
	switch words[1] {
	case "all":
		g.threshold = len(members)
	case "any":
		g.threshold = 1
	default:
		k, err := strconv.Atoi(words[1])
		if err != nil || k < 1 || k > len(members) || strconv.Itoa(k) != words[1] {
			return fmt.Errorf("group %q: %q must be all, any or a number from 1 to %d", name, words[1], len(members))
		}
		g.threshold = k
	}
	p.groups[name] = g
	return nil
}

func (p *Policy) defined(name string) bool {
	_, w := p.witnesses[name]
	_, g := p.groups[name]
	return w || g
}

func (p *Policy) free(name string) error {
	if name == none || p.defined(name) {
		return fmt.Errorf("the name %q is taken", name)
	}
	return nil
}

// Logs are the logs that are trusted.
func (p *Policy) Logs() []Endpoint { return p.logs }

// Witnesses are the witnesses by the names that the policy gives them.
func (p *Policy) Witnesses() map[string]Endpoint { return p.witnesses }

// Opened is a checkpoint whose signatures satisfy a policy.
type Opened struct {
	Checkpoint
	Log      note.Signature
	Cosigned map[string]note.Signature // by the name of the witness in the policy
}

// ErrQuorum says that a log signed a checkpoint, but too few witnesses
// cosigned it. They may yet.
var ErrQuorum = errors.New("the quorum is not reached")

// unwitnessed is an [ErrQuorum] that says who cosigned.
type unwitnessed string

func (u unwitnessed) Error() string        { return string(u) }
func (u unwitnessed) Is(target error) bool { return target == ErrQuorum }

// Open verifies a signed checkpoint: a log of the policy signed it under its
// own origin, and enough witnesses cosigned it. A signature that names a
// known key and does not verify refuses the whole.
func (p *Policy) Open(signed []byte) (Opened, error) {
	n, err := note.Open(signed, p.verifiers())
	if err != nil {
		return Opened{}, p.explain(err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Opened{}, err
	}
	o := Opened{Checkpoint: c, Cosigned: map[string]note.Signature{}}
	for _, s := range n.Sigs {
		if _, err := unbase64(s.Base64); err != nil {
			return Opened{}, fmt.Errorf("the signature of %s is spelt in base64 as nobody writes it: it was altered", s.Name)
		}
		for _, l := range p.logs {
			if l.Key.Name() == s.Name && l.Key.KeyHash() == s.Hash && s.Name == c.Origin {
				o.Log = s
			}
		}
		for name, w := range p.witnesses {
			if w.Key.Name() == s.Name && w.Key.KeyHash() == s.Hash {
				o.Cosigned[name] = s
			}
		}
	}
	if o.Log.Name == "" {
		return Opened{}, fmt.Errorf("no log that the policy trusts signed the checkpoint of %s", c.Origin)
	}
	if !p.satisfied(p.quorum, o.Cosigned) {
		return Opened{}, unwitnessed(fmt.Sprintf("the quorum %q is not reached: of its witnesses %s cosigned the checkpoint of %s", p.quorum, listed(o.Cosigned), c.Origin))
	}
	return o, nil
}

func (p *Policy) verifiers() note.Verifiers {
	var keys []note.Verifier
	for _, l := range p.logs {
		keys = append(keys, l.Key)
	}
	for _, w := range p.witnesses {
		keys = append(keys, w.Key)
	}
	return note.VerifierList(keys...)
}

func (p *Policy) explain(err error) error {
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return fmt.Errorf("no log that the policy trusts signed the checkpoint")
	}
	var invalid *note.InvalidSignatureError
	if errors.As(err, &invalid) {
		return fmt.Errorf("the signature of %s does not fit the checkpoint: one of them was altered", invalid.Name)
	}
	return fmt.Errorf("the checkpoint is no signed note: %w", err)
}

func (p *Policy) satisfied(name string, cosigned map[string]note.Signature) bool {
	if name == none {
		return true
	}
	if _, ok := p.witnesses[name]; ok {
		_, signed := cosigned[name]
		return signed
	}
	g, n := p.groups[name], 0
	for _, m := range g.members {
		if p.satisfied(m, cosigned) {
			n++
		}
	}
	return n >= g.threshold
}

func listed(cosigned map[string]note.Signature) string {
	if len(cosigned) == 0 {
		return "none"
	}
	names := make([]string, 0, len(cosigned))
	for name := range cosigned {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
