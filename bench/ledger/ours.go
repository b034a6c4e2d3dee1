package main

import (
	"context"
	"crypto/ed25519"
	"path/filepath"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

const origin = "bench.example/log"

// key is made anew for each run.
type key struct{ ed25519.PrivateKey }

func (k key) Public() ed25519.PublicKey { return k.PrivateKey.Public().(ed25519.PublicKey) }
func (k key) Sign(message []byte) ([]byte, error) {
	return ed25519.Sign(k.PrivateKey, message), nil
}

func openOurs(_ context.Context, dir string, _ int) (func(context.Context, []byte) error, func() error, error) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, nil, err
	}
	log, err := ledger.Open(filepath.Join(dir, "log"), ledger.Options{Signer: c2sp.LogSigner(origin, key{private}), Guard: filepath.Join(dir, "guard")})
	if err != nil {
		return nil, nil, err
	}
	add := func(ctx context.Context, entry []byte) error {
		_, err := log.Append(ctx, entry)
		return err
	}
	return add, log.Close, nil
}
