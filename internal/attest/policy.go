package attest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A Policy says which evidence is good enough. The zero policy is strict: it
// takes any kind, refuses what is bad, and leaves undecided what it does not
// speak of. Only [Policy.Accept] loosens it, one word for one thing.
type Policy struct {
	// Kinds are the kinds of evidence that are taken; none means all.
	Kinds []Kind `yaml:"kinds,omitempty" json:"kinds,omitempty"`
	// Measurements are the allowed values in hex, by kind and name. Each name
	// that stands here must have one of its values.
	Measurements map[Kind]map[string][]string `yaml:"measurements,omitempty" json:"measurements,omitempty"`
	// Facts are the allowed values of what only one kind says, by kind and
	// name: {nvidia: {driver: ["550.90.07"]}, snp: {vmpl: ["0"]}}.
	Facts  map[Kind]map[string][]string `yaml:"facts,omitempty" json:"facts,omitempty"`
	TCB    TCBPolicy                    `yaml:"tcb,omitempty" json:"tcb,omitzero"`
	Place  *PlacePolicy                 `yaml:"place,omitempty" json:"place,omitempty"`
	Accept []Exception                  `yaml:"accept,omitempty" json:"accept,omitempty"`
}

// TCBPolicy says how recent firmware and microcode must be.
type TCBPolicy struct {
	// Status are the words of Intel that are taken; UpToDate alone when none
	// is named.
	Status []string `yaml:"status,omitempty" json:"status,omitempty"`
	// Since is the earliest date of a level, YYYY-MM-DD (Intel).
	Since string `yaml:"since,omitempty" json:"since,omitempty"`
	// Minimum are the lowest security versions, by kind and part. AMD gives
	// no statuses: without a minimum its level is undecided.
	Minimum map[Kind]map[string]int `yaml:"minimum,omitempty" json:"minimum,omitempty"`
}

// PlacePolicy says where the chip must stand.
type PlacePolicy struct {
	Grade     Grade    `yaml:"grade" json:"grade"`                             // at least
	Countries []string `yaml:"countries,omitempty" json:"countries,omitempty"` // ISO 3166-1; any when none is named
	Operators []string `yaml:"operators,omitempty" json:"operators,omitempty"`
	Sites     []string `yaml:"sites,omitempty" json:"sites,omitempty"`
}

// Exception is something bad or unknown that a policy accepts. Wrong
// signatures, revoked certificates and expired collateral cannot be accepted.
type Exception string

const (
	AcceptDebug       Exception = "debug"            // the host can look in: for tests only
	AcceptUnrevoked   Exception = "no-revocation"    // revocation was not checked
	AcceptReplay      Exception = "no-nonce"         // nobody said which nonce was asked for
	AcceptSoftware    Exception = "any-measurement"  // the policy names no measurement
	AcceptLevel       Exception = "no-tcb"           // the level cannot be judged
	AcceptNoManifest  Exception = "no-rim"           // no reference manifest for the GPU's driver or VBIOS
	AcceptGuestMode   Exception = "mode-from-guest"  // the guest's word for the GPU's mode
	AcceptMigration   Exception = "migration"        // an agent may move the guest to another machine, and read it
	AcceptUnknownMode Exception = "mode-not-checked" // nobody said which mode the GPU is in
	AcceptPlainLinks  Exception = "plain-nvlink"     // GPUs talk to each other unencrypted (protected PCIe)
)

// Exceptions are the known ones.
func Exceptions() []Exception {
	return []Exception{AcceptDebug, AcceptUnrevoked, AcceptReplay, AcceptSoftware, AcceptLevel, AcceptNoManifest, AcceptGuestMode, AcceptMigration, AcceptUnknownMode, AcceptPlainLinks}
}

// Statuses are Intel's words for a level, best first.
func Statuses() []string { return statuses }

var statuses = []string{"UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded",
	"OutOfDate", "OutOfDateConfigurationNeeded", "Revoked"}

// maxPolicy bounds a policy in bytes.
const maxPolicy = 1 << 20

// ParsePolicy reads a policy in YAML or JSON. Keys and words that are not
// known are errors.
func ParsePolicy(text []byte) (Policy, error) {
	var p Policy
	if len(text) > maxPolicy {
		return p, fmt.Errorf("policy: %d bytes; at most %d are read", len(text), maxPolicy)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil && !errors.Is(err, io.EOF) {
		return Policy{}, fmt.Errorf("policy: %w", err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return Policy{}, fmt.Errorf("policy: more than one document; keep the first")
	}
	if err := Filled(text); err != nil {
		return Policy{}, fmt.Errorf("policy: %w", err)
	}
	return p, p.Check()
}

// Filled refuses a key of a policy that has no value: a place below which every
// line became a comment would ask for no place.
func Filled(text []byte) error {
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return err
	}
	return filled(&root)
}

func filled(n *yaml.Node) error {
	for i, value := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && value.ShortTag() == "!!null" {
			return fmt.Errorf("line %d: %s has no value: write one, or leave the line out", n.Content[i-1].Line, n.Content[i-1].Value)
		}
		if err := filled(value); err != nil {
			return err
		}
	}
	return nil
}

// Check says whether all words of the policy are known, so that a slip of the
// pen cannot switch a check off.
func (p *Policy) Check() error {
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	for _, k := range p.Kinds {
		note(known("kind", k, Kinds()))
	}
	for _, e := range p.Accept {
		note(known("accept", e, Exceptions()))
	}
	note(checkNames("measurements", p.Measurements, func(k Kind) []string { return measurementNames[k].names }, hexadecimal))
	note(checkNames("facts", p.Facts, func(k Kind) []string { return factNames[k] }, func(string) error { return nil }))
	for _, s := range p.TCB.Status {
		note(known("tcb: status", s, statuses))
		if s == "Revoked" {
			note(fmt.Errorf("tcb: status Revoked cannot be taken: Intel says that the level must not be trusted; leave it out"))
		}
	}
	if p.TCB.Since != "" {
		if _, err := time.Parse(time.DateOnly, p.TCB.Since); err != nil {
			note(fmt.Errorf("tcb: since %q is no date; write YYYY-MM-DD", p.TCB.Since))
		}
	}
	for kind, parts := range p.TCB.Minimum {
		note(known("tcb: minimum: kind", kind, Kinds()))
		for part, least := range parts {
			if least < 0 {
				note(fmt.Errorf("tcb: minimum: %s: %s: %d is less than nothing", kind, part, least))
			}
		}
	}
	if p.Place != nil {
		note(known("place: grade", p.Place.Grade, Grades()))
		for _, c := range p.Place.Countries {
			if len(c) != 2 || strings.ToUpper(c) != c {
				note(fmt.Errorf("place: country %q: write two capital letters (ISO 3166-1)", c))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	return nil
}

// checkNames checks values by kind and name.
func checkNames(what string, all map[Kind]map[string][]string, names func(Kind) []string, check func(string) error) error {
	var errs []error
	for kind, wanted := range all {
		errs = append(errs, known(what+": kind", kind, Kinds()))
		for name, values := range wanted {
			errs = append(errs, known(fmt.Sprintf("%s: %s:", what, kind), name, names(kind)))
			if len(values) == 0 {
				errs = append(errs, fmt.Errorf("%s: %s: %s has no value: name one, or leave the line out", what, kind, name))
			}
			for _, v := range values {
				if v == "" {
					errs = append(errs, fmt.Errorf("%s: %s: %s has an empty value", what, kind, name))
				}
				if err := check(v); err != nil {
					errs = append(errs, fmt.Errorf("%s: %s: %s: %.80q is no hex: %w", what, kind, name, v, err))
				}
			}
		}
	}
	return errors.Join(errs...)
}

func hexadecimal(s string) error {
	_, err := hex.DecodeString(s)
	return err
}

// Digest names the policy in a verdict.
func (p *Policy) Digest() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings, numbers, maps and slices of these only
	}
	return digest(b)
}

func (p *Policy) accepts(e Exception) bool { return e != "" && slices.Contains(p.Accept, e) }
