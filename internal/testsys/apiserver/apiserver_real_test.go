//go:build real

package apiserver

import (
	"net/http"
	"testing"
)

// TestReal: the server is one, of the version that was built, and holds objects.
func TestReal(t *testing.T) {
	s := Start(t)
	if status, v := s.Do(t, http.MethodGet, "/version", nil); status != http.StatusOK || v["gitVersion"] != Version {
		t.Errorf("%d %v", status, v)
	}
	namespace := map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "clinic"}}
	if status, o := s.Do(t, http.MethodPost, "/api/v1/namespaces", namespace); status != http.StatusCreated {
		t.Errorf("%d %v", status, o)
	}
	if status, o := s.Do(t, http.MethodPost, "/api/v1/namespaces", namespace); status != http.StatusConflict || Message(o) == "" {
		t.Errorf("%d %v", status, o)
	}
}
