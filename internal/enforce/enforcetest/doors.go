package enforcetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/apiserver"
)

// Doors are the admission policies that close a mesh. A real API server has them,
// and is asked.
type Doors struct {
	Target     enforce.Target
	Kinds      []string // that it does not have by itself: "networking.istio.io/v1 Sidecar"
	Policies   []string // of doors.yaml
	Namespaces string   // beside default, as documents of YAML
	Doors      []Door
}

// A Door is a name, an object in YAML, and the text of its refusal; "" where it is
// admitted.
type Door [3]string

// Run starts the server and asks it of every door.
func (d *Doors) Run(t *testing.T) {
	s := apiserver.Start(t)
	for _, k := range d.Kinds {
		version, kind, _ := strings.Cut(k, " ")
		s.Define(t, apiserver.Definition(version, kind))
	}
	text, err := os.ReadFile(filepath.Join(Written(t, d.Target, Sends), "doors.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range append(objects(t, d.Namespaces), objects(t, string(text))...) {
		if status, answer := s.Do(t, http.MethodPost, apiserver.Path(o), o); status != http.StatusCreated {
			t.Fatalf("%s %v: %d %s", o["kind"], o["metadata"], status, apiserver.Message(answer))
		}
	}
	ask := func(text string) (int, string) {
		o := objects(t, text)[0]
		status, answer := s.Do(t, http.MethodPost, apiserver.Path(o)+"?dryRun=All", o)
		return status, apiserver.Message(answer)
	}
	for _, p := range d.Policies {
		d.inForce(t, p, ask)
	}
	admitted, refused := 0, 0
	for _, k := range d.Doors {
		name, object, why := k[0], k[1], k[2]
		status, message := ask(object)
		switch {
		case why == "" && status == http.StatusCreated:
			admitted++
		case why != "" && strings.Contains(message, "denied request: "+why):
			refused++
		default:
			t.Errorf("%s (%q): %d %s", name, why, status, message)
		}
	}
	t.Logf("kube-apiserver %s: %d admitted, %d refused of %d", apiserver.Version, admitted, refused, len(d.Doors))
}

// inForce waits until the policy refuses any: the server takes seconds to see it.
func (d *Doors) inForce(t *testing.T, policy string, ask func(string) (int, string)) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(200 * time.Millisecond) {
		for _, k := range d.Doors {
			if k[2] == "" {
				continue
			}
			if _, by := ask(k[1]); strings.Contains(by, "'"+policy+"'") && strings.Contains(by, "denied request") {
				return
			}
		}
	}
	t.Fatalf("the policy %s refuses nothing after a minute", policy)
}

func objects(t *testing.T, text string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for dec := yaml.NewDecoder(bytes.NewReader([]byte(text))); ; {
		var o map[string]any
		if err := dec.Decode(&o); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if o != nil {
			out = append(out, o)
		}
	}
}

// Pod is one of a namespace, with these members of its metadata and its
// specification, and these containers.
func Pod(namespace, meta, spec string, containers ...string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: %s%s}, spec: {containers: [%s]%s}}", namespace, meta, strings.Join(containers, ", "), spec)
}
