package aws

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

type pass = service.Pass[credentials]

// webIdentity changes the token of a workload for credentials of a role, at the
// STS of the key's own region, so that no login leaves it.
func (o *Options) webIdentity(region, domain, file, role string) (source, error) {
	sts, err := service.NewClient("https://sts."+region+"."+domain, o.Network)
	if err != nil {
		return nil, err
	}
	session := o.Env.Get("AWS_ROLE_SESSION_NAME")
	if session == "" {
		session = "bailiwick"
	}
	return func(ctx context.Context) (pass, error) {
		token, err := service.PlatformToken(file)
		if err != nil {
			return pass{}, fmt.Errorf("AWS_WEB_IDENTITY_TOKEN_FILE: %w", err)
		}
		form := url.Values{"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"}, "RoleArn": {role}, "RoleSessionName": {session}, "WebIdentityToken": {token}}
		a, err := sts.Do(ctx, service.Call{Method: http.MethodPost, Path: "/", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: []byte(form.Encode())})
		if err != nil {
			return pass{}, err
		}
		return parseIdentity(a)
	}, nil
}

func parseIdentity(a *service.Answer) (pass, error) {
	var answer struct {
		Result struct {
			Credentials struct {
				AccessKeyId, SecretAccessKey, SessionToken string
				Expiration                                 time.Time
			}
		} `xml:"AssumeRoleWithWebIdentityResult"`
		Error struct{ Code, Message string }
	}
	err := xml.Unmarshal(a.Body, &answer)
	if a.Status != http.StatusOK {
		return pass{}, service.Refuse(a, answer.Error.Code, answer.Error.Message)
	}
	c := answer.Result.Credentials
	if err != nil || c.AccessKeyId == "" || c.SecretAccessKey == "" || c.SessionToken == "" || c.Expiration.IsZero() {
		return pass{}, errors.New("the answer of STS has no credentials")
	}
	return pass{Value: credentials{c.AccessKeyId, c.SecretAccessKey, c.SessionToken}, Until: c.Expiration}, nil
}

// instance is where a machine of AWS asks for its own credentials. There is no
// TLS there: the address is link-local, so it is the hypervisor that answers.
const instance = "http://169.254.169.254"

// metadata asks in version 2 of the protocol only, which a forwarded request
// cannot speak by accident.
func (o *Options) metadata() source {
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DialContext: o.Dial}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func(ctx context.Context) (pass, error) {
		token, err := ask(ctx, client, http.MethodPut, "/latest/api/token", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
		if err != nil {
			return pass{}, err
		}
		const path = "/latest/meta-data/iam/security-credentials/"
		role, err := ask(ctx, client, http.MethodGet, path, tokenHeader, string(token))
		if err != nil {
			return pass{}, err
		}
		body, err := ask(ctx, client, http.MethodGet, path+url.PathEscape(string(role)), tokenHeader, string(token))
		if err != nil {
			return pass{}, err
		}
		return parseInstance(body)
	}
}

const tokenHeader = "X-Aws-Ec2-Metadata-Token"

func parseInstance(body []byte) (pass, error) {
	var c struct {
		Code, AccessKeyId, SecretAccessKey, Token string
		Expiration                                time.Time
	}
	if err := json.Unmarshal(body, &c); err != nil || c.Code != "Success" || c.AccessKeyId == "" || c.SecretAccessKey == "" || c.Expiration.IsZero() {
		return pass{}, errors.New("the metadata service gives no credentials: has the machine a role?")
	}
	return pass{Value: credentials{c.AccessKeyId, c.SecretAccessKey, c.Token}, Until: c.Expiration}, nil
}

func ask(ctx context.Context, c *http.Client, method, path, header, value string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, instance+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set(header, value)
	resp, err := c.Do(r)
	if err != nil {
		return nil, fmt.Errorf("metadata service: %w", err)
	}
	defer resp.Body.Close()
	const most = 64 << 10
	b, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("metadata service: status %d", resp.StatusCode)
	}
	return b, nil
}
