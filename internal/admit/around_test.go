package admit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/admit"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
)

// TestAround: files of the same name count each, and what is no object of a cluster
// is an error that says where it stands.
func TestAround(t *testing.T) {
	dir := t.TempDir()
	policy := func(namespace string) string {
		return "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed, namespace: " + namespace + "}\nspec: {podSelector: {}, policyTypes: [Egress], egress: []}\n"
	}
	one, two := write(t, dir, "a/cluster.yaml", "---\n"+policy("triage")), write(t, dir, "b/cluster.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: triage}\ndata: {LOG: info}\n"+policy("records"))
	j := judgeOf(t, sovereign+"/perimeter.yaml", one, two)
	for _, namespace := range []string{"triage", "records", "open"} {
		d := decide(t, j, asked(t, "CREATE", objectsIn(t, strings.Replace(pod, "triage", namespace, 1))[0]))
		if open := strings.Contains(ids(d), "EGR-001"); open != (namespace == "open") {
			t.Errorf("%s: its ways out are open: %v\n%s", namespace, open, ids(d))
		}
	}
	o := known()
	bad := &admit.Judge{Options: o, Source: all.Known(o.KB), Perimeter: sovereign + "/perimeter.yaml", Day: func() time.Time { return day },
		Cluster: []string{write(t, dir, "c.yaml", policy("triage")+"---\nspec: {}\n")}}
	if _, err := bad.Refresh(context.Background()); err == nil || !strings.Contains(err.Error(), "c.yaml:7: document 2") {
		t.Errorf("%v", err)
	}
}
