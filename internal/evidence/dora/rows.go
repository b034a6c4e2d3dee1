package dora

import (
	"cmp"
	"fmt"
	"maps"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// make fills all templates, in their order.
func (r *register) make() {
	r.entities()
	r.arrangements()
	r.parties()
	r.suppliers()
	r.functions()
	r.assessments()
	r.definitions()
}

// entities are B_01: who keeps the register, and for whom.
func (r *register) entities() {
	at := evidence.In("at")
	keeper := map[string]cell{"0010": r.single("entity-lei", ""), "0020": r.controller(), "0060": r.stated(r.Case.Result.At, r.Day(r.Case.Result.At), at)}
	fill(keeper, r.asked("financial-entity", ""), "0030", "0040", "0050")
	r.add("B_01.01", "", keeper)
	group := r.asked("group", "")
	for _, template := range []string{"B_01.02", "B_01.03"} {
		r.add(template, "", all(template, group))
	}
}

// controller is whose systems they are: of one system, or of all the same.
func (r *register) controller() cell {
	systems := r.Case.Systems()
	if len(systems) == 0 {
		return r.asked("systems", "")
	}
	first := r.Case.Perimeter.Spec.Systems[systems[0]].Controller
	for _, name := range systems {
		switch s := r.Case.Perimeter.Spec.Systems[name]; s.Controller {
		case "":
			return r.asked("controller", name)
		case first:
		default:
			return r.asked("financial-entity", "")
		}
	}
	return cell{r.Given("name", "controller", systems[0], first, evidence.Values{"name": first}), first}
}

// arrangements are B_02: the contracts, and what each service is.
func (r *register) arrangements() {
	for _, x := range r.providers {
		cells := map[string]cell{"0010": r.single("contract-reference", x.ID())}
		fill(cells, r.asked("contract-terms", x.ID()), "0020", "0030", "0040", "0050")
		r.add("B_02.01", x.Name, cells)
	}
	for _, s := range r.services {
		r.service(s)
	}
	r.add("B_02.03", "", all("B_02.03", r.asked("group", "")))
}

// service is B_02.02: a row for each country of storage with each of processing, since
// the register has one value in a cell (Implementing Regulation, art. 4).
func (r *register) service(s *service) {
	id, kind := r.identifier(s.Operator, s.ID())
	cells := map[string]cell{
		"0010": r.single("contract-reference", s.ID()), "0020": r.single("entity-lei", ""), "0030": id, "0040": kind,
		"0050": r.function(s), "0060": r.serviceType(s), "0140": r.stores(s), "0170": r.sensitivity(s), "0180": r.reliance(s),
	}
	fill(cells, r.asked("contract-terms", s.ID()), "0070", "0080", "0090", "0100", "0110", "0120", "0130")
	s.cells = cells
	s.stored = r.places(s, s.Stored, graph.Storage, graph.Backup)
	s.computed = r.places(s, s.Processed, graph.Processing)
	for _, stored := range s.stored {
		for _, computed := range s.computed {
			row := maps.Clone(cells)
			row["0150"], row["0160"] = stored, computed
			r.add("B_02.02", key(s), row)
		}
	}
}

// key tells a service from others.
func key(s *service) string { return cmp.Or(s.function, "–") + " " + s.Name }

// parties are B_03 and B_04: who signs, and who uses.
func (r *register) parties() {
	for _, x := range r.providers {
		r.add("B_03.01", x.Name, map[string]cell{"0010": r.single("contract-reference", x.ID()), "0020": r.single("entity-lei", "")})
		id, kind := r.identifier(x.Operator, x.ID())
		r.add("B_03.02", x.Name, map[string]cell{"0010": r.single("contract-reference", x.ID()), "0020": id, "0030": kind})
	}
	r.add("B_03.03", "", all("B_03.03", r.asked("group", "")))
	for _, x := range r.providers {
		cells := map[string]cell{"0010": r.single("contract-reference", x.ID()), "0020": r.single("entity-lei", "")}
		fill(cells, r.asked("group", ""), "0030", "0040")
		r.add("B_04.01", x.Name, cells)
	}
}

// suppliers are B_05: the providers, and their supply chains as far as they are known.
func (r *register) suppliers() {
	for _, x := range r.providers {
		id, kind := r.identifier(x.Operator, x.ID())
		name, person := r.named(x)
		parent, parentKind := r.parent(x)
		cells := map[string]cell{"0010": id, "0020": kind, "0050": name, "0060": name, "0070": person, "0080": r.seat(x), "0110": parent, "0120": parentKind}
		fill(cells, r.asked("contract-terms", x.ID()), "0030", "0040", "0090", "0100")
		r.add("B_05.01", x.Name, cells)
	}
	for _, s := range r.services {
		r.chain(s)
	}
}

// chain is B_05.02 of a service: its provider with rank 1, and a row that asks for
// subcontractors unless the function is known not to be critical or important.
func (r *register) chain(s *service) {
	id, kind := r.identifier(s.Operator, s.ID())
	first := map[string]cell{"0010": r.single("contract-reference", s.ID()), "0020": r.serviceType(s), "0030": id, "0040": kind, "0050": {r.Say("rank", nil, s.Sources...), "1"}}
	fill(first, cell{said: r.Say("rank.none", nil, s.Sources...)}, "0060", "0070")
	r.add("B_05.02", key(s), first)
	if r.spared(s) {
		return
	}
	next := map[string]cell{"0010": first["0010"], "0020": first["0020"], "0060": id, "0070": kind}
	fill(next, r.asked("sub-processors", s.ID()), "0030", "0040", "0050")
	r.add("B_05.02", key(s), next)
}

// spared reports whether the perimeter says that the function of a service is neither
// critical nor important.
func (r *register) spared(s *service) bool {
	return s.System != evidence.Unbound && r.critical(s.System).value == "No"
}

// critical is whether a system supports a critical or important function, as the
// perimeter says it.
func (r *register) critical(system string) cell {
	key := "spec.systems." + system + ".critical"
	switch {
	case r.Case.Perimeter.Spec.Systems[system].Critical:
		return cell{r.Say("critical", nil, r.Case.Key(key)), "Yes"}
	case r.Case.Perimeter.Writes(key):
		return cell{r.Say("uncritical", nil, r.Case.Key(key)), "No"}
	}
	return r.asked("critical", system)
}

// functions are B_06: the systems.
func (r *register) functions() {
	for i, name := range r.Case.Systems() {
		key := "spec.systems." + name
		f := fmt.Sprintf("F%d", i+1)
		cells := map[string]cell{"0010": r.stated(f, f, r.Case.Key(key)), "0030": r.stated(name, name, r.Case.Key(key)), "0040": r.single("entity-lei", ""), "0050": r.critical(name)}
		fill(cells, r.asked("function", name), "0020", "0060", "0070", "0080", "0090", "0100")
		r.add("B_06.01", f, cells)
	}
}

// assessments are B_07: of services for critical or important functions.
func (r *register) assessments() {
	for _, s := range r.services {
		if !r.Case.Perimeter.Spec.Systems[s.System].Critical {
			continue
		}
		id, kind := r.identifier(s.Operator, s.ID())
		cells := map[string]cell{"0010": r.single("contract-reference", s.ID()), "0020": id, "0030": kind, "0040": r.serviceType(s), "0050": r.substitutable(s)}
		fill(cells, r.asked("service-assessment", s.ID()), "0060", "0070", "0080", "0090", "0100")
		cells["0110"], cells["0120"] = r.alternatives(s)
		r.add("B_07.01", key(s), cells)
	}
}

// definitions are B_99: what the options of closed lists mean. Those of sensitivity
// are the ones by which B_02.02.0170 was filled.
func (r *register) definitions() {
	cells := all("B_99.01", r.asked("definitions", ""))
	for column, level := range map[string]string{"0040": "low", "0050": "medium", "0060": "high"} {
		cells[column] = cell{said: r.Fixed("sensitivity." + level)}
	}
	r.add("B_99.01", "", cells)
}

// record is what the knowledge base has of a provider.
func (r *register) record(x *evidence.Recipient) (kb.Operator, bool) {
	if x.Operator == nil {
		return kb.Operator{}, false
	}
	return r.Case.KB.Operator(x.Operator.Entity)
}
