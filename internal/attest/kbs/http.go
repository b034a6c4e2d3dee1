package kbs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Paths of the service.
const (
	pathAPI      = "/kbs/v0/"
	pathAuth     = pathAPI + "auth"
	pathAttest   = pathAPI + "attest"
	pathResource = pathAPI + "resource/"
	pathKeys     = "/.well-known/jwks.json"
	pathConfig   = "/.well-known/openid-configuration"
)

// cookieName is the protocol's.
const cookieName = "kbs-session-id"

// Handler answers the protocol, and says by which key tokens are verified.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+pathAuth, s.answer(s.auth))
	mux.HandleFunc("POST "+pathAttest, s.answer(s.attest))
	mux.HandleFunc("GET "+pathResource, s.answer(s.resource))
	mux.HandleFunc("HEAD "+pathResource, s.answer(nothing)) // a release of which nothing leaves would be an untrue entry
	mux.HandleFunc("GET "+pathKeys, func(w http.ResponseWriter, _ *http.Request) { send(w, http.StatusOK, s.tokens.keys()) })
	mux.HandleFunc("GET "+pathConfig, func(w http.ResponseWriter, _ *http.Request) { send(w, http.StatusOK, s.tokens.configuration()) })
	mux.HandleFunc("/", s.answer(nothing))
	return mux
}

func nothing(http.ResponseWriter, *http.Request) *problem {
	return &problem{http.StatusNotFound, kindPath, "there is nothing here; the service is below " + pathAPI}
}

// Harden bounds how long a client may take, and how much it may say.
func Harden(h *http.Server) {
	h.ReadHeaderTimeout, h.ReadTimeout = 5*time.Second, 20*time.Second
	h.WriteTimeout, h.IdleTimeout, h.MaxHeaderBytes = 60*time.Second, time.Minute, 96<<10
}

// answer turns those away who ask too often, and writes what is wrong.
func (s *Server) answer(f func(http.ResponseWriter, *http.Request) *problem) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.peers.may(r.RemoteAddr, s.Now()) {
			s.metrics.Limited.Add(1)
			(&problem{http.StatusTooManyRequests, kindInternal, "too many requests from this address"}).write(w)
			return
		}
		if p := f(w, r); p != nil {
			p.write(w)
		}
	}
}

func (s *Server) auth(w http.ResponseWriter, r *http.Request) *problem {
	body, p := read(w, r, maxRequest)
	if p != nil {
		return p
	}
	request, err := parseRequest(body)
	if err != nil {
		return &problem{http.StatusUnauthorized, kindAttestation, err.Error()}
	}
	kind := attest.Kind(request.TEE)
	if !slices.Contains(s.kinds(), kind) {
		return &problem{http.StatusUnauthorized, kindAttestation, fmt.Sprintf("evidence of kind %.40q is not judged here; of %q it is", kind, s.kinds())}
	}
	cookie, nonce, err := s.sessions.open(s.Random, kind, s.Now())
	if err != nil {
		s.Log.Error("auth", "error", err)
		return &problem{http.StatusServiceUnavailable, kindInternal, "no challenge can be made now"}
	}
	s.metrics.Challenges.Add(1)
	s.setCookie(w, cookie, s.Limits.Challenge)
	send(w, http.StatusOK, Challenge{nonce, json.RawMessage(`""`)})
	return nil
}

func (s *Server) attest(w http.ResponseWriter, r *http.Request) *problem {
	body, p := read(w, r, maxAttestation)
	if p != nil {
		return p
	}
	a, err := parseAttestation(body)
	if err != nil {
		return &problem{http.StatusUnauthorized, kindBody, err.Error()}
	}
	release, p := s.slot(r.Context())
	if p != nil {
		return p
	}
	state, cookie := s.state.Load(), cookieOf(r)
	proved, verdicts, d := s.prove(state, cookie, a)
	release()
	var token string
	if len(d.reasons) == 0 {
		if token, err = s.token(proved, verdicts); err != nil {
			s.Log.Error("attest", "error", err)
			return &problem{http.StatusServiceUnavailable, kindInternal, "the token could not be signed"}
		}
	}
	e := s.event(state, &d, proved)
	if e.Decision == Released {
		e.Decision = Attested
	}
	if err := s.enter(r.Context(), e, e.Decision == Attested); err != nil {
		s.Log.Error("attest", "error", err)
		return &problem{http.StatusServiceUnavailable, kindInternal, "the journal is not available"}
	}
	if len(d.reasons) > 0 {
		s.metrics.RefusedAttestations.Add(1)
		s.tell("attestation refused", &d)
		return &problem{http.StatusUnauthorized, kindAttestation, d.detail()}
	}
	s.sessions.keep(cookie, proved, s.Now())
	s.metrics.Attestations.Add(1)
	s.setCookie(w, cookie, s.Limits.Session)
	send(w, http.StatusOK, map[string]string{"token": token})
	return nil
}

// prove takes the challenge of a session and holds the evidence against it.
func (s *Server) prove(state *State, cookie string, a *Attestation) (*attested, []*attest.Verdict, decision) {
	var d decision
	now := s.Now()
	c, ok := s.sessions.take(cookie, now)
	switch {
	case !ok:
		d.refuse(wordChallenge, "no challenge is open under this cookie: it was answered, it has expired, or there was none")
		return nil, nil, d
	case c.nonce != a.RuntimeData.Nonce:
		d.refuse(wordChallenge, "the nonce is not that of the challenge")
		return nil, nil, d
	}
	sts, err := statements(c.kind, a)
	if err != nil {
		d.refuse(wordEvidence, "%v", err)
		return nil, nil, d
	}
	proved := &attested{kind: c.kind, statements: sts, runtime: a.RuntimeData, expires: now.Add(s.Limits.Session)}
	verdicts, d := s.examine(state, sts)
	if d.verdict != nil {
		proved.chip = d.verdict.Claims.Chip.ID
	}
	return proved, verdicts, d
}

// token names a session, for the guest and for others.
func (s *Server) token(a *attested, verdicts []*attest.Verdict) (string, error) {
	id := make([]byte, 16)
	if _, err := io.ReadFull(s.Random, id); err != nil {
		return "", err
	}
	a.token = to64(id)
	c := claims{
		Profile: profile, Issuer: s.Issuer, Issued: s.Now().Unix(), Expires: a.expires.Unix(), ID: a.token,
		Verifier: map[string]string{"developer": "https://github.com/bailiwick-dev/bailiwick", "build": "bailiwick"},
		Submods:  map[string]appraisal{}, PubKey: a.runtime.PubKey.canonical(),
	}
	for i, v := range verdicts {
		name := "cpu0"
		if i > 0 {
			name = fmt.Sprintf("gpu%d", i-1)
		}
		c.Submods[name] = appraise(v, &a.runtime)
	}
	return s.tokens.sign(c)
}

func (s *Server) resource(w http.ResponseWriter, r *http.Request) *problem {
	id, err := ParseID(strings.TrimPrefix(r.URL.Path, pathResource))
	if err != nil {
		return &problem{http.StatusNotFound, kindPath, err.Error()}
	}
	release, p := s.slot(r.Context())
	if p != nil {
		return p
	}
	state := s.state.Load()
	a, p := s.session(r)
	var d decision
	if p != nil {
		d.refuse(wordSession, "%s", p.detail)
	} else if d = s.judge(state, a, id); len(d.reasons) > 0 {
		p = &problem{http.StatusForbidden, kindDeny, d.detail()}
	}
	release()
	var answer []byte
	if p == nil {
		answer, p = s.encrypt(r.Context(), id, a, &d)
	}
	e := s.event(state, &d, a)
	e.Resource = s.named(state, id)
	if err := s.enter(r.Context(), e, a != nil); err != nil {
		s.Log.Error("resource", "error", err)
		return &problem{http.StatusServiceUnavailable, kindInternal, "the journal is not available"}
	}
	if p != nil {
		s.metrics.RefusedResources.Add(1)
		s.tell("resource refused", &d, "resource", e.Resource)
		return p
	}
	s.metrics.Releases.Add(1)
	sendRaw(w, http.StatusOK, answer)
	return nil
}

// session finds what was proved under the token or the cookie of a request.
func (s *Server) session(r *http.Request) (*attested, *problem) {
	if header := r.Header.Get("Authorization"); header != "" {
		token, ok := strings.CutPrefix(header, "Bearer ")
		id, err := s.tokens.open(token, s.Now())
		if !ok || err != nil {
			return nil, &problem{http.StatusUnauthorized, kindToken, "the token is not one of this service, or it has expired: attest again"}
		}
		if a, ok := s.sessions.findToken(id, s.Now()); ok {
			return a, nil
		}
	} else if a, ok := s.sessions.find(cookieOf(r), s.Now()); ok {
		return a, nil
	}
	return nil, &problem{http.StatusUnauthorized, kindNoToken, "attest first: there is no session, or it has ended"}
}

// encrypt opens a resource and seals it for the guest.
func (s *Server) encrypt(ctx context.Context, id ID, a *attested, d *decision) ([]byte, *problem) {
	ctx, cancel := context.WithTimeout(ctx, s.Limits.Unseal)
	defer cancel()
	content, err := s.Resources.Open(ctx, id)
	defer clear(content)
	if errors.Is(err, ErrNoResource) {
		d.refuse(wordResource, "there is no resource %s", id)
		return nil, &problem{http.StatusNotFound, kindMissing, "there is no such resource"}
	}
	var answer []byte
	if err == nil {
		answer, err = a.runtime.PubKey.seal(s.Random, content)
	}
	if err != nil {
		d.refuse(wordSealed, "%v", err)
		return nil, &problem{http.StatusServiceUnavailable, kindInternal, "the resource cannot be opened now"}
	}
	return answer, nil
}

// slot waits for one's turn: verification costs processor time, and an
// attacker's evidence costs as much as anybody's.
func (s *Server) slot(ctx context.Context) (release func(), p *problem) {
	ctx, cancel := context.WithTimeout(ctx, s.Limits.Verify)
	defer cancel()
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	case <-ctx.Done():
		s.metrics.Limited.Add(1)
		return nil, &problem{http.StatusServiceUnavailable, kindInternal, "too much is to be verified at this moment"}
	}
}

// tell writes the sentences into the operator's log. They are kept from
// clients, who would learn from them what the policy wants to see.
func (s *Server) tell(what string, d *decision, attrs ...any) {
	for _, r := range d.reasons {
		s.Log.Warn(what, append(attrs, "reason", r.word, "because", r.sentence)...)
	}
}

// detail is what a client is told.
func (d *decision) detail() string {
	return "refused: " + strings.Join(d.words(), ", ") + "; the log of the service says why"
}

// setCookie says how long the cookie holds, not until when: the clock of a
// guest may be anywhere.
func (s *Server) setCookie(w http.ResponseWriter, value string, holds time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: value, Path: strings.TrimSuffix(pathAPI, "/"), MaxAge: int(holds.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: strings.HasPrefix(s.Issuer, "https:"),
	})
}

func cookieOf(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// read reads a body of bounded length.
func read(w http.ResponseWriter, r *http.Request, most int64) ([]byte, *problem) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		return nil, &problem{http.StatusRequestEntityTooLarge, kindBody, fmt.Sprintf("the body cannot be read, or has more than %d bytes", most)}
	}
	return body, nil
}
