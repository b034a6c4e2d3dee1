package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// An Event is what a record of somebody's log says, in the words of the
// ledger. What stands in the first group goes into the entry as it is, so it
// is a word of a list or what the maker of a service calls it. What stands in
// the second may be personal: the entry only commits to it.
type Event struct {
	When    time.Time
	Event   string // a word of [entry.Observation]; so are Action and Result
	Action  string
	Result  string
	Service string // what was reached: an AWS service, a resource of Kubernetes
	Region  string
	Model   string
	Records int64 // how many were read or altered, where the source counts

	Actor    string // who; the entry has a pseudonym
	Guise    string // and as whom, where that is another: what is erased is known by who it was
	Resource string // what it is called
	Address  string // from where; where there are several, the last is the one that who logged it has seen
	Client   string // with which program

	apart string // tells the record from others of the same bytes, where those do not say all
}

// A Locator says in which country an address is, as far as it is known. It
// answers for what the entry says in clear, so what is not known is left out.
type Locator func(netip.Addr) (graph.Country, bool)

// Bounds of what is sealed of one record. What is longer is sealed as its digest.
const (
	maxActor = 512
	maxValue = 8 << 10
)

var (
	slugForm   = lazy.Regexp(`^[a-z][a-z0-9]*(-[a-z0-9]+){0,7}$`)
	regionForm = lazy.Regexp(`^[A-Za-z][A-Za-z0-9-]{0,31}$`)
	modelForm  = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,3}(:[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$`)
)

// record is what the ledger takes of an event; digest is that of what the
// source wrote.
func (e *Event) record(k *kind, digest [sha256.Size]byte, locate Locator) entry.Record {
	o := &entry.Observation{Source: k.source, Event: e.Event, Action: e.Action, Result: e.Result, Records: max(e.Records, 0)}
	if !e.When.IsZero() {
		o.When = e.When.UTC().Format("2006-01-02T15:04:05Z")
	}
	if kubernetesResources[e.Service] || len(e.Service) <= 64 && slugForm().MatchString(e.Service) {
		o.Service = e.Service
	}
	if e.Region != "" && regionForm().MatchString(e.Region) {
		o.Region = e.Region
	}
	// A call that did not get through has no model: whoever asks chooses the word.
	if (e.Result == allowed || e.Result == unknown) && modelForm().MatchString(e.Model) {
		o.Model = e.Model
	}
	sealed := make(map[string]string, 5)
	sealed["record"] = "sha256:" + hex.EncodeToString(digest[:])
	put := func(name, value string) {
		if value != "" {
			sealed[name] = bounded(value, maxValue)
		}
	}
	put("actor", e.Guise)
	put("resource", e.Resource)
	put("address", e.Address)
	put("client", e.Client)
	if a := addressOf(e.Address[strings.LastIndexByte(e.Address, ' ')+1:]); a.IsValid() && locate != nil {
		if c, ok := locate(a); ok {
			o.From = []string{string(c)}
		}
	}
	subject := bounded(e.Actor, maxActor)
	if subject == "" {
		subject = "system:" + k.name // a record that names nobody
	}
	return entry.Record{Subject: subject, Facts: o, Sealed: sealed}
}

// bounded is a value as text, or its digest where it is too long.
func bounded(v string, most int) string {
	if len(v) > most {
		sum := sha256.Sum256([]byte(v))
		return "sha256:" + hex.EncodeToString(sum[:])
	}
	if !utf8.ValidString(v) {
		return strings.ToValidUTF8(v, "\uFFFD")
	}
	return v
}

// addressOf reads an address, with or without a port; invalid when it is none.
func addressOf(s string) netip.Addr {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap().WithZone("")
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}
