package compose_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/compose"
)

var hosts = map[string]string{"image": "hub.host", "ollama": "ollama.host"}

const whole = `x-common: &common
  environment: {SHARED: "1"}
services:
  web:
    image: ${REG:-reg.clinic.example}/web:${TAG}
    ports: ["127.0.0.1:80:80", 8080, {target: 90, published: "9090", host_ip: 10.0.0.1}]
    environment:
      - OPENAI_BASE_URL=https://llm.clinic.example/v1
      - PASSED
      - COST=$$5
      - FROM_ENV=${KEPT}
    env_file: [app.env]
    networks: [inner]
    healthcheck: {test: ["CMD-SHELL", "curl -f https://ping.example/ || exit 1"]}
  llm:
    extends: {file: common.yml, service: base}
    build: https://code.example/a/b.git#main
    image: made/here
    command: sh -c "ollama pull mistral"
    models: [small]
  bad: nothing
models:
  small: {model: ai/small:1}
networks:
  inner: {internal: true}
volumes:
  data:
`

func read(t testing.TB, files map[string]string) *graph.Facts {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, src := range files {
		if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := compose.Read([]string{"compose.yaml"}, compose.Options{Hosts: hosts})
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	return &f
}

func TestRead(t *testing.T) {
	f := read(t, map[string]string{"compose.yaml": whole, ".env": "KEPT='here'\n", "app.env": "FROM_FILE=yes\nSHARED=2\n", "common.yml": "services:\n  base:\n    logging:\n      driver: fluentd\n      options: {fluentd-address: \"logs.example:24224\"}\n"})
	var names []string
	byName := map[string]graph.Reader{}
	for _, a := range f.Assets {
		names = append(names, string(a.Address)+" "+a.Type)
		byName[strings.TrimPrefix(string(a.Address), "compose.yaml#")] = a.Attrs
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"compose.yaml#bad service", "compose.yaml#llm service", "compose.yaml#volumes.data volume", "compose.yaml#web service"}, names); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct{ asset, path, want string }{
		{"web", "image", "?TAG is set neither here nor in .env: whoever starts it may set it"},
		{"web", "ports", "[127.0.0.1:80:80 ::8080 10.0.0.1:9090:90]"},
		{"web", "environment.OPENAI_BASE_URL", "https://llm.clinic.example/v1"},
		{"web", "environment.COST", "$5"},
		{"web", "environment.FROM_ENV", "here"},
		{"web", "environment.FROM_FILE", "yes"},
		{"web", "environment.PASSED", "?PASSED is set neither here nor in .env: whoever starts it may set it"},
		{"web", "internal", "true"},
		{"llm", "image", ""},
		{"llm", "build.context", "https://code.example/a/b.git#main"},
		{"llm", "logging.options.fluentd-address", "logs.example:24224"},
	} {
		got := ""
		for _, rd := range byName[c.asset].Read(c.path) {
			if got = fmt.Sprint(rd.Value); rd.Unknown != "" {
				got = "?" + rd.Unknown
			}
		}
		if got != c.want {
			t.Errorf("%s %s: %q", c.asset, c.path, got)
		}
	}
	var flows []string
	for _, x := range f.Flows {
		flows = append(flows, fmt.Sprintf("%d %s → %s (%s) %s", x.Origin.Line, x.From, x.To, x.Purpose, x.Model))
	}
	want := []string{
		"14 compose.yaml#web → https://ping.example/ (data) ",
		"19 compose.yaml#llm → ollama.host (registry) mistral",
		"20 compose.yaml#llm → hub.host/ai/small:1 (registry) ai/small:1",
	}
	if diff := cmp.Diff(want, flows); diff != "" {
		t.Error(diff)
	}
	if f.Blocks != 4 || len(f.Problems) != 0 {
		t.Errorf("%d blocks, problems %v", f.Blocks, f.Problems)
	}
}

// What cannot be read is said, and what can is there.
func TestProblems(t *testing.T) {
	f := read(t, map[string]string{"compose.yaml": "services:\n  a: {image: x, extends: {file: gone.yml, service: y}}\n"})
	if len(f.Problems) != 1 || len(f.Assets) != 1 || f.Problems[0].Origin.Line != 2 {
		t.Errorf("%+v", f)
	}
	f = read(t, map[string]string{"compose.yaml": "services:\n\t- x"})
	if len(f.Problems) != 1 || len(f.Assets) != 0 {
		t.Errorf("%+v", f)
	}
}

func TestMatch(t *testing.T) {
	head := func(s string) func() []byte { return func() []byte { return []byte(s) } }
	for path, want := range map[string]bool{"compose.yaml": true, "docker-compose.prod.yml": true, "compose-dev.yaml": true, "composer.json": false, "values.yaml": false} {
		if got := compose.Match(path, head("# x\nservices:\n  a:\n")); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if compose.Match("compose.yaml", head("kind: Compose\n")) {
		t.Error("another document of that name is taken")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(whole)
	f.Add("services: {a: {extends: a}, b: {extends: {service: a}, environment: [x, 1], ports: 1, command: [1]}}")
	f.Add("services: [a]\nvolumes: x")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, src string) {
		name := filepath.Join(dir, "compose.yaml")
		if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		one := compose.Read([]string{name}, compose.Options{Hosts: hosts})
		two := compose.Read([]string{name}, compose.Options{Hosts: hosts})
		if err := one.Check(); err != nil {
			t.Error(err)
		}
		for i := range one.Assets {
			for _, path := range []string{"image", "environment.A", "ports", "internal"} {
				if diff := cmp.Diff(one.Assets[i].Attrs.Read(path), two.Assets[i].Attrs.Read(path)); diff != "" {
					t.Error(diff)
				}
			}
		}
	})
}
