//go:build real

package crossplane_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/crossplane"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/apiserver"
)

type object = map[string]any

// document is the first of a file.
func document(t *testing.T, path string) object {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out object
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// claims is the definition that the API server gets from Crossplane for claims:
// the schema as it stands, with Crossplane's own fields beside it. Crossplane makes
// it within a cluster; here it is made by hand, of the fields that rules speak of.
func claims(definition object) object {
	spec := definition["spec"].(object)
	version := spec["versions"].([]any)[0].(object)
	schema := version["schema"].(object)["openAPIV3Schema"].(object)
	fields := schema["properties"].(object)["spec"].(object)["properties"].(object)
	fields["compositionUpdatePolicy"] = object{"type": "string", "enum": []any{"Automatic", "Manual"}}
	names := spec["claimNames"].(object)
	return object{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": object{"name": names["plural"].(string) + "." + spec["group"].(string)},
		"spec": object{"group": spec["group"], "scope": "Namespaced", "names": names,
			"versions": []any{object{"name": version["name"], "served": true, "storage": true, "schema": object{"openAPIV3Schema": schema}}}}}
}

// TestRealServer: a real API server takes the schemas, and refuses claims and
// changes of claims by them.
func TestRealServer(t *testing.T) {
	dir := enforcetest.Written(t, crossplane.Target, enforcetest.Whole)
	s := apiserver.Start(t)
	if status, o := s.Do(t, http.MethodPost, "/api/v1/namespaces", object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": "clinic"}}); status != http.StatusCreated {
		t.Fatalf("%d %s", status, apiserver.Message(o))
	}
	paths, err := filepath.Glob(filepath.Join(dir, "apis", "*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no definition was written: %v", err)
	}
	for _, path := range paths {
		if status, o := s.Do(t, http.MethodPost, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", claims(document(t, path))); status != http.StatusCreated {
			t.Errorf("%s: %d %s", filepath.Base(path), status, apiserver.Message(o))
		}
	}
	const url = "/apis/build.bailiwick.dev/v1alpha1/namespaces/clinic/awsobjectstores"
	claim := func(change func(meta, spec object)) object {
		o := document(t, filepath.Join(dir, "examples", "aws-object-store.yaml"))
		change(o["metadata"].(object), o["spec"].(object))
		return o
	}
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if status, _ := s.Do(t, http.MethodGet, url, nil); status == http.StatusOK {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatal("the API server does not serve the claims")
		}
	}
	status, made := s.Do(t, http.MethodPost, url, claim(func(object, object) {}))
	if status != http.StatusCreated {
		t.Fatalf("it is inside: %d %s", status, apiserver.Message(made))
	}
	refused := func(name, method, url string, body any, why string) {
		t.Helper()
		if status, o := s.Do(t, method, url, body); status != http.StatusUnprocessableEntity && status != http.StatusBadRequest || !strings.Contains(apiserver.Message(o), why) {
			t.Errorf("%s: %d %s, and not because %q", name, status, apiserver.Message(o), why)
		}
	}
	named := func(name string, change func(spec object)) object {
		return claim(func(meta, spec object) { meta["name"] = name; change(spec) })
	}
	refused("region", http.MethodPost, url, named("a", func(spec object) { spec["region"] = "us-east-1" }), `Unsupported value: "us-east-1"`)
	refused("region by generateName", http.MethodPost, url, claim(func(meta, spec object) {
		delete(meta, "name")
		meta["generateName"], spec["region"] = "a-", "us-east-1"
	}), `Unsupported value: "us-east-1"`)
	refused("key of another region", http.MethodPost, url, named("b", func(spec object) { spec["region"] = "eu-west-3" }), "kmsKeyArn is in another region")
	refused("revision of the past", http.MethodPost, url, named("c", func(spec object) { spec["compositionUpdatePolicy"] = "Manual" }), "Only what the perimeter says now is built")
	refused("replica asked for", http.MethodPost, url+"?fieldValidation=Strict", named("d", func(spec object) { spec["replica"] = "us-east-1" }), "unknown field")
	made["spec"].(object)["region"] = "us-east-1"
	refused("update", http.MethodPut, url+"/aws-object-store", made, `Unsupported value: "us-east-1"`)
	spec := made["spec"].(object)
	spec["region"] = "eu-west-3"
	spec["kmsKeyArn"] = strings.Replace(spec["kmsKeyArn"].(string), "eu-central-1", "eu-west-3", 1)
	refused("move", http.MethodPut, url+"/aws-object-store", made, "It cannot be moved")
	// What is not of the schema, and asked for without strictness, is not kept.
	status, kept := s.Do(t, http.MethodPost, url, named("e", func(spec object) { spec["replica"] = "us-east-1" }))
	if _, is := kept["spec"].(object)["replica"]; status != http.StatusCreated || is {
		t.Errorf("a field beside the schema: %d %v", status, kept["spec"])
	}
}
