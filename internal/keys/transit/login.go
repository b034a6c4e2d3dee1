package transit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// environment refuses what asks for less than it seems, and takes the
// certificates from there.
func (o *Options) environment() error {
	for _, name := range []string{"TOKEN", "TOKEN_FILE", "ROLE_ID", "SECRET_ID_FILE", "APPROLE_MOUNT", "K8S_ROLE", "K8S_MOUNT", "K8S_TOKEN_FILE", "CACERT", "NAMESPACE"} {
		b, v := o.Env.Get("BAO_"+name), o.Env.Get("VAULT_"+name)
		if b != "" && v != "" && b != v {
			return fmt.Errorf("BAO_%s and VAULT_%s differ: unset one", name, name)
		}
	}
	if o.first("BAO_SKIP_VERIFY", "VAULT_SKIP_VERIFY") != "" {
		return errors.New("VAULT_SKIP_VERIFY is set, but keys travel only to a server that was verified: unset it, and name its authority in VAULT_CACERT")
	}
	if o.CAFile == "" {
		o.CAFile = o.first("BAO_CACERT", "VAULT_CACERT")
	}
	return nil
}

func (o *Options) first(names ...string) string {
	for _, n := range names {
		if v := o.Env.Get(n); v != "" {
			return v
		}
	}
	return ""
}

func (o *Options) either(name string) string { return o.first("BAO_"+name, "VAULT_"+name) }

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/token"

var mountPath = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$`)

func (o *Options) login(c *service.Client, namespace string) (func(context.Context) (service.Pass[string], error), error) {
	by := func(mount, otherwise string, body func() (map[string]string, error)) (func(context.Context) (service.Pass[string], error), error) {
		m := o.either(mount)
		if m == "" {
			m = otherwise
		}
		if !mountPath.MatchString(m) {
			return nil, fmt.Errorf("VAULT_%s is no path of a mount", mount)
		}
		return func(ctx context.Context) (service.Pass[string], error) {
			request, err := body()
			if err != nil {
				return service.Pass[string]{}, err
			}
			return enter(ctx, c, namespace, m, request, o.Clock())
		}, nil
	}
	switch {
	case o.Token != "":
		return fromSecret(o.Token), nil
	case o.either("TOKEN") != "":
		token := o.either("TOKEN")
		return func(context.Context) (service.Pass[string], error) { return service.Pass[string]{Value: token}, nil }, nil
	case o.either("TOKEN_FILE") != "":
		return fromSecret("file:" + o.either("TOKEN_FILE")), nil
	case o.either("ROLE_ID") != "":
		return by("APPROLE_MOUNT", "approle", func() (map[string]string, error) {
			secret, err := keys.ReadSecret("file:" + o.either("SECRET_ID_FILE"))
			if err != nil {
				return nil, fmt.Errorf("VAULT_SECRET_ID_FILE: %w", err)
			}
			return map[string]string{"role_id": o.either("ROLE_ID"), "secret_id": string(secret)}, nil
		})
	case o.either("K8S_ROLE") != "":
		file := o.either("K8S_TOKEN_FILE")
		if file == "" {
			file = serviceAccount
		}
		return by("K8S_MOUNT", "kubernetes", func() (map[string]string, error) {
			jwt, err := service.PlatformToken(file)
			if err != nil {
				return nil, fmt.Errorf("the service account's token: %w", err)
			}
			return map[string]string{"role": o.either("K8S_ROLE"), "jwt": jwt}, nil
		})
	}
	return nil, errors.New("nothing says who we are to the transit engine: set VAULT_TOKEN_FILE, VAULT_ROLE_ID with VAULT_SECRET_ID_FILE, or VAULT_K8S_ROLE (BAO_ in place of VAULT_ does as well)")
}

func fromSecret(source string) func(context.Context) (service.Pass[string], error) {
	return func(context.Context) (service.Pass[string], error) {
		token, err := keys.ReadSecret(source)
		return service.Pass[string]{Value: string(token)}, err
	}
}

// enter logs in. A secret may be good for one login only, so it is shown once.
func enter(ctx context.Context, c *service.Client, namespace, mount string, request map[string]string, now time.Time) (service.Pass[string], error) {
	body, err := json.Marshal(request)
	if err != nil {
		return service.Pass[string]{}, err
	}
	a, err := c.Do(ctx, service.Call{Method: http.MethodPost, Path: "/v1/auth/" + mount + "/login", Header: headers(namespace), Body: body, Once: true})
	if err != nil {
		return service.Pass[string]{}, fmt.Errorf("log in at auth/%s: %w", mount, err)
	}
	if err := refused(a); err != nil {
		return service.Pass[string]{}, fmt.Errorf("log in at auth/%s: %w", mount, err)
	}
	return parseLogin(a, now)
}

func parseLogin(a *service.Answer, now time.Time) (service.Pass[string], error) {
	var answer struct {
		Auth *struct {
			Token string `json:"client_token"`
			Lease int64  `json:"lease_duration"`
		} `json:"auth"`
	}
	if err := service.Decode(a, &answer); err != nil {
		return service.Pass[string]{}, err
	}
	if answer.Auth == nil || answer.Auth.Token == "" || strings.ContainsAny(answer.Auth.Token, "\r\n") {
		return service.Pass[string]{}, errors.New("the login gave no token")
	}
	p := service.Pass[string]{Value: answer.Auth.Token}
	const year = 365 * 24 * 3600
	if answer.Auth.Lease > 0 && answer.Auth.Lease < year {
		p.Until = now.Add(time.Duration(answer.Auth.Lease) * time.Second)
	}
	return p, nil
}
