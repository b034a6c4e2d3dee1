package terraform

import (
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"

	"github.com/google/uuid"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"golang.org/x/crypto/ssh"
)

// digest returns the hash of data in hexadecimal or base64.
func digest(h hash.Hash, data []byte, hexadecimal bool) string {
	h.Write(data)
	if hexadecimal {
		return hex.EncodeToString(h.Sum(nil))
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func hashFunc(newHash func() hash.Hash, hexadecimal bool) function.Function {
	return textFunc(1, cty.String, func(a []string) (cty.Value, error) {
		return cty.StringVal(digest(newHash(), []byte(a[0]), hexadecimal)), nil
	})
}

var (
	md5Func          = hashFunc(md5.New, true)
	sha1Func         = hashFunc(sha1.New, true)
	sha256Func       = hashFunc(sha256.New, true)
	sha512Func       = hashFunc(sha512.New, true)
	base64SHA256Func = hashFunc(sha256.New, false)
	base64SHA512Func = hashFunc(sha512.New, false)
	rsaDecryptFunc   = textFunc(2, cty.String, rsaDecrypt)
	uuidV5Func       = textFunc(2, cty.String, uuidV5)
)

func rsaDecrypt(a []string) (cty.Value, error) {
	b, err := base64.StdEncoding.DecodeString(a[0])
	if err != nil {
		return cty.NilVal, errors.New("the text is not base64")
	}
	raw, err := ssh.ParseRawPrivateKey([]byte(a[1]))
	if err != nil {
		return cty.NilVal, errors.New("the private key cannot be read")
	}
	key, ok := raw.(*rsa.PrivateKey)
	if !ok {
		return cty.NilVal, errors.New("the private key is not an RSA key")
	}
	out, err := rsa.DecryptPKCS1v15(nil, key, b)
	if err != nil {
		return cty.NilVal, errors.New("the text cannot be decrypted with this key")
	}
	return utf8Text(out)
}

// namespaces are the words for the namespaces of RFC 4122, appendix C.
var namespaces = map[string]uuid.UUID{"dns": uuid.NameSpaceDNS, "url": uuid.NameSpaceURL, "oid": uuid.NameSpaceOID, "x500": uuid.NameSpaceX500}

func uuidV5(a []string) (cty.Value, error) {
	ns, ok := namespaces[a[0]]
	if !ok {
		var err error
		if ns, err = uuid.Parse(a[0]); err != nil {
			return cty.NilVal, errors.New("the namespace is neither a word nor a UUID")
		}
	}
	return cty.StringVal(uuid.NewSHA1(ns, []byte(a[1])).String()), nil
}
