package kb

import (
	"strings"
	"testing"
)

// Every default is a host that the knowledge base knows.
func TestDefaults(t *testing.T) {
	k := open(t)
	ds := k.Defaults()
	for _, word := range []string{"pypi", "npm", "go", "image", "huggingface", "github"} {
		if ds[word] == "" {
			t.Errorf("nothing says where %s goes by default", word)
		}
	}
	for word, host := range ds {
		if _, ok := k.Host(strings.ReplaceAll(host, "{region}", "eu-west-1")); !ok || strings.Contains(word, "{region}") != strings.Contains(host, "{region}") {
			t.Errorf("%s goes to %s by default, which is no host that is known", word, host)
		}
	}
	if ds["image"] != "docker.io" {
		t.Errorf("an image without a host comes from %q", ds["image"])
	}
}
