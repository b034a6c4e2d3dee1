package airgap

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
)

//go:embed hosts.toml.tmpl
var hostsTemplate string

// engines writes what container engines read, a file a registry, or JSON.
func (s *site) engines() ([]enforce.File, error) {
	out, err := s.containerd()
	if err != nil {
		return nil, err
	}
	for name, doc := range map[string]any{"root/etc/containers/policy.json": s.policy(), "root/etc/docker/daemon.json": s.daemon()} {
		data, err := enforce.JSON(doc)
		if err != nil {
			return nil, err
		}
		out = append(out, enforce.File{Name: name, Data: data})
	}
	slices.SortFunc(out, func(a, b enforce.File) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// An upstream is where containerd goes for one name of a registry.
type upstream struct {
	Title, Server string
	Path          bool // Server holds the path of the API
}

// containerd writes hosts.toml for each approved registry and for Docker Hub, and
// one for all others. A server is always named: without it containerd goes on to
// the registry itself.
func (s *site) containerd() ([]enforce.File, error) {
	dirs := map[string]upstream{
		"_default": {"containerd: no other registry answers", "https://" + nowhere, false},
		s.Hub:      {"containerd: images that name no registry come from nowhere", "https://" + nowhere, false},
	}
	for _, r := range s.Approved {
		dirs[r] = upstream{"containerd: an approved registry", "https://" + r, false}
	}
	if m := s.Mirrors.Images; m != "" {
		at, below, deep := strings.Cut(m, "/")
		name, port, _ := strings.Cut(at, ":")
		if port != "" { // how containerd spells it in the name of a folder
			name += "_" + port + "_"
		}
		dirs[name] = upstream{"containerd: the mirror", "https://" + at, false}
		hub := upstream{"containerd: images that name no registry come from the mirror", "https://" + at, deep}
		if deep {
			hub.Server += "/v2/" + below
		}
		dirs[s.Hub] = hub
	}
	var out []enforce.File
	for dir, u := range dirs {
		text, err := s.render("hosts.toml", hostsTemplate, u)
		if err != nil {
			return nil, err
		}
		out = append(out, enforce.File{Name: path.Join("root/etc/containerd/certs.d", dir, "hosts.toml"), Data: []byte(text)})
	}
	return out, nil
}

// Blocked are the registries that Podman and its kin refuse by name. Docker Hub is
// none where a mirror stands for it.
func (s *site) Blocked() []string {
	return slices.DeleteFunc(slices.Clone(s.Public), func(name string) bool { return name == s.Hub && s.Mirrors.Images != "" })
}

// A requirement is one of containers-policy.json.
type requirement struct {
	Type string `json:"type"`
}

// policy refuses every image of a registry that is not approved, by whatever name
// it is pulled. What already lies on the machine is not fetched.
func (s *site) policy() any {
	taken := []requirement{{"insecureAcceptAnything"}}
	approved := map[string][]requirement{}
	for _, r := range s.Approved {
		approved[r], approved["*."+r] = taken, taken
	}
	if m := s.Mirrors.Images; m != "" {
		approved[m], approved[s.Hub] = taken, taken
	}
	here := map[string][]requirement{"": taken}
	return map[string]any{
		"default": []requirement{{"reject"}},
		"transports": map[string]any{"docker": approved, "containers-storage": here, "dir": here, "docker-archive": here, "docker-daemon": here,
			"oci": here, "oci-archive": here},
	}
}

// daemon is the configuration of Docker. It asks Docker Hub where a mirror has
// nothing, so all but the approved registries is put behind a proxy that does not
// exist.
func (s *site) daemon() any {
	proxy := "http://" + nowhere + ":9"
	out := map[string]any{"proxies": map[string]string{"http-proxy": proxy, "https-proxy": proxy, "no-proxy": strings.Join(s.Hosts(), ",")}}
	if m := s.Mirrors.Images; m != "" && !strings.Contains(m, "/") { // Docker takes no path
		out["registry-mirrors"] = []string{"https://" + m}
	}
	return out
}
