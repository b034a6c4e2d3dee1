package kb

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Pack compresses the files, but for the table of published ranges, which is
// embedded where it lies. The same files give the same bytes.
func (c Compiled) Pack() (map[string][]byte, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		return nil, fmt.Errorf("pack the knowledge base: %w", err)
	}
	defer e.Close()
	out := map[string][]byte{}
	for name, b := range c {
		if name != publishedFile {
			out[name+packedExt] = e.EncodeAll(b, nil)
		}
	}
	return out, nil
}

// unpacker is made once: it costs more than a small file does.
var unpacker = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
})

func unpack(b []byte) ([]byte, error) {
	d, err := unpacker()
	if err != nil {
		return nil, err
	}
	return d.DecodeAll(b, nil)
}
