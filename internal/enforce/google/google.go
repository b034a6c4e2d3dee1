// Package google writes organisation policies for Google Cloud, as Terraform and
// as the files that gcloud org-policies set-policy takes.
//
// Constraints: Google's Organization Policy constraint reference, and what
// Assured Workloads sets for the EU (KSA and EU Data Boundary pages).
package google

import (
	"fmt"
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target google.
var Target = enforce.Target{
	Name:  "google",
	Title: "Google Cloud organisation policies",
	Holds: []graph.RuleID{"LOC-001", "LOC-003", "LOC-008", "KEY-001", "KEY-002", "KEY-006", "ENC-001", "EGR-012", "SUP-004", "SUP-007", "TEE-001"},
	Write: write,
}

// A constraint is one organisation policy.
type constraint struct {
	name    string
	about   string
	holds   []graph.RuleID
	allowed []string
	denied  []string
	denyAll bool
	enforce bool
}

func write(b *bounds.Bounds) ([]enforce.File, error) {
	c := b.Main("google")
	if c == nil {
		return nil, fmt.Errorf("the knowledge base has no record of Google's cloud")
	}
	if err := enforce.NeverClear(c, "no organisation policy"); err != nil {
		return nil, err
	}
	if err := enforce.NoCloudKey(b, c, "no organisation policy"); err != nil {
		return nil, err
	}
	cs := constraints(b, c)
	var out []enforce.File
	var tf strings.Builder
	tf.WriteString(enforce.Comment("#", enforce.Header(b, "Organisation policies for "+c.Name)))
	tf.WriteString(enforce.Root("google", "parent", "organizations/…, folders/… or projects/… that holds this data."))
	for i := range cs {
		k := &cs[i]
		doc, err := k.document()
		if err != nil {
			return nil, err
		}
		out = append(out, enforce.File{Name: path.Join("policies", k.name+".json"), Data: doc})
		k.terraform(&tf, b)
	}
	return append(out, enforce.File{Name: "policies.tf", Data: []byte(tf.String())}), nil
}

func constraints(b *bounds.Bounds, c *bounds.Cloud) []constraint {
	places := values(c)
	where := constraint{name: "gcp.resourceLocations", about: "Resources are in locations inside only", holds: []graph.RuleID{"LOC-001", "LOC-003"}, allowed: places}
	if len(places) == 0 {
		where.denyAll, where.about = true, "Closed, no resource may be anywhere: "+why(b, c)
		return []constraint{where}
	}
	on := func(name, about string, holds ...graph.RuleID) constraint {
		return constraint{name: name, about: about, holds: holds, enforce: true}
	}
	out := []constraint{
		where,
		{name: "gcp.restrictTLSVersion", about: "Connections use TLS 1.2 or newer", holds: []graph.RuleID{"ENC-001"}, denied: []string{"TLS_VERSION_1", "TLS_VERSION_1_1"}},
		on("compute.disableGlobalLoadBalancing", "No load balancer is served from everywhere", "LOC-008"),
		on("compute.disableInternetNetworkEndpointGroup", "No load balancer sends to hosts elsewhere", "LOC-008"),
		on("compute.disableSerialPortAccess", "No console leads around the network", "SUP-004"),
		on("compute.disableSshInBrowser", "No browser of Google's leads into machines", "SUP-004"),
		on("compute.enableComplianceMemoryProtection", "Diagnosis does not read the memory of machines", "SUP-007"),
		on("container.restrictNoncompliantDiagnosticDataAccess", "Diagnosis does not read clusters", "SUP-007"),
		on("sql.restrictNoncompliantDiagnosticDataAccess", "Diagnosis does not read databases", "SUP-007"),
		on("sql.restrictPublicIp", "Databases have no public address", "EGR-012"),
		on("storage.publicAccessPrevention", "Buckets are not public", "EGR-012"),
		on("storage.uniformBucketLevelAccess", "Objects have no rights of their own", "EGR-012"),
	}
	if b.CustomerKey() {
		out = append(out,
			constraint{name: "gcp.restrictNonCmekServices", about: "Nothing is stored without a key of the customer", holds: []graph.RuleID{"KEY-001", "KEY-006"}, denied: services},
			constraint{name: "cloudkms.allowedProtectionLevels", about: "Keys are held as the perimeter asks", holds: []graph.RuleID{"KEY-002"}, allowed: enforce.ProtectionLevels(b, c)})
	}
	if b.Limits.InUse {
		out = append(out, constraint{name: "compute.restrictNonConfidentialComputing", about: "Machines protect what they compute on", holds: []graph.RuleID{"TEE-001"},
			denied: []string{"compute.googleapis.com", "container.googleapis.com", "dataproc.googleapis.com", "dataflow.googleapis.com"}})
	}
	return out
}

// services are those whose stores take a key of the customer.
var services = []string{
	"aiplatform.googleapis.com", "alloydb.googleapis.com", "artifactregistry.googleapis.com", "bigquery.googleapis.com", "bigquerystorage.googleapis.com", "bigtable.googleapis.com",
	"bigtableadmin.googleapis.com", "cloudfunctions.googleapis.com", "compute.googleapis.com", "container.googleapis.com", "dataflow.googleapis.com", "dataproc.googleapis.com",
	"documentai.googleapis.com", "firestore.googleapis.com", "logging.googleapis.com", "pubsub.googleapis.com", "run.googleapis.com", "secretmanager.googleapis.com",
	"spanner.googleapis.com", "sqladmin.googleapis.com", "storage.googleapis.com",
}

// values name the locations inside, in value groups that hold a region with its
// zones. Multi-regions are left out: where in one data lies is Google's choice.
func values(c *bounds.Cloud) []string {
	var out []string
	for _, code := range c.Codes("region") {
		out = append(out, "in:"+code+"-locations")
	}
	return out
}

func why(b *bounds.Bounds, c *bounds.Cloud) string {
	if !c.Open() {
		return c.Why
	}
	return "no location of it is inside " + b.Limits.Places.String()
}

// document is the policy as gcloud takes it; NAME stands for the resource it is
// set on.
func (k *constraint) document() ([]byte, error) {
	rule := map[string]any{}
	switch {
	case k.enforce:
		rule["enforce"] = true
	case k.denyAll:
		rule["denyAll"] = true
	default:
		vs := map[string]any{}
		if k.allowed != nil {
			vs["allowedValues"] = k.allowed
		}
		if k.denied != nil {
			vs["deniedValues"] = k.denied
		}
		rule["values"] = vs
	}
	return enforce.JSON(map[string]any{"name": "NAME/policies/" + k.name, "spec": map[string]any{"inheritFromParent": false, "rules": []any{rule}}})
}

func (k *constraint) terraform(w *strings.Builder, b *bounds.Bounds) {
	enforce.Title(w, b, k.about, k.holds)
	id := strings.NewReplacer(".", "_").Replace(k.name)
	fmt.Fprintf(w, "resource \"google_org_policy_policy\" %q {\n  name   = \"${var.parent}/policies/%s\"\n  parent = var.parent\n  spec {\n    inherit_from_parent = false\n    rules {\n", id, k.name)
	switch {
	case k.enforce:
		w.WriteString("      enforce = \"TRUE\"\n")
	case k.denyAll:
		w.WriteString("      deny_all = \"TRUE\"\n")
	default:
		w.WriteString("      values {\n")
		if k.allowed != nil {
			fmt.Fprintf(w, "        allowed_values = %s\n", enforce.HCLList(k.allowed))
		}
		if k.denied != nil {
			fmt.Fprintf(w, "        denied_values = %s\n", enforce.HCLList(k.denied))
		}
		w.WriteString("      }\n")
	}
	w.WriteString("    }\n  }\n}\n")
}
