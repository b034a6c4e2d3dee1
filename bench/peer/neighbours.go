package peer

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Plan is the file of a tree that holds its plan, as terraform show -json
// prints one.
func Plan(tree string) string { return filepath.Join(tree, "plan.json") }

// HasPlan reports whether a tree holds its plan.
func HasPlan(tree string) bool { return exists(Plan(tree)) }

// pepin is told whose plan it is: that of the provider that the most resources have.
func pepin(_ *Bench, tree, _ string) ([]string, error) {
	src, err := os.ReadFile(Plan(tree))
	if err != nil {
		return nil, err
	}
	best, most := "", 0
	for _, p := range []string{"exoscale", "outscale", "scaleway"} {
		if n := strings.Count(string(src), `"type": "`+p+"_"); n > most {
			best, most = p, n
		}
	}
	if best == "" {
		return nil, fmt.Errorf("%s is a plan of no provider that Pépin knows", Plan(tree))
	}
	return []string{"scan", best, "--terraform", Plan(tree), "--lang", "en", "--format", "assessment"}, nil
}

// pepinFound takes what fails, and what is not evaluated although the plan has
// such a resource.
func pepinFound(stdout []byte, _ string) ([]Finding, error) {
	var doc struct {
		Run     *struct{}
		Results []struct {
			Control, Title, Status, Subject string
			Evidence                        struct{ Observed string }
			References                      []struct{ Framework, ID string }
		}
	}
	if err := json.Unmarshal(stdout, &doc); err != nil {
		return nil, err
	}
	if doc.Run == nil {
		return nil, fmt.Errorf("this is not an assessment of pepin")
	}
	var fs []Finding
	for _, r := range doc.Results {
		if r.Status != "fail" && (r.Status != "not-evaluated" || strings.HasPrefix(r.Evidence.Observed, "no resource of type")) {
			continue
		}
		id := r.Control
		for _, ref := range r.References {
			if ref.Framework == "scsl" {
				id = ref.ID
				break
			}
		}
		fs = append(fs, Finding{id, r.Title, r.Subject, "", strings.ReplaceAll(r.Status, "-", " "), r.Control + ": " + r.Evidence.Observed})
	}
	return sorted(fs), nil
}

func prowler(_ *Bench, tree, out string) ([]string, error) {
	return []string{"iac", "--scan-path", tree, "--scanners", "misconfig", "--output-formats", "json-ocsf",
		"--output-directory", out, "--output-filename", "result", "--no-banner", "--no-color", "--ignore-exit-code-3"}, nil
}

func prowlerFound(_ []byte, out string) ([]Finding, error) {
	src, err := os.ReadFile(filepath.Join(out, "result.ocsf.json"))
	if err != nil {
		return nil, err
	}
	var doc []struct {
		StatusCode string `json:"status_code"`
		Message    string
		Metadata   struct {
			Code string `json:"event_code"`
		}
		Info      struct{ Title string } `json:"finding_info"`
		Resources []struct{ Name, UID string }
	}
	if err := json.Unmarshal(src, &doc); err != nil {
		return nil, err
	}
	var fs []Finding
	for _, f := range doc {
		if f.StatusCode != "FAIL" {
			continue
		}
		file, subject := "", ""
		if len(f.Resources) > 0 {
			file, subject = f.Resources[0].Name, f.Resources[0].UID
		}
		fs = append(fs, Finding{f.Metadata.Code, f.Info.Title, subject, file, "fail", f.Message})
	}
	return sorted(fs), nil
}

// borderlint judges by residency.json beside the trees, or only lists.
func borderlint(_ *Bench, tree, _ string) ([]string, error) {
	args := []string{"scan", tree, "--format", "json"}
	if policy := filepath.Join(tree, "residency.json"); exists(policy) {
		args = append(args, "--policy", policy, "--classification", "records")
	}
	return args, nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func borderlintFound(stdout []byte, _ string) ([]Finding, error) {
	var doc struct {
		Findings *[]struct {
			Kind, Name, Evidence, File, Severity string
			Jurisdiction, Sovereignty            string
			Reasons                              []string
		}
	}
	if err := json.Unmarshal(stdout, &doc); err != nil {
		return nil, err
	}
	if doc.Findings == nil {
		return nil, fmt.Errorf("this is not a report of borderlint")
	}
	var fs []Finding
	for _, f := range *doc.Findings {
		if f.Severity == "fail" {
			fs = append(fs, Finding{f.Kind, f.Name, f.Evidence, f.File, "fail", fmt.Sprintf("residency %s, sovereignty %s: %s", f.Jurisdiction, f.Sovereignty, strings.Join(f.Reasons, "; "))})
		}
	}
	return sorted(fs), nil
}
