package sbom

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// writeCycloneDX writes CycloneDX 1.6: the newest version that every reader takes.
func writeCycloneDX(w io.Writer, c *Content) error {
	bom := cdx.NewBOM()
	bom.JSONSchema, bom.SpecVersion = "http://cyclonedx.org/schema/bom-1.6.schema.json", cdx.SpecVersion1_6
	bom.SerialNumber = "urn:uuid:" + c.identity().String()
	root := c.root()
	phase := cdx.LifecyclePhasePreBuild
	if c.Subject.Image {
		phase = cdx.LifecyclePhasePostBuild
	}
	bom.Metadata = &cdx.Metadata{
		Timestamp:  c.At.UTC().Format(time.RFC3339),
		Lifecycles: &[]cdx.Lifecycle{{Phase: phase}},
		Tools:      &cdx.ToolsChoice{Components: &[]cdx.Component{{Type: cdx.ComponentTypeApplication, Name: "bailiwick", Version: c.Tool}}},
		Component:  root,
	}
	depends := []string{}
	var components []cdx.Component
	for _, p := range c.components() {
		components = append(components, packageComponent(p))
		depends = append(depends, p.ref)
	}
	for i := range c.Models {
		components = append(components, modelComponent(&c.Models[i]))
		depends = append(depends, c.Models[i].Ref)
	}
	bom.Components = &components
	var services []cdx.Service
	for i := range c.Services {
		services = append(services, service(&c.Services[i]))
		depends = append(depends, "service:"+c.Services[i].Host)
	}
	if len(services) > 0 {
		bom.Services = &services
	}
	bom.Dependencies = &[]cdx.Dependency{{Ref: root.BOMRef, Dependencies: &depends}}
	aggregate := cdx.CompositionAggregateUnknown
	if len(c.Gaps) > 0 {
		aggregate = cdx.CompositionAggregateIncomplete
	}
	bom.Compositions = &[]cdx.Composition{{Aggregate: aggregate, Assemblies: &[]cdx.BOMReference{cdx.BOMReference(root.BOMRef)}}}
	if len(c.Advice) > 0 {
		bom.Vulnerabilities = vulnerabilities(c.Advice)
	}
	e := cdx.NewBOMEncoder(w, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false)
	return e.EncodeVersion(bom, cdx.SpecVersion1_6)
}

// identity is the same for the same content.
func (c *Content) identity() uuid.UUID {
	h := sha256.New()
	err := json.NewEncoder(h).Encode(struct {
		Subject
		Packages []graph.Package
		Models   []Model
		Services []Service
		At       int64
	}{c.Subject, c.Packages, c.Models, c.Services, c.At.Unix()})
	if err != nil {
		panic(err) // of plain values
	}
	return uuid.NewSHA1(uuid.NameSpaceURL, h.Sum(nil))
}

func (c *Content) root() *cdx.Component {
	typ := cdx.ComponentTypeApplication
	if c.Subject.Image {
		typ = cdx.ComponentTypeContainer
	}
	root := &cdx.Component{BOMRef: "root", Type: typ, Name: c.Subject.Name, Version: c.Subject.Version}
	if sum, ok := strings.CutPrefix(c.Subject.Digest, "sha256:"); ok {
		root.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: sum}}
	}
	var ps []cdx.Property
	if c.Subject.Created != "" {
		ps = append(ps, cdx.Property{Name: "bailiwick:created", Value: c.Subject.Created})
	}
	for _, g := range c.Gaps {
		ps = append(ps, cdx.Property{Name: "bailiwick:gap", Value: g.Origin.File + ": " + g.Message})
	}
	if len(ps) > 0 {
		root.Properties = &ps
	}
	return root
}

func packageComponent(p component) cdx.Component {
	out := cdx.Component{BOMRef: p.ref, Type: cdx.ComponentTypeLibrary, Name: p.Name, Version: p.Version, Licenses: licences(p.Licenses)}
	if strings.HasPrefix(p.ref, "pkg:") {
		out.PackageURL = p.ref
	}
	if p.Supplier != "" {
		out.Supplier = &cdx.OrganizationalEntity{Name: p.Supplier}
	}
	if p.Dev {
		out.Scope = cdx.ScopeExcluded
	}
	ps := []cdx.Property{}
	if p.Layer > 0 {
		ps = append(ps, cdx.Property{Name: "bailiwick:layer", Value: fmt.Sprint(p.Layer)})
	}
	for _, place := range p.places {
		ps = append(ps, cdx.Property{Name: "bailiwick:location", Value: place})
	}
	ps = append(ps, origins(p.origins)...)
	out.Properties = &ps
	return out
}

// spdxIDs are the identifiers that packages declare most; what is another text
// is a name, which is always valid.
var spdxIDs = []string{"0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "BlueOak-1.0.0", "CC-BY-3.0", "CC-BY-4.0", "CC0-1.0", "EPL-1.0", "EPL-2.0", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unicode-3.0", "Unlicense", "WTFPL", "Zlib", "curl"}

func licences(names []string) *cdx.Licenses {
	var out cdx.Licenses
	for _, n := range names {
		if slices.Contains(spdxIDs, n) {
			out = append(out, cdx.LicenseChoice{License: &cdx.License{ID: n}})
		} else {
			out = append(out, cdx.LicenseChoice{License: &cdx.License{Name: n}})
		}
	}
	if len(out) == 0 {
		return nil
	}
	return &out
}

func modelComponent(m *Model) cdx.Component {
	name := m.Name
	if name == "" {
		name = m.Path
	}
	out := cdx.Component{BOMRef: m.Ref, Type: cdx.ComponentTypeMachineLearningModel, Name: name, Version: m.Version, Licenses: licences(nonEmpty(m.License))}
	card := &cdx.MLModelCard{}
	if m.Architecture != "" {
		card.ModelParameters = &cdx.MLModelParameters{ModelArchitecture: m.Architecture}
	}
	out.ModelCard = card
	if m.Developer != "" {
		out.Manufacturer = &cdx.OrganizationalEntity{Name: m.Developer, Address: country(graph.Country(m.Country))}
	}
	if m.SHA256 != "" {
		out.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: m.SHA256}}
	}
	if len(m.Base) > 0 {
		var from []cdx.Component
		for _, b := range m.Base {
			from = append(from, cdx.Component{Type: cdx.ComponentTypeMachineLearningModel, Name: b})
		}
		out.Pedigree = &cdx.Pedigree{Ancestors: &from}
	}
	if m.Source != "" {
		out.ExternalReferences = &[]cdx.ExternalReference{{Type: cdx.ERTypeDistribution, URL: m.Source}}
	}
	ps := []cdx.Property{}
	for _, p := range [][2]string{{"bailiwick:format", m.Format}, {"bailiwick:location", m.Path}} {
		if p[1] != "" {
			ps = append(ps, cdx.Property{Name: p[0], Value: p[1]})
		}
	}
	if m.Layer > 0 {
		ps = append(ps, cdx.Property{Name: "bailiwick:layer", Value: fmt.Sprint(m.Layer)})
	}
	for _, b := range m.Because {
		ps = append(ps, cdx.Property{Name: "bailiwick:because", Value: b})
	}
	ps = append(ps, origins(told(m.Origin))...)
	if len(ps) > 0 {
		out.Properties = &ps
	}
	return out
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func country(c graph.Country) *cdx.PostalAddress {
	if c == "" || c == graph.Anywhere {
		return nil
	}
	return &cdx.PostalAddress{Country: string(c)}
}

// service writes a service. Its zone of trust is the jurisdiction of who runs
// it: that is whose law reaches what goes there.
func service(s *Service) cdx.Service {
	out := cdx.Service{BOMRef: "service:" + s.Host, Name: s.Host, Endpoints: &[]string{"https://" + s.Host}, CrossesTrustBoundary: &s.Outside, TrustZone: string(s.Seat)}
	if strings.Contains(s.Host, "://") {
		out.Endpoints = &[]string{s.Host}
	}
	if s.Operator != "" {
		out.Provider = &cdx.OrganizationalEntity{Name: s.Operator, Address: country(s.Seat)}
	}
	var data []cdx.DataClassification
	for i := range s.Flows {
		f := &s.Flows[i]
		classes := f.Classes
		if len(classes) == 0 {
			classes = []graph.ClassID{"unclassified"}
		}
		for _, class := range classes {
			d := cdx.DataClassification{Flow: cdx.DataFlowInbound, Classification: string(class), Name: f.Purpose, Description: f.Via, Source: &[]string{f.From}, Destination: out.Endpoints}
			if !f.inbound() {
				d.Flow, d.Source, d.Destination = cdx.DataFlowOutbound, out.Endpoints, &[]string{f.From}
			}
			data = append(data, d)
		}
	}
	out.Data = &data
	ps := []cdx.Property{}
	for _, c := range s.Countries {
		ps = append(ps, cdx.Property{Name: "bailiwick:country", Value: string(c)})
	}
	for _, c := range s.Control {
		ps = append(ps, cdx.Property{Name: "bailiwick:controller", Value: string(c.Entity) + " (" + string(c.Country) + ")"})
	}
	for _, l := range s.Laws {
		ps = append(ps, cdx.Property{Name: "bailiwick:law", Value: string(l)})
	}
	if s.Unknown != "" {
		ps = append(ps, cdx.Property{Name: "bailiwick:unknown", Value: s.Unknown})
	}
	ps = append(ps, origins(s.origins())...)
	if len(ps) > 0 {
		out.Properties = &ps
	}
	return out
}

// origins are where a statement was read.
func origins(at []string) []cdx.Property {
	var out []cdx.Property
	for _, o := range at {
		out = append(out, cdx.Property{Name: "bailiwick:origin", Value: o})
	}
	return out
}

// origins are where the uses of a service were read.
func (s *Service) origins() []string {
	var out []string
	for i := range s.Flows {
		out = appendNew(out, told(s.Flows[i].Origin)...)
	}
	return out
}

func vulnerabilities(as []Advice) *[]cdx.Vulnerability {
	var out []cdx.Vulnerability
	for _, a := range as {
		v := cdx.Vulnerability{BOMRef: a.ID, ID: a.ID, Source: &cdx.Source{Name: "OSV"}, Description: a.Summary}
		var affects []cdx.Affects
		for _, r := range a.Refs {
			affects = append(affects, cdx.Affects{Ref: r})
		}
		v.Affects = &affects
		out = append(out, v)
	}
	return &out
}
