package kbs

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// A token is a JWT (RFC 7519) signed by Ed25519 (RFC 8037), with the claims of
// an EAR (draft-ietf-rats-ear) laid out as Trustee lays them out, so that relying
// parties find the status and the guest's key where they look for them. For
// this server a token is no more than a name of the session that it was given
// for: what it says is not believed again.
type claims struct {
	Profile  string               `json:"eat_profile"`
	Issuer   string               `json:"iss"`
	Issued   int64                `json:"iat"`
	Expires  int64                `json:"exp"`
	ID       string               `json:"jti"`
	Verifier map[string]string    `json:"ear.verifier-id"`
	Submods  map[string]appraisal `json:"submods"`
	PubKey   json.RawMessage      `json:"tee-pubkey"`
}

type appraisal struct {
	Status   string         `json:"ear.status"`
	Vector   map[string]int `json:"ear.trustworthiness-vector"`
	Policy   string         `json:"ear.appraisal-policy-id"`
	Evidence map[string]any `json:"ear.veraison.annotated-evidence"`
}

const (
	profile   = "tag:github.com,2026:bailiwick-dev/bailiwick/kbs"
	algToken  = "EdDSA"
	maxToken  = 64 << 10
	tokenType = "JWT"
)

// appraise is what a token says of one verdict. It is never affirming while
// something was not judged, such as which software runs: whoever takes the token for
// more than a session must judge that by the claims.
func appraise(v *attest.Verdict, r *RuntimeData) appraisal {
	status := map[finding.Verdict]string{finding.VerdictPass: "affirming", finding.VerdictUndecided: "warning", finding.VerdictViolation: "contraindicated"}[v.Verdict]
	if v.Verdict == finding.VerdictPass && slices.ContainsFunc(v.Checks, func(c attest.Check) bool { return c.Accepted != "" }) {
		status = "warning"
	}
	return appraisal{
		Status: status,
		Vector: map[string]int{
			"hardware":          tier(v, attest.CheckSignature, attest.CheckChain, attest.CheckRevocation, attest.CheckCollateral, attest.CheckTCB),
			"configuration":     tier(v, attest.CheckDebug, attest.CheckMode),
			"executables":       tier(v, attest.CheckMeasurement),
			"instance-identity": tier(v, attest.CheckNonce),
		},
		Policy: v.Policy,
		Evidence: map[string]any{
			string(v.Kind): v.Claims, "report_data": v.Claims.ReportData, "place": v.Place,
			"runtime_data_claims": map[string]any{"nonce": r.Nonce, "tee-pubkey": json.RawMessage(r.PubKey.canonical())},
		},
	}
}

// tier is a value of the vector (draft-ietf-rats-ar4si, 2.3): affirming,
// warning, contraindicated, or no claim where nothing was asked.
func tier(v *attest.Verdict, names ...attest.CheckName) int {
	worst := 0
	for _, c := range v.Checks {
		if !slices.Contains(names, c.Name) {
			continue
		}
		value := map[finding.Verdict]int{finding.VerdictPass: 2, finding.VerdictUndecided: 32, finding.VerdictViolation: 96}[c.Status]
		if c.Accepted != "" {
			value = 32
		}
		worst = max(worst, value)
	}
	return worst
}

// tokens signs them and knows them again.
type tokens struct {
	issuer, kid string
	signer      Signer
}

func newTokens(issuer string, signer Signer) *tokens {
	t := &tokens{issuer: issuer, signer: signer}
	t.kid = t.thumbprint()
	return t
}

// thumbprint is that of RFC 7638.
func (t *tokens) thumbprint() string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":"Ed25519","kty":"OKP","x":%q}`, to64(t.signer.Public())))
	return to64(sum[:])
}

// keys is the JWKS by which others verify tokens.
func (t *tokens) keys() any {
	return map[string]any{"keys": []any{map[string]string{
		"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": algToken, "kid": t.kid, "x": to64(t.signer.Public()),
	}}}
}

// configuration says where the JWKS is, as OpenID Connect Discovery does.
func (t *tokens) configuration() any {
	return map[string]any{"issuer": t.issuer, "jwks_uri": strings.TrimSuffix(t.issuer, "/") + pathKeys, "id_token_signing_alg_values_supported": []string{algToken}}
}

// sign makes a token.
func (t *tokens) sign(c claims) (string, error) {
	head := fmt.Sprintf(`{"alg":%q,"kid":%q,"typ":%q}`, algToken, t.kid, tokenType)
	body, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	message := to64([]byte(head)) + "." + to64(body)
	signature, err := t.signer.Sign([]byte(message))
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return message + "." + to64(signature), nil
}

// open verifies a token of ours and gives its id.
func (t *tokens) open(token string, now time.Time) (id string, err error) {
	if len(token) > maxToken {
		return "", errors.New("the token is too long to be one of this service")
	}
	message, last, ok := cutLast(token)
	signature, err := raw64(last)
	if !ok || err != nil || !ed25519.Verify(t.signer.Public(), []byte(message), signature) {
		return "", errors.New("the token is not signed by this service")
	}
	head, body, _ := strings.Cut(message, ".")
	var h struct{ Alg, Kid, Typ string }
	var c claims
	for part, into := range map[string]any{head: &h, body: &c} {
		raw, err := raw64(part)
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			return "", fmt.Errorf("the token cannot be read: %w", err)
		}
	}
	switch {
	case h.Alg != algToken || h.Typ != tokenType || h.Kid != t.kid || c.Issuer != t.issuer || c.Profile != profile:
		return "", errors.New("this is signed by this service, but it is no token of it")
	case now.Unix() >= c.Expires || now.Unix() < c.Issued-int64(time.Minute/time.Second):
		return "", errors.New("the token has expired: attest again")
	}
	return c.ID, nil
}

func cutLast(token string) (before, after string, ok bool) {
	i := strings.LastIndexByte(token, '.')
	if i < 0 {
		return "", "", false
	}
	return token[:i], token[i+1:], true
}
