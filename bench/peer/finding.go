package peer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// A Finding is something that a tool complains about.
type Finding struct {
	ID      string // of the rule: AZU-0058, CKV_AWS_144; KICS has only names
	Title   string
	Subject string // the address or name of the resource
	File    string // as the tool spells it
	Status  string // "fail" or "undecided"; others than Bailiwick know only fail
	Message string
}

// Text is everything that a finding says.
func (f *Finding) Text() string { return f.ID + " " + f.Title + " " + f.Message }

func bailiwickFound(_ []byte, out string) ([]Finding, error) {
	src, err := os.ReadFile(filepath.Join(out, "result.json"))
	if err != nil {
		return nil, err
	}
	res, err := finding.Decode(src)
	if err != nil {
		return nil, err
	}
	var fs []Finding
	for i := range res.Findings {
		f := &res.Findings[i]
		if f.Status == finding.Fail || f.Status == finding.Undecided {
			fs = append(fs, Finding{string(f.Rule), f.Title, string(f.Subject), f.Origin.File, string(f.Status), f.Message})
		}
	}
	return sorted(fs), nil
}

func trivyFound(_ []byte, out string) ([]Finding, error) {
	var doc struct {
		SchemaVersion int
		Results       []struct {
			Target            string
			Misconfigurations []struct {
				ID, Title, Message, Status string
				CauseMetadata              struct{ Resource string }
			}
		}
	}
	src, err := os.ReadFile(filepath.Join(out, "result.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(src, &doc); err != nil {
		return nil, err
	}
	if doc.SchemaVersion == 0 {
		return nil, fmt.Errorf("this is not a report of trivy")
	}
	var fs []Finding
	for _, r := range doc.Results {
		for _, m := range r.Misconfigurations {
			if m.Status == "FAIL" {
				fs = append(fs, Finding{m.ID, m.Title, m.CauseMetadata.Resource, r.Target, "fail", m.Message})
			}
		}
	}
	return sorted(fs), nil
}

func kicsFound(_ []byte, out string) ([]Finding, error) {
	var doc struct {
		Version string `json:"kics_version"`
		Queries []struct {
			Name  string `json:"query_name"`
			Files []struct {
				File    string `json:"file_name"`
				Type    string `json:"resource_type"`
				Name    string `json:"resource_name"`
				Message string `json:"actual_value"`
			}
		}
	}
	src, err := os.ReadFile(filepath.Join(out, "results.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(src, &doc); err != nil {
		return nil, err
	}
	if doc.Version == "" {
		return nil, fmt.Errorf("this is not a report of kics")
	}
	var fs []Finding
	for _, q := range doc.Queries {
		for _, f := range q.Files {
			fs = append(fs, Finding{"", q.Name, f.Type + "." + f.Name, f.File, "fail", f.Message})
		}
	}
	return sorted(fs), nil
}

func checkovFound(stdout []byte, _ string) ([]Finding, error) {
	var doc struct {
		CheckType string `json:"check_type"`
		Passed    *int   // of the short form, when there was nothing to check
		Results   *struct {
			Failed []struct {
				ID       string `json:"check_id"`
				Name     string `json:"check_name"`
				File     string `json:"file_path"`
				Resource string
			} `json:"failed_checks"`
		}
	}
	if err := json.Unmarshal(stdout, &doc); err != nil {
		return nil, err
	}
	if doc.Results == nil {
		if doc.Passed == nil {
			return nil, fmt.Errorf("this is not a report of checkov")
		}
		return nil, nil
	}
	var fs []Finding
	for _, f := range doc.Results.Failed {
		fs = append(fs, Finding{f.ID, f.Name, f.Resource, f.File, "fail", ""})
	}
	return sorted(fs), nil
}

func conftestFound(stdout []byte, _ string) ([]Finding, error) {
	var doc []struct {
		Filename  string
		Namespace string
		Failures  []struct{ Msg string }
	}
	if err := json.Unmarshal(stdout, &doc); err != nil {
		return nil, err
	}
	if len(doc) == 0 {
		return nil, fmt.Errorf("it tested nothing")
	}
	var fs []Finding
	for _, d := range doc {
		for _, f := range d.Failures {
			fs = append(fs, Finding{ID: d.Namespace, Title: f.Msg, File: d.Filename, Status: "fail"})
		}
	}
	return sorted(fs), nil
}

func sorted(fs []Finding) []Finding {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Message, b.Message))
	})
	return fs
}
