package aws

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
)

const (
	testRegion = "eu-central-1"
	testHost   = "kms." + testRegion + ".amazonaws.com"
	account    = "arn:aws:kms:" + testRegion + ":123456789012:"
	wrapARN    = account + "key/11111111-2222-3333-4444-555555555555"
	otherARN   = account + "key/21111111-2222-3333-4444-555555555555"
	signARN    = account + "key/31111111-2222-3333-4444-555555555555"
	sign2ARN   = account + "key/41111111-2222-3333-4444-555555555555"
	aliasARN   = account + "alias/records"
)

// server is KMS as its model (kms 2014-11-01) says: the members of requests are
// those of the model and no others, and requests are signed.
type server struct {
	t           *testing.T
	boxes       map[string]*keystest.Box
	metadata    map[string]map[string]any
	secrets     map[string]string // access key to secret
	token       string            // of a session, if one is wanted
	mu          sync.Mutex
	fail        []int // statuses of the next answers
	calls       int
	answerAs    string // an ARN that answers name instead
	withoutDate bool
}

func newServer(t *testing.T) (*server, *keystest.Net) {
	s := &server{t: t, boxes: map[string]*keystest.Box{}, metadata: map[string]map[string]any{}, secrets: map[string]string{"AKIDEXAMPLE": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}}
	for _, arn := range []string{wrapARN, otherARN, signARN, sign2ARN} {
		s.boxes[arn] = keystest.NewBox()
		s.metadata[arn] = map[string]any{
			"AWSAccountId": "123456789012", "Arn": arn, "KeyId": arn[strings.LastIndex(arn, "/")+1:], "CreationDate": 1.7e9, "Enabled": true,
			"KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "KeyState": "Enabled", "KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": false, "Origin": "AWS_KMS",
		}
	}
	for _, arn := range []string{signARN, sign2ARN} {
		s.metadata[arn]["KeySpec"], s.metadata[arn]["KeyUsage"] = "ECC_NIST_EDWARDS25519", "SIGN_VERIFY"
	}
	n := keystest.NewNet(t)
	n.Serve(testHost, false, s)
	return s, n
}

// members are those of the requests that the model has.
var members = map[string][]string{
	"Encrypt":      {"KeyId", "Plaintext", "EncryptionContext", "GrantTokens", "EncryptionAlgorithm", "DryRun"},
	"Decrypt":      {"CiphertextBlob", "EncryptionContext", "GrantTokens", "KeyId", "EncryptionAlgorithm", "Recipient", "DryRun", "DryRunModifiers"},
	"Sign":         {"KeyId", "Message", "MessageType", "GrantTokens", "SigningAlgorithm", "DryRun"},
	"GetPublicKey": {"KeyId", "GrantTokens"},
	"DescribeKey":  {"KeyId", "GrantTokens"},
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls++
	var fail int
	if len(s.fail) > 0 {
		fail, s.fail = s.fail[0], s.fail[1:]
	}
	answerAs := s.answerAs
	s.mu.Unlock()
	no := func(status int, kind, message string) {
		keystest.Answer(w, status, map[string]string{"__type": kind, "message": message})
	}
	body, _ := io.ReadAll(r.Body)
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "TrentService.")
	known := members[operation]
	switch {
	case fail == http.StatusBadRequest:
		no(400, "ThrottlingException", "Rate exceeded")
		return
	case fail == http.StatusForbidden:
		no(403, "ExpiredTokenException", "The security token included in the request is expired")
		return
	case fail != 0:
		no(fail, "KMSInternalException", "")
		return
	case r.Method != http.MethodPost || r.URL.Path != "/" || r.URL.RawQuery != "" || !ok || known == nil || r.Header.Get("Content-Type") != "application/x-amz-json-1.1":
		no(400, "UnknownOperationException", "")
		return
	}
	if err := s.verify(r, body); err != nil {
		no(403, "IncompleteSignatureException", err.Error())
		return
	}
	var have map[string]json.RawMessage
	if err := json.Unmarshal(body, &have); err != nil {
		no(400, "SerializationException", "")
		return
	}
	for name := range have {
		if !slices.Contains(known, name) {
			no(400, "SerializationException", "unknown member "+name)
			return
		}
	}
	var q struct {
		KeyId, EncryptionAlgorithm, SigningAlgorithm, MessageType string
		Plaintext, CiphertextBlob, Message                        []byte
		EncryptionContext                                         map[string]string
	}
	if err := json.Unmarshal(body, &q); err != nil {
		no(400, "SerializationException", "")
		return
	}
	arn := q.KeyId
	if arn == aliasARN {
		arn = wrapARN
	}
	box, meta := s.boxes[arn], s.metadata[arn]
	if box == nil {
		no(400, "NotFoundException", "Key '"+q.KeyId+"' does not exist")
		return
	}
	signs := meta["KeyUsage"] == "SIGN_VERIFY"
	said := arn
	if answerAs != "" {
		said = answerAs
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(q.EncryptionContext)) {
		names = append(names, name, q.EncryptionContext[name])
	}
	aad := []byte(strings.Join(names, "\x00"))
	switch operation {
	case "Encrypt":
		if signs {
			no(400, "InvalidKeyUsageException", "")
		} else if len(q.Plaintext) < 1 || len(q.Plaintext) > 4096 {
			no(400, "ValidationException", "plaintext")
		} else {
			keystest.Answer(w, 200, map[string]any{"CiphertextBlob": box.Seal(q.Plaintext, aad), "KeyId": said, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"})
		}
	case "Decrypt":
		if signs {
			no(400, "InvalidKeyUsageException", "")
			return
		}
		p, ok := box.Open(q.CiphertextBlob, aad)
		if !ok {
			no(400, "InvalidCiphertextException", "")
			return
		}
		keystest.Answer(w, 200, map[string]any{"Plaintext": p, "KeyId": said, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"})
	case "Sign":
		if !signs {
			no(400, "InvalidKeyUsageException", "")
		} else if len(q.Message) < 1 || len(q.Message) > 4096 || q.SigningAlgorithm != "ED25519_SHA_512" || q.MessageType != "RAW" {
			no(400, "ValidationException", "")
		} else {
			keystest.Answer(w, 200, map[string]any{"Signature": ed25519.Sign(box.Private, q.Message), "KeyId": said, "SigningAlgorithm": q.SigningAlgorithm})
		}
	case "GetPublicKey":
		if !signs {
			no(400, "UnsupportedOperationException", "")
			return
		}
		der, err := x509.MarshalPKIXPublicKey(box.Private.Public())
		if err != nil {
			s.t.Error(err)
		}
		keystest.Answer(w, 200, map[string]any{"PublicKey": der, "KeyId": said, "KeySpec": meta["KeySpec"], "KeyUsage": meta["KeyUsage"], "SigningAlgorithms": []string{"ED25519_SHA_512", "ED25519_PH_SHA_512"}})
	case "DescribeKey":
		keystest.Answer(w, 200, map[string]any{"KeyMetadata": meta})
	}
}

// verify computes the signature again, from what arrived and by code of its own.
func (s *server) verify(r *http.Request, body []byte) error {
	fields := map[string]string{}
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	for _, part := range strings.Split(rest, ", ") {
		name, value, _ := strings.Cut(part, "=")
		fields[name] = value
	}
	scope := strings.Split(fields["Credential"], "/")
	if !ok || len(scope) != 5 || scope[2] != testRegion || scope[3] != "kms" || scope[4] != "aws4_request" {
		return fmt.Errorf("credential %q", fields["Credential"])
	}
	date := r.Header.Get("X-Amz-Date")
	at, err := time.Parse("20060102T150405Z", date)
	if err != nil || date[:8] != scope[1] || time.Since(at).Abs() > 15*time.Minute {
		return fmt.Errorf("date %q", date)
	}
	if r.Header.Get("X-Amz-Security-Token") != s.token {
		return fmt.Errorf("token %q", r.Header.Get("X-Amz-Security-Token"))
	}
	signed := strings.Split(fields["SignedHeaders"], ";")
	for _, must := range []string{"content-type", "host", "x-amz-date", "x-amz-target"} {
		if !slices.Contains(signed, must) {
			return fmt.Errorf("%s is not signed", must)
		}
	}
	text := "POST\n/\n\n"
	for _, name := range signed {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		text += name + ":" + strings.TrimSpace(value) + "\n"
	}
	hash := func(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }
	text += "\n" + fields["SignedHeaders"] + "\n" + hash(body)
	key := []byte("AWS4" + s.secrets[scope[0]])
	for _, m := range []string{scope[1], testRegion, "kms", "aws4_request", "AWS4-HMAC-SHA256\n" + date + "\n" + strings.Join(scope[1:], "/") + "\n" + hash([]byte(text))} {
		h := hmac.New(sha256.New, key)
		io.WriteString(h, m)
		key = h.Sum(nil)
	}
	if hex.EncodeToString(key) != fields["Signature"] || s.secrets[scope[0]] == "" {
		return fmt.Errorf("the signature is another")
	}
	return nil
}
