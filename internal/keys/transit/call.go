package transit

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// call asks the engine.
func (t *transit) call(ctx context.Context, method, path string, request any) (*service.Answer, error) {
	c := service.Call{Method: method, Path: "/v1/" + t.address.Mount + "/" + path, Header: headers(t.namespace)}
	if request != nil {
		body, err := json.Marshal(request)
		if err != nil {
			return nil, err
		}
		c.Body = body
	}
	a, err := t.client.Do(ctx, t.passes.Authorize(c, withToken, forbidden))
	if err != nil {
		return nil, err
	}
	return a, refused(a)
}

func withToken(r *http.Request, _ []byte, token string) { r.Header.Set("X-Vault-Token", token) }

// forbidden knows the one status that the engine has for tokens which ended and
// for those which may not.
func forbidden(a *service.Answer) bool { return a.Status == http.StatusForbidden }

func headers(namespace string) http.Header {
	h := http.Header{"Accept": {"application/json"}, "Content-Type": {"application/json"}, "X-Vault-Request": {"true"}}
	if namespace != "" {
		h.Set("X-Vault-Namespace", namespace)
	}
	return h
}

func refused(a *service.Answer) error {
	if a.Status == http.StatusOK {
		return nil
	}
	var answer struct {
		Errors []string `json:"errors"`
	}
	// What is no JSON is somebody else's page: its status is all that counts.
	_ = json.Unmarshal(a.Body, &answer)
	switch a.Status {
	case http.StatusServiceUnavailable:
		return errors.New("the server is sealed or being started: its operator must unseal it")
	case http.StatusNotFound:
		if len(answer.Errors) == 0 {
			return service.Refuse(a, "", "there is no such key or engine: make the key by `bao write -f MOUNT/keys/NAME type=aes256-gcm96`, or type=ed25519 for signatures")
		}
	}
	return service.Refuse(a, "", strings.Join(answer.Errors, "; "))
}
