package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A sealedFor is what a file is sealed for, and by which key: the flags of
// each command that works with sealed files.
type sealedFor struct {
	keys.Context
	key, secret string
}

func (s *sealedFor) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.key, "key", "", "address of the key (required)")
	f.StringVar(&s.Tenant, "tenant", "", "whose data it is (required)")
	f.StringVar(&s.Purpose, "purpose", "", "what for (required)")
	f.StringVar(&s.Jurisdiction, "jurisdiction", "", "country or bloc whose law it is kept under (required)")
	secretFlag(c, &s.secret)
}

// maxWord bounds a part of the context.
const maxWord = 256

func (s *sealedFor) check(c *cobra.Command) error {
	if s.key == "" {
		return fmt.Errorf("--key is missing; as in: %s", firstExample(c))
	}
	var missing []string
	for _, part := range []struct{ flag, value string }{{"--tenant", s.Tenant}, {"--purpose", s.Purpose}, {"--jurisdiction", s.Jurisdiction}} {
		switch {
		case part.value == "":
			missing = append(missing, part.flag)
		case len(part.value) > maxWord || !utf8.ValidString(part.value) || strings.ContainsFunc(part.value, func(r rune) bool { return r < ' ' || r == 0x7f }):
			return fmt.Errorf("%s is no word of at most %d bytes without control characters", part.flag, maxWord)
		}
	}
	if missing != nil {
		return fmt.Errorf("%s: missing: a file opens only for what it was sealed for; as in: %s", strings.Join(missing, ", "), firstExample(c))
	}
	return nil
}

// explained says what else may be the reason that a key does not open a file.
func (s *sealedFor) explained(err error) error {
	if errors.Is(err, keys.ErrUnwrap) {
		return fmt.Errorf("%w: look at --key, --tenant (%s), --purpose (%s) and --jurisdiction (%s): they must be those that it was sealed for, letter by letter", err, s.Tenant, s.Purpose, s.Jurisdiction)
	}
	return err
}

// A patient reader ends with its context: so what was half written is removed
// when the user interrupts.
type patient struct {
	ctx context.Context
	io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}
