package perimeter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// schemes are those of certificates that a framework may ask for, sorted. kb
// has the same words.
var schemes = []string{"c5", "eucs", "hds", "iso27001", "secnumcloud"}

// canaries are what a synthetic flow may lead to, sorted.
var canaries = []string{"address", "country", "operator"}

func (c *checker) evidence() {
	for i, e := range c.p.Spec.Evidence {
		at := fmt.Sprintf("spec.evidence[%d].value", i)
		c.filled(at, e.Value, "write what the document shows")
		c.scope(fmt.Sprintf("spec.evidence[%d]", i), e)
		if slices.Contains(ofSystems, e.Fact) {
			c.endpoint(fmt.Sprintf("spec.evidence[%d].about", i), e.About)
		}
		if len(c.systems) > 0 && slices.Contains(ofOne, e.Fact) && strings.Trim(e.About, "*") == "" {
			c.fail(fmt.Sprintf("spec.evidence[%d].about", i), "%s is of one system, or of some that are alike, never of whatever there is: name it: %s", e.Fact, strings.Join(c.systems, ", "))
		}
		switch e.Fact {
		case "cleartext":
			if len(e.Value) != 1 || closedIndex("When.cleartext", e.Value[0]) < 0 {
				c.fail(at, "for cleartext write one of: %s", strings.Join(closed["When.cleartext"], ", "))
			}
		case "retention":
			if len(e.Value) != 1 {
				c.fail(at, "for retention write one time, as in 90d")
			} else if _, err := ParseRetention(e.Value[0]); err != nil {
				c.fail(at, "%v", err)
			}
		case "ownership":
			if _, err := ParseShares(e.Value); err != nil {
				c.fail(at, "%v", err)
			}
		case "certificate":
			if len(e.Value) != 1 {
				c.fail(at, "for a certificate write one scheme")
			}
			for _, v := range e.Value {
				c.known(at, "scheme", v, schemes)
			}
		case "canary":
			for _, v := range e.Value {
				c.known(at, "kind of canary", v, canaries)
			}
		case "operator":
			if len(e.Value) != 1 {
				c.fail(at, "for operator write one operator: %s are several", strconv.Itoa(len(e.Value)))
			}
		}
	}
}

// scope refuses a document without the day or the scope that its fact needs.
func (c *checker) scope(at string, e Evidence) {
	switch {
	case Ages(e.Fact) && e.Dated == "":
		c.fail(at, "the key \"dated\" is missing: %s grows old, so write the day on which it was so", e.Fact)
	case e.Dated != "" && e.Dated > e.Expires:
		c.fail(at+".dated", "the document ended before it was made")
	}
	switch {
	case e.Fact == "certificate" && len(e.Covers) == 0:
		c.fail(at, "the key \"covers\" is missing: write the services and regions of the certificate")
	case e.Fact != "certificate" && e.Covers != nil:
		c.fail(at+".covers", "only a certificate has a scope: remove the key")
	}
}

func (c *checker) budgets() {
	for _, name := range sorted(c.p.Spec.Budgets) {
		b, at := c.p.Spec.Budgets[name], "spec.budgets."+name
		c.filled(at+".data", ids(b.Data), "name a class, or leave the key out for every class")
		c.filled(at+".to", b.To, "leave the key out for all that is outside")
		c.named(at+".data", b.Data)
		if b.From != "" {
			c.endpoint(at+".from", b.From)
		}
	}
}

// answers refuses two to one question, and one that ended before it was given.
func (c *checker) answers() {
	seen := map[string]int{}
	for i, a := range c.p.Spec.Answers {
		at := fmt.Sprintf("spec.answers[%d]", i)
		if first, ok := seen[a.Question]; ok {
			c.fail(at+".question", "%s is answered already on line %d: keep one of the two", a.Question, first)
			continue
		}
		seen[a.Question] = a.Origin.Line
		if a.Expires != "" && a.Expires < a.On {
			c.fail(at+".expires", "the answer ended before it was given")
		}
	}
}
