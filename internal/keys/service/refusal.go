package service

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// A Refusal is a service's no.
type Refusal struct {
	Status  int
	Code    string // the service's word for it
	Message string // as the service says it, without what may be secret
}

func (r *Refusal) Error() string {
	text := fmt.Sprintf("the service refuses (%d", r.Status)
	if r.Code != "" {
		text += " " + r.Code
	}
	text += ")"
	if r.Message != "" {
		text += ": " + r.Message
	}
	return text + advice(r.Status)
}

func advice(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "; are the credentials still valid, and the clock right?"
	case http.StatusForbidden:
		return "; may these credentials use the key in this way?"
	case http.StatusNotFound:
		return "; is the address right, and the region?"
	case http.StatusTooManyRequests:
		return "; try again later, or ask for a higher quota"
	}
	return ""
}

// Refuse makes an error of an answer's code and message.
func Refuse(a *Answer, code, message string) *Refusal {
	return &Refusal{Status: a.Status, Code: clean(code), Message: clean(message)}
}

const maxMessage = 300

// long finds what has no place in a message: keys, tokens and cipher text are
// long and have no spaces, colons or dots.
var long = regexp.MustCompile(`[A-Za-z0-9+/_=~-]{41,}`)

// clean makes another's words fit for our messages: one short line that the
// terminal takes for text.
func clean(s string) string {
	if len(s) > 4*maxMessage {
		s = s[:4*maxMessage]
	}
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, s)
	s = long.ReplaceAllString(strings.Join(strings.Fields(s), " "), "…")
	if len(s) > maxMessage {
		s = strings.ToValidUTF8(s[:maxMessage], "") + "…"
	}
	return s
}

// Decode reads the body of an answer that is one JSON value.
func Decode(a *Answer, into any) error {
	if err := json.Unmarshal(a.Body, into); err != nil {
		return fmt.Errorf("the service's answer cannot be read: %w", err)
	}
	return nil
}
