package main

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

// appendTo opens a log of Tessera with the batching that is best at that many
// writers: a batch as large as they can fill, flushed early, and checkpoints
// at the shortest interval that is permitted.
func appendTo(ctx context.Context, dir string, writers int, secret string) (*tessera.Appender, tessera.LogReader, func() error, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, nil, nil, err
	}
	driver, err := posix.New(ctx, posix.Config{Path: dir})
	if err != nil {
		return nil, nil, nil, err
	}
	age := 10 * time.Millisecond
	if writers <= 64 {
		age = 5 * time.Millisecond
	}
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithBatching(uint(writers), age).
		WithPushback(uint(4 * writers)).
		WithCheckpointInterval(100 * time.Millisecond)
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, options)
	return appender, reader, func() error { return shutdown(ctx) }, err
}

func openTessera(ctx context.Context, dir string, writers int) (func(context.Context, []byte) error, func() error, error) {
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, nil, err
	}
	appender, _, shutdown, err := appendTo(ctx, dir, writers, secret)
	if err != nil {
		return nil, nil, err
	}
	add := func(ctx context.Context, entry []byte) error {
		_, err := appender.Add(ctx, tessera.NewEntry(entry))()
		return err
	}
	return add, shutdown, nil
}

func openAwaiting(ctx context.Context, dir string, writers int) (func(context.Context, []byte) error, func() error, error) {
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, nil, err
	}
	appender, reader, shutdown, err := appendTo(ctx, dir, writers, secret)
	if err != nil {
		return nil, nil, err
	}
	await := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 5*time.Millisecond)
	add := func(ctx context.Context, entry []byte) error {
		_, _, err := await.Await(ctx, appender.Add(ctx, tessera.NewEntry(entry)))
		return err
	}
	return add, shutdown, nil
}
