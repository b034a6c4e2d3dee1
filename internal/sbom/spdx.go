package sbom

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdx/v2/common"
	spdx "github.com/spdx/tools-golang/spdx/v2/v2_3"
)

const noAssertion = "NOASSERTION"

// writeSPDX writes SPDX 2.3. That version knows no services: they are packages
// that say of themselves what they are.
func writeSPDX(w io.Writer, c *Content) error {
	doc := &spdx.Document{SPDXVersion: spdx.Version, DataLicense: spdx.DataLicense, SPDXIdentifier: "DOCUMENT", DocumentName: c.Subject.Name,
		DocumentNamespace: "urn:uuid:" + c.identity().String(),
		CreationInfo:      &spdx.CreationInfo{Created: c.At.UTC().Format(time.RFC3339), Creators: []common.Creator{{CreatorType: "Tool", Creator: "bailiwick-" + c.Tool}}}}
	if len(c.Gaps) > 0 {
		doc.CreationInfo.CreatorComment = fmt.Sprintf("incomplete: %d parts could not be read", len(c.Gaps))
	}
	add := func(p *spdx.Package, relation string) {
		p.PackageDownloadLocation, p.PackageCopyrightText = or(p.PackageDownloadLocation), noAssertion
		p.PackageLicenseConcluded, p.PackageLicenseDeclared = noAssertion, or(p.PackageLicenseDeclared)
		doc.Packages = append(doc.Packages, p)
		from := common.ElementID("Root")
		if relation == common.TypeRelationshipDescribe {
			from = "DOCUMENT"
		}
		doc.Relationships = append(doc.Relationships, &spdx.Relationship{RefA: common.MakeDocElementID("", string(from)), RefB: common.MakeDocElementID("", string(p.PackageSPDXIdentifier)), Relationship: relation})
	}
	root := &spdx.Package{PackageSPDXIdentifier: "Root", PackageName: c.Subject.Name, PackageVersion: c.Subject.Version, PrimaryPackagePurpose: "APPLICATION"}
	if c.Subject.Image {
		root.PrimaryPackagePurpose = "CONTAINER"
	}
	if sum, ok := strings.CutPrefix(c.Subject.Digest, "sha256:"); ok {
		root.PackageChecksums = []common.Checksum{{Algorithm: common.SHA256, Value: sum}}
	}
	add(root, common.TypeRelationshipDescribe)
	for i, p := range c.components() {
		out := &spdx.Package{PackageSPDXIdentifier: identifier("Package", i, p.Name), PackageName: p.Name, PackageVersion: p.Version, PackageComment: strings.Join(p.places, "; "), PackageSourceInfo: readIn(p.origins)}
		if strings.HasPrefix(p.ref, "pkg:") {
			out.PackageExternalReferences = []*spdx.PackageExternalReference{{Category: common.CategoryPackageManager, RefType: common.TypePackageManagerPURL, Locator: p.ref}}
		}
		if p.Supplier != "" {
			out.PackageSupplier = &common.Supplier{Supplier: oneLine(p.Supplier), SupplierType: "Organization"}
		}
		if len(p.Licenses) == 1 && slices.Contains(spdxIDs, p.Licenses[0]) {
			out.PackageLicenseDeclared = p.Licenses[0]
		} else if len(p.Licenses) > 0 {
			out.PackageLicenseComments = strings.Join(p.Licenses, "; ")
		}
		relation := common.TypeRelationshipContains
		if p.Dev {
			relation = common.TypeRelationshipOther
		}
		add(out, relation)
	}
	for i := range c.Models {
		m := &c.Models[i]
		out := &spdx.Package{PackageSPDXIdentifier: identifier("Model", i, m.Name), PackageName: m.Name, PackageComment: "model weights " + m.Format + " at " + m.Path + "; made from: " + strings.Join(m.Base, ", "), PrimaryPackagePurpose: "OTHER", PackageSourceInfo: readIn(told(m.Origin))}
		if m.Name == "" {
			out.PackageName = m.Path
		}
		if m.SHA256 != "" {
			out.PackageChecksums = []common.Checksum{{Algorithm: common.SHA256, Value: m.SHA256}}
		}
		if slices.Contains(spdxIDs, m.License) {
			out.PackageLicenseDeclared = m.License
		} else {
			out.PackageLicenseComments = m.License
		}
		if m.Developer != "" {
			out.PackageSupplier = &common.Supplier{Supplier: oneLine(m.Developer), SupplierType: "Organization"}
		}
		add(out, common.TypeRelationshipContains)
	}
	for i := range c.Services {
		s := &c.Services[i]
		var purposes []string
		for _, f := range s.Flows {
			if !slices.Contains(purposes, f.Purpose) {
				purposes = append(purposes, f.Purpose)
			}
		}
		out := &spdx.Package{PackageSPDXIdentifier: identifier("Service", i, s.Host), PackageName: s.Host, PrimaryPackagePurpose: "OTHER",
			PackageComment: fmt.Sprintf("a service (%s); run from %s", strings.Join(purposes, ", "), or(string(s.Seat))), PackageSourceInfo: readIn(s.origins())}
		if s.Operator != "" {
			out.PackageSupplier = &common.Supplier{Supplier: oneLine(s.Operator), SupplierType: "Organization"}
		}
		add(out, common.TypeRelationshipDependsOn)
	}
	return spdxjson.Write(doc, w, spdxjson.Indent("  "))
}

// readIn says where a statement was read.
func readIn(at []string) string {
	if len(at) == 0 {
		return ""
	}
	return "read in " + strings.Join(at, "; ")
}

func or(s string) string {
	if s == "" {
		return noAssertion
	}
	return s
}

var notID = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

func identifier(kind string, n int, name string) common.ElementID {
	return common.ElementID(fmt.Sprintf("%s-%d-%s", kind, n, strings.Trim(notID.ReplaceAllString(name, "-"), "-")))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
