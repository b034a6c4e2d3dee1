package timestamp

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/bounded"
)

// A Client asks one authority for timestamps.
type Client struct {
	URL   string
	HTTP  *http.Client // nil is one that waits at most half a minute
	Trust Trust        // what is not believed is not kept; a policy that stands alone is asked for
}

var patient = &http.Client{Timeout: 30 * time.Second}

// Stamp asks for a timestamp of a message, such as a checkpoint's signed note,
// and returns the token once it is verified.
func (c *Client) Stamp(ctx context.Context, message []byte) ([]byte, *Token, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return nil, nil, err
	}
	query := timeStampReq{
		Version:        1,
		MessageImprint: messageImprint{pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}, digest(crypto.SHA256, message)},
		Nonce:          nonce, CertReq: true,
	}
	if len(c.Trust.Policies) == 1 {
		query.Policy = c.Trust.Policies[0]
	}
	trust := c.Trust
	trust.Nonce = nonce
	der, token, err := c.ask(ctx, query, message, trust)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", c.name(), err)
	}
	return der, token, nil
}

// name is the address as others may read it: it may hold a password.
func (c *Client) name() string {
	if u, err := url.Parse(c.URL); err == nil {
		return u.Redacted()
	}
	return "the authority"
}

func (c *Client) ask(ctx context.Context, query timeStampReq, message []byte, trust Trust) ([]byte, *Token, error) {
	body, err := asn1.Marshal(query)
	if err != nil {
		return nil, nil, err
	}
	answer, err := c.post(ctx, body)
	if err != nil {
		return nil, nil, err
	}
	der, err := ParseResponse(answer)
	if err != nil {
		return nil, nil, err
	}
	token, err := Parse(der)
	if err != nil {
		return nil, nil, err
	}
	return der, token, token.Verify(message, trust)
}

func (c *Client) post(ctx context.Context, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	req.Header.Set("Accept", "application/timestamp-reply")
	client := c.HTTP
	if client == nil {
		client = patient
	}
	answer, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %s", answer.Status)
	}
	b, err := bounded.Read(answer.Body, maxToken)
	if err != nil {
		return nil, fmt.Errorf("its answer: %w", err)
	}
	return b, nil
}

// failures are the reasons that an authority gives (RFC 3161, 2.4.2), by bit.
var failures = map[int]string{
	0: "it does not take the hash algorithm", 2: "it does not support the request", 5: "it cannot read the request", 14: "its clock is not to be had",
	15: "it has no such policy", 16: "it does not take the extension", 17: "it does not know what was asked for in addition", 25: "it failed",
}

// ParseResponse takes the token out of an authority's answer.
func ParseResponse(der []byte) ([]byte, error) {
	var r timeStampResp
	if err := unmarshal(der, &r); err != nil {
		return nil, fmt.Errorf("timestamp: this is no answer of RFC 3161 in DER: %w", err)
	}
	if s := r.Status.Status; s != 0 && s != 1 { // granted, and granted with changes: which are verified
		reasons := []string{fmt.Sprintf("status %d", s)}
		for bit := range r.Status.Fail.BitLength {
			if reason, known := failures[bit]; known && r.Status.Fail.At(bit) == 1 {
				reasons = append(reasons, reason)
			}
		}
		for _, text := range r.Status.Text {
			reasons = append(reasons, fmt.Sprintf("%.200q", text.Bytes))
		}
		return nil, fmt.Errorf("timestamp: the authority refuses: %s", strings.Join(reasons, ", "))
	}
	if len(r.Token.FullBytes) == 0 {
		return nil, fmt.Errorf("timestamp: the authority grants, but sends no token")
	}
	return r.Token.FullBytes, nil
}
