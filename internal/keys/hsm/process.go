package hsm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm/wire"
)

// A process is one run of bailiwick-hsm. When it ends, however it ends, every
// request that waits fails.
type process struct {
	cmd     *exec.Cmd
	patient time.Duration

	writing sync.Mutex
	stdin   io.WriteCloser
	stdout  io.ReadCloser

	next atomic.Uint64

	mu      sync.Mutex
	waiting map[uint64]chan wire.Response
	ended   chan struct{}
	why     error // when ended
	words   tail
}

// start starts the program, which does nothing before it is asked.
func start(program string, patient time.Duration) (*process, error) {
	p := &process{cmd: exec.Command(program), patient: patient, waiting: map[uint64]chan wire.Response{}, ended: make(chan struct{})}
	p.cmd.Stderr = &p.words
	p.cmd.Env = append(os.Environ(), "GOTRACEBACK=none")
	p.cmd.WaitDelay = time.Second // a grandchild may hold the pipes
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if p.stdout, err = p.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go p.listen()
	return p, nil
}

// find looks for the program beside this one, then where commands are.
func find() (string, error) {
	const name = "bailiwick-hsm"
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), name)
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("keys in hardware modules need the program %s beside bailiwick: install it, or build it by `CGO_ENABLED=1 go build ./cmd/%s`: %w", name, name, err)
	}
	return path, nil
}

// listen hands answers out until there are no more.
func (p *process) listen() {
	var err error
	for {
		var r wire.Response
		if err = wire.Read(p.stdout, &r); err != nil {
			break
		}
		p.mu.Lock()
		answer := p.waiting[r.ID]
		delete(p.waiting, r.ID)
		p.mu.Unlock()
		if answer != nil { // else nobody waits any more
			answer <- r
		}
	}
	p.cmd.Process.Kill()
	status := p.cmd.Wait()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = status
	}
	p.end(fmt.Errorf("bailiwick-hsm ended before it answered: %v%s", err, p.words.String()))
}

// end lets every request fail for the first reason that is given.
func (p *process) end(why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.why == nil {
		p.why = why
		close(p.ended)
	}
}

// ask sends a request and waits for its answer: until the caller has no
// patience left, or the program ends, or we have waited for too long. Then the
// program is ended: what hangs in a module hangs for ever.
func (p *process) ask(ctx context.Context, q wire.Request) (wire.Response, error) {
	answer := make(chan wire.Response, 1)
	q.ID = p.next.Add(1)
	// Here and not where it is sent: the caller may clear the plaintext when we
	// return, and a message that is too long is nobody else's trouble.
	frame, err := wire.Frame(q)
	if err != nil {
		return wire.Response{}, fmt.Errorf("ask bailiwick-hsm: %w", err)
	}
	p.mu.Lock()
	p.waiting[q.ID] = answer
	p.mu.Unlock()
	// The clock runs on when the caller has gone: a module that hangs is found
	// out even by those who never wait.
	clock := time.AfterFunc(p.patient, func() {
		p.mu.Lock()
		_, waits := p.waiting[q.ID]
		p.mu.Unlock()
		if waits {
			p.kill(fmt.Errorf("the module did not answer within %s, and bailiwick-hsm was ended: is the token reachable?%s", p.patient, p.words.String()))
		}
	})
	go p.send(frame)
	select {
	case r := <-answer:
		clock.Stop()
		return r, r.Err()
	case <-ctx.Done():
		return wire.Response{}, ctx.Err()
	case <-p.ended:
		clock.Stop()
		select {
		case r := <-answer: // it came with the end
			return r, r.Err()
		default:
			return wire.Response{}, p.why
		}
	}
}

// send may block on a program that does not read; the clock ends that. Of one that ended
// meanwhile who listens knows more.
func (p *process) send(frame []byte) {
	defer clear(frame)
	p.writing.Lock()
	defer p.writing.Unlock()
	_, err := p.stdin.Write(frame)
	if err == nil {
		return
	}
	select {
	case <-p.ended:
	case <-time.After(time.Second):
		p.kill(fmt.Errorf("ask bailiwick-hsm: %w%s", err, p.words.String()))
	}
}

// over reports whether the program has ended.
func (p *process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// close ends the program: it ends by itself when nobody can ask any more, and
// is ended if it does not.
func (p *process) close() {
	p.stdin.Close()
	select {
	case <-p.ended:
	case <-time.After(2 * time.Second):
		p.kill(errors.New("bailiwick-hsm was ended"))
	}
}

// kill ends the program now. What it started may hold its output open, so we
// stop listening, too.
func (p *process) kill(why error) {
	p.end(why)
	p.cmd.Process.Kill()
	p.stdout.Close()
}

// A tail keeps the end of what was written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailSize = 16 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if over := len(t.b) - tailSize; over > 0 {
		t.b = append(t.b[:0], t.b[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.FieldsFunc(string(t.b), func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return ""
	}
	// Go tells a crash in C in a line, and shows the registers of the processor below.
	crash := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "SIG") || strings.HasPrefix(l, "fatal error: ") })
	if crash >= 0 {
		lines = lines[:crash+1]
	}
	return "; it said: " + strings.Join(lines[max(0, len(lines)-3):], " / ")
}
