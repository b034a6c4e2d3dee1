package wire

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A Backend does what is asked. Its methods are called at the same time.
type Backend interface {
	Wrap(plaintext, aad []byte) ([]byte, error)
	Unwrap(wrapped, aad []byte) ([]byte, error)
	Sign(message []byte) ([]byte, error)
	Public() ([]byte, error)
	Describe() (*Description, error)
	Generate() error
	Close() error
}

// Fatal is an error after which the backend is of no use: it is answered, and
// the program ends. Whoever asks again starts it anew.
type Fatal struct{ Err error }

func (f Fatal) Error() string { return f.Err.Error() }

func (f Fatal) Unwrap() error { return f.Err }

// atOnce bounds the requests that are worked on; the others wait unread.
const atOnce = 16

// Serve answers requests until there are no more, which is no error.
func Serve(in io.Reader, out io.Writer, open func(token map[string]string) (Backend, error)) error {
	var first Request
	if err := Read(in, &first); err != nil {
		return fmt.Errorf("read the first request: %w", err)
	}
	s := &server{out: out}
	if first.Op != Open || first.Version != Version {
		return s.refuse(first, fmt.Errorf("bailiwick and bailiwick-hsm are not of one version: install both from one release"))
	}
	backend, err := open(first.Token)
	if err != nil {
		return s.refuse(first, err)
	}
	s.backend = backend
	s.answer(Response{ID: first.ID})
	if err = s.loop(in); errors.As(err, &Fatal{}) {
		return err // others may still be in the backend: it is not closed under them
	}
	return errors.Join(err, backend.Close())
}

type server struct {
	backend Backend
	mu      sync.Mutex
	out     io.Writer
	ended   error
}

// refuse answers an error and returns it.
func (s *server) refuse(q Request, err error) error {
	s.answer(failure(q, err))
	return err
}

func (s *server) answer(r Response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := Write(s.out, r); err != nil && s.ended == nil {
		s.ended = err
	}
}

func (s *server) loop(in io.Reader) error {
	slots := make(chan struct{}, atOnce)
	requests := make(chan Request)
	ended := make(chan error, 1)
	go func() {
		for {
			var q Request
			if err := Read(in, &q); err != nil {
				ended <- err
				return
			}
			requests <- q
		}
	}()
	fatal := make(chan error, atOnce)
	var wait sync.WaitGroup
	for {
		select {
		case err := <-fatal:
			return err // without waiting: what else is asked would fail too, or hang
		case err := <-ended:
			wait.Wait()
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return errors.Join(err, s.ended)
		case q := <-requests:
			slots <- struct{}{}
			wait.Go(func() {
				defer func() { <-slots }()
				r, err := s.do(q)
				if err != nil {
					r = failure(q, err)
				}
				r.ID = q.ID
				s.answer(r)
				if errors.As(err, &Fatal{}) {
					fatal <- err
				}
			})
		}
	}
}

func failure(q Request, err error) Response {
	r := Response{ID: q.ID, Error: err.Error()}
	for kind, sentinel := range kinds {
		if errors.Is(err, sentinel) {
			r.Kind = kind
		}
	}
	return r
}

// Err is the error of an answer, as it was before it was sent.
func (r *Response) Err() error {
	if r.Error == "" {
		return nil
	}
	if sentinel := kinds[r.Kind]; sentinel != nil {
		return sentinel
	}
	return errors.New(r.Error)
}

func (s *server) do(q Request) (r Response, err error) {
	switch q.Op {
	case Wrap:
		if err := keys.CheckSizes(q.Data, nil); err != nil {
			return r, err
		}
		r.Data, err = s.backend.Wrap(q.Data, q.AAD)
	case Unwrap:
		if err := keys.CheckSizes(nil, q.Data); err != nil {
			return r, err
		}
		r.Data, err = s.backend.Unwrap(q.Data, q.AAD)
	case Sign:
		if len(q.Data) > MaxMessage {
			return r, fmt.Errorf("%d bytes are too many to sign, %d is the most", len(q.Data), MaxMessage)
		}
		r.Data, err = s.backend.Sign(q.Data)
	case Public:
		r.Data, err = s.backend.Public()
	case Describe:
		r.Description, err = s.backend.Describe()
	case Generate:
		err = s.backend.Generate()
	default:
		err = fmt.Errorf("nobody can do %q here", q.Op)
	}
	return r, err
}
