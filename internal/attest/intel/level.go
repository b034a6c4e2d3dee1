package intel

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// A Subject is whose level is asked: the platform, and what the quote adds.
type Subject struct {
	Quote    *Quote
	Platform *Platform
	TD       *TD // of a trust domain; nil for an enclave
}

// A TD is what the levels of TDX are held against.
type TD struct {
	SVN        [16]byte // TEE_TCB_SVN: of the module and of what loads it
	MRSigner   []byte   // of the module; zeros for Intel's own
	Attributes []byte   // of the module
}

// found is what one statement says of the subject.
type found struct {
	status     string
	date       time.Time
	advisories []string
}

// Judge holds the platform against Intel's TCB info, the quoting enclave
// against its identity and the TDX module against its own, and notes what
// they say in claims and checks.
func Judge(x *attest.Exam, s Subject) {
	info, identity := tcbInfo(x, s), qeIdentity(x, s)
	if identity == nil {
		return
	}
	enclave, err := quoting(s.Quote, identity) // even if a policy does without the TCB info
	if err != nil {
		x.Refuse(attest.CheckSignature, "", "%v", err)
		return
	}
	if info == nil {
		// A policy may do without levels, but not without Intel's module: another
		// one could write any report. Its identity has been zeros ever since.
		if s.TD != nil && !s.TD.ours() {
			x.Refuse(attest.CheckSignature, "", "the TDX module is not Intel's (its signer is %x): it could say anything of the guest", s.TD.MRSigner)
		}
		return
	}
	all, err := s.levels(info)
	if err != nil {
		x.Refuse(attest.CheckTCB, "", "%v", err)
		return
	}
	judgeStatus(x, append(all, enclave))
}

// levels are those of the platform and, in a trust domain, of the module.
func (s Subject) levels(info *TCBInfo) ([]found, error) {
	platform, err := s.level(info)
	if err != nil || s.TD == nil {
		return []found{platform}, err
	}
	module, err := s.TD.module(info)
	return []found{platform, module}, err
}

func tcbInfo(x *attest.Exam, s Subject) *TCBInfo {
	id := "SGX"
	if s.TD != nil {
		id = "TDX"
	}
	info, err := choose(x, attest.ItemTCBInfo, parseTCBInfo, func(i *TCBInfo) (Issued, bool) {
		return i.Issued, i.ID == id && bytes.Equal(i.FMSPC, s.Platform.FMSPC) && bytes.Equal(i.PCEID, s.Platform.PCEID)
	})
	if err != nil {
		x.Unknown(attest.CheckCollateral, attest.AcceptLevel, "the bundle has no TCB info of %s for machines of FMSPC %x%v", id, s.Platform.FMSPC, err)
	}
	return info
}

func qeIdentity(x *attest.Exam, s Subject) *QEIdentity {
	id := "QE"
	if s.TD != nil {
		id = "TD_QE"
	}
	identity, err := choose(x, attest.ItemQEIdentity, parseQEIdentity, func(i *QEIdentity) (Issued, bool) {
		return i.Issued, i.ID == id
	})
	if err != nil {
		// There is no exception for this: without the identity, an enclave of
		// the machine's owner could pass for Intel's and sign any quote.
		x.Unknown(attest.CheckCollateral, "", "the bundle has no QE identity %s%v", id, err)
	}
	return identity
}

// choose is the newest statement of a kind that fits and that Intel signed, if
// it has not expired. An error says that none fits; nil without an error that
// the reason is noted.
func choose[T any](x *attest.Exam, kind attest.ItemKind, parse func([]byte) (*statement[T], error), fits func(*T) (Issued, bool)) (*T, error) {
	var fitting []*statement[T]
	var faults []string
	issued := func(s *statement[T]) Issued { i, _ := fits(&s.Body); return i }
	for _, document := range x.Collateral.Documents(kind) {
		s, err := attest.Parsed(x.Collateral, document, parse)
		if err != nil {
			faults = append(faults, "; "+err.Error())
		} else if _, ok := fits(&s.Body); ok {
			fitting = append(fitting, s)
		}
	}
	if len(fitting) == 0 {
		return nil, fmt.Errorf("; make a bundle for it with `bailiwick attest collateral fetch`%s", strings.Join(faults, ""))
	}
	slices.SortStableFunc(fitting, func(a, b *statement[T]) int { return issued(b).IssueDate.Compare(issued(a).IssueDate) })
	var fault error
	for _, s := range fitting {
		leaf, err := s.verify(x)
		if err != nil { // anybody may have put it into the bundle
			fault = cmp.Or(fault, err)
			continue
		}
		i := issued(s)
		if !x.Current("Intel's "+s.what, i.IssueDate, i.NextUpdate) {
			return nil, nil
		}
		x.Pass(attest.CheckCollateral, "Intel's %s is of %s and holds until %s", s.what, i.IssueDate.Format(time.DateOnly), i.NextUpdate.Format(time.DateOnly))
		x.Revocation(leaf, 0)
		return &s.Body, nil
	}
	x.Refuse(attest.CheckCollateral, "", "%v", fault)
	return nil, nil
}

// level is the first row of the TCB info whose every number the subject
// reaches.
func (s Subject) level(info *TCBInfo) (found, error) {
	for _, l := range info.Levels {
		if s.reaches(l) {
			return found{l.Status, l.Date, l.Advisories}, nil
		}
	}
	return found{}, fmt.Errorf("the machine is below every level that Intel lists for its model: update its firmware")
}

func (s Subject) reaches(l Level) bool {
	for i, have := range s.Platform.SVN {
		if have < l.TCB.SGX[i].SVN {
			return false
		}
	}
	if s.Platform.PCESVN < l.TCB.PCESVN {
		return false
	}
	if s.TD == nil {
		return true
	}
	for i, have := range s.TD.SVN {
		// From module version 1 on, the module has levels of its own, and the
		// first two numbers are theirs.
		if s.TD.SVN[1] > 0 && i < 2 {
			continue
		}
		if int(have) < l.TCB.TDX[i].SVN {
			return false
		}
	}
	return true
}

// quoting holds the quoting enclave against its identity.
func quoting(q *Quote, identity *QEIdentity) (found, error) {
	e, err := ParseEnclave(q.QEReport)
	if err != nil {
		return found{}, err
	}
	switch {
	case !bytes.Equal(e.MRSigner[:], identity.MRSigner), int(e.ProdID) != identity.ProdID,
		!masked(e.MiscSelect[:], identity.MiscSelectMask, identity.MiscSelect), !masked(e.Attributes[:], identity.AttributesMask, identity.Attributes):
		return found{}, fmt.Errorf("the enclave that signed the quote is not Intel's quoting enclave (its signer is %x): it could sign anything", e.MRSigner)
	}
	return svnLevel(int(e.SVN), identity.Levels, "the quoting enclave")
}

// module holds the TDX module against the identity of its version.
func (t *TD) module(info *TCBInfo) (found, error) {
	m := info.Module
	if version := t.SVN[1]; version > 0 {
		id := fmt.Sprintf("TDX_%02x", version)
		i := slices.IndexFunc(info.Modules, func(m Module) bool { return strings.EqualFold(m.ID, id) })
		if i < 0 {
			return found{}, fmt.Errorf("Intel's TCB info has no TDX module %s", id)
		}
		m = &info.Modules[i]
	}
	if m == nil {
		return found{}, fmt.Errorf("Intel's TCB info has no TDX module")
	}
	if !bytes.Equal(t.MRSigner, m.MRSigner) || !masked(t.Attributes, m.Mask, m.Attributes) || !zeros(t.Attributes) {
		return found{}, fmt.Errorf("the TDX module is none of Intel's, or one for debugging: its signer is %x, its attributes %x", t.MRSigner, t.Attributes)
	}
	if len(m.Levels) == 0 && m == info.Module {
		return found{status: statusBest}, nil // the levels of the platform speak of it
	}
	return svnLevel(int(t.SVN[0]), m.Levels, "the TDX module")
}

// ours says whether the module is signed by Intel, and not for debugging.
func (t *TD) ours() bool { return zeros(t.MRSigner) && zeros(t.Attributes) }

func zeros(b []byte) bool { return bytes.Count(b, []byte{0}) == len(b) }

func svnLevel(svn int, levels []SVNLevel, who string) (found, error) {
	for _, l := range levels {
		if svn >= l.TCB.SVN {
			return found{l.Status, l.Date, l.Advisories}, nil
		}
	}
	return found{}, fmt.Errorf("%s is below every level that Intel lists: update it", who)
}

// masked says whether the bits of the mask are as wanted. Lengths that differ
// are a document that says nothing, which is no yes.
func masked(have, mask, want []byte) bool {
	if len(have) != len(mask) || len(have) != len(want) {
		return false
	}
	for i := range have {
		if have[i]&mask[i] != want[i] {
			return false
		}
	}
	return true
}
