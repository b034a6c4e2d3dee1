package hsm

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm/wire"
)

// behaviour names how the test's own binary behaves when it is started in the
// place of bailiwick-hsm.
const behaviour = "BAILIWICK_HSM_BEHAVIOUR"

// triesIn names a file that grows by a byte with each PIN that is tried.
const triesIn = "BAILIWICK_HSM_TRIES"

func TestMain(m *testing.M) {
	if b := os.Getenv(behaviour); b != "" {
		behave(b)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func behave(how string) {
	in, out := bufio.NewReader(os.Stdin), os.Stdout
	open := func(token map[string]string) (wire.Backend, error) { return newSoftware(token, how) }
	answerFirst := func() {
		var q wire.Request
		if wire.Read(in, &q) == nil {
			wire.Write(out, wire.Response{ID: q.ID})
		}
	}
	switch how {
	case "ends":
		fmt.Fprintln(os.Stderr, "no licence for this module")
		os.Exit(3)
	case "hangs":
		select {}
	case "hangs with a child":
		child := exec.Command(os.Args[0])
		child.Env = []string{behaviour + "=sleeps"}
		child.Stdout = os.Stdout
		child.Start()
		select {}
	case "sleeps":
		time.Sleep(20 * time.Second)
	case "talks":
		answerFirst()
		fmt.Fprintln(out, "module: debug level 7")
		io.Copy(io.Discard, in)
	case "answers without end":
		answerFirst()
		out.Write([]byte{0, 0, 0, 9, '{'})
		os.Exit(0)
	case "answers others":
		answerFirst()
		for id := uint64(1000); ; id++ {
			if wire.Write(out, wire.Response{ID: id}) != nil {
				return
			}
		}
	default:
		if err := wire.Serve(in, out, open); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// software is a token in software, whose keys come out of the name of the
// object.
type software struct {
	aead    cipher.AEAD
	private ed25519.PrivateKey
	how     string
}

func newSoftware(token map[string]string, how string) (wire.Backend, error) {
	if token["object"] == "none" {
		return nil, errors.New("the token has no such key")
	}
	if how == "takes no PIN" {
		f, err := os.OpenFile(os.Getenv(triesIn), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		if err == nil {
			_, err = f.WriteString(".")
		}
		return nil, errors.Join(err, wire.ErrPIN)
	}
	seed := sha256.Sum256([]byte(token["object"]))
	block, err := aes.NewCipher(seed[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &software{aead, ed25519.NewKeyFromSeed(seed[:]), how}, err
}

func (s *software) Wrap(plaintext, aad []byte) ([]byte, error) {
	switch s.how {
	case "crashes":
		syscall.Kill(os.Getpid(), syscall.SIGSEGV)
		select {}
	case "hangs in the module":
		select {}
	case "loses the token":
		return nil, wire.Fatal{Err: errors.New("the token was taken out")}
	case "refuses":
		return nil, errors.New("the token is busy")
	}
	return s.aead.Seal(nil, nil, plaintext, aad), nil
}

func (s *software) Unwrap(wrapped, aad []byte) ([]byte, error) {
	if plaintext, err := s.aead.Open(nil, nil, wrapped, aad); err == nil {
		return plaintext, nil
	}
	return nil, fmt.Errorf("GCM: %w", keys.ErrUnwrap)
}

func (s *software) Sign(message []byte) ([]byte, error) {
	if s.how == "has no signer" {
		return nil, keys.ErrNoSigner
	}
	return s.private.Sign(rand.Reader, message, &ed25519.Options{})
}

func (s *software) Public() ([]byte, error) {
	if s.how == "has no signer" {
		return nil, keys.ErrNoSigner
	}
	return s.private[ed25519.SeedSize:], nil
}

func (s *software) Describe() (*wire.Description, error) {
	yes, no := true, false
	return &wire.Description{
		Token: wire.Token{Label: "test", Serial: "1"},
		Keys:  []wire.KeyFacts{{Class: "secret", Extractable: &no, Sensitive: &yes, NeverExtractable: &yes, AlwaysSensitive: &yes, Local: &yes}},
	}, nil
}

func (s *software) Generate() error { return nil }

func (s *software) Close() error { return nil }
