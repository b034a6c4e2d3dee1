//go:build real

package hsm

import "testing"

// BenchmarkRealSoftHSM is what a call costs through the program and a module in
// software.
func BenchmarkRealSoftHSM(b *testing.B) {
	k := benchKey(b)
	secret := make([]byte, 32)
	wrapped, err := k.Wrap(b.Context(), secret, secret)
	if err != nil {
		b.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"wrap":   func() error { _, err := k.Wrap(b.Context(), secret, secret); return err },
		"unwrap": func() error { _, err := k.Unwrap(b.Context(), wrapped, secret); return err },
		"sign":   func() error { _, err := k.Sign(b.Context(), secret); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchKey(b *testing.B) *Key {
	b.Helper()
	k := newSoftHSM(b).mustOpen(b, "token=clinic;object=bench")
	if err := k.Generate(b.Context()); err != nil {
		b.Fatal(err)
	}
	return k
}
