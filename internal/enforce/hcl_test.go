package enforce

import "testing"

func TestHCL(t *testing.T) {
	for text, want := range map[string]string{
		`plain`:        `"plain"`,
		`a"b`:          `"a\"b"`,
		"a\nb":         `"a\nb"`,
		`${file("x")}`: `"$${file(\"x\")}"`,
		`%{ if true }`: `"%%{ if true }"`,
		"bell\a\x7f":   `"bell\u0007\u007f"`,
		`C:\x\alpha`:   `"C:\\x\\alpha"`, // no sign of ours stands in what is escaped already
	} {
		if got := HCL(text); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}
