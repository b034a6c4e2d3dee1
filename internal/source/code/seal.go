package code

import (
	"slices"

	text "github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// What a record says of who has the key, besides an entity that has it.
const (
	keyCustomer = "customer" // nobody but the program's owner
	keyNamed    = "named"    // the program names it, somewhere
)

// seals are the calls of a program that encrypt, and who has the key.
type seals struct {
	calls map[int]bool
	key   string
}

// add counts a call that encrypts, or that says which key is used. A key service
// that is named anywhere in the file counts before a key of one's own.
func (s *seals) add(call int, chain []int, key string) {
	if s.calls == nil {
		s.calls = map[int]bool{}
	}
	for _, i := range chain {
		s.calls[i] = true
	}
	s.calls[call] = true
	if rankOfKey(key) > rankOfKey(s.key) {
		s.key = key
	}
}

func rankOfKey(key string) int {
	switch key {
	case "":
		return 0
	case keyNamed:
		return 1
	case keyCustomer:
		return 2
	}
	return 3
}

// A sent is a client that sends, and the flows that came of it.
type sent struct {
	from, to int // of the flows of the file
	call     int
	chain    []int
	itself   bool // the client encrypts
}

// sealed says of each flow of data whether the program encrypts what it sends:
// for certain where the client does so, or where what is sent is what a call gave
// that encrypts; else the two stand in one file, and nobody can tell.
func (p *program) sealed() {
	for _, s := range p.sent {
		whole := p.seals.key != "" && (s.itself || p.wrapped(&s) || p.ciphertext(&s))
		for i := s.from; i < s.to; i++ {
			if p.out.flows[i].Purpose != "data" {
				continue
			}
			p.out.flows[i].Seal = &graph.Seal{Key: p.seals.key, Whole: whole}
		}
	}
}

// wrapped reports whether a client is made for one that encrypts, and is used for
// nothing else.
func (p *program) wrapped(s *sent) bool {
	if len(s.chain) > 1 {
		return false
	}
	for at := p.file.Calls[s.call].Within; at >= 0; at = p.file.Calls[at].Within {
		if p.seals.calls[at] {
			return true
		}
	}
	for i := range p.seals.calls {
		for j := range p.file.Calls[i].Args {
			if v := p.file.Calls[i].Args[j].Value; v.Kind == text.Result && v.Call == s.call {
				return true
			}
		}
	}
	return false
}

// ciphertext reports whether every call that sends something sends what a call gave
// that encrypts.
func (p *program) ciphertext(s *sent) bool {
	sends, all := false, true
	for _, i := range s.chain {
		if i == s.call || len(p.file.Calls[i].Args) == 0 {
			continue
		}
		sends = true
		all = all && slices.ContainsFunc(p.file.Calls[i].Args, func(a text.Arg) bool {
			return a.Value.Kind == text.Result && p.seals.calls[a.Value.Call]
		})
	}
	return sends && all
}
