package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// readSecret reads a secret from where source says, or asks for it.
func (e *env) readSecret(ctx context.Context, source, prompt string) ([]byte, error) {
	if source != "" {
		return keys.ReadSecret(source)
	}
	return e.ask(ctx, prompt)
}

// newSecret is that of a new key: typed twice, because nobody sees it.
func (e *env) newSecret(ctx context.Context, source string) ([]byte, error) {
	if source != "" {
		return keys.ReadSecret(source)
	}
	first, err := e.ask(ctx, "Passphrase for the new key: ")
	if err != nil {
		return nil, err
	}
	again, err := e.ask(ctx, "The same once more: ")
	if err != nil {
		return nil, err
	}
	defer clear(again)
	if !bytes.Equal(first, again) {
		return nil, errors.New("the two passphrases differ: nothing was made")
	}
	return first, nil
}

// keyboard is the terminal that a person types on; nil when there is none.
func (e *env) keyboard() *os.File {
	if f, ok := e.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// tell writes to the person on the terminal: what is asked is no part of what
// a command says.
func (e *env) tell(text string) {
	if tty := e.keyboard(); tty != nil {
		if _, err := io.WriteString(tty, text); err == nil {
			return
		}
	}
	io.WriteString(e.err, text)
}

// ask asks on the terminal for what must not be seen. Whoever interrupts gets
// the terminal back as it was.
func (e *env) ask(ctx context.Context, prompt string) ([]byte, error) {
	tty := e.keyboard()
	if tty == nil {
		return nil, errors.New("there is no terminal to ask for the passphrase: say where it stands with --secret file:PATH or --secret credential:NAME")
	}
	before, err := term.GetState(int(tty.Fd()))
	if err != nil {
		return nil, fmt.Errorf("ask for the passphrase: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { term.Restore(int(tty.Fd()), before) })
	defer stop()
	e.tell(finding.Tame(prompt))
	b, err := term.ReadPassword(int(tty.Fd()))
	e.tell("\n")
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("read the passphrase: %w", err)
	case len(b) == 0:
		return nil, errors.New("no passphrase was typed")
	}
	return b, nil
}

// typed asks for a line that everybody may see. It reads a byte at a time: what
// follows is not for it.
func (e *env) typed(prompt string) (string, error) {
	e.tell(finding.Tame(prompt))
	var line []byte
	for b := make([]byte, 1); len(line) < 1<<12; {
		n, err := e.in.Read(b)
		if n == 1 && b[0] == '\n' || err == io.EOF {
			break
		}
		if err != nil {
			return "", fmt.Errorf("read the answer: %w", err)
		}
		line = append(line, b[:n]...)
	}
	return string(bytes.TrimSuffix(line, []byte("\r"))), nil
}
