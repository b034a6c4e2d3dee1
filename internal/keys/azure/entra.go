package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

var tenantName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]*$`)

// passes gets tokens for a cloud's vaults.
func (o *Options) passes(c cloud) (*service.Passes[string], error) {
	tenant, client := o.Env.Get("AZURE_TENANT_ID"), o.Env.Get("AZURE_CLIENT_ID")
	secret, file := o.Env.Get("AZURE_CLIENT_SECRET"), o.Env.Get("AZURE_FEDERATED_TOKEN_FILE")
	if tenant == "" || client == "" || secret == "" && file == "" {
		return nil, errors.New("nothing says who we are to Azure: set AZURE_TENANT_ID and AZURE_CLIENT_ID, and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE")
	}
	if !tenantName.MatchString(tenant) {
		return nil, errors.New("AZURE_TENANT_ID is no tenant")
	}
	if h := o.Env.Get("AZURE_AUTHORITY_HOST"); h != "" && strings.TrimSuffix(strings.TrimPrefix(h, "https://"), "/") != c.authority {
		return nil, fmt.Errorf("AZURE_AUTHORITY_HOST is not https://%s, which gives the tokens of vaults at *%s: unset it", c.authority, c.suffix)
	}
	entra, err := service.NewClient("https://"+c.authority, o.Network)
	if err != nil {
		return nil, err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {client}, "scope": {c.audience + "/.default"}}
	return &service.Passes[string]{Now: o.Clock, Get: func(ctx context.Context) (service.Pass[string], error) {
		if secret != "" {
			form.Set("client_secret", secret)
		} else {
			token, err := service.PlatformToken(file)
			if err != nil {
				return service.Pass[string]{}, fmt.Errorf("AZURE_FEDERATED_TOKEN_FILE: %w", err)
			}
			form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
			form.Set("client_assertion", token)
		}
		a, err := entra.Do(ctx, service.Call{
			Method: http.MethodPost, Path: "/" + tenant + "/oauth2/v2.0/token", Body: []byte(form.Encode()),
			Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}},
		})
		if err != nil {
			return service.Pass[string]{}, err
		}
		return parseToken(a, o.Clock())
	}}, nil
}

func parseToken(a *service.Answer, now time.Time) (service.Pass[string], error) {
	var answer struct {
		Type        string `json:"token_type"`
		Token       string `json:"access_token"`
		Expires     int64  `json:"expires_in"`
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	err := json.Unmarshal(a.Body, &answer)
	if a.Status != http.StatusOK {
		return service.Pass[string]{}, fmt.Errorf("token: %w", service.Refuse(a, answer.Error, answer.Description))
	}
	const day = 24 * 3600
	if err != nil || !strings.EqualFold(answer.Type, "Bearer") || answer.Token == "" || strings.ContainsAny(answer.Token, "\r\n") || answer.Expires <= 0 || answer.Expires > day {
		return service.Pass[string]{}, errors.New("token: the answer has none")
	}
	return service.Pass[string]{Value: answer.Token, Until: now.Add(time.Duration(answer.Expires) * time.Second)}, nil
}
