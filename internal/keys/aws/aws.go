// Package aws keeps keys in the Key Management Service of AWS. One address is
// one key: a symmetric one wraps, one of ECC_NIST_EDWARDS25519 signs.
//
// The context of what is wrapped is bound as the service's encryption context,
// by its digest only, because the service writes encryption contexts into
// CloudTrail.
package aws

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// Options say how the service is reached and who we are. What shows that is
// looked for in this order; the first that is there is taken, and what is broken
// is an error, never a reason to look further:
//
//	AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, with it, AWS_SESSION_TOKEN
//	AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN  at the region's own STS
//	AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials, profile AWS_PROFILE ("default"): its keys only
//	the instance metadata service, version 2, only if Metadata is set or BAILIWICK_AWS_METADATA is "on"
//
// AWS_REGION and endpoints are not read: the region is the address's.
type Options struct {
	service.Network
	Env service.Environment
	// Metadata allows the machine's own credentials.
	Metadata bool
	// Home is the folder of .aws; "" is that of the user.
	Home string
}

// domains are those of the partitions; a partition that is not here is not known.
var domains = map[string]string{"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}

// Open opens a key.
func Open(_ context.Context, a keys.Address, o Options) (keys.Key, error) {
	if a.Scheme != "aws-kms" {
		return nil, fmt.Errorf("%s is no address of AWS KMS", a)
	}
	arn, err := parseARN(a.Name)
	if err != nil {
		return nil, err
	}
	domain, ok := domains[arn.partition]
	if !ok {
		return nil, fmt.Errorf("the partition %s is not known; known are aws, aws-cn, aws-eusc and aws-us-gov", arn.partition)
	}
	client, err := service.NewClient("https://kms."+arn.region+"."+domain, o.Network)
	if err != nil {
		return nil, err
	}
	find, err := o.find(arn.region, domain)
	if err != nil {
		return nil, err
	}
	return service.New(a.String(), &kms{arn: arn, client: client, credentials: &service.Passes[credentials]{Get: named(find), Now: o.Clock}, network: o.Network}, o.Clock, client), nil
}

// An arn is what a key's says.
type arn struct{ text, partition, region, account, resource string }

func parseARN(s string) (arn, error) {
	p := strings.SplitN(s, ":", 6)
	if len(p) != 6 || p[0] != "arn" || p[2] != "kms" || p[3] == "" || p[4] == "" || p[5] == "" {
		return arn{}, errors.New("that is no ARN of a key")
	}
	return arn{s, p[1], p[3], p[4], p[5]}, nil
}

// is says whether the service speaks of this key. By an alias it speaks of
// another name, but in the same place.
func (a arn) is(answer string) error {
	b, err := parseARN(answer)
	switch {
	case err != nil:
		return fmt.Errorf("the service does not say which key it used: %w", err)
	case a.partition != b.partition || a.region != b.region || a.account != b.account:
		return fmt.Errorf("the address says %s of account %s, the service used a key in %s of account %s: a contradiction about the place, so nothing is used", a.region, a.account, b.region, b.account)
	case strings.HasPrefix(a.resource, "key/") && a.resource != b.resource:
		return errors.New("the service used another key than it was asked for")
	}
	return nil
}

type kms struct {
	arn         arn
	client      *service.Client
	credentials *service.Passes[credentials]
	network     service.Network
}

const symmetric = "SYMMETRIC_DEFAULT"

// bound is the encryption context; the name says who made it to those who read
// CloudTrail.
func bound(aad []byte) map[string]string {
	if d := service.Digest(aad); d != "" {
		return map[string]string{"bailiwick": d}
	}
	return nil
}

func (k *kms) Encrypt(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	var answer struct {
		CiphertextBlob             []byte
		KeyId, EncryptionAlgorithm string
	}
	_, err := k.call(ctx, "Encrypt", request{KeyId: k.arn.text, Plaintext: plaintext, EncryptionContext: bound(aad), EncryptionAlgorithm: symmetric}, &answer)
	if err == nil {
		err = k.checked(answer.KeyId, answer.EncryptionAlgorithm)
	}
	return answer.CiphertextBlob, err
}

func (k *kms) Decrypt(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	const most = 6144 // what the service takes; it makes less
	if len(wrapped) > most {
		return nil, keys.ErrUnwrap
	}
	var answer struct {
		Plaintext                  []byte
		KeyId, EncryptionAlgorithm string
	}
	_, err := k.call(ctx, "Decrypt", request{KeyId: k.arn.text, CiphertextBlob: wrapped, EncryptionContext: bound(aad), EncryptionAlgorithm: symmetric}, &answer)
	var r *service.Refusal
	if errors.As(err, &r) && (r.Code == "InvalidCiphertextException" || r.Code == "IncorrectKeyException") {
		return nil, fmt.Errorf("%w (%s)", keys.ErrUnwrap, r.Code)
	}
	if err == nil {
		err = k.checked(answer.KeyId, answer.EncryptionAlgorithm)
	}
	return answer.Plaintext, err
}

func (k *kms) checked(key, algorithm string) error {
	if algorithm != symmetric {
		return errors.New("the service used another algorithm than it was asked for")
	}
	return k.arn.is(key)
}

const ed25519Pure = "ED25519_SHA_512"

func (k *kms) Sign(ctx context.Context, message []byte) ([]byte, error) {
	if len(message) > keys.MaxPlaintext {
		return nil, fmt.Errorf("the service signs messages of at most %d bytes by Ed25519, this one has %d", keys.MaxPlaintext, len(message))
	}
	if len(message) == 0 {
		return nil, errors.New("the service signs no empty message")
	}
	var answer struct {
		Signature               []byte
		KeyId, SigningAlgorithm string
	}
	_, err := k.call(ctx, "Sign", request{KeyId: k.arn.text, Message: message, MessageType: "RAW", SigningAlgorithm: ed25519Pure}, &answer)
	if err != nil {
		return nil, noSigner(err)
	}
	if answer.SigningAlgorithm != ed25519Pure {
		return nil, errors.New("the service used another algorithm than it was asked for")
	}
	return answer.Signature, k.arn.is(answer.KeyId)
}

// noSigner knows what the service says of keys that sign otherwise or not, and of
// the algorithm where it does not have it yet.
func noSigner(err error) error {
	var r *service.Refusal
	if errors.As(err, &r) && (r.Code == "InvalidKeyUsageException" || r.Code == "UnsupportedOperationException" || r.Code == "ValidationException" && strings.Contains(strings.ToLower(r.Message), "signingalgorithm")) {
		return fmt.Errorf("%w (%s)", keys.ErrNoSigner, r.Code)
	}
	return err
}

func (k *kms) Public(ctx context.Context) (ed25519.PublicKey, error) {
	var answer struct {
		PublicKey                []byte
		KeyId, KeySpec, KeyUsage string
	}
	if _, err := k.call(ctx, "GetPublicKey", request{KeyId: k.arn.text}, &answer); err != nil {
		return nil, noSigner(err)
	}
	if err := k.arn.is(answer.KeyId); err != nil {
		return nil, err
	}
	if answer.KeySpec != "ECC_NIST_EDWARDS25519" || answer.KeyUsage != "SIGN_VERIFY" {
		return nil, fmt.Errorf("%w (this one is %s for %s)", keys.ErrNoSigner, answer.KeySpec, answer.KeyUsage)
	}
	return service.PublicDER(answer.PublicKey)
}

// metadata is what we read of a key's.
type metadata struct {
	Arn               string
	Origin            string
	KeyManager        string
	CloudHsmClusterId string
	MultiRegion       *bool
}

func (k *kms) Describe(ctx context.Context) (keys.Statement, error) {
	a, err := k.call(ctx, "DescribeKey", request{KeyId: k.arn.text}, nil)
	if err != nil {
		return keys.Statement{}, err
	}
	m, err := parseMetadata(a)
	if err != nil {
		return keys.Statement{}, err
	}
	if err := k.arn.is(m.Arn); err != nil {
		return keys.Statement{}, err
	}
	s := m.statement()
	s.Region = k.arn.region
	s.Evidence = []keys.Evidence{{Name: "DescribeKey", Media: "application/x-amz-json-1.1", Body: a.Body}}
	return s, nil
}

func parseMetadata(a *service.Answer) (*metadata, error) {
	var answer struct{ KeyMetadata *metadata }
	if err := service.Decode(a, &answer); err != nil {
		return nil, err
	}
	if answer.KeyMetadata == nil || answer.KeyMetadata.Arn == "" {
		return nil, errors.New("the service's answer says nothing of the key")
	}
	return answer.KeyMetadata, nil
}

// statement is what the metadata shows. That hardware keeps what is generated in
// the service's own store, and that it has no way out, the provider says of all such
// keys (docs.aws.amazon.com/kms/latest/developerguide/data-protection.html); of what
// an external store or a cluster may do with its keys, nothing is said.
func (m *metadata) statement() keys.Statement {
	s := keys.Statement{Key: m.Arn, Backend: "aws-kms", Provider: "aws", Holder: graph.HolderProvider, Grade: keys.ProviderAsserted}
	if m.MultiRegion != nil {
		s.MultiRegion = keys.YesNo(*m.MultiRegion)
	}
	switch m.Origin {
	case "AWS_KMS":
		s.Material, s.Hardware, s.Exportable = keys.Generated, keys.Yes, keys.No
	case "EXTERNAL":
		s.Material, s.Exportable = keys.Imported, keys.Yes
	case "AWS_CLOUDHSM":
		s.Material = keys.Generated
		if m.CloudHsmClusterId != "" {
			s.Hardware = keys.Yes
		}
	case "EXTERNAL_KEY_STORE":
		s.Holder = graph.HolderExternal
	default:
		s.Holder = ""
	}
	if m.KeyManager == "AWS" {
		s.Material = keys.Managed
	}
	return s
}

// A request is any of ours, in the service's own names.
type request struct {
	KeyId               string
	Plaintext           []byte            `json:",omitempty"`
	CiphertextBlob      []byte            `json:",omitempty"`
	EncryptionContext   map[string]string `json:",omitempty"`
	EncryptionAlgorithm string            `json:",omitempty"`
	Message             []byte            `json:",omitempty"`
	MessageType         string            `json:",omitempty"`
	SigningAlgorithm    string            `json:",omitempty"`
}

func (k *kms) call(ctx context.Context, operation string, r request, into any) (*service.Answer, error) {
	c := k.credentials.Authorize(service.Call{
		Method: http.MethodPost, Path: "/",
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"TrentService." + operation}},
	}, k.sign, expired)
	return k.client.JSON(ctx, c, r, into, func(a *service.Answer) error { return refused(a) })
}

func (k *kms) sign(r *http.Request, body []byte, c credentials) {
	signature{c, k.arn.region, "kms", k.network.Clock()}.add(r, body)
}

func expired(a *service.Answer) bool {
	return a.Status != http.StatusOK && refused(a).Code == "ExpiredTokenException"
}

func refused(a *service.Answer) *service.Refusal {
	var answer struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
		Upper   string `json:"Message"`
	}
	_ = json.Unmarshal(a.Body, &answer) // a page that is no JSON has a status
	code := answer.Type[strings.LastIndex(answer.Type, "#")+1:]
	if answer.Message == "" {
		answer.Message = answer.Upper
	}
	return service.Refuse(a, code, answer.Message)
}
