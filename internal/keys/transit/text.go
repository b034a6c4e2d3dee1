package transit

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// What the engine wraps is text, "vault:v3:BASE64". Texts that differ can mean
// the same bytes (line breaks, spare bits at the end, version 0 for 1), so what
// we keep is their meaning: the version in 4 bytes, big endian, and the bytes.
const versionSize = 4

// spelled is how the engine writes what has a version; the engine's own prefix
// is the same in OpenBao and Vault.
var spelled = regexp.MustCompile(`^vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})$`)

func versioned(text string) (version uint32, body string, err error) {
	m := spelled.FindStringSubmatch(text)
	if m == nil {
		return 0, "", errors.New("the server's answer does not begin with vault:vN:, so it is no transit engine's")
	}
	n, err := strconv.ParseUint(m[1], 10, 32)
	return uint32(n), m[2], err
}

func pack(text string) ([]byte, error) {
	version, body, err := versioned(text)
	if err != nil {
		return nil, err
	}
	raw, err := decoded(body)
	if err != nil {
		return nil, err
	}
	return append(binary.BigEndian.AppendUint32(nil, version), raw...), nil
}

func unpack(wrapped []byte) (string, error) {
	if len(wrapped) <= versionSize {
		return "", keys.ErrUnwrap
	}
	version := binary.BigEndian.Uint32(wrapped)
	if version == 0 || version > 999_999_999 {
		return "", keys.ErrUnwrap
	}
	return fmt.Sprintf("vault:v%d:%s", version, base64.StdEncoding.EncodeToString(wrapped[versionSize:])), nil
}

func decoded(text string) ([]byte, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, errors.New("the server's answer is no base64")
	}
	return b, nil
}

// field is one text of an answer's data.
func field(a *service.Answer, name string) (string, error) {
	var answer struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	if err := service.Decode(a, &answer); err != nil {
		return "", err
	}
	var text string
	if err := json.Unmarshal(answer.Data[name], &text); err != nil || text == "" {
		return "", fmt.Errorf("the server's answer has no %s", name)
	}
	return text, nil
}
