package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// operator says who runs the asset: the entity of the type, else the one of
// the partition that its place or its provider configuration is in, else the
// provider's.
func (n *node) operator() *graph.Operator {
	r := n.g.r
	if n.provider == "" {
		return &graph.Operator{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("no provider of the knowledge base knows %s", n.fact.Type)}
	}
	if n.typ != nil && n.typ.Operator != "" {
		return r.operator(n.typ.Operator)
	}
	if o := n.operatorAround(); o != nil {
		return o
	}
	if n.kind == graph.Network || n.kind == graph.Container || n.kind == graph.Guard || n.kind == graph.Account {
		return r.operator(r.partitionOperator(n.provider, ""))
	}
	if o := n.operatorByPlace(); o != nil {
		return o
	}
	if n.dialect != nil {
		if vs, found := n.values(n.dialect.Partition); found {
			if vs[0].unknown != "" {
				why := vs[0].unknown
				if vs[0].path == documentedDefault && n.typ != nil && n.typ.Note != "" {
					why = n.typ.Note // no configuration decides; the dialect knows better
				}
				return &graph.Operator{Confidence: graph.NotKnown, Unknown: why, AnyPartition: true}
			}
			return r.operator(r.partitionOperator(n.provider, vs[0].text))
		}
	}
	return r.operator(r.partitionOperator(n.provider, ""))
}

// operatorAround is, for a provider that nobody in particular runs, the operator
// of the asset that its configuration names: an object in a cluster is run by
// who runs the cluster. Nil for every other provider.
func (n *node) operatorAround() *graph.Operator {
	p, ok := n.g.r.kb.Provider(n.provider)
	if !ok || p.Operator != "" {
		return nil
	}
	own := n.own()
	if n.within != nil && !n.asking {
		n.asking = true
		defer func() { n.asking = false }()
		return n.within.operator()
	}
	if o := n.operatorOfHost(); o != nil {
		return o
	}
	if o := n.operatorByPlace(); o != nil {
		return o
	}
	for i := range own {
		if own[i].Unknown != "" {
			return &graph.Operator{Confidence: graph.NotKnown, Unknown: "in what it runs is not known: " + own[i].Unknown}
		}
	}
	return &graph.Operator{Confidence: graph.NotKnown, Unknown: p.Note}
}

// operatorOfHost is who runs the host that the own place was read from, where that
// is one of an operator without a provider folder; else nil.
func (n *node) operatorOfHost() *graph.Operator {
	own := n.own()
	if len(own) == 0 || own[0].Provider != "" {
		return nil
	}
	vs, _ := n.values(n.ownReads())
	if len(vs) == 0 || vs[0].node != nil || vs[0].unknown != "" || vs[0].as != "host" && vs[0].as != "url" {
		return nil
	}
	if _, o := n.g.r.host(hostOf(vs[0].text), shown(vs[0].text)); o.Entity != "" {
		return o
	}
	return nil
}

// operatorByPlace is who runs the partition or the other provider that the
// own places belong to; nil when they tell nothing. Places of several
// operators leave it open.
func (n *node) operatorByPlace() *graph.Operator {
	r := n.g.r
	var found *graph.Operator
	for _, p := range n.own() {
		var o *graph.Operator
		switch {
		case p.Provider == "" && p.Unknown != "":
			// Its place was read from a host that nobody knows.
			return &graph.Operator{Confidence: graph.NotKnown, Unknown: p.Unknown}
		case p.Provider != "" && p.Provider != n.provider:
			// The plugin of one cloud, pointed at the compatible service of another.
			o = r.operator(r.partitionOperator(p.Provider, p.Partition))
		case p.Partition != "":
			o = r.operator(r.partitionOperator(n.provider, p.Partition))
		default:
			continue
		}
		if found != nil && found != o {
			return &graph.Operator{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("its places are run by several operators, %s and %s among them", found.Entity, o.Entity)}
		}
		found = o
	}
	return found
}

// partitionOperator is the operator of a partition of a provider.
func (r *Resolver) partitionOperator(id graph.ProviderID, partition string) graph.EntityID {
	p, ok := r.kb.Provider(id)
	if !ok {
		return ""
	}
	if part, ok := p.Partitions[partition]; ok && part.Operator != "" {
		return part.Operator
	}
	return p.Operator
}

// partitions are who runs the instances of a provider's cloud, by entity.
func (r *Resolver) partitions(id graph.ProviderID) []*graph.Operator {
	return kept(r.memo, r.memo.sisters, id, func() []*graph.Operator { return r.findPartitions(id) })
}

func (r *Resolver) findPartitions(id graph.ProviderID) []*graph.Operator {
	var out []*graph.Operator
	if p, ok := r.kb.Provider(id); ok {
		entities := map[graph.EntityID]bool{p.Operator: true}
		for _, part := range p.Partitions {
			entities[part.Operator] = true
		}
		for _, e := range slices.Sorted(maps.Keys(entities)) {
			if e != "" {
				out = append(out, r.operator(e))
			}
		}
	}
	return out
}

// accountOperator is whose account of a provider it is: an account number, a
// tenant, a domain, or an ARN or member with one of these in it. Only a document
// tells.
func (r *Resolver) accountOperator(text string) *graph.Operator {
	account := text
	if f := strings.Split(text, ":"); len(f) >= 6 && f[0] == "arn" {
		account = f[4]
	} else {
		account = text[strings.LastIndexAny(text, ":@")+1:]
	}
	if o := r.stated(account); o != nil {
		return o
	}
	return &graph.Operator{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("whose account %s is, is not known; state it under evidence: in the perimeter", shown(account))}
}

// operator returns the operator record of an entity with the laws that reach it.
func (r *Resolver) operator(id graph.EntityID) *graph.Operator {
	return kept(r.memo, r.memo.operators, id, func() *graph.Operator { return r.findOperator(id) })
}

func (r *Resolver) findOperator(id graph.EntityID) *graph.Operator {
	if id == "" {
		return &graph.Operator{Confidence: graph.NotKnown, Unknown: "the knowledge base names no operator"}
	}
	rec, ok := r.kb.Operator(id)
	if !ok {
		return &graph.Operator{Entity: id, Confidence: graph.NotKnown, Unknown: fmt.Sprintf("the knowledge base has no record of the operator %q", id)}
	}
	o := &graph.Operator{Entity: id, Name: rec.Name, Seat: rec.Seat, Confidence: rec.Standing(r.at)}
	o.Because = append(o.Because, fmt.Sprintf("%s is seated in %s%s", or(rec.LegalEntity, rec.Name), or(string(rec.Seat), "an unknown country"), cite(rec.Fact)))
	reach := []graph.Country{rec.Seat}
	for _, c := range rec.Control {
		o.Control = append(o.Control, graph.Controller{Entity: c.Entity, Name: c.Name, Country: c.Country, Share: c.Share})
		o.Confidence = graph.Weakest(o.Confidence, c.Standing(r.at))
		o.Because = append(o.Because, fmt.Sprintf("%s, %s, controls it%s", or(c.Name, string(c.Entity)), c.Country, cite(c.Fact)))
		reach = append(reach, c.Country)
	}
	if len(rec.Control) == 0 && !rec.Independent {
		o.Unknown = fmt.Sprintf("who controls %s is not known to the knowledge base", rec.Name)
	}
	for _, l := range r.kb.LawsOf(reach, r.at) {
		o.Laws = append(o.Laws, l.ID)
		o.Because = append(o.Because, fmt.Sprintf("%s reaches it through %s", l.ID, l.Country))
	}
	return o
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
