package chart

import (
	"encoding/base64"
	"path"
	"strings"

	"github.com/gobwas/glob"
)

// files are the files of a chart that are no templates.
type files map[string][]byte

func (f files) Get(name string) string      { return string(f[name]) }
func (f files) GetBytes(name string) []byte { return f[name] }

// Lines are the lines of a file.
func (f files) Lines(name string) []string {
	if len(f[name]) == 0 {
		return []string{}
	}
	return strings.Split(strings.TrimSuffix(string(f[name]), "\n"), "\n")
}

// Glob are the files whose names match; ** crosses folders.
func (f files) Glob(pattern string) files {
	out := files{}
	g, err := glob.Compile(pattern, '/')
	for name, text := range f {
		if err != nil || g.Match(name) { // a pattern that is none matches all, as with Helm
			out[name] = text
		}
	}
	return out
}

func (f files) AsConfig() string {
	m := map[string]any{}
	for name, text := range f {
		m[path.Base(name)] = string(text)
	}
	return toYAML(m)
}

func (f files) AsSecrets() string {
	m := map[string]any{}
	for name, text := range f {
		m[path.Base(name)] = base64.StdEncoding.EncodeToString(text)
	}
	return toYAML(m)
}

// kubeVersion is the version of Kubernetes that charts are rendered for.
const kubeVersion = "v1.34.0"

type version struct{ Version, Major, Minor, GitVersion string }

func (v version) String() string { return v.Version }

// apiVersions are the groups that every cluster has.
type apiVersions []string

// Has reports whether a cluster has a group and version, or a kind of one.
func (a apiVersions) Has(name string) bool {
	for _, v := range a {
		if name == v || strings.HasPrefix(name, v+"/") {
			return true
		}
	}
	return false
}

var capabilities = map[string]any{
	"KubeVersion": version{kubeVersion, "1", "34", kubeVersion},
	"HelmVersion": version{Version: "v4.0.0", GitVersion: "v4.0.0"},
	"APIVersions": apiVersions{"v1", "apps/v1", "batch/v1", "autoscaling/v1", "autoscaling/v2", "networking.k8s.io/v1", "policy/v1", "rbac.authorization.k8s.io/v1", "storage.k8s.io/v1",
		"admissionregistration.k8s.io/v1", "apiextensions.k8s.io/v1", "apiregistration.k8s.io/v1", "authentication.k8s.io/v1", "authorization.k8s.io/v1", "certificates.k8s.io/v1", "coordination.k8s.io/v1",
		"discovery.k8s.io/v1", "events.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1", "node.k8s.io/v1", "scheduling.k8s.io/v1", "resource.k8s.io/v1"},
}
