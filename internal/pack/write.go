package pack

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// A Writer writes a pack, one file after the other and none held in memory. The
// same files in the same order give the same bytes.
type Writer struct {
	zip   *zip.Writer
	at    time.Time
	files []Digest
	seen  map[string]bool
	total int64
}

// NewWriter begins a pack. at is the time that all its files bear.
func NewWriter(w io.Writer, at time.Time) *Writer {
	return &Writer{zip: zip.NewWriter(w), at: at.UTC(), seen: map[string]bool{}}
}

// Add adds a file.
func (w *Writer) Add(name string, write func(io.Writer) error) error {
	d, err := w.add(name, write)
	w.files = append(w.files, d)
	return err
}

// Files are those that were added, in their order.
func (w *Writer) Files() []Digest { return w.files }

// Has reports whether a file was added.
func (w *Writer) Has(name string) bool { return w.seen[strings.ToLower(name)] }

func (w *Writer) add(name string, write func(io.Writer) error) (Digest, error) {
	if err := checkName(name); err != nil {
		return Digest{}, fmt.Errorf("%q cannot stand in a pack under this name: %w", name, err)
	}
	if low := strings.ToLower(name); w.seen[low] {
		return Digest{}, fmt.Errorf("two files of the pack would be called %s", name)
	} else if len(w.seen) == maxFiles {
		return Digest{}, fmt.Errorf("a pack has %d files at most", maxFiles)
	} else {
		w.seen[low] = true
	}
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: w.at}
	h.SetMode(0o644)
	f, err := w.zip.CreateHeader(h)
	if err != nil {
		return Digest{}, err
	}
	sum := sha256.New()
	if err := write(&bounded{io.MultiWriter(f, sum), w, maxFile}); err != nil {
		return Digest{}, fmt.Errorf("%s: %w", name, err)
	}
	return Digest{name, Set{hex.EncodeToString(sum.Sum(nil))}}, nil
}

// A bounded writes no pack that nobody would read.
type bounded struct {
	to   io.Writer
	w    *Writer
	left int64
}

func (b *bounded) Write(p []byte) (int, error) {
	b.left -= int64(len(p))
	b.w.total += int64(len(p))
	switch {
	case b.left < 0:
		return 0, fmt.Errorf("a file of a pack has %d bytes at most", int64(maxFile))
	case b.w.total > maxTotal:
		return 0, fmt.Errorf("a pack has %d GiB at most", maxTotal>>30)
	}
	return b.to.Write(p)
}

func (w *Writer) bytes(name string, b []byte) error {
	return w.Add(name, func(to io.Writer) error {
		_, err := to.Write(b)
		return err
	})
}

// WriteInputs writes the file that names each file that was read: [InputsFile].
func WriteInputs(w io.Writer, inputs []Digest) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(inputs)
}

// Close signs what was added, and ends the pack. The result, the perimeter and the
// inputs must be among it.
func (w *Writer) Close(e Evidence, r *finding.Result, key Signer) error {
	for _, name := range []string{ResultFile, PerimeterFile, InputsFile} {
		if !w.Has(name) {
			return fmt.Errorf("a pack without %s says nothing", name)
		}
	}
	pub, err := publicPEM(key.Public())
	if err != nil {
		return err
	}
	if err := w.bytes(KeyFile, pub); err != nil {
		return err
	}
	verdict, err := marshal(verified(e, r))
	if err != nil {
		return err
	}
	if err := w.signed(verdictName, verdict, key); err != nil {
		return err
	}
	if err := w.bytes(SumsFile, sums(w.files)); err != nil {
		return err
	}
	statement, err := marshal(Statement[Evidence]{statementType, w.files, EvidenceType, e})
	if err != nil {
		return err
	}
	if len(statement) > maxStatement {
		return fmt.Errorf("the statement has more than %d bytes: check fewer files at once", maxStatement)
	}
	if err := w.signed(statementName, statement, key); err != nil {
		return err
	}
	return w.zip.Close()
}

// signed adds a statement in its four forms.
func (w *Writer) signed(name string, statement []byte, key Signer) error {
	env, err := seal(statement, key)
	if err != nil {
		return err
	}
	envelope, err := env.marshal()
	if err != nil {
		return err
	}
	plain, dsse, pae, sig := signedNames(name)
	for _, f := range []struct {
		name string
		b    []byte
	}{{plain, statement}, {dsse, envelope}, {pae, PAE(payloadType, statement)}, {sig, env.Signatures[0].Sig}} {
		if err := w.bytes(f.name, f.b); err != nil {
			return err
		}
	}
	return nil
}

func publicPEM(public ed25519.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), err
}

// sums is a file for `sha256sum -c`.
func sums(files []Digest) []byte {
	var b bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", f.Digest.SHA256, f.Name)
	}
	return b.Bytes()
}
