package weights

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"path"
	"strings"
)

// A Signature is what stands beside a model to show that nobody changed it: a
// bundle of Sigstore over a list of files and their digests, as OpenSSF model
// signing writes it (https://github.com/sigstore/model-transparency). Whether
// the signature itself is right is not computed here, only whether it is one
// for these bytes.
type Signature struct {
	Path   string
	Signer string // the identity in its certificate; "" where it names a key only
	Issuer string // who vouches for the identity
	State  SignatureState
	Why    string // of State, for a person
}

// SignatureState is how a signature relates to the files beside it.
type SignatureState string

// The states. The zero value is that there is none.
const (
	Covers    SignatureState = "covers"  // it lists the files with the digests that they have
	Differs   SignatureState = "differs" // it is for other bytes
	CannotSay SignatureState = "unsure"
)

// A Manifest is what a signature says of files.
type Manifest struct {
	Signature
	Digests map[string]string // SHA-256 by path below the model
	Method  string            // how they were computed: "" or "files" for whole files
}

// manifestFiles is more files than any model has.
const manifestFiles = 100_000

// ReadSignature reads a bundle. ok is false when the file is no bundle.
func ReadSignature(src []byte) (m Manifest, ok bool, err error) {
	var bundle struct {
		MediaType string `json:"mediaType"`
		Material  struct {
			Certificate struct {
				Raw string `json:"rawBytes"`
			} `json:"certificate"`
			Chain struct {
				Certificates []struct {
					Raw string `json:"rawBytes"`
				} `json:"certificates"`
			} `json:"x509CertificateChain"`
		} `json:"verificationMaterial"`
		Envelope struct {
			Payload string `json:"payload"`
		} `json:"dsseEnvelope"`
		Message struct {
			Digest struct {
				Algorithm string `json:"algorithm"`
				Digest    string `json:"digest"`
			} `json:"messageDigest"`
		} `json:"messageSignature"`
	}
	if json.Unmarshal(src, &bundle) != nil || !strings.HasPrefix(bundle.MediaType, "application/vnd.dev.sigstore.bundle") {
		return m, false, nil
	}
	raw := bundle.Material.Certificate.Raw
	if raw == "" && len(bundle.Material.Chain.Certificates) > 0 {
		raw = bundle.Material.Chain.Certificates[0].Raw
	}
	m.Signer, m.Issuer = identity(raw)
	if d := bundle.Message.Digest; d.Digest != "" {
		sum, err := base64.StdEncoding.DecodeString(d.Digest)
		if err != nil || len(sum) != 32 {
			return m, true, errors.New("the digest in the signature is no SHA-256")
		}
		m.Digests = map[string]string{"": hex.EncodeToString(sum)}
		return m, true, nil
	}
	payload, err := base64.StdEncoding.DecodeString(bundle.Envelope.Payload)
	if err != nil {
		return m, true, errors.New("what it signs is not readable")
	}
	return m, true, m.statement(payload)
}

// statement reads the in-toto statement that is signed: the files stand in the
// predicate, in older ones as subjects.
func (m *Manifest) statement(payload []byte) error {
	var st struct {
		Type    string `json:"predicateType"`
		Subject []struct {
			Name   string            `json:"name"`
			Digest map[string]string `json:"digest"`
		} `json:"subject"`
		Predicate struct {
			Resources []struct {
				Name      string `json:"name"`
				Algorithm string `json:"algorithm"`
				Digest    string `json:"digest"`
			} `json:"resources"`
			Serialization struct {
				Method string `json:"method"`
			} `json:"serialization"`
		} `json:"predicate"`
	}
	if err := json.Unmarshal(payload, &st); err != nil {
		return errors.New("what it signs is no statement in JSON")
	}
	m.Digests, m.Method = map[string]string{}, st.Predicate.Serialization.Method
	if !strings.HasPrefix(st.Type, "https://model_signing/") {
		return errors.New("what it signs is a statement of another kind (" + st.Type + "), not the files of a model")
	}
	if len(st.Predicate.Resources)+len(st.Subject) > manifestFiles {
		return errors.New("it lists more files than any model has")
	}
	for _, r := range st.Predicate.Resources {
		if r.Algorithm == "sha256" || r.Algorithm == "" {
			m.Digests[path.Clean(r.Name)] = r.Digest
		} else {
			m.Method = r.Algorithm
		}
	}
	if len(st.Predicate.Resources) == 0 {
		for _, s := range st.Subject {
			m.Digests[path.Clean(s.Name)] = s.Digest["sha256"]
		}
	}
	return nil
}

// Holds says how the signature relates to a file, by its path below the model
// and its digest.
func (m *Manifest) Holds(rel, sum string) Signature {
	s := m.Signature
	want, listed := m.Digests[rel]
	if one, alone := m.Digests[""]; alone {
		want, listed = one, true
	}
	switch {
	case m.Method != "" && m.Method != "files":
		s.State, s.Why = CannotSay, "it was made over "+m.Method+" and not over whole files"
	case !listed:
		s.State, s.Why = Differs, "it does not list "+rel
	case sum == "":
		s.State, s.Why = CannotSay, "the digest of "+rel+" is not known"
	case want != sum:
		s.State, s.Why = Differs, "it is for other bytes of "+rel
	default:
		s.State = Covers
	}
	return s
}

// identity is who a certificate of Sigstore was given to, and by whose word.
func identity(raw string) (signer, issuer string) {
	der, err := base64.StdEncoding.DecodeString(raw)
	if err != nil || raw == "" {
		return "", ""
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return "", ""
	}
	switch {
	case len(c.EmailAddresses) > 0:
		signer = c.EmailAddresses[0]
	case len(c.URIs) > 0:
		signer = c.URIs[0].String()
	default:
		signer = c.Subject.CommonName
	}
	for _, e := range c.Extensions { // the word of the issuer, as Fulcio writes it in plain text
		if e.Id.String() == "1.3.6.1.4.1.57264.1.1" {
			issuer = strings.ToValidUTF8(string(e.Value), "�")
		}
	}
	return strings.ToValidUTF8(signer, "�"), issuer
}
