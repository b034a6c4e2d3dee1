package aws

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// credentials are an access key.
type credentials struct{ id, secret, token string }

// source is where credentials come from.
type source func(context.Context) (pass, error)

// find decides where credentials come from, and reads what is in a file.
func (o *Options) find(region, domain string) (source, error) {
	id, secret := o.Env.Get("AWS_ACCESS_KEY_ID"), o.Env.Get("AWS_SECRET_ACCESS_KEY")
	token, role := o.Env.Get("AWS_WEB_IDENTITY_TOKEN_FILE"), o.Env.Get("AWS_ROLE_ARN")
	switch {
	case id != "" && secret != "":
		return fixed(credentials{id: id, secret: secret, token: o.Env.Get("AWS_SESSION_TOKEN")}), nil
	case id != "" || secret != "":
		return nil, errors.New("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together: one of them is not set")
	case token != "" && role != "":
		return o.webIdentity(region, domain, token, role)
	case token != "" || role != "":
		return nil, errors.New("AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN belong together: one of them is not set")
	}
	c, found, err := o.shared()
	switch {
	case err != nil:
		return nil, err
	case found:
		return fixed(c), nil
	case o.Metadata || o.Env.Get("BAILIWICK_AWS_METADATA") == "on":
		return o.metadata(), nil
	}
	return nil, errors.New("nothing says who we are to AWS: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, or write ~/.aws/credentials; the machine's own role is used only if BAILIWICK_AWS_METADATA=on")
}

func fixed(c credentials) source {
	return func(context.Context) (pass, error) {
		return pass{Value: c}, nil
	}
}

// named says in errors that it is not the service which refuses.
func named(s source) source {
	return func(ctx context.Context) (pass, error) {
		p, err := s(ctx)
		if err != nil {
			return p, fmt.Errorf("credentials: %w", err)
		}
		return p, nil
	}
}

const maxShared = 1 << 20

// shared reads the file of credentials. That of the default place may be absent.
func (o *Options) shared() (c credentials, found bool, err error) {
	path, named := o.Env.Get("AWS_SHARED_CREDENTIALS_FILE"), true
	if path == "" {
		home := o.Home
		if home == "" {
			if home, err = os.UserHomeDir(); err != nil {
				return c, false, nil // a service without a home has no such file
			}
		}
		path, named = filepath.Join(home, ".aws", "credentials"), false
	}
	text, _, err := keys.ReadPrivate(path, 0o007, maxShared)
	switch {
	case errors.Is(err, os.ErrNotExist) && !named && o.Env.Get("AWS_PROFILE") == "":
		return c, false, nil
	case err != nil:
		return c, false, err
	}
	profile := o.Env.Get("AWS_PROFILE")
	if profile == "" {
		profile = "default"
	}
	c, err = parseShared(string(text), profile)
	if err != nil {
		return c, false, fmt.Errorf("%s: %w", path, err)
	}
	return c, true, nil
}

func parseShared(text, profile string) (credentials, error) {
	values, in, seen := map[string]string{}, false, false
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if line[0] == '[' {
			in = strings.TrimSpace(strings.Trim(line, "[]")) == profile
			seen = seen || in
			continue
		}
		if name, value, ok := strings.Cut(line, "="); ok && in {
			values[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
		}
	}
	c := credentials{id: values["aws_access_key_id"], secret: values["aws_secret_access_key"], token: values["aws_session_token"]}
	switch {
	case !seen:
		return c, fmt.Errorf("it has no profile [%s]: set AWS_PROFILE", profile)
	case c.id == "" || c.secret == "":
		return c, fmt.Errorf("the profile [%s] has no aws_access_key_id with aws_secret_access_key; roles, processes and single sign-on of profiles are not followed: take an access key, or a web identity", profile)
	}
	return c, nil
}
