package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// unpack reads the part of MessagePack that the database uses: maps with text
// keys, lists, texts and numbers that are not negative.
// https://github.com/msgpack/msgpack/blob/master/spec.md
func unpack(b []byte) (any, error) {
	u := &unpacker{b: b}
	v, err := u.value(0)
	if err == nil && len(u.b) > 0 {
		err = fmt.Errorf("%d bytes are left over", len(u.b))
	}
	return v, err
}

type unpacker struct{ b []byte }

var errShort = errors.New("the data ends too early")

func (u *unpacker) take(n uint64) ([]byte, error) {
	if n > uint64(len(u.b)) {
		return nil, errShort
	}
	out := u.b[:n]
	u.b = u.b[n:]
	return out, nil
}

// number reads a big-endian number of 1, 2, 4 or 8 bytes.
func (u *unpacker) number(size uint64) (uint64, error) {
	raw, err := u.take(size)
	if err != nil {
		return 0, err
	}
	var wide [8]byte
	copy(wide[8-size:], raw)
	return binary.BigEndian.Uint64(wide[:]), nil
}

func (u *unpacker) value(depth int) (any, error) {
	kind, err := u.number(1)
	if err != nil || depth > 8 {
		return nil, errors.Join(err, errDeep(depth))
	}
	switch {
	case kind <= 0x7f:
		return kind, nil
	case kind <= 0x8f:
		return u.entries(kind&0x0f, depth)
	case kind <= 0x9f:
		return u.items(kind&0x0f, depth)
	case kind <= 0xbf:
		return u.text(kind & 0x1f)
	case kind >= 0xcc && kind <= 0xcf:
		return u.number(1 << (kind - 0xcc))
	case kind >= 0xd0 && kind <= 0xd3: // signed; none is negative
		return u.number(1 << (kind - 0xd0))
	case kind >= 0xd9 && kind <= 0xdb:
		return sized(u, 1<<(kind-0xd9), u.text)
	case kind == 0xdc || kind == 0xdd:
		return sized(u, 2<<(kind-0xdc), func(n uint64) ([]any, error) { return u.items(n, depth) })
	case kind == 0xde || kind == 0xdf:
		return sized(u, 2<<(kind-0xde), func(n uint64) (map[string]any, error) { return u.entries(n, depth) })
	}
	return nil, fmt.Errorf("the type 0x%02x was not expected", kind)
}

func errDeep(depth int) error {
	if depth > 8 {
		return errors.New("it nests too deeply")
	}
	return nil
}

func sized[T any](u *unpacker, size uint64, read func(uint64) (T, error)) (any, error) {
	n, err := u.number(size)
	if err != nil {
		return nil, err
	}
	return read(n)
}

func (u *unpacker) text(n uint64) (string, error) {
	raw, err := u.take(n)
	return string(raw), err
}

func (u *unpacker) items(n uint64, depth int) ([]any, error) {
	if n > uint64(len(u.b)) {
		return nil, errShort
	}
	out := make([]any, 0, n)
	for range n {
		v, err := u.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (u *unpacker) entries(n uint64, depth int) (map[string]any, error) {
	out := map[string]any{}
	for range n {
		k, err := u.value(depth + 1)
		if err != nil {
			return nil, err
		}
		key, ok := k.(string)
		if !ok {
			return nil, fmt.Errorf("the key %v is no text", k)
		}
		if out[key], err = u.value(depth + 1); err != nil {
			return nil, err
		}
	}
	return out, nil
}
