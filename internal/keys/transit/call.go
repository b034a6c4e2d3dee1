package transit

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// call asks the engine, and once more with a new token if ours is no longer
// taken.
func (t *transit) call(ctx context.Context, method, path string, request any) (*service.Answer, error) {
	c := service.Call{Method: method, Path: "/v1/" + t.address.Mount + "/" + path}
	if request != nil {
		body, err := json.Marshal(request)
		if err != nil {
			return nil, err
		}
		c.Body = body
	}
	for again := false; ; again = true {
		token, err := t.passes.Value(ctx)
		if err != nil {
			return nil, err
		}
		c.Header = headers(t.namespace)
		c.Header.Set("X-Vault-Token", token)
		a, err := t.client.Do(ctx, c)
		if err != nil {
			return nil, err
		}
		if a.Status == http.StatusForbidden && !again {
			t.passes.Drop(ctx)
			continue
		}
		return a, refused(a)
	}
}

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
