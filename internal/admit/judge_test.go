package admit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/admit"
	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

const (
	careless  = "../../examples/clinic-assistant"
	sovereign = "../../examples/clinic-assistant-sovereign"
)

var day = time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)

// known is the knowledge base and the rules, which all tests share.
var known = sync.OnceValue(func() assess.Options {
	k, err := kb.Open()
	if err != nil {
		panic(err)
	}
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		panic(err)
	}
	engine, err := policy.New(set, nil)
	if err != nil {
		panic(err)
	}
	return assess.Options{KB: k, Rules: set, Known: set, Engine: engine}
})

// judgeOf is a judge by a perimeter, with what stands around.
func judgeOf(t testing.TB, perimeter string, cluster ...string) *admit.Judge {
	t.Helper()
	o := known()
	j := &admit.Judge{Options: o, Source: all.Known(o.KB), Perimeter: perimeter, Cluster: cluster, Day: func() time.Time { return day }}
	if _, err := j.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	return j
}

func quiet() *slog.Logger { return slog.New(slog.NewJSONHandler(io.Discard, nil)) }

// objects are the objects of a manifest, as the API server sends them.
func objects(t testing.TB, path string) []map[string]any {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return objectsIn(t, string(src))
}

func objectsIn(t testing.TB, src string) []map[string]any {
	t.Helper()
	docs, err := tree.YAML([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for _, d := range docs {
		o, ok := d.Plain().(map[string]any)
		if ok && o["kind"] != nil && o["metadata"] != nil {
			out = append(out, o)
		}
	}
	return out
}

// asked is a request for an object.
func asked(t testing.TB, operation string, o map[string]any) *admit.Request {
	t.Helper()
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &admit.Request{UID: "u", Operation: operation, Object: raw}
	group, version, ok := strings.Cut(fmt.Sprint(o["apiVersion"]), "/")
	if !ok {
		group, version = "", group
	}
	r.Kind = admit.GVK{Group: group, Version: version, Kind: fmt.Sprint(o["kind"])}
	meta, _ := o["metadata"].(map[string]any)
	r.Namespace, _ = meta["namespace"].(string)
	r.Name, _ = meta["name"].(string)
	return r
}

func decide(t testing.TB, j *admit.Judge, r *admit.Request) *admit.Decision {
	t.Helper()
	d, err := j.State().Decide(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func ids(d *admit.Decision) string {
	var out []string
	for _, f := range d.Against {
		out = append(out, fmt.Sprintf("%s %s %s", f.Rule, f.Status, f.Subject))
	}
	for _, p := range d.Problems {
		out = append(out, p.Message)
	}
	return strings.Join(out, "\n")
}
