package aws

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// signature is Signature Version 4 of one request to one service. It signs
// every header that the request has.
type signature struct {
	credentials credentials
	region      string
	service     string
	time        time.Time
}

const (
	algorithm = "AWS4-HMAC-SHA256"
	stamp     = "20060102T150405Z"
)

// add signs the request, whose path is "/" and which has no query: all calls of
// the services that we ask are of this form.
func (s signature) add(r *http.Request, body []byte) {
	r.Header.Set("X-Amz-Date", s.time.UTC().Format(stamp))
	if s.credentials.token != "" {
		r.Header.Set("X-Amz-Security-Token", s.credentials.token)
	}
	canonical, signed := canonicalRequest(r, body)
	scope := strings.Join([]string{s.time.UTC().Format("20060102"), s.region, s.service, "aws4_request"}, "/")
	text := strings.Join([]string{algorithm, s.time.UTC().Format(stamp), scope, digest([]byte(canonical))}, "\n")
	r.Header.Set("Authorization", algorithm+" Credential="+s.credentials.id+"/"+scope+", SignedHeaders="+signed+", Signature="+hex.EncodeToString(mac(s.key(), text)))
}

func (s signature) key() []byte {
	key := []byte("AWS4" + s.credentials.secret)
	for _, part := range []string{s.time.UTC().Format("20060102"), s.region, s.service, "aws4_request"} {
		key = mac(key, part)
	}
	return key
}

// canonicalRequest is what is signed, and the names of the headers in it.
func canonicalRequest(r *http.Request, body []byte) (text, signed string) {
	headers := map[string]string{"host": r.URL.Host}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	var names []string
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString(r.Method + "\n/\n\n")
	for _, name := range names {
		b.WriteString(name + ":" + strings.Join(strings.Fields(headers[name]), " ") + "\n")
	}
	signed = strings.Join(names, ";")
	b.WriteString("\n" + signed + "\n" + digest(body))
	return b.String(), signed
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
