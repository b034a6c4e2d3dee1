package weights

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"path"
	"slices"
	"strings"
)

// Format is the format of a file of weights by its name; "" when it is none.
// Names that are also those of other things are not taken.
func Format(base string) string {
	lower := strings.ToLower(base)
	switch path.Ext(lower) {
	case ".gguf", ".ggml":
		return "gguf"
	case ".safetensors":
		return "safetensors"
	case ".pt", ".pth", ".ckpt":
		return "pytorch"
	case ".onnx":
		return "onnx"
	case ".keras", ".h5", ".hdf5":
		return "keras"
	case ".tflite":
		return "tflite"
	case ".joblib", ".pkl", ".pickle":
		return "pickle"
	case ".bin":
		if strings.HasPrefix(lower, "pytorch_model") || strings.HasPrefix(lower, "adapter_model") || strings.HasPrefix(lower, "diffusion_pytorch_model") {
			return "pytorch"
		}
	}
	if lower == "saved_model.pb" {
		return "tensorflow"
	}
	return ""
}

// Begins reports whether a file that begins so may be of the format: .pth is
// also a list of paths, .pt a text in Portuguese, and .pkl the configuration
// language Pkl.
func Begins(format string, head []byte) bool {
	begins := func(magic ...string) bool {
		return slices.ContainsFunc(magic, func(m string) bool { return bytes.HasPrefix(head, []byte(m)) })
	}
	switch format {
	case "pickle", "pytorch":
		return begins("PK\x03\x04", "\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05") || isPacked(head) || isTar(head) || readsAsPickle(head)
	case "keras":
		return begins("\x89HDF", "PK\x03\x04")
	case "onnx", "tensorflow":
		return begins("\x08", "\x0a")
	case "tflite":
		return len(head) > 8 && string(head[4:8]) == "TFL3"
	}
	return format != "" // gguf and safetensors are read, and say it when they are broken
}

// packings are how joblib packs pickles, besides zlib.
var packings = []string{"\x1f\x8b", "BZh", "\xfd7zXZ\x00", "]\x00\x00\x80\x00", "\x04\"M\x18"}

func isPacked(head []byte) bool {
	return isZlib(head) || slices.ContainsFunc(packings, func(m string) bool { return bytes.HasPrefix(head, []byte(m)) })
}

// isZlib reports whether something is packed as RFC 1950 says, at any level.
func isZlib(head []byte) bool {
	return len(head) > 1 && head[0] == 'x' && binary.BigEndian.Uint16(head)%31 == 0
}

// readsAsPickle tells the oldest forms of a pickle, which begin with no sign of
// their own, from texts: they end as one, import something, or are opcodes for
// as long as the head is.
func readsAsPickle(head []byte) bool {
	named := false
	err := imports(bufio.NewReader(bytes.NewReader(head)), func(string, string) { named = true }, func(string) { named = true })
	return err == nil || named || errors.Is(err, errShort) && len(head) >= 512
}
