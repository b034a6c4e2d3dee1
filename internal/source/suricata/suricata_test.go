package suricata

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const list = `# allowed: none of a comment: pass tls any any -> any any (tls.sni; content:"no.example"; startswith; sid:1;)
pass tls $HOME_NET any -> $EXTERNAL_NET any (msg:"a; b"; tls.sni; content:"Models.example.com"; startswith; nocase; endswith; sid:1;)
pass http any any -> any any (http.host; dotprefix; content:".packages.example.com"; endswith; sid:2;)
drop dns any any -> any any (msg:"x"; dns.query; \
    content:!"names.example.com"; startswith; endswith; \
    content:!".below.example.com"; endswith; nocase; sid:3;)
alert tls any any -> any any (tls.sni; content:"attacker.example"; sid:4;)
drop tls any any -> any any (tls.sni; content:"refused.example"; sid:5;)
drop http any any -> any any (http.uri; content:!"uri.example"; sid:6;)
`

func describe(f graph.Facts) string {
	var b strings.Builder
	for _, x := range f.Flows {
		fmt.Fprintf(&b, "%s %d\n", x.To, x.Origin.Line)
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "! %s\n", p.Message)
	}
	return b.String()
}

func read(t *testing.T, text string) graph.Facts {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.rules")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	f := Read([]string{path})
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestRead(t *testing.T) {
	f := read(t, list)
	want := `models.example.com 2
*.packages.example.com 3
names.example.com 5
*.below.example.com 6
`
	if got := describe(f); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if f.Blocks != 6 {
		t.Errorf("%d rules", f.Blocks)
	}
	if !Match("", []byte(list)) || Match("", []byte("groups:\n- alert: x\n")) {
		t.Error("what is matched")
	}
	if f := Read([]string{"gone.rules"}); len(f.Problems) != 1 {
		t.Error("a file that is gone is no problem")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(list)
	f.Add("pass tls a any -> b any (tls.sni; content")
	f.Add("drop tls a any -> b any (tls.sni; content:!\"a\\\";b.example\"; \\\n")
	f.Fuzz(func(t *testing.T, text string) {
		if a, b := describe(read(t, text)), describe(read(t, text)); a != b {
			t.Errorf("%s\n%s", a, b)
		}
	})
}
