// Attest asks Google's verifiers, go-sev-guest and go-tdx-guest, what they say of
// evidence, so that tests can hold ours against them. It is a module of its own, so
// that what they need is needed here only; tests read their test data in place from
// the versions that this go.mod pins.
//
//	attest snp REPORT CERTIFICATE AT [TIMES]   a report and the DER of its VCEK or VLEK
//	attest tdx QUOTE AT [TIMES]
//	attest fake DIR AT                         reports of go-sev-guest's own fake AMD
//
// AT is a time in RFC 3339. The libraries warn on stdout, too. Of the other lines, the
// first says ok or refused and why; the second, after a number of TIMES, how many
// nanoseconds one verification took.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-sev-guest/abi"
	"github.com/google/go-sev-guest/kds"
	"github.com/google/go-sev-guest/proto/sevsnp"
	sevtest "github.com/google/go-sev-guest/testing"
	sev "github.com/google/go-sev-guest/verify"
	tdxabi "github.com/google/go-tdx-guest/abi"
	tdx "github.com/google/go-tdx-guest/verify"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(args []string) error {
	switch {
	case len(args) >= 4 && args[0] == "snp":
		return snp(args[1], args[2], args[3], args[4:])
	case len(args) >= 3 && args[0] == "tdx":
		return quote(args[1], args[2], args[3:])
	case len(args) == 3 && args[0] == "fake":
		return fake(args[1], args[2])
	}
	return errors.New("attest snp REPORT CERTIFICATE AT [TIMES] | tdx QUOTE AT [TIMES] | fake DIR AT")
}

func snp(report, certificate, at string, times []string) error {
	raw, now, err := read(report, at)
	if err != nil {
		return err
	}
	der, err := os.ReadFile(certificate)
	if err != nil {
		return err
	}
	return measure(times, func() error {
		p, err := abi.ReportToProto(raw[:abi.ReportSize])
		if err != nil {
			return err
		}
		chain, name, key := &sevsnp.CertificateChain{VcekCert: der}, "Milan-B0", abi.VcekReportSigner
		if info, err := abi.ParseSignerInfo(p.GetSignerInfo()); err == nil && info.SigningKey == abi.VlekReportSigner {
			chain, name, key = &sevsnp.CertificateChain{VlekCert: der}, "Milan", abi.VlekReportSigner
		}
		product, err := kds.ParseProductName(name, key)
		if err != nil {
			return err
		}
		a := &sevsnp.Attestation{Report: p, CertificateChain: chain, Product: product}
		return sev.SnpAttestation(a, &sev.Options{DisableCertFetching: true, Now: now, Product: product})
	})
}

func read(file, at string) ([]byte, time.Time, error) {
	now, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return nil, now, err
	}
	raw, err := os.ReadFile(file)
	return raw, now, err
}

func quote(file, at string, times []string) error {
	raw, now, err := read(file, at)
	if err != nil {
		return err
	}
	return measure(times, func() error {
		q, err := tdxabi.QuoteToProto(raw)
		if err != nil {
			return err
		}
		return tdx.TdxQuote(q, &tdx.Options{Now: now})
	})
}

// measure prints what a verification says, and what one costs.
func measure(times []string, verify func() error) error {
	said := "ok"
	if err := verify(); err != nil {
		said = "refused " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	fmt.Println(said)
	if len(times) == 0 {
		return nil
	}
	n, err := strconv.Atoi(times[0])
	if err != nil || n < 1 {
		return fmt.Errorf("%q is no number of times", times[0])
	}
	start := time.Now()
	for range n {
		if err := verify(); err != nil {
			return err
		}
	}
	fmt.Println(time.Since(start).Nanoseconds() / int64(n))
	return nil
}

// fake writes what go-sev-guest's fake chips answer: for each of its test cases a
// signed report, and the certificates of its fake AMD.
func fake(dir, at string) error {
	now, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return err
	}
	signer, err := sevtest.DefaultTestOnlyCertChain(sevtest.GetProductName(), now)
	if err != nil {
		return err
	}
	for name, c := range map[string][]byte{"ark": signer.Ark.Raw, "ask": signer.Ask.Raw, "asvk": signer.Asvk.Raw, "vcek": signer.Vcek.Raw, "vlek": signer.Vlek.Raw} {
		if err := os.WriteFile(filepath.Join(dir, name+".der"), c, 0o644); err != nil {
			return err
		}
	}
	for i, c := range sevtest.TestCases() {
		if c.FwErr != 0 {
			continue
		}
		raw := c.Output[:abi.ReportSize]
		r, s, err := signer.Sign(abi.SignedComponent(raw))
		if err != nil {
			return err
		}
		if err := abi.SetSignature(r, s, raw); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("report-%d.bin", i)), raw, 0o644); err != nil {
			return err
		}
	}
	return nil
}
