package weights

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Types of values in the head of a GGUF file
// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
const (
	ggufString = 8
	ggufArray  = 9
)

var ggufSize = map[uint32]int64{0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}

const (
	ggufPairs  = 100_000
	ggufText   = 1 << 20 // of a value that is kept
	ggufNested = 4
)

type ggufReader struct{ r *bufio.Reader }

// gguf reads what the head says of the model. Vocabularies and templates
// are passed over.
func gguf(r io.Reader, m *Model) error {
	g := ggufReader{bufio.NewReaderSize(r, 64<<10)}
	var head struct {
		Magic, Version uint32
		Tensors, Pairs uint64
	}
	if err := binary.Read(g.r, binary.LittleEndian, &head); err != nil {
		return errors.New("it is cut short")
	}
	if head.Magic != 0x46554747 {
		return errors.New("it does not begin as GGUF does")
	}
	if head.Version < 2 || head.Version > 1000 || head.Pairs > ggufPairs {
		return fmt.Errorf("version %d of GGUF with %d entries is not known", head.Version, head.Pairs)
	}
	kv := map[string]string{}
	for range head.Pairs {
		key, err := g.text(ggufText)
		if err != nil {
			return err
		}
		typ, err := g.u32()
		if err != nil {
			return err
		}
		if typ == ggufString && strings.HasPrefix(key, "general.") {
			if kv[key], err = g.text(ggufText); err != nil {
				return err
			}
			continue
		}
		if err := g.skip(typ, 0); err != nil {
			return err
		}
	}
	m.Architecture, m.License, m.Developer = kv["general.architecture"], kv["general.license"], kv["general.organization"]
	m.Name = kv["general.name"]
	m.Source = kv["general.source.url"]
	if m.Source == "" {
		m.Source = kv["general.url"]
	}
	for i := range 16 {
		at := fmt.Sprintf("general.base_model.%d.", i)
		base := strings.TrimPrefix(strings.TrimPrefix(kv[at+"repo_url"], "https://huggingface.co/"), "http://huggingface.co/")
		if base == "" {
			base = strings.TrimPrefix(kv[at+"organization"]+"/"+kv[at+"name"], "/")
		}
		if base != "" {
			m.Base = append(m.Base, base)
		}
	}
	return nil
}

func (g ggufReader) u32() (uint32, error) {
	var b [4]byte
	if _, err := io.ReadFull(g.r, b[:]); err != nil {
		return 0, errors.New("it is cut short")
	}
	return binary.LittleEndian.Uint32(b[:]), nil
}

func (g ggufReader) u64() (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(g.r, b[:]); err != nil {
		return 0, errors.New("it is cut short")
	}
	return binary.LittleEndian.Uint64(b[:]), nil
}

func (g ggufReader) text(limit uint64) (string, error) {
	n, err := g.u64()
	if err != nil {
		return "", err
	}
	if n > limit {
		return "", fmt.Errorf("a text of %d bytes is not possible there", n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(g.r, b); err != nil {
		return "", errors.New("it is cut short")
	}
	return strings.ToValidUTF8(string(b), "�"), nil
}

func (g ggufReader) discard(n uint64) error {
	if n > math.MaxInt32 {
		return fmt.Errorf("a value of %d bytes is not possible", n)
	}
	if _, err := g.r.Discard(int(n)); err != nil {
		return errors.New("it is cut short")
	}
	return nil
}

func (g ggufReader) skip(typ uint32, depth int) error {
	if size, ok := ggufSize[typ]; ok {
		return g.discard(uint64(size))
	}
	switch {
	case typ == ggufString:
		n, err := g.u64()
		if err != nil {
			return err
		}
		return g.discard(n)
	case typ == ggufArray && depth < ggufNested:
		of, err := g.u32()
		if err != nil {
			return err
		}
		n, err := g.u64()
		if err != nil {
			return err
		}
		if size, ok := ggufSize[of]; ok {
			if n > math.MaxInt32 {
				return fmt.Errorf("a list of %d values is not possible", n)
			}
			return g.discard(n * uint64(size))
		}
		for range n { // ends at the latest with the bytes
			if err := g.skip(of, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("values of type %d are not known", typ)
}
