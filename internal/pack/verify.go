package pack

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/timestamp"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// A Trust is whom a verifier believes what. It comes by another way than the pack.
type Trust struct {
	Public   ed25519.PublicKey
	Policies []*c2sp.Policy   // for proofs of ledgers: one for each, which names no log of another
	Times    *timestamp.Trust // for timestamps; nil where none is believed
	Now      time.Time
}

// A Report is what a verification came to.
type Report struct {
	Verified bool      `json:"verified"` // no fault, and nothing open
	Evidence *Evidence `json:"evidence,omitempty"`
	Files    int       `json:"files"`
	Faults   []Fault   `json:"faults"` // what is wrong
	Open     []Fault   `json:"open"`   // what could not be established
	Shown    []string  `json:"shown"`  // what else was established: entries of ledgers, times
}

// A verification is a report in the making.
type verification struct {
	*Pack
	Trust
	report *Report
	signs  map[string]bool // files that are as the statement says: only these are read for what they say
}

// Verify verifies a pack, offline: the signatures, every digest, that no file is
// missing and none is more, that the statements say what the result says, and what
// the pack brings of ledgers and timestamps.
func Verify(p *Pack, t Trust) *Report {
	v := &verification{p, t, &Report{Faults: slices.Clone(p.Faults), Open: []Fault{}, Shown: []string{}, Files: len(p.order)}, map[string]bool{}}
	if v.report.Faults == nil {
		v.report.Faults = []Fault{}
	}
	if e := v.statement(); e != nil {
		v.report.Evidence = e
		v.content(e)
		v.dates(e)
		v.ledgers(e)
		v.believed(e)
	}
	v.report.Verified = len(v.report.Faults) == 0 && len(v.report.Open) == 0
	return v.report
}

func (v *verification) wrong(file, format string, args ...any) {
	if len(v.report.Faults) < maxFaults {
		v.report.Faults = append(v.report.Faults, Fault{finding.Tame(file), finding.Tame(fmt.Sprintf(format, args...))})
	}
}

func (v *verification) open(file, format string, args ...any) {
	v.report.Open = append(v.report.Open, Fault{finding.Tame(file), finding.Tame(fmt.Sprintf(format, args...))})
}

func (v *verification) shown(format string, args ...any) {
	v.report.Shown = append(v.report.Shown, finding.Tame(fmt.Sprintf(format, args...)))
}

// statement verifies what is signed, and every file by it. It is nil where nothing
// else can be believed.
func (v *verification) statement() *Evidence {
	payload, ok := v.signed(statementName)
	if !ok {
		return nil
	}
	plain, _, _, _ := signedNames(statementName)
	s, err := parseStatement[Evidence](payload, EvidenceType)
	if err != nil {
		v.wrong(plain, "%v", err)
		return nil
	}
	v.digests(s.Subject)
	v.lists(s)
	return &s.Predicate
}

// signed reads a statement in its four forms, which say the same, and verifies its signature.
func (v *verification) signed(name string) ([]byte, bool) {
	plain, dsse, pae, sig := signedNames(name)
	b, err := v.Pack.read(dsse, 2*maxStatement)
	if err != nil {
		v.wrong(dsse, "%v", err)
		return nil, false
	}
	e, err := parseEnvelope(b)
	if err == nil {
		err = e.verify(v.Public)
	}
	if err != nil {
		v.wrong(dsse, "%v", err)
		return nil, false
	}
	for _, f := range []struct {
		name string
		want []byte
	}{{plain, e.Payload}, {pae, PAE(payloadType, e.Payload)}, {sig, e.Signatures[0].Sig}} {
		switch got, err := v.Pack.read(f.name, 2*maxStatement); {
		case err != nil:
			v.wrong(f.name, "%v", err)
		case !bytes.Equal(got, f.want):
			v.wrong(f.name, "it is not what %s signs", dsse)
		}
	}
	return e.Payload, true
}

// digests holds every file against the statement, and the statement against the files.
func (v *verification) digests(subject []Digest) {
	listed := map[string]bool{}
	for _, s := range subject {
		if listed[s.Name] {
			v.wrong(s.Name, "the statement names it twice")
			continue
		}
		listed[s.Name] = true
		switch got, err := v.sum(s.Name); {
		case err != nil:
			v.wrong(s.Name, "%v", err)
		case got != s.Digest.SHA256:
			v.wrong(s.Name, "it was altered: its SHA-256 is %s, the statement says %.64s", got, s.Digest.SHA256)
		default:
			v.signs[s.Name] = true
		}
	}
	plain, dsse, pae, sig := signedNames(statementName)
	for _, name := range v.order {
		if !listed[name] && !slices.Contains([]string{plain, dsse, pae, sig}, name) {
			v.wrong(name, "the statement does not name it: it was added")
		}
	}
}

// holds reports whether a file is as the statement says, and says why it is not.
func (v *verification) holds(name string) bool {
	said := func(f Fault) bool { return f.File == finding.Tame(name) }
	if !v.signs[name] && !slices.ContainsFunc(v.report.Faults, said) {
		v.wrong(name, "it is missing")
	}
	return v.signs[name]
}

// read reads a file that is as the statement says.
func (v *verification) read(name string, most int64) ([]byte, bool) {
	if !v.holds(name) {
		return nil, false
	}
	b, err := v.Pack.read(name, most)
	if err != nil {
		v.wrong(name, "%v", err)
	}
	return b, err == nil
}

// result reads the result without its lists: it may be too large to be held.
func (v *verification) result() (*finding.Result, bool) {
	if !v.holds(ResultFile) {
		return nil, false
	}
	from, to := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		to.CloseWithError(v.copy(to, ResultFile, maxFile))
	}()
	r, err := finding.Outline(from)
	from.CloseWithError(errors.New("not read to its end"))
	<-done
	if err != nil {
		v.wrong(ResultFile, "%v", err)
	}
	return r, err == nil
}

// lists holds the files that other tools verify by against what is signed: whoever
// trusts them must not trust something else.
func (v *verification) lists(s Statement[Evidence]) {
	same := func(name string, most int64, want []byte, err error) {
		if got, ok := v.read(name, most); ok && (err != nil || !bytes.Equal(got, want)) {
			v.wrong(name, "it does not say what the statement says")
		}
	}
	files := slices.DeleteFunc(slices.Clone(s.Subject), func(d Digest) bool { return d.Name == SumsFile })
	same(SumsFile, maxStatement, sums(files), nil)
	public, err := publicPEM(v.Public)
	same(KeyFile, maxSmall, public, err)
	var inputs bytes.Buffer
	err = WriteInputs(&inputs, s.Predicate.Inputs)
	same(InputsFile, 2*maxStatement, inputs.Bytes(), err)
}

// content holds what the statements say against the result and the perimeter.
func (v *verification) content(e *Evidence) {
	if len(e.Inputs) == 0 {
		v.wrong(InputsFile, "it was made of nothing: it shows nothing")
	}
	r, ok := v.result()
	if !ok {
		return
	}
	same := func(what, says, is string) {
		if says != is {
			v.wrong(ResultFile, "its %s is %.80s, the statement says %.80s", what, is, says)
		}
	}
	same("day", e.At, r.At)
	same("verdict", string(e.Verdict), string(r.Verdict))
	same("perimeter", e.Perimeter.Digest.SHA256, SetOf(r.Perimeter.Digest).SHA256)
	same("knowledge base", e.KB.SHA256, SetOf(r.KB.Digest).SHA256)
	same("set of rules", e.Ruleset.SHA256, SetOf(r.Ruleset.Digest).SHA256)
	if r.Summary.Files != len(e.Inputs) {
		v.wrong(ResultFile, "it was made of %d files, the statement has digests of %d", r.Summary.Files, len(e.Inputs))
	}
	v.perimeter(e)
	v.verdict(e, r)
}

func (v *verification) perimeter(e *Evidence) {
	src, ok := v.read(PerimeterFile, maxPerimeter)
	if !ok {
		return
	}
	p, err := perimeter.Parse(PerimeterFile, src)
	switch {
	case err != nil:
		v.wrong(PerimeterFile, "%v", errors.New(strings.SplitN(err.Error(), "\n", 2)[0]))
	case SetOf(p.Digest) != e.Perimeter.Digest:
		v.wrong(PerimeterFile, "it is not the perimeter that the statement names")
	case p.Metadata.Name != e.Perimeter.Name:
		v.wrong(PerimeterFile, "it is called %.80q, the statement says %.80q", p.Metadata.Name, e.Perimeter.Name)
	}
}

// verdict works the statement about what passed out once more.
func (v *verification) verdict(e *Evidence, r *finding.Result) {
	payload, ok := v.signed(verdictName)
	if !ok {
		return
	}
	plain, _, _, _ := signedNames(verdictName)
	got, err := parseStatement[Verified](payload, resultType)
	if err != nil {
		v.wrong(plain, "%v", err)
		return
	}
	want := verified(*e, r)
	a, errA := json.Marshal(got)
	b, errB := json.Marshal(want)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		v.wrong(plain, "it does not say what %s says: of %d properties, %d are shown there", ResultFile, len(got.Predicate.Properties), len(want.Predicate.Properties))
	}
}

// believed says where somebody is believed what the pack does not show: who names a log
// asks for its proofs.
func (v *verification) believed(e *Evidence) {
	if len(v.Policies) > 0 && len(e.Ledger) == 0 {
		v.open(ledgerFolder, "the pack has no proof of any ledger, and a policy was given (--policy): no decision is shown to be recorded")
	}
	if v.Times != nil && !slices.ContainsFunc(v.order, func(name string) bool {
		return strings.HasPrefix(name, ledgerFolder+"/") && strings.HasSuffix(name, TokenSuffix)
	}) {
		v.open(ledgerFolder, "the pack has no timestamp, and certificates of authorities were given (--roots): no time is shown")
	}
}

// dates says where evidence is about a day that has not come.
func (v *verification) dates(e *Evidence) {
	day, err := time.Parse(time.DateOnly, e.At)
	plain, _, _, _ := signedNames(statementName)
	switch {
	case err != nil:
		v.wrong(plain, "its day %.20q is no date", e.At)
	case day.After(v.Now):
		v.open(plain, "it is about %s, a day that has not come: what will be then cannot be established", e.At)
	}
}
