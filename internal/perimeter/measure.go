package perimeter

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ages are the facts that grow old: a document says on which day they were so.
var ages = []string{"ownership", "disconnect-test", "exit-test", "canary", "attestation"}

// Ages reports whether a fact grows old, so that its document needs a day.
func Ages(fact string) bool { return slices.Contains(ages, fact) }

var amount = regexp.MustCompile(patterns["Budget.limit"])

// units are the powers of a thousand; nobody who writes kB means 1024.
var units = map[string]int64{"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}

// ParseBytes reads an amount such as 500MB and returns it in bytes.
func ParseBytes(s string) (int64, error) {
	m := amount.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%s is no amount: write a whole number and B, kB, MB, GB or TB, as in 500MB", show(s))
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(s, m[1]), 10, 64)
	if err != nil || n > 1e18/units[m[1]] {
		return 0, fmt.Errorf("%s is more than anybody sends: no limit is meant by leaving the budget out", show(s))
	}
	return n * units[m[1]], nil
}

// A Scope is what a certificate is for.
type Scope struct{ Service, Region Pattern }

// ParseScope reads an entry of covers: a kind or type of service and a region;
// a star stands for any text in either.
func ParseScope(s string) (Scope, error) {
	service, region, ok := strings.Cut(s, " ")
	if !ok || service == "" || region == "" || strings.Contains(region, " ") {
		return Scope{}, fmt.Errorf("%s is no scope: write a kind or type of service and a region with one blank between, as in \"scaleway_* fr-par\"", show(s))
	}
	return Scope{Compile(service), Compile(region)}, nil
}

func checkScope(s string) error { _, err := ParseScope(s); return err }

// Shares is what a document says of who owns an operator: the part of holders
// outside of the EU, and whether one of them has a veto.
type Shares struct {
	Largest  float64 // of one of them, in percent
	Together float64
	NoVeto   bool
}

// ParseShares reads the value of the fact ownership: "largest 12%", "together
// 20%", and "no veto" or "veto".
func ParseShares(value []string) (s Shares, err error) {
	seen := map[string]bool{}
	for _, v := range value {
		word, number, _ := strings.Cut(v, " ")
		switch {
		case v == "no veto" || v == "veto":
			s.NoVeto = v == "no veto"
			word = "veto"
		case word == "largest" || word == "together":
			n, err := strconv.ParseFloat(strings.TrimSuffix(number, "%"), 64)
			if err != nil || !strings.HasSuffix(number, "%") || n < 0 || n > 100 {
				return s, fmt.Errorf("%s is no share: write it as in \"%s 12.5%%\"", show(v), word)
			}
			if word == "largest" {
				s.Largest = n
			} else {
				s.Together = n
			}
		default:
			return s, fmt.Errorf("%s says nothing about ownership: write \"largest N%%\", \"together N%%\", and \"no veto\" or \"veto\", of holders outside of the EU", show(v))
		}
		seen[word] = true
	}
	if len(seen) != 3 || len(value) != 3 {
		return s, fmt.Errorf("ownership needs three values: \"largest N%%\", \"together N%%\", and \"no veto\" or \"veto\", of holders outside of the EU")
	}
	if s.Largest > s.Together {
		return s, fmt.Errorf("the largest holder has more than all together")
	}
	return s, nil
}
