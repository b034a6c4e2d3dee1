package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/source/engine"
)

var cases = []struct {
	file, src string
	want      []string // flows, as "line place", or "line ?why begins"
	problem   string
}{
	{"certs.d/docker.io/hosts.toml", "server = \"https://registry.example/v2/hub\"\noverride_path = true\n[host.\"https://near.example\"]\n  capabilities = [\"pull\"]\n",
		[]string{"3 https://near.example", "1 https://registry.example"}, ""},
	{"certs.d/docker.io/hosts.toml", "[host.\"https://near.example\"]\n", []string{"1 https://near.example", "1 https://docker.io"}, ""},
	{"certs.d/registry.example_5000_/hosts.toml", "", []string{"1 https://registry.example:5000"}, ""},
	{"certs.d/_default/hosts.toml", "[host.\"https://near.example\"]\n", []string{"1 https://near.example", "1 ?it names no server"}, ""},
	{"certs.d/_default/hosts.toml", "server = 'https://refused.invalid'\n", []string{"1 https://refused.invalid"}, ""},
	{"certs.d/x.example/hosts.toml", "server = \n", nil, "TOML"},
	{"etc/registries.conf", "unqualified-search-registries = [\"a.example\", \"b.example\"]\n[[registry]]\nprefix = \"c.example/x\"\nlocation = \"d.example/y\"\n[[registry.mirror]]\nlocation = \"e.example:5000/z\"\n[[registry]]\nprefix = \"f.example\"\nlocation = \"f.example\"\nblocked = true\n[[registry]]\nprefix = \"*.g.example\"\n",
		[]string{"1 https://a.example", "1 https://b.example", "6 https://e.example:5000", "4 https://d.example", "12 https://g.example"}, ""},
	{"registries.conf.d/9.conf", "unqualified-search-registries = []\n", nil, ""},
	{"registries.conf.d/9.conf", "unqualified-search-registries = [\"${HOST}\"]\n", []string{"1 ?this is no registry"}, ""},
	{"docker/daemon.json", "{\"registry-mirrors\": [\"https://near.example\"]}", []string{"1 https://near.example", "1 ?Docker asks Docker Hub"}, ""},
	{"docker/daemon.json", "{\"registry-mirrors\": [\"https://near.example\"],\n\"proxies\": {\"https-proxy\": \"http://refused.invalid:9\"}}", []string{"1 https://near.example", "2 http://refused.invalid:9"}, ""},
	{"docker/daemon.json", "{\"log-driver\": \"local\"}", nil, ""},
	{"docker/daemon.json", "{", nil, "JSON"},
}

func write(t testing.TB, file, src string) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	return at
}

func TestRead(t *testing.T) {
	for _, c := range cases {
		if !engine.Match(c.file) {
			t.Errorf("%s is not read", c.file)
		}
		f := engine.Read([]string{write(t, c.file, c.src)})
		var got []string
		for _, x := range f.Flows {
			place := string(x.To)
			if x.Unknown != "" {
				place = "?" + x.Unknown
			}
			got = append(got, fmt.Sprintf("%d %s", x.Origin.Line, place))
		}
		if !slices.EqualFunc(got, c.want, func(g, w string) bool { return g == w || strings.Contains(w, "?") && strings.HasPrefix(g, w) }) {
			t.Errorf("%s: %q, want %q", c.file, got, c.want)
		}
		if p := fmt.Sprint(f.Problems); (len(f.Problems) > 0) != (c.problem != "") || !strings.Contains(p, c.problem) {
			t.Errorf("%s: problems %s", c.file, p)
		}
	}
	for _, other := range []string{"hosts.toml", "certs.d/hosts.toml/x", "containers.conf", "daemon.json", "etc/conf.d/registries.conf.json"} {
		if engine.Match(other) {
			t.Errorf("%s is read", other)
		}
	}
}

func FuzzRead(f *testing.F) {
	for i, c := range cases {
		f.Add(i, []byte(c.src))
	}
	f.Fuzz(func(t *testing.T, which int, src []byte) {
		file := write(t, cases[uint(which)%uint(len(cases))].file, string(src))
		one, two := engine.Read([]string{file}), engine.Read([]string{file})
		if !reflect.DeepEqual(one, two) {
			t.Error("the same bytes gave other facts")
		}
		if err := one.Check(); err != nil {
			t.Error(err)
		}
	})
}
