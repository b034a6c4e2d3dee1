package intel

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// TCBInfo is Intel's statement on the levels of a model of machine
// (tcbInfo, version 2 and 3).
type TCBInfo struct {
	Issued
	FMSPC   hexBytes `json:"fmspc"`
	PCEID   hexBytes `json:"pceId"`
	Module  *Module  `json:"tdxModule"`
	Modules []Module `json:"tdxModuleIdentities"`
	Levels  []Level  `json:"tcbLevels"` // best first
	// Type says how levels are compared. Only one way is defined.
	Type int `json:"tcbType"`
}

// Issued is what all statements say of themselves.
type Issued struct {
	ID         string    `json:"id"` // SGX, TDX, QE or TD_QE; absent, which is SGX, in TCB info of version 2
	Version    int       `json:"version"`
	IssueDate  time.Time `json:"issueDate"`
	NextUpdate time.Time `json:"nextUpdate"`
}

// A Module is the identity of a TDX module, and its levels.
type Module struct {
	ID         string     `json:"id"`
	MRSigner   hexBytes   `json:"mrsigner"`
	Attributes hexBytes   `json:"attributes"`
	Mask       hexBytes   `json:"attributesMask"`
	Levels     []SVNLevel `json:"tcbLevels"`
}

// A Level is one row of a TCB info: what a machine must at least have.
type Level struct {
	TCB        levelTCB  `json:"tcb"`
	Date       time.Time `json:"tcbDate"`
	Status     string    `json:"tcbStatus"`
	Advisories []string  `json:"advisoryIDs"`
}

type levelTCB struct {
	SGX    components `json:"sgxtcbcomponents"`
	TDX    components `json:"tdxtcbcomponents"`
	PCESVN int        `json:"pcesvn"`
}

type components []struct { // sixteen
	SVN int `json:"svn"`
}

// UnmarshalJSON reads both versions: the second writes the sixteen components
// as fields of their own.
func (t *levelTCB) UnmarshalJSON(b []byte) error {
	type plain levelTCB
	if err := json.Unmarshal(b, (*plain)(t)); err != nil || t.SGX != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return err
	}
	t.SGX = make(components, 16)
	for i := range t.SGX {
		name := fmt.Sprintf("sgxtcbcomp%02dsvn", i+1)
		if err := json.Unmarshal(fields[name], &t.SGX[i].SVN); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// An SVNLevel is a level that is one number: of an enclave or a TDX module.
type SVNLevel struct {
	TCB struct {
		SVN int `json:"isvsvn"`
	} `json:"tcb"`
	Date       time.Time `json:"tcbDate"`
	Status     string    `json:"tcbStatus"`
	Advisories []string  `json:"advisoryIDs"`
}

// QEIdentity is Intel's statement on its quoting enclave (enclaveIdentity,
// version 2).
type QEIdentity struct {
	Issued
	MiscSelect     hexBytes   `json:"miscselect"`
	MiscSelectMask hexBytes   `json:"miscselectMask"`
	Attributes     hexBytes   `json:"attributes"`
	AttributesMask hexBytes   `json:"attributesMask"`
	MRSigner       hexBytes   `json:"mrsigner"`
	ProdID         int        `json:"isvprodid"`
	Levels         []SVNLevel `json:"tcbLevels"`
}

type hexBytes []byte

func (h *hexBytes) UnmarshalText(b []byte) error {
	v, err := hex.DecodeString(string(b))
	*h = v
	return err
}

// A statement is a document of Intel with its signature, which is over the
// bytes of the body as they stand in the file.
type statement[T any] struct {
	what      string
	raw       []byte
	signature []byte
	Body      T
}

// maxStatement bounds a document in bytes; the longest has about 30 KiB.
const maxStatement = 1 << 20

func parseTCBInfo(b []byte) (*statement[TCBInfo], error) {
	s, err := parseStatement[TCBInfo]("TCB info", "tcbInfo", b)
	if err != nil {
		return nil, err
	}
	if s.Body.ID == "" && s.Body.Version == 2 {
		s.Body.ID = "SGX"
	}
	if v := s.Body.Version; v != 2 && v != 3 || s.Body.Type != 0 {
		return nil, fmt.Errorf("TCB info of version %d and type %d; version 2 and 3 and type 0 are read", v, s.Body.Type)
	}
	for _, l := range s.Body.Levels { // a number that is not there would be reached by all
		if len(l.TCB.SGX) != 16 || s.Body.ID == "TDX" && len(l.TCB.TDX) != 16 {
			return nil, fmt.Errorf("TCB info: a level of %s does not have sixteen components", l.Date.Format(time.DateOnly))
		}
	}
	return s, nil
}

func parseQEIdentity(b []byte) (*statement[QEIdentity], error) {
	s, err := parseStatement[QEIdentity]("QE identity", "enclaveIdentity", b)
	if err == nil && s.Body.Version != 2 {
		return nil, fmt.Errorf("QE identity of version %d; version 2 is read", s.Body.Version)
	}
	return s, err
}

func parseStatement[T any](what, key string, b []byte) (*statement[T], error) {
	if len(b) > maxStatement {
		return nil, fmt.Errorf("%s: %d bytes; at most %d are read", what, len(b), maxStatement)
	}
	var outer map[string]json.RawMessage
	if err := json.Unmarshal(b, &outer); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	var signature hexBytes
	s := &statement[T]{what: what, raw: outer[key]}
	if err := json.Unmarshal(outer["signature"], &signature); err != nil || len(signature) != signatureLength {
		return nil, fmt.Errorf("%s: the signature is not 64 bytes in hex", what)
	}
	s.signature = signature
	if err := json.Unmarshal(s.raw, &s.Body); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return s, nil
}

// verify says whether Intel signed the statement, and who of Intel.
func (s *statement[T]) verify(x *attest.Exam) (*attest.Leaf, error) {
	fault := fmt.Errorf("the %s is signed by none of the certificates in the bundle: add Intel's TCB signing chain", s.what)
	for _, c := range x.Certificates() {
		if !strings.HasPrefix(c.Subject.CommonName, tcbSigner) {
			continue
		}
		if verifyP256(c.PublicKey, s.raw, s.signature) != nil {
			continue
		}
		leaf, err := x.Chain(attest.IntelChips, c)
		if err == nil {
			return leaf, nil
		}
		fault = fmt.Errorf("the %s: %w", s.what, err)
	}
	return nil, fault
}

// tcbSigner begins the name of the only certificate that may sign statements.
// Without it, whoever holds the key of some machine's PCK could.
const tcbSigner = "Intel SGX TCB Signing"
