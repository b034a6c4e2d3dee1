package kb

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

type complain = func(format string, args ...any)

var isoCode = regexp.MustCompile(`^[A-Z]{2}$`)

func (c *checker) country(v *Country, errorf complain) {
	if !isoCode.MatchString(string(v.Code)) {
		errorf("code %q is not an ISO 3166-1 alpha-2 code%s", v.Code, hintCode(v.Code))
	}
	required(errorf, "name", v.Name)
	if v.PartOf != "" {
		c.isCountry(errorf, "part_of", v.PartOf)
	}
}

func (c *checker) bloc(v *Bloc, errorf complain) {
	required(errorf, "id", v.ID, "title", v.Title)
	if c.countries[graph.Country(v.ID)] {
		errorf("bloc %s has the code of a country; give it another name", v.ID)
	}
	c.isCountry(errorf, "members", v.Members...)
	switch {
	case v.Derived != "" && v.Derived != "adequacy":
		errorf("unknown derived %q; known is adequacy", v.Derived)
	case v.Derived != "" && len(v.Members) > 0:
		errorf("a derived bloc has no members of its own")
	case v.Derived == "" && len(v.Members) == 0:
		errorf("bloc %s has no members", v.ID)
	}
	for i, m := range v.Members {
		if slices.Contains(v.Members[:i], m) {
			errorf("member %s is written twice", m)
		}
	}
}

func (c *checker) adequacy(v *Adequacy, errorf complain) {
	if (v.Country == "") == (v.Organisation == "") {
		errorf("an adequacy decision is about a country or an organisation: write one of them")
	}
	if v.Country != "" {
		c.isCountry(errorf, "country", v.Country)
	}
	required(errorf, "decision", v.Decision, "scope", v.Scope, "from", v.From)
	if (v.Scope == "full") == v.Partial {
		errorf("scope %q and partial %v disagree: a scope other than full is partial", v.Scope, v.Partial)
	}
	dates(errorf, v.From, v.Until)
}

func (c *checker) law(v *Law, errorf complain) {
	required(errorf, "id", string(v.ID), "title", v.Title, "citation", v.Citation, "compels", v.Compels)
	c.isCountry(errorf, "country", v.Country)
	dates(errorf, v.From, v.Until)
}

func (c *checker) requirement(v *Requirement, errorf complain) {
	required(errorf, "id", string(v.ID), "instrument", v.Instrument, "citation", v.Citation, "title", v.Title, "obligation", v.Obligation)
	if !strings.HasPrefix(string(v.ID), v.Instrument+"_") {
		errorf("id %s does not begin with its instrument %s_", v.ID, v.Instrument)
	}
	if len(v.Territory) == 0 {
		errorf("territory is missing: where does it hold?")
	}
	c.isTerritory(errorf, v.Territory...)
	oneOf(errorf, "status", v.Status, "in-force", "deferred", "proposed", "lapsed")
	oneOf(errorf, "addressee", v.Addressee, "customer", "provider", "both")
	if v.By != "" {
		oneOf(errorf, "by", v.By, "attestation")
	}
	dates(errorf, v.From, v.Until)
	for _, kind := range sortedKeys(v.Dates) {
		dates(errorf, v.Dates[kind], "")
	}
	switch {
	case (v.Status == "in-force" || v.Status == "deferred") && v.From == "":
		errorf("status %s needs from: a date", v.Status)
	case v.Status == "proposed" && v.From != "":
		errorf("a proposed text has no date from which it applies")
	case v.Status == "lapsed" && v.Until == "":
		errorf("status lapsed needs until: a date")
	}
}

func (c *checker) operator(v *Operator, errorf complain) {
	required(errorf, "id", string(v.ID), "name", v.Name)
	if v.Seat != "" || v.Confidence.Firm() {
		c.isCountry(errorf, "seat", v.Seat)
	} else if v.Note == "" {
		errorf("seat is empty: say in note: why it is not known")
	}
	c.isCountry(errorf, "nexus", v.Nexus...)
	if v.Independent && len(v.Control) > 0 {
		errorf("independent and control contradict each other")
	}
	for _, k := range v.Control {
		required(errorf, "control.entity", string(k.Entity), "control.name", k.Name)
		if k.Country != "" || k.Note == "" {
			c.isCountry(errorf, "control of "+k.Name, k.Country)
		}
		if k.Share < 0 || k.Share > 100 {
			errorf("control of %s: share %v is not a percentage", k.Name, k.Share)
		}
	}
	if v.Support != nil {
		c.isCountry(errorf, "support", v.Support.Countries...)
	}
	c.holders(v, errorf)
	for i := range v.Certificates {
		x := &v.Certificates[i]
		if Schemes[x.Scheme] == "" {
			errorf("certificate %q: there is no such scheme; there are: %s", x.Scheme, strings.Join(sortedKeys(Schemes), ", "))
		}
		if len(x.Covers) == 0 {
			errorf("certificate %s: covers is empty: it would be for nothing", x.Scheme)
		}
		for _, s := range x.Covers {
			if len(strings.Fields(s)) != 2 {
				errorf("certificate %s: %q is no scope: write a kind or type and a region with a blank between", x.Scheme, s)
			}
		}
		dates(errorf, x.From, x.Until)
	}
}

func (c *checker) holders(v *Operator, errorf complain) {
	sum := 0.0
	for _, h := range v.Holders {
		required(errorf, "holders.name", h.Name)
		c.isCountry(errorf, "holder "+h.Name, h.Country)
		if h.Share <= 0 || h.Share > 100 {
			errorf("holder %s: share %v is not a percentage", h.Name, h.Share)
		}
		sum += h.Share
	}
	if sum > 100.5 { // they are rounded
		errorf("the holders have %v percent together", sum)
	}
}
