package cli

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/crypto/ocsp"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

// minted is the command line at the time for which evidence is minted, with
// the roots of those who minted it, from the file roots.json.
func minted() int {
	e := &env{in: os.Stdin, out: os.Stdout, err: os.Stderr, now: func() time.Time { return mint.Now }}
	b, err := os.ReadFile("roots.json")
	if err == nil {
		err = json.Unmarshal(b, &e.roots)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitError
	}
	return run(e, os.Args[1:])
}

// A fleet is machines and their vendors, of one script.
type fleet struct {
	answers map[string]answer // by host and path
	nvidia  *mint.NVIDIA
	gpu     *mint.GPU

	mu    sync.Mutex
	fault []string
	asked []string
}

type answer struct {
	body   []byte
	header http.Header
}

var fleets sync.Map // by the folder of the script

func fleetOf(ts *testscript.TestScript) *fleet {
	f, ok := fleets.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("mint first")
	}
	return f.(*fleet)
}

// mint: makes evidence of a machine of AMD (snp.bin, old.bin of a report
// that does not say its product, masked.bin), of Intel (tdx.bin, forged.bin) and of a GPU
// (gpu.json), over the nonce "nonce"; the roots of their vendors (roots.json);
// a key of the DPO (dpo.key, pass).
func mintEvidence(ts *testscript.TestScript, neg bool, args []string) {
	amd, intel, nvidia := mint.NewAMD("Milan"), mint.NewIntel(), mint.NewNVIDIA()
	f := &fleet{answers: map[string]answer{}, nvidia: nvidia, gpu: nvidia.GPU()}
	fleets.Store(ts.Getenv("WORK"), f)
	write := func(name string, b []byte) { ts.Check(os.WriteFile(ts.MkAbs(name), b, 0o600)) }
	nonce := [64]byte{}
	copy(nonce[:], "nonce")
	chip, second := [64]byte{0xC3, 0x84, 0x27, 0xA3, 1, 2, 3, 4, 5, 6, 7, 8}, [64]byte{0xD4, 1, 2, 3, 4, 5, 6, 7, 8}
	amds := func(s mint.SNP) attest.Evidence {
		s.ReportData, s.TCB, s.Measurement = nonce, [8]byte{3, 0, 0, 0, 0, 0, 20, 200}, [48]byte{0x9F, 0x2C}
		e := amd.Report(s)
		f.answers["kdsintf.amd.com/vcek/v1/Milan/"+hex.EncodeToString(s.ChipID[:])] = answer{body: e.Certificates[0].Raw}
		return e
	}
	write("snp.bin", amds(mint.SNP{Version: 3, Family: 0x19, Model: 1, ChipID: chip}).Report)
	write("old.bin", amds(mint.SNP{Version: 2, ChipID: second}).Report)
	write("masked.bin", mint.Table(amds(mint.SNP{Version: 3, Family: 0x19, Model: 1, CertifiedChip: &chip})))
	f.answers["kdsintf.amd.com/vcek/v1/Milan/cert_chain"] = answer{body: amd.Certificates().Data}
	genoa := mint.NewAMD("Genoa")
	f.answers["kdsintf.amd.com/vcek/v1/Genoa/cert_chain"], f.answers["kdsintf.amd.com/vcek/v1/Genoa/crl"] = answer{body: genoa.Certificates().Data}, answer{body: genoa.List(mint.Now).Data}
	f.answers["kdsintf.amd.com/vcek/v1/Milan/crl"] = answer{body: amd.List(mint.Now).Data}

	q := mint.Quote{Version: 4, TDX: true, ReportData: nonce, PPID: [16]byte{0x5F, 0x3C}, Code: [48]byte{0x41, 0xAB}}
	write("tdx.bin", intel.Quote(q).Report)
	write("forged.bin", mint.NewIntel().Quote(q).Report)
	statements, chain := intel.Statements(mint.Statements{}), url.QueryEscape(string(intel.Certificates().Data))
	lists := intel.Lists(mint.Now)
	const services = "api.trustedservices.intel.com/"
	f.answers[services+"tdx/certification/v4/tcb"] = answer{statements[2].Data, http.Header{"Tcb-Info-Issuer-Chain": {chain}}}
	f.answers[services+"tdx/certification/v4/qe/identity"] = answer{statements[3].Data, http.Header{"Sgx-Enclave-Identity-Issuer-Chain": {chain}}}
	f.answers[services+"sgx/certification/v4/pckcrl"] = answer{lists[1].Data, http.Header{"Sgx-Pck-Crl-Issuer-Chain": {chain}}}
	f.answers["certificates.trustedservices.intel.com/IntelSGXRootCA.der"] = answer{body: lists[0].Data}

	gpu := f.gpu.Report(mint.Measured{Nonce: [32]byte(nonce[:]), Driver: "550.90.07", VBIOS: [5]byte{0x96, 0, 0x9F, 0, 1}})
	var certs []byte
	for _, c := range gpu.Certificates {
		certs = append(certs, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	write("gpu.json", fmt.Appendf(nil, `[{"arch":"HOPPER","evidence":%q,"certificate":%q}]`, base64.StdEncoding.EncodeToString(gpu.Report), base64.StdEncoding.EncodeToString(certs)))
	for id, m := range map[string]attest.Item{
		"NV_GPU_DRIVER_GH100_550.90.07":         nvidia.Manifest("550.90.07", map[int][48]byte{7: mint.Measurement(7)}),
		"NV_GPU_VBIOS_1010_0200_882_96009F0001": nvidia.Manifest("96.00.9F.00.01", map[int][48]byte{8: mint.Measurement(8)}),
	} {
		body, err := json.Marshal(map[string]any{"id": id, "rim": m.Data})
		ts.Check(err)
		f.answers["rim.attestation.nvidia.com/v1/rim/"+id] = answer{body: body}
	}

	roots, err := json.Marshal(append(attest.Roots{amd.Root(), intel.Root()}, nvidia.Roots()...))
	ts.Check(err)
	write("roots.json", roots)
	write("pass", []byte("correct horse battery\n"))
	key, err := local.Create(ts.MkAbs("dpo.key"), local.Options{Secret: []byte("correct horse battery"), Cheap: true})
	ts.Check(err)
	ts.Check(key.Close())
}

// vendors [FAULT ...]: the services of the vendors run, behind a proxy that
// the environment names. The first questions meet the faults, one each.
func vendors(ts *testscript.TestScript, neg bool, args []string) {
	f := fleetOf(ts)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.asked = args, nil
	if ts.Getenv("HTTPS_PROXY") != "" {
		return
	}
	proxy, authority := intercept(ts, f)
	ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), authority, 0o600))
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"} {
		ts.Setenv(name, proxy)
	}
	ts.Setenv("SSL_CERT_FILE", ts.MkAbs("ca.pem"))
}

func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	f.mu.Lock()
	f.asked = append(f.asked, host+r.URL.Path)
	fault := ""
	if len(f.fault) > 0 {
		fault, f.fault = f.fault[0], f.fault[1:]
	}
	f.mu.Unlock()
	switch fault {
	case "429", "500", "503":
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(map[string]int{"429": 429, "500": 500, "503": 503}[fault])
		return
	case "403":
		w.WriteHeader(http.StatusForbidden)
		return
	case "elsewhere":
		http.Redirect(w, r, "https://evil.example"+r.URL.Path, http.StatusFound)
		return
	case "here":
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusFound)
		return
	case "plain":
		http.Redirect(w, r, "http://"+host+r.URL.RequestURI(), http.StatusFound)
		return
	case "cut":
		w.Header().Set("Content-Length", "100000")
		_, _ = io.WriteString(w, "half of ")
		return
	case "huge":
		for range 20 {
			_, _ = w.Write(make([]byte, 1<<20))
		}
		return
	case "page":
		_, _ = io.WriteString(w, "<html><body>Please log in</body></html>")
		return
	}
	if host == "ocsp.ndis.nvidia.com" {
		f.status(w, r)
		return
	}
	a, ok := f.answers[host+r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	_, _ = w.Write(a.body)
}

// status answers for the certificates of the GPU's vendor.
func (f *fleet) status(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	request, err := ocsp.ParseRequest(body)
	i := -1
	if err == nil {
		i = slices.IndexFunc(f.nvidia.Revocable(f.gpu), func(c *x509.Certificate) bool { return c.SerialNumber.Cmp(request.SerialNumber) == 0 })
	}
	if i < 0 {
		http.Error(w, "no such certificate", http.StatusBadRequest)
		return
	}
	_, _ = w.Write(f.nvidia.Answer(f.nvidia.Revocable(f.gpu)[i], ocsp.Good, mint.Now, mint.Itself).Data)
}

// asked N: the services were asked so often since vendors.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	f := fleetOf(ts)
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(args) != 1 || fmt.Sprint(len(f.asked)) != args[0] {
		ts.Fatalf("asked %d times, want %v:\n%s", len(f.asked), args, strings.Join(f.asked, "\n"))
	}
}

// answers FILE: asks what stands in the JSON of --dry-run, and saves the
// answers with their heads, as curl -i does.
func answers(ts *testscript.TestScript, neg bool, args []string) {
	f := fleetOf(ts)
	var dry struct{ Needs []attest.Need }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &dry))
	if len(dry.Needs) == 0 {
		ts.Fatalf("nothing is asked")
	}
	for _, need := range dry.Needs {
		r, err := http.NewRequest(http.MethodPost, need.URL, strings.NewReader(string(need.Post)))
		ts.Check(err)
		w := &recorded{header: http.Header{}}
		f.ServeHTTP(w, r)
		head, err := httputil.DumpResponse(&http.Response{StatusCode: max(w.code, 200), ProtoMajor: 1, ProtoMinor: 1, Header: w.header, ContentLength: int64(len(w.body))}, false)
		ts.Check(err)
		through := "HTTP/1.1 200 Connection established\r\n\r\n"
		ts.Check(os.WriteFile(ts.MkAbs(answerName(need)), slices.Concat([]byte(through), head, w.body), 0o600))
	}
}

type recorded struct {
	header http.Header
	code   int
	body   []byte
}

func (r *recorded) Header() http.Header  { return r.header }
func (r *recorded) WriteHeader(code int) { r.code = code }
func (r *recorded) Write(b []byte) (int, error) {
	r.body = append(r.body, b...)
	return len(b), nil
}
