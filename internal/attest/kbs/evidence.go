package kbs

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
)

// sample is the kind of evidence that nobody signed.
const sample attest.Kind = "sample"

// kinds are the words of the protocol for what is taken.
func (s *Server) kinds() []attest.Kind {
	kinds := []attest.Kind{attest.SNP, attest.TDX, attest.SGX}
	if s.Sample {
		kinds = append(kinds, sample)
	}
	return kinds
}

// A statement is the evidence of one device, with what it must have signed.
type statement struct {
	attest.Evidence
	data []byte
}

// maxDevices is how many devices a machine may have evidence of.
const maxDevices = 16

// statements reads the evidence of a machine and of its devices, the machine's first.
func statements(kind attest.Kind, a *Attestation) ([]statement, error) {
	machine, err := readers[kind](a.Evidence.Primary)
	if err != nil {
		return nil, fmt.Errorf("evidence of kind %s: %w", kind, err)
	}
	out := []statement{{machine, bound(a.RuntimeData.machine(a.Evidence.Additional))}}
	if a.Evidence.Additional == "" {
		return out, nil
	}
	var more map[string]json.RawMessage
	if err := decode([]byte(a.Evidence.Additional), &more); err != nil {
		return nil, fmt.Errorf("additional_evidence: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if name != string(attest.NVIDIA) {
			return nil, fmt.Errorf("additional_evidence of kind %.40q cannot be judged; of %q it can", name, attest.NVIDIA)
		}
		gpus, err := readGPUs(more[name])
		if err != nil {
			return nil, fmt.Errorf("evidence of kind %s: %w", name, err)
		}
		for _, g := range gpus {
			// A GPU signs a nonce of 32 bytes: clients cut the digest off.
			out = append(out, statement{g, bound(a.RuntimeData.device())[:32]})
		}
	}
	return out, nil
}

var readers = map[attest.Kind]func(json.RawMessage) (attest.Evidence, error){
	attest.TDX: readQuote(attest.TDX), attest.SGX: readQuote(attest.SGX), attest.SNP: readSNP, sample: readSample,
}

// readQuote reads {"quote": base64, "cc_eventlog": …}. The event log explains
// the registers that the quote signs, and no policy asks for it.
func readQuote(kind attest.Kind) func(json.RawMessage) (attest.Evidence, error) {
	return func(raw json.RawMessage) (attest.Evidence, error) {
		var e struct {
			Quote []byte `json:"quote"`
		}
		if err := json.Unmarshal(raw, &e); err != nil {
			return attest.Evidence{}, err
		}
		if len(e.Quote) == 0 || len(e.Quote) > attest.MaxReport {
			return attest.Evidence{}, fmt.Errorf("a quote of %d bytes is none", len(e.Quote))
		}
		return attest.Evidence{Kind: kind, Report: e.Quote}, nil
	}
}

// readGPUs reads {"device_evidence_list": [{arch, evidence, certificate}]}.
func readGPUs(raw json.RawMessage) ([]attest.Evidence, error) {
	var e struct {
		List []struct {
			Evidence    string `json:"evidence"`
			Certificate string `json:"certificate"`
		} `json:"device_evidence_list"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, err
	}
	if len(e.List) == 0 || len(e.List) > maxDevices {
		return nil, fmt.Errorf("%d devices; 1 to %d are read", len(e.List), maxDevices)
	}
	var out []attest.Evidence
	for i, d := range e.List {
		report, err := base64.StdEncoding.DecodeString(d.Evidence)
		if err != nil || len(report) == 0 || len(report) > attest.MaxReport {
			return nil, fmt.Errorf("device %d: evidence is no report in base64", i+1)
		}
		pem, err := base64.StdEncoding.DecodeString(d.Certificate)
		if err != nil {
			return nil, fmt.Errorf("device %d: certificate is no chain in base64", i+1)
		}
		chain, err := attest.Certificates(pem)
		if err == nil && len(chain) > maxChain {
			err = fmt.Errorf("%d certificates; no chain has more than %d", len(chain), maxChain)
		}
		if err != nil {
			return nil, fmt.Errorf("device %d: %w", i+1, err)
		}
		out = append(out, attest.Evidence{Kind: attest.NVIDIA, Report: report, Certificates: chain})
	}
	return out, nil
}

func readSample(raw json.RawMessage) (attest.Evidence, error) {
	var e struct {
		SVN  string `json:"svn"`
		Data []byte `json:"report_data"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return attest.Evidence{}, err
	}
	if e.SVN == "" || len(e.Data) == 0 || len(e.Data) > 64 {
		return attest.Evidence{}, errors.New("it has svn and report_data")
	}
	return attest.Evidence{Kind: sample, Report: e.Data}, nil
}

// verify judges one statement.
func (st *statement) verify(o attest.Options) (*attest.Verdict, error) {
	o.ReportData = st.data
	if st.Kind != sample {
		return all.Verify(st.Evidence, o)
	}
	x := attest.Examine(st.Evidence, o)
	x.Claims.ReportData = hex.EncodeToString(st.Report)
	x.Claims.Facts = map[string]string{"warning": "sample evidence proves nothing"}
	x.Pass(attest.CheckSignature, "nobody signed this: it is a sample")
	return x.Finish(), nil
}

// maxChain is more certificates than any host puts into the list: a session
// keeps them as long as it lives.
const maxChain = 8

// chain reads certificates of a list as sev's JSON has it.
func chain(entries []certificateEntry) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for i, e := range entries {
		var kind string
		if json.Unmarshal(e.Type, &kind) != nil || !slices.Contains([]string{"ARK", "ASK", "VCEK", "VLEK"}, kind) {
			continue // revocation lists, and what hosts put there by a GUID
		}
		certs, err := attest.Certificates(e.Data)
		if err != nil {
			return nil, fmt.Errorf("cert_chain: entry %d (%s): %w", i+1, kind, err)
		}
		if out = append(out, certs...); len(out) > maxChain {
			return nil, fmt.Errorf("cert_chain: more than %d certificates: no chain is that long", maxChain)
		}
	}
	return out, nil
}
