package kbs

import (
	"encoding/json"
	"net/http"
)

// A problem is an answer that is none: ErrorInformation of the protocol, in the
// form of RFC 7807. Clients attest anew on 401, take 404 for an answer, and
// give up on others.
type problem struct {
	status int
	kind   string
	detail string
}

// Kinds of problems, as the protocol names them.
const (
	kindAttestation = "AttestationError"
	kindPath        = "InvalidRequestPath"
	kindDeny        = "PolicyDeny"
	kindNoToken     = "TokenNotFound"
	kindToken       = "TokenVerifierError"
	kindBody        = "SerdeError"
	kindInternal    = "PluginInternalError"
	kindMissing     = "PluginNotFound"
)

const problems = "https://github.com/confidential-containers/kbs/errors/"

func (p *problem) write(w http.ResponseWriter) {
	if p.status == http.StatusTooManyRequests || p.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	send(w, p.status, map[string]string{"type": problems + p.kind, "detail": p.detail})
}

// send writes a document. Nothing that this service says may be kept on the way.
func send(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte("{}")
	}
	sendRaw(w, status, body)
}

func sendRaw(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone; the journal has it
}
