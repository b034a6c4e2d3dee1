// Package google keeps keys in Cloud KMS. One address is one key: of purpose
// ENCRYPT_DECRYPT it wraps, of algorithm EC_SIGN_ED25519 and with a version it
// signs.
//
// Every request carries checksums of what it says, and an answer counts only if
// the service saw the same and what it gave arrived whole.
package google

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// Options say how the service is reached and who we are: the service account
// whose key is in the file that GOOGLE_APPLICATION_CREDENTIALS names, and nobody
// else. No login of gcloud and no metadata server is asked.
type Options struct {
	service.Network
	Env service.Environment
	// Credentials is the file; "" is that of the environment.
	Credentials string
}

const host = "https://cloudkms.googleapis.com"

// Open opens a key.
func Open(_ context.Context, a keys.Address, o Options) (keys.Key, error) {
	if a.Scheme != "gcp-kms" {
		return nil, fmt.Errorf("%s is no address of Cloud KMS", a)
	}
	client, err := service.NewClient(host, o.Network)
	if err != nil {
		return nil, err
	}
	passes, err := o.passes()
	if err != nil {
		return nil, err
	}
	return service.New(a.String(), &kms{address: a, client: client, passes: passes}, o.Clock, client), nil
}

type kms struct {
	address keys.Address
	client  *service.Client
	passes  *service.Passes[string]
}

// version is the resource of one version, where the address names one.
func (k *kms) version() string { return k.address.Name + "/cryptoKeyVersions/" + k.address.Version }

// maxBoth is what a key in hardware takes, secret and context together.
const maxBoth = 8 << 10

func (k *kms) Encrypt(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	if len(plaintext)+len(aad) > maxBoth {
		return nil, fmt.Errorf("secret and context are longer than %d bytes together, which keys in hardware do not take", maxBoth)
	}
	name := k.address.Name
	if k.address.Version != "" {
		name = k.version()
	}
	r := map[string]any{"plaintext": plaintext, "plaintextCrc32c": sum(plaintext)}
	withContext(r, aad)
	var answer struct {
		Name             string `json:"name"`
		Ciphertext       []byte `json:"ciphertext"`
		CiphertextCRC    number `json:"ciphertextCrc32c"`
		PlaintextChecked bool   `json:"verifiedPlaintextCrc32c"`
		ContextChecked   bool   `json:"verifiedAdditionalAuthenticatedDataCrc32c"`
	}
	if _, err := k.call(ctx, http.MethodPost, name+":encrypt", r, &answer); err != nil {
		return nil, err
	}
	switch {
	case !answer.PlaintextChecked || len(aad) > 0 && !answer.ContextChecked:
		return nil, errors.New("the service did not check what it received: it may have wrapped something else")
	case !answer.CiphertextCRC.of(answer.Ciphertext):
		return nil, errGarbled
	}
	return answer.Ciphertext, k.is(answer.Name)
}

var errGarbled = errors.New("the service's answer was changed on its way: try again")

func withContext(r map[string]any, aad []byte) {
	if len(aad) > 0 {
		r["additionalAuthenticatedData"], r["additionalAuthenticatedDataCrc32c"] = aad, sum(aad)
	}
}

func (k *kms) Decrypt(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	r := map[string]any{"ciphertext": wrapped, "ciphertextCrc32c": sum(wrapped)}
	withContext(r, aad)
	var answer struct {
		Plaintext []byte `json:"plaintext"`
		CRC       number `json:"plaintextCrc32c"`
	}
	_, err := k.call(ctx, http.MethodPost, k.address.Name+":decrypt", r, &answer)
	var no *service.Refusal
	// Without a reason of its own, INVALID_ARGUMENT says that the bytes are not this
	// key's; a key that is disabled or of another purpose is FAILED_PRECONDITION or
	// says so.
	if errors.As(err, &no) && no.Code == "INVALID_ARGUMENT" && strings.Contains(no.Message, "Decryption failed") {
		return nil, fmt.Errorf("%w (%s)", keys.ErrUnwrap, no.Code)
	}
	if err != nil {
		return nil, err
	}
	if !answer.CRC.of(answer.Plaintext) {
		return nil, errGarbled
	}
	return answer.Plaintext, nil
}

func (k *kms) signer() error {
	if k.address.Version == "" {
		return fmt.Errorf("%w: a key that signs is named with its version, …/cryptoKeyVersions/1", keys.ErrNoSigner)
	}
	return nil
}

func (k *kms) Sign(ctx context.Context, message []byte) ([]byte, error) {
	if err := k.signer(); err != nil {
		return nil, err
	}
	var answer struct {
		Name        string `json:"name"`
		Signature   []byte `json:"signature"`
		CRC         number `json:"signatureCrc32c"`
		DataChecked bool   `json:"verifiedDataCrc32c"`
	}
	if _, err := k.call(ctx, http.MethodPost, k.version()+":asymmetricSign", map[string]any{"data": message, "dataCrc32c": sum(message)}, &answer); err != nil {
		return nil, err
	}
	switch {
	case !answer.DataChecked:
		return nil, errors.New("the service did not check what it received: it may have signed something else")
	case !answer.CRC.of(answer.Signature):
		return nil, errGarbled
	}
	return answer.Signature, k.is(answer.Name)
}

func (k *kms) Public(ctx context.Context) (ed25519.PublicKey, error) {
	if err := k.signer(); err != nil {
		return nil, err
	}
	var answer struct {
		Name      string `json:"name"`
		PEM       string `json:"pem"`
		CRC       number `json:"pemCrc32c"`
		Algorithm string `json:"algorithm"`
	}
	if _, err := k.call(ctx, http.MethodGet, k.version()+"/publicKey", nil, &answer); err != nil {
		return nil, err
	}
	switch {
	case answer.Algorithm != "EC_SIGN_ED25519":
		return nil, fmt.Errorf("%w (this one is %s)", keys.ErrNoSigner, answer.Algorithm)
	case !answer.CRC.of([]byte(answer.PEM)):
		return nil, errGarbled
	}
	if err := k.is(answer.Name); err != nil {
		return nil, err
	}
	return service.PublicPEM([]byte(answer.PEM))
}

// is says whether the service speaks of the key that was asked for.
func (k *kms) is(name string) error {
	base, version, _ := strings.Cut(name, "/cryptoKeyVersions/")
	if base != k.address.Name || k.address.Version != "" && version != "" && version != k.address.Version {
		return fmt.Errorf("the address says %s, the service speaks of another key: a contradiction about the place, so nothing is used", k.address)
	}
	return nil
}

// A cryptoKey and its versions, as far as they are read.
type cryptoKey struct {
	Name       string      `json:"name"`
	Primary    *keyVersion `json:"primary"`
	ImportOnly bool        `json:"importOnly"`
}

type keyVersion struct {
	Name            string `json:"name"`
	ProtectionLevel string `json:"protectionLevel"`
	ImportJob       string `json:"importJob"`
}

func (k *kms) Describe(ctx context.Context) (keys.Statement, error) {
	var key cryptoKey
	a, err := k.call(ctx, http.MethodGet, k.address.Name, nil, &key)
	if err != nil {
		return keys.Statement{}, err
	}
	if err := k.is(key.Name); err != nil {
		return keys.Statement{}, err
	}
	name := k.version()
	if k.address.Version == "" {
		if key.Primary == nil {
			return keys.Statement{}, errors.New("the key has no primary version: name one, …/cryptoKeyVersions/1")
		}
		name = key.Primary.Name
		if err := k.is(name); err != nil {
			return keys.Statement{}, err
		}
	}
	var v keyVersion
	b, err := k.call(ctx, http.MethodGet, name, nil, &v)
	if err != nil {
		return keys.Statement{}, err
	}
	if v.Name != name {
		return keys.Statement{}, errors.New("the service speaks of another version than it was asked for")
	}
	s := v.statement(key.ImportOnly)
	s.Region, s.MultiRegion = k.address.Region, several(k.address.Region)
	s.Evidence = []keys.Evidence{{Name: "CryptoKey", Media: "application/json", Body: a.Body}, {Name: "CryptoKeyVersion", Media: "application/json", Body: b.Body}}
	return s, nil
}

// region is the form of a location that is one region: a continent, a direction
// and a number, europe-west3. Everything else counts as several: global, eu, ca,
// eur4, nam-eur-asia1.
var region = regexp.MustCompile(`^(africa|asia|australia|europe|me|northamerica|southamerica|us)-(central|(north|south)?(east|west)|north|south)[0-9]+$`)

func several(location string) keys.Answer { return keys.YesNo(!region.MatchString(location)) }

// statement is what a version shows. An attestation is kept as evidence, but as
// long as nobody verified it against its maker's roots it is the provider who
// says what it says.
func (v *keyVersion) statement(importOnly bool) keys.Statement {
	s := keys.Statement{Key: v.Name, Backend: "gcp-kms", Provider: "google", Holder: graph.HolderProvider, Grade: keys.ProviderAsserted}
	s.Material, s.Exportable = keys.Generated, keys.No
	if v.ImportJob != "" || importOnly {
		s.Material, s.Exportable = keys.Imported, keys.Yes
	}
	switch v.ProtectionLevel {
	case "SOFTWARE":
		s.Hardware = keys.No
	case "HSM", "HSM_SINGLE_TENANT":
		s.Hardware = keys.Yes
	case "EXTERNAL", "EXTERNAL_VPC":
		s.Holder, s.Material, s.Exportable = graph.HolderExternal, "", keys.Unknown
	default:
		s.Holder, s.Exportable = "", keys.Unknown
	}
	return s
}

// A number is an int64, which JSON of protocol buffers writes as text.
type number struct {
	value uint32
	set   bool
}

func (n *number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	v, err := strconv.ParseUint(strings.Trim(string(b), `"`), 10, 32)
	if err != nil {
		return errors.New("a checksum is no number of 32 bits")
	}
	n.value, n.set = uint32(v), true
	return nil
}

// of says whether it is the checksum of these bytes.
func (n number) of(b []byte) bool { return n.set && n.value == checksum(b) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

func sum(b []byte) string { return strconv.FormatUint(uint64(checksum(b)), 10) }

func (k *kms) call(ctx context.Context, method, resource string, request, into any) (*service.Answer, error) {
	c := k.passes.Authorize(service.Call{Method: method, Path: "/v1/" + resource}, service.Bearer, service.Unauthorized)
	return k.client.JSON(ctx, c, request, into, refused)
}

func refused(a *service.Answer) error {
	var answer struct {
		Error struct {
			Status  string `json:"status"`
			Message string `json:"message"`
		} `json:"error"`
	}
	_ = json.Unmarshal(a.Body, &answer) // a page that is no JSON has a status
	return service.Refuse(a, answer.Error.Status, answer.Error.Message)
}
