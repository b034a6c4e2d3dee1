package weights

import (
	"strconv"
	"strings"
)

const tarHeader = 512

// isTar reports whether a file is an archive, as PyTorch before 0.1.10 wrote
// them and later ones still load them, before they look for anything else that
// the bytes may be. Only the sum in its header tells one for certain, and Python
// takes that in more spellings than the standard has.
func isTar(head []byte) bool {
	if len(head) < tarHeader {
		return false
	}
	field := head[148:156]
	sum := int64(' ') * int64(len(field))
	signed := sum // some added the bytes up so
	for i, b := range head[:tarHeader] {
		if i < 148 || i >= 156 {
			sum += int64(b)
			signed += int64(int8(b))
		}
	}
	n, ok := tarNumber(field)
	return ok && (n == sum || n == signed)
}

// tarNumber reads a number as tarfile does.
func tarNumber(field []byte) (n int64, ok bool) {
	if field[0] == 0x80 || field[0] == 0xff { // in base 256
		for _, b := range field[1:] {
			n = n<<8 | int64(b)
		}
		if field[0] == 0xff {
			n -= 1 << 56
		}
		return n, true
	}
	text, _, _ := strings.Cut(string(field), "\x00")
	text = strings.NewReplacer("_", "", "o", "", "O", "").Replace(strings.TrimSpace(text))
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(text, 8, 64)
	return n, err == nil
}
