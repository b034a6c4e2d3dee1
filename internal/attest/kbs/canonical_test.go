package kbs

import (
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"
)

// The vector of RFC 3394, 4.6: 256 bits of key data under a 256-bit key.
func TestWrapKey(t *testing.T) {
	kek, _ := hex.DecodeString("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F")
	data, _ := hex.DecodeString("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
	got, err := wrapKey(kek, data)
	if want := "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"; err != nil || hex.EncodeToString(got) != want {
		t.Errorf("%x, %v", got, err)
	}
}

// TestQuoted: strings as RFC 8785 spells them, which encoding/json does not.
func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{
		"plain": `"plain"`, "<&>\u2028\u2029": "\"<&>\u2028\u2029\"", "\u20ac$\u000f\nA'B\"\\\\\"/": "\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"",
		"\b\t\f\r\x7f": "\"\\b\\t\\f\\r\x7f\"", "\U0001F600": "\"\U0001F600\"",
	} {
		if got := string(quoted(in)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func FuzzQuoted(f *testing.F) {
	f.Add("a\"\x00\u2028")
	f.Fuzz(func(t *testing.T, s string) {
		var back, direct string
		plain, err := json.Marshal(s)
		if err != nil || json.Unmarshal(plain, &direct) != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(quoted(s), &back); err != nil || back != direct {
			t.Errorf("%q came back as %q, %v", s, back, err)
		}
	})
}

func TestBuckets(t *testing.T) {
	p := newPeers(Limits{Rate: 1, Burst: 1})
	now := time.Unix(0, 0)
	for _, c := range []struct {
		remote string
		want   bool
	}{
		{"192.0.2.1:1", true}, {"192.0.2.1:2", false}, {"192.0.2.2:1", true}, {"[::ffff:192.0.2.2]:1", false},
		{"[2001:db8::1]:1", true}, {"[2001:db8::2]:1", false}, {"[2001:db8:0:1::1]:1", true}, {"pipe", true}, {"@", false},
	} {
		if got := p.may(c.remote, now); got != c.want {
			t.Errorf("%s: %v", c.remote, got)
		}
	}
	if !p.may("192.0.2.1:1", time.Unix(1, 0)) {
		t.Error("the bucket does not fill")
	}
}
