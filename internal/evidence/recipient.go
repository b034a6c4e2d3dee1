package evidence

import "strings"

// Controlled says where a recipient is seated and who controls it.
func (b *Builder) Controlled(x *Recipient) Sentence {
	o := x.Operator
	if o == nil {
		return b.Say("recipient.nobody", nil, x.Sources...)
	}
	if o.Seat == "" {
		return b.Say("recipient.seatless", nil, x.Sources...)
	}
	key, v := "recipient.seat", Values{"seat": b.Country(o.Seat)}
	if n := len(o.Control); n > 0 {
		last := o.Control[n-1]
		key, v["controller"], v["country"] = "recipient.control", or(last.Name, string(last.Entity)), b.Country(last.Country)
	}
	return b.Say(key, v, x.Record())
}

// Record is the source of what is known of who a recipient is.
func (x *Recipient) Record() Source { return Source{Kind: Record, At: "operator " + x.ID()} }

// Doing is what a recipient does with the data.
func (b *Builder) Doing(x *Recipient) string {
	var out []string
	for _, k := range x.Kinds {
		out = append(out, WordOf(b, "kind", k))
	}
	for _, p := range x.Purposes {
		out = append(out, WordOf(b, "purpose", p))
	}
	return b.OrNone(strings.Join(out, ", "))
}

// Where is in which countries a recipient stores or processes.
func (b *Builder) Where(x *Recipient) string {
	switch {
	case len(x.Countries) == 0:
		return b.Word("unknown")
	case x.Open:
		return b.And([]string{b.Countries(x.Countries), b.Word("recipient.elsewhere")})
	}
	return b.Countries(x.Countries)
}

// States is how it is known that a recipient gets data.
func (b *Builder) States(x *Recipient) string {
	var out []string
	for _, s := range x.States {
		out = append(out, WordOf(b, "state", s))
	}
	return b.OrNone(strings.Join(out, ", "))
}

// OrNone is the text, or the word for none.
func (b *Builder) OrNone(s string) string { return or(s, b.Word("none")) }
