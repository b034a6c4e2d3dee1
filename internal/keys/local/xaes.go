package local

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
)

// xaes is XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM with nonces that
// are long enough to be drawn at random for ever, so that nothing must be
// counted, and nothing goes wrong when a file is restored from a backup.
type xaes struct {
	block  cipher.Block
	subkey [aes.BlockSize]byte // K1 of CMAC
}

const (
	keySize   = 32
	nonceSize = 24
	tagSize   = 16
)

func newXAES(key []byte) (*xaes, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	x := &xaes{block: block}
	k := x.subkey[:]
	block.Encrypt(k, k)
	msb := k[0] >> 7
	for i := range k {
		k[i] <<= 1
		if i+1 < len(k) {
			k[i] |= k[i+1] >> 7
		}
	}
	k[len(k)-1] ^= msb * 0x87
	return x, nil
}

// derived is AES-256-GCM under the key of the nonce's first half.
func (x *xaes) derived(nonce []byte) (cipher.AEAD, error) {
	key := make([]byte, keySize)
	defer clear(key)
	for i := range 2 {
		half := key[i*aes.BlockSize:][:aes.BlockSize]
		copy(half, []byte{0, byte(i + 1), 'X', 0})
		copy(half[4:], nonce[:12])
		for j := range half {
			half[j] ^= x.subkey[j]
		}
		x.block.Encrypt(half, half)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal appends a nonce and what was encrypted to dst.
func (x *xaes) seal(dst, plaintext, aad []byte) ([]byte, error) {
	nonce := make([]byte, nonceSize)
	rand.Read(nonce) // never fails
	gcm, err := x.derived(nonce)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(append(dst, nonce...), nonce[12:], plaintext, aad), nil
}

// open undoes seal.
func (x *xaes) open(sealed, aad []byte) ([]byte, error) {
	if len(sealed) < nonceSize+tagSize {
		return nil, errShort
	}
	gcm, err := x.derived(sealed[:nonceSize])
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, sealed[12:nonceSize], sealed[nonceSize:], aad)
}
