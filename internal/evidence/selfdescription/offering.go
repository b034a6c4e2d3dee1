package selfdescription

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// offering is a system as a service.
func (d *describing) offering(system string) error {
	p := d.Case.Perimeter
	s, path := p.Spec.Systems[system], "spec.systems."+system
	name := cmp.Or(system, p.Metadata.Name)
	if system == evidence.Unbound {
		path = "spec"
	}
	at, id := d.Case.Key(path), d.id("system", system)
	o := node{"id": id, "type": "gx:ServiceOffering", "schema:name": name, "gx:providedBy": node{"id": d.provider(s.Controller, name, at, d.Case.Key(path+".controller"))}}
	d.read(id, "schema:name", at)
	d.read(id, "gx:providedBy", d.Case.Key(path+".controller"))
	if s.Purpose != "" {
		o["schema:description"] = s.Purpose
		d.read(id, "schema:description", d.Case.Key(path+".purpose"))
	} else {
		d.ask(id, "schema:description", "ask_purpose", evidence.Values{"system": name}, at)
	}
	if clauses := gdpr(s.Basis); len(clauses) > 0 {
		o["gx:dataProtectionRegime"] = "GDPR2016"
		d.read(id, "gx:dataProtectionRegime", d.Case.Key(path+".basis"))
	}
	d.ask(id, "gx:serviceOfferingTermsAndConditions", "ask_terms", evidence.Values{"system": name}, at)
	put(o, "gx:subContractors", d.contractors(system, id))
	transfers, err := d.transfers(system, id)
	if err != nil {
		return err
	}
	put(o, "gx:possiblePersonalDataTransfers", transfers)
	put(o, "gx:aggregationOfResources", d.zones(system, id))
	d.subjects = append(d.subjects, o)
	return nil
}

func put(o node, property string, list []node) {
	if len(list) > 0 {
		o[property] = list
	}
}

func gdpr(basis []graph.RequirementID) []graph.RequirementID {
	return slices.DeleteFunc(slices.Clone(basis), func(id graph.RequirementID) bool { return !strings.HasPrefix(string(id), "GDPR_") })
}

// provider is the id of the legal person that answers for a system.
func (d *describing) provider(name, system string, at, key evidence.Source) string {
	of := cmp.Or(name, "?"+system) // two systems of nobody known may be of two
	if id, ok := d.people[of]; ok {
		return id
	}
	id := d.id("person", of)
	d.people[of] = id
	who := node{"id": id, "type": "gx:LegalPerson"}
	if name != "" {
		who["schema:name"] = name
		d.read(id, "schema:name", key)
	} else {
		d.ask(id, "schema:name", "ask_controller", evidence.Values{"system": system}, at)
	}
	for _, property := range []string{"gx:registrationNumber", "gx:legalAddress", "gx:headquartersAddress"} {
		d.ask(id, property, "ask_person", evidence.Values{"property": property, "person": cmp.Or(name, system)}, key)
	}
	d.subjects = append(d.subjects, who)
	return id
}

// contractors are who gets data of a system and whose seat is known.
func (d *describing) contractors(system, of string) []node {
	var out []node
	for _, r := range d.Case.Recipients(system) {
		if r.Fetched() {
			continue // it gets no data of the classes: software, models or data come from there
		}
		if r.Operator == nil || r.Operator.Seat == "" {
			at := r.Sources[0]
			d.ask(of, "gx:subContractors", "ask_contractor", evidence.Values{"name": r.Name}, at)
			continue
		}
		id, name := d.id("contractor", system, r.ID()), r.Name
		record := evidence.Source{Kind: evidence.Record, At: "operator " + string(r.Operator.Entity)}
		if k, ok := d.Case.KB.Operator(r.Operator.Entity); ok {
			name = cmp.Or(k.LegalEntity, k.Name, name)
		}
		out = append(out, node{"id": id, "type": "gx:SubContractor", "gx:legalName": name, "gx:applicableJurisdiction": string(r.Operator.Seat)})
		d.read(id, "gx:SubContractor", r.Sources...)
		d.read(id, "gx:legalName", record)
		d.read(id, "gx:applicableJurisdiction", record)
		for _, property := range []string{"gx:communicationMethods", "gx:informationDocuments"} {
			d.ask(id, property, "ask_papers", evidence.Values{"property": property, "name": name}, r.Sources[0])
		}
	}
	return out
}

// transfers are those of personal data to third countries, one for each country.
func (d *describing) transfers(system, of string) ([]node, error) {
	crossings, err := d.Case.Crossings(system)
	if err != nil {
		return nil, err
	}
	var out []node
	for _, x := range crossings {
		if x.Fetched() {
			continue
		}
		for _, country := range x.Countries {
			if country == graph.Anywhere {
				d.ask(of, "gx:possiblePersonalDataTransfers", "ask_anywhere", evidence.Values{"name": x.Name}, x.Sources[0])
				continue
			}
			id := d.id("transfer", system, x.ID(), string(country))
			t := node{
				"id": id, "type": "gx:ThirdCountryDataTransfer", "gx:country": string(country), "gx:scope": graph.Listed(x.Classes),
				"gx:reason": d.Say("reason", evidence.Values{"name": x.Name, "country": d.Country(country)}, x.Sources...).Text,
			}
			d.read(id, "gx:ThirdCountryDataTransfer", x.Sources...)
			if tool, at := d.secured(x, country); tool != "" {
				t["gx:securingMechanism"] = tool
				d.read(id, "gx:securingMechanism", at)
			} else {
				d.ask(id, "gx:securingMechanism", "ask_tool", evidence.Values{"name": x.Name, "country": d.Country(country)}, x.Sources[0])
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// secured is the tool of chapter V of the GDPR that is recorded for a transfer and holds
// for all of it, or the decision on the adequacy of the country.
func (d *describing) secured(x *evidence.Crossing, country graph.Country) (string, evidence.Source) {
	if all := d.Case.Safeguards(x); len(all) > 0 && all[0].Holds() {
		return evidence.WordOf(d.Builder, "tool", all[0].Tool), all[0].Source
	}
	if a, ok := d.Case.KB.Adequate(country, d.Case.At); ok && slices.Contains(x.Adequate, country) {
		return d.DecisionName(a), evidence.Decision(a)
	}
	return "", evidence.Source{}
}

// zones are the regions in which assets of a system store or process, where it is firm
// that each lies in one country.
func (d *describing) zones(system, of string) []node {
	var out []node
	seen, asked := map[string]int{}, 0
	for _, a := range d.Case.Assets(system) {
		for i := range a.Places {
			p := &a.Places[i]
			if p.Role == graph.Metadata {
				continue
			}
			if len(p.Countries) != 1 || p.Countries[0] == graph.Anywhere || len(p.Perhaps) > 0 || !p.Confidence.Firm() {
				if asked++; asked <= 3 {
					d.ask(of, "gx:aggregationOfResources", "ask_place", evidence.Values{"asset": string(a.Subject)}, evidence.At(a.Origin))
				}
				continue
			}
			name := strings.TrimSpace(string(p.Provider) + " " + p.Region)
			key := name + "\x00" + string(p.Countries[0])
			if seen[key]++; seen[key] > 1 {
				continue
			}
			id := d.id("zone", system, key)
			zone := node{"id": id, "type": "gx:AvailabilityZone", "gx:address": node{"type": "gx:Address", "gx:countryCode": string(p.Countries[0])}}
			if name != "" {
				zone["schema:name"] = name
			}
			out = append(out, zone)
			d.read(id, "gx:AvailabilityZone", evidence.At(a.Origin))
		}
	}
	return out
}
