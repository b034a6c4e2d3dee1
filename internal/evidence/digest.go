package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Href is the address of a line of a file, relative where the file is.
func Href(o graph.Origin) string {
	u := url.URL{Path: o.File}
	if o.Line > 0 {
		u.Fragment = fmt.Sprintf("L%d", o.Line)
	}
	return u.String()
}

// Digests are the SHA-256 of files, as far as they were asked for.
type Digests map[string]string

// Of is the digest of a file in hexadecimal digits, "" of what is no plain file that
// can be read: the layer of an image, a plan from stdin.
func (d Digests) Of(name string) string {
	if sum, ok := d[name]; ok {
		return sum
	}
	d[name] = ""
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err == nil {
		d[name] = hex.EncodeToString(h.Sum(nil))
	}
	return d[name]
}

// Sum is the SHA-256 of the whole result: it changes with anything in it.
func (c *Case) Sum() ([]byte, error) {
	if c.views != nil && c.views.sum != nil {
		return c.views.sum, nil
	}
	h := sha256.New()
	if err := c.Result.Encode(h); err != nil {
		return nil, err
	}
	sum := slices.Clip(h.Sum(nil)) // callers append to it
	if c.views != nil {
		c.views.sum = sum
	}
	return sum, nil
}
