package sbom

import (
	"bytes"
	"fmt"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// An Element is one minimum element of a profile.
type Element struct {
	ID, Cluster, Name string
	// Status is automated (it is there, and tools establish it), human (it is
	// there, and only people can vouch for it) or missing.
	Status string `json:"status"`
	// By is who can add it: tool or person.
	By   string `json:"by"`
	Hint string `json:"hint,omitempty"` // where it belongs, when it is missing
}

// The states of an element.
const (
	Automated = "automated"
	Human     = "human"
	Missing   = "missing"
)

// Profiles are the lists of minimum elements that a bill can be held against.
func Profiles() []string { return []string{"g7-ai"} }

// A need is one element and how a CycloneDX document shows it.
type need struct {
	id, cluster, name string
	person            bool // no tool can know it
	hint              string
	has               func(b *bill) bool
}

// g7 are the fifty elements of "Software Bill of Materials for AI, Minimum
// Elements" (G7 Cybersecurity Working Group, 12 May 2026), numbered as the
// vocabulary https://w3id.org/sbom/req/g7ai/ does. Where CycloneDX has no
// member for one, a property of the name in the hint stands for it.
var g7 = []need{
	{"MD-01", "Metadata", "SBOM author", true, "metadata.authors or metadata.manufacturer", func(b *bill) bool {
		return some(b.meta.Authors) || b.meta.Manufacturer != nil || b.meta.Supplier != nil
	}},
	{"MD-02", "Metadata", "SBOM version", false, "version and serialNumber", func(b *bill) bool { return b.Version > 0 && b.SerialNumber != "" }},
	{"MD-03", "Metadata", "SBOM data format name", false, "bomFormat", func(b *bill) bool { return b.BOMFormat != "" }},
	{"MD-04", "Metadata", "SBOM data format version", false, "specVersion", func(b *bill) bool { return b.SpecVersion > 0 }},
	{"MD-05", "Metadata", "SBOM author signature", true, "signature; or sign the file and name the signature in externalReferences (digital-signature)", func(b *bill) bool {
		return b.Signature != nil || b.refers("digital-signature")
	}},
	{"MD-06", "Metadata", "SBOM tool name", false, "metadata.tools", func(b *bill) bool { return b.tool(func(c *cdx.Component) bool { return c.Name != "" }) }},
	{"MD-07", "Metadata", "SBOM tool version", false, "metadata.tools.components.version", func(b *bill) bool { return b.tool(func(c *cdx.Component) bool { return c.Version != "" }) }},
	{"MD-08", "Metadata", "SBOM generation context", false, "metadata.lifecycles", func(b *bill) bool { return some(b.meta.Lifecycles) }},
	{"MD-09", "Metadata", "SBOM timestamp", false, "metadata.timestamp", func(b *bill) bool { return b.meta.Timestamp != "" }},
	{"MD-10", "Metadata", "SBOM dependency relationship", false, "dependencies", func(b *bill) bool { return some(b.Dependencies) }},
	{"SLP-01", "System Level Properties", "System name", false, "metadata.component.name", func(b *bill) bool { return b.root.Name != "" }},
	{"SLP-02", "System Level Properties", "System components", false, "components", func(b *bill) bool { return len(b.all) > 0 }},
	{"SLP-03", "System Level Properties", "System producer", true, "metadata.component.manufacturer", func(b *bill) bool {
		return b.root.Manufacturer != nil || b.root.Supplier != nil || b.root.Publisher != ""
	}},
	{"SLP-04", "System Level Properties", "System version", false, "metadata.component.version", func(b *bill) bool { return b.root.Version != "" || some(b.root.Hashes) }},
	{"SLP-05", "System Level Properties", "System timestamp", false, "metadata.component.properties bailiwick:created, or releaseNotes.timestamp", func(b *bill) bool {
		return property(b.root.Properties, "bailiwick:created") || b.root.ReleaseNotes != nil && b.root.ReleaseNotes.Timestamp != ""
	}},
	{"SLP-06", "System Level Properties", "System data flow", false, "services with data", func(b *bill) bool {
		return b.services(func(s *cdx.Service) bool { return some(s.Data) })
	}},
	{"SLP-07", "System Level Properties", "System data usage", true, "services.data.classification: bind the flows to data classes in perimeter.yaml", func(b *bill) bool { return b.classified() }},
	{"SLP-08", "System Level Properties", "System input/output properties", true, "metadata.properties g7ai:SLP-08", func(b *bill) bool { return b.says("g7ai:SLP-08") }},
	{"SLP-09", "System Level Properties", "Intended application area", true, "metadata.component.description, or metadata.properties g7ai:SLP-09", func(b *bill) bool { return b.root.Description != "" || b.says("g7ai:SLP-09") }},
	{"MDL-01", "Models", "Model name", false, "components of type machine-learning-model", model(func(c *cdx.Component) bool { return c.Name != "" })},
	{"MDL-02", "Models", "Model identifier", false, "bom-ref or purl", model(func(c *cdx.Component) bool { return c.BOMRef != "" || c.PackageURL != "" })},
	{"MDL-03", "Models", "Model version", true, "version", model(func(c *cdx.Component) bool { return c.Version != "" })},
	{"MDL-04", "Models", "Model timestamp", true, "properties g7ai:MDL-04", model(func(c *cdx.Component) bool { return property(c.Properties, "g7ai:MDL-04") })},
	{"MDL-05", "Models", "Model producer", false, "manufacturer", model(func(c *cdx.Component) bool { return c.Manufacturer != nil || c.Supplier != nil || c.Publisher != "" })},
	{"MDL-06", "Models", "Model description", true, "description", model(func(c *cdx.Component) bool { return c.Description != "" })},
	{"MDL-07", "Models", "Model hash value", false, "hashes", model(func(c *cdx.Component) bool { return some(c.Hashes) })},
	{"MDL-08", "Models", "Model hash algorithm", false, "hashes", model(func(c *cdx.Component) bool { return some(c.Hashes) })},
	{"MDL-09", "Models", "Model properties", false, "modelCard.modelParameters", model(func(c *cdx.Component) bool { return c.ModelCard != nil && c.ModelCard.ModelParameters != nil })},
	{"MDL-10", "Models", "Model input/output properties", true, "modelCard.modelParameters.inputs and outputs", model(func(c *cdx.Component) bool {
		p := parameters(c)
		return some(p.Inputs) && some(p.Outputs)
	})},
	{"MDL-11", "Models", "Model training properties", true, "modelCard.modelParameters.approach or datasets", model(func(c *cdx.Component) bool {
		p := parameters(c)
		return p.Approach != nil || some(p.Datasets)
	})},
	{"MDL-12", "Models", "Model license", true, "licenses", model(func(c *cdx.Component) bool { return some((*[]cdx.LicenseChoice)(c.Licenses)) })},
	{"MDL-13", "Models", "Model external references", true, "externalReferences", model(func(c *cdx.Component) bool { return some(c.ExternalReferences) })},
	{"DP-01", "Dataset Properties", "Dataset name", true, "components of type data", data(func(c *cdx.Component) bool { return c.Name != "" })},
	{"DP-02", "Dataset Properties", "Dataset description", true, "description", data(func(c *cdx.Component) bool { return c.Description != "" })},
	{"DP-03", "Dataset Properties", "Dataset content", true, "data.contents", data(func(c *cdx.Component) bool {
		return contents(c, func(d *cdx.ComponentData) bool { return d.Contents != nil })
	})},
	{"DP-04", "Dataset Properties", "Dataset identifier", true, "bom-ref or purl", data(func(c *cdx.Component) bool { return c.BOMRef != "" || c.PackageURL != "" })},
	{"DP-05", "Dataset Properties", "Dataset hash", true, "hashes", data(func(c *cdx.Component) bool { return some(c.Hashes) })},
	{"DP-06", "Dataset Properties", "Dataset provenance", true, "supplier or externalReferences", data(func(c *cdx.Component) bool {
		return c.Supplier != nil || c.Manufacturer != nil || some(c.ExternalReferences)
	})},
	{"DP-07", "Dataset Properties", "Dataset statistical properties", true, "properties g7ai:DP-07", data(func(c *cdx.Component) bool { return property(c.Properties, "g7ai:DP-07") })},
	{"DP-08", "Dataset Properties", "Dataset sensitivity", true, "data.sensitiveData or data.classification", data(func(c *cdx.Component) bool {
		return contents(c, func(d *cdx.ComponentData) bool { return d.SensitiveData != nil || d.Classification != "" })
	})},
	{"DP-09", "Dataset Properties", "Dataset dependency relationship", true, "dependencies, or pedigree.ancestors", data(func(c *cdx.Component) bool { return c.Pedigree != nil || property(c.Properties, "g7ai:DP-09") })},
	{"DP-10", "Dataset Properties", "Dataset license", true, "licenses", data(func(c *cdx.Component) bool { return some((*[]cdx.LicenseChoice)(c.Licenses)) })},
	{"INF-01", "Infrastructure", "Infrastructure software", false, "components, or a container as metadata.component", func(b *bill) bool {
		return b.any(cdx.ComponentTypeLibrary, cdx.ComponentTypeOS, cdx.ComponentTypeContainer, cdx.ComponentTypeFramework, cdx.ComponentTypePlatform)
	}},
	{"INF-02", "Infrastructure", "Infrastructure hardware", true, "components of type device", func(b *bill) bool { return b.any(cdx.ComponentTypeDevice) }},
	{"SP-01", "Security Properties", "Security controls", true, "metadata.properties g7ai:SP-01, or declarations", func(b *bill) bool { return b.says("g7ai:SP-01") || b.Declarations != nil }},
	{"SP-02", "Security Properties", "Security compliance", true, "declarations, or externalReferences (certification-report, attestation)", func(b *bill) bool {
		return b.Declarations != nil || b.refers("certification-report", "attestation")
	}},
	{"SP-03", "Security Properties", "Cybersecurity policy information", true, "externalReferences (security-contact, vulnerability-disclosure …)", func(b *bill) bool {
		return b.refers("security-contact", "threat-model", "risk-assessment") || b.says("g7ai:SP-03")
	}},
	{"SP-04", "Security Properties", "Vulnerability referencing", false, "vulnerabilities: bailiwick sbom --osv DIR; or externalReferences (advisories, exploitability-statement)", func(b *bill) bool {
		return b.Vulnerabilities != nil || b.refers("advisories", "exploitability-statement", "vulnerability-assertion")
	}},
	{"KPI-01", "Key Performance Indicators", "Security metrics", true, "metadata.properties g7ai:KPI-01", func(b *bill) bool { return b.says("g7ai:KPI-01") }},
	{"KPI-02", "Key Performance Indicators", "Operational performance KPIs", true, "modelCard.quantitativeAnalysis, or metadata.properties g7ai:KPI-02", func(b *bill) bool {
		return b.says("g7ai:KPI-02") || model(func(c *cdx.Component) bool { return c.ModelCard != nil && c.ModelCard.QuantitativeAnalysis != nil })(b)
	}},
}

// Check holds a CycloneDX document against a profile.
func Check(src []byte, profile string) ([]Element, error) {
	if profile != "g7-ai" {
		return nil, fmt.Errorf("there is no profile %q; there are: %v", profile, Profiles())
	}
	b := &bill{}
	if err := cdx.NewBOMDecoder(bytes.NewReader(src), cdx.BOMFileFormatJSON).Decode(&b.BOM); err != nil {
		return nil, fmt.Errorf("this is no CycloneDX document in JSON: %w", err)
	}
	if b.BOMFormat != "CycloneDX" {
		return nil, fmt.Errorf("this is no CycloneDX document: bomFormat is %q; bailiwick sbom writes one", b.BOMFormat)
	}
	b.open()
	var out []Element
	for _, n := range g7 {
		e := Element{ID: "G7AI-" + n.id, Cluster: n.cluster, Name: n.name, Status: Missing, By: "tool"}
		if n.person {
			e.By = "person"
		}
		switch has := n.has(b); {
		case !has:
			e.Hint = n.hint
		case n.person:
			e.Status = Human
		default:
			e.Status = Automated
		}
		out = append(out, e)
	}
	return out, nil
}
