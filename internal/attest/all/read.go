package all

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// maxFile bounds a file of evidence; one of eight GPUs has 100 KiB.
const maxFile = 4 << 20

// Read finds the evidence in a file: one report or quote, as it is, in hex or in
// base64; or several of GPUs, in the JSON of NVIDIA's tools and of confidential
// containers.
func Read(file []byte) ([]attest.Evidence, error) {
	if len(file) > maxFile {
		return nil, fmt.Errorf("the file has %d bytes; at most %d are read", len(file), maxFile)
	}
	if text := bytes.TrimSpace(file); bytes.HasPrefix(text, []byte("[")) || bytes.HasPrefix(text, []byte("{")) {
		return devices(text)
	}
	report := file
	if kind, err := Detect(report); err == nil {
		return []attest.Evidence{{Kind: kind, Report: report}}, nil
	}
	report, err := decoded(string(file))
	if err != nil {
		return nil, fmt.Errorf("the file is no evidence, neither as it is nor in hex or base64")
	}
	kind, err := Detect(report)
	return []attest.Evidence{{Kind: kind, Report: report}}, err
}

// decoded reads hex or base64, over several lines or in one.
func decoded(text string) ([]byte, error) {
	plain := bytes.Join(bytes.Fields([]byte(text)), nil)
	if b, err := hex.DecodeString(string(plain)); err == nil {
		return b, nil
	}
	return base64.StdEncoding.DecodeString(string(plain))
}

// A device is a GPU in the JSON of NVIDIA's tools: a list of them; confidential
// containers put it below a name.
type device struct {
	Evidence    string `json:"evidence"`
	Certificate []byte `json:"certificate"`
}

func devices(text []byte) ([]attest.Evidence, error) {
	var wrapped struct {
		List []device `json:"device_evidence_list"`
	}
	err := json.Unmarshal(text, &wrapped.List)
	if text[0] == '{' {
		err = json.Unmarshal(text, &wrapped)
	}
	if err != nil || len(wrapped.List) == 0 {
		return nil, fmt.Errorf("the file is JSON, but no list of GPUs with evidence and certificate: %v", err)
	}
	var all []attest.Evidence
	for i, d := range wrapped.List {
		report, err := decoded(d.Evidence)
		if err != nil {
			return nil, fmt.Errorf("GPU %d: the evidence is neither hex nor base64", i+1)
		}
		certs, err := attest.Certificates(d.Certificate)
		if err != nil {
			return nil, fmt.Errorf("GPU %d: %w", i+1, err)
		}
		all = append(all, attest.Evidence{Kind: attest.NVIDIA, Report: report, Certificates: certs})
	}
	return all, nil
}
