package attest

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Revocation asks for each certificate of a chain, from a position on and
// without the root, whether its issuer revoked it. A list that expired is a
// violation; one that is missing leaves the question open.
func (x *Exam) Revocation(l *Leaf, from int) {
	if from >= len(l.Chain)-1 {
		x.Unknown(CheckRevocation, AcceptUnrevoked, "revocation not checked: in a chain of %d there is no certificate that anybody could revoke", len(l.Chain))
		return
	}
	var open []string
	oldest := time.Time{}
	for i := from; i < len(l.Chain)-1; i++ {
		said, err := x.Collateral.revoked(l.Chain[i], l.Chain[i+1], x.Now)
		if err != nil {
			x.Refuse(CheckRevocation, "", "%v", err)
			return
		}
		if said.IsZero() {
			open = append(open, nameOf(l.Chain[i]))
		} else if oldest.IsZero() || said.Before(oldest) {
			oldest = said
		}
	}
	if len(open) > 0 {
		x.Unknown(CheckRevocation, AcceptUnrevoked, "revocation not checked: the bundle has no revocation list for %s; make one with `bailiwick attest collateral fetch`", strings.Join(open, ", "))
		return
	}
	x.Pass(CheckRevocation, "no certificate between %s and %s is revoked, as of %s", nameOf(l.Chain[from]), nameOf(l.Chain[len(l.Chain)-1]), day(oldest))
}

// revoked is an error when the issuer revoked the certificate or when what he
// said of it expired. Else it is when he spoke; zero if he did not. That he
// revoked it counts wherever he said it: his newest list may be older than his
// answer, or of other certificates, and age takes nothing back.
func (c *Collateral) revoked(cert, issuer *x509.Certificate, now time.Time) (time.Time, error) {
	bad := func(at time.Time) error {
		return fmt.Errorf("%q revoked the certificate of %q on %s: the device is not to be trusted", nameOf(issuer), nameOf(cert), day(at))
	}
	answer := c.answerOf(cert, issuer, now)
	if answer != nil && answer.Status == ocsp.Revoked {
		return time.Time{}, bad(answer.RevokedAt)
	}
	lists := c.listsOf(issuer)
	if entry := entryOf(lists, cert); entry != nil {
		return time.Time{}, bad(entry.RevocationTime)
	}
	if list := newest(lists, now); list != nil {
		return list.ThisUpdate, current("the revocation list of "+nameOf(issuer), list.ThisUpdate, list.NextUpdate, now)
	}
	if answer == nil {
		return time.Time{}, nil
	}
	if err := current("the OCSP answer for "+nameOf(cert), answer.ThisUpdate, answer.NextUpdate, now); err != nil || answer.Status != ocsp.Good {
		return time.Time{}, err // he may not know it
	}
	return answer.ThisUpdate, nil
}

// listsOf are the lists that the issuer signed.
func (c *Collateral) listsOf(issuer *x509.Certificate) []*x509.RevocationList {
	var all []*x509.RevocationList
	for _, l := range c.lists {
		if bytes.Equal(l.RawIssuer, issuer.RawSubject) && c.signedList(l, issuer) == nil {
			all = append(all, l)
		}
	}
	return all
}

// removed is the reason of an entry that takes an earlier one back (RFC 5280,
// 5.3.1).
const removed = 8

// entryOf is what any of the lists has on the certificate. An issuer may have
// several, for kinds of certificates or for reasons, and the newest of them
// need not have it.
func entryOf(lists []*x509.RevocationList, cert *x509.Certificate) *x509.RevocationListEntry {
	for _, l := range lists {
		for i, r := range l.RevokedCertificateEntries {
			if r.SerialNumber.Cmp(cert.SerialNumber) == 0 && r.ReasonCode != removed {
				return &l.RevokedCertificateEntries[i]
			}
		}
	}
	return nil
}

// newest is the newest list that had begun and speaks of everything.
func newest(lists []*x509.RevocationList, now time.Time) *x509.RevocationList {
	var best *x509.RevocationList
	for _, l := range lists {
		if !partial(l) && (best == nil || newer(l.ThisUpdate, best.ThisUpdate, now)) {
			best = l
		}
	}
	return best
}

func (c *Collateral) signedList(l *x509.RevocationList, issuer *x509.Certificate) error {
	return c.once(func() error { return l.CheckSignatureFrom(issuer) }, l.Raw, issuer.Raw)
}

// newer says whether what was said at one time counts before what was said at
// another. What is dated later than now counts last.
func newer(at, best, now time.Time) bool {
	if early, bestEarly := at.After(now), best.After(now); early != bestEarly {
		return bestEarly
	}
	return at.After(best)
}

// partial says whether a list speaks of some certificates or some reasons only:
// a certificate that it leaves out may be revoked nevertheless. Extensions say
// so, and are critical then (RFC 5280, 5.2).
func partial(l *x509.RevocationList) bool {
	return slices.ContainsFunc(l.Extensions, func(e pkix.Extension) bool { return e.Critical })
}

// answerOf is the newest OCSP answer of the issuer, or of a responder that he
// appointed, for the certificate.
func (c *Collateral) answerOf(cert, issuer *x509.Certificate, now time.Time) *ocsp.Response {
	var best *ocsp.Response
	for _, r := range c.answers {
		if r.SerialNumber.Cmp(cert.SerialNumber) != 0 || best != nil && !newer(r.ThisUpdate, best.ThisUpdate, now) {
			continue
		}
		if c.speaksFor(r, issuer, now) {
			best = r
		}
	}
	return best
}

// speaksFor says whether an answer is the issuer's. That a responder whose
// certificate came along signed it was verified when it was read.
func (c *Collateral) speaksFor(r *ocsp.Response, issuer *x509.Certificate, now time.Time) bool {
	if d := r.Certificate; d != nil && !bytes.Equal(d.Raw, issuer.Raw) {
		return appointed(d, now) && c.signed(d, issuer) == nil
	}
	return c.signedAnswer(r, issuer) == nil
}

func (c *Collateral) signedAnswer(r *ocsp.Response, issuer *x509.Certificate) error {
	return c.once(func() error { return r.CheckSignatureFrom(issuer) }, r.Raw, issuer.Raw)
}

// appointed says whether a certificate is one of a responder now. Without that,
// any device could answer for another.
func appointed(c *x509.Certificate, now time.Time) bool {
	return slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) && !now.Before(c.NotBefore) && !now.After(c.NotAfter)
}

// current says whether something that is valid for a time is valid now.
func current(what string, from, until, now time.Time) error {
	switch {
	case now.Before(from):
		return fmt.Errorf("%s is of %s, which is later than now: is the clock right?", what, day(from))
	case until.IsZero():
		return fmt.Errorf("%s does not say until when it holds", what)
	case !now.Before(until):
		return fmt.Errorf("%s expired on %s: make a new bundle with `bailiwick attest collateral fetch`", what, day(until))
	}
	return nil
}

// Current notes in the exam when a statement of the vendor is not valid now,
// and says whether it is.
func (x *Exam) Current(what string, from, until time.Time) bool {
	if err := current(what, from, until, x.Now); err != nil {
		x.Refuse(CheckCollateral, "", "%v", err)
		return false
	}
	return true
}
