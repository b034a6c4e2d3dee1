// Package opa writes a bundle for Open Policy Agent: the perimeter as data, and
// rules that hold plans of Terraform and manifests of Kubernetes against it.
// Conftest takes the same files.
package opa

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target opa.
var Target = enforce.Target{
	Name:  "opa",
	Title: title,
	Holds: holds,
	Write: write,
}

const title = "Open Policy Agent and Conftest: a bundle for plans of Terraform and manifests of Kubernetes"

var holds = []graph.RuleID{"LOC-001", "LOC-009", "LOC-010", "OPR-001", "EGR-004", "SCM-001", "SCM-002"}

// bundle is the folder of the bundle. OPA takes every file whose name ends with
// .manifest for that of the bundle, so that ours lies beside.
const bundle = "bundle"

//go:embed policy
var policies embed.FS

// A manifest is that of a bundle.
type manifest struct {
	Revision    string   `json:"revision"`
	Roots       []string `json:"roots"`
	RegoVersion int      `json:"rego_version"`
}

func write(b *bounds.Bounds) ([]enforce.File, error) {
	p, err := perimeter(b)
	if err != nil {
		return nil, err
	}
	doc, err := enforce.JSON(map[string]any{"bailiwick": map[string]any{"perimeter": p}})
	if err != nil {
		return nil, err
	}
	head, err := enforce.JSON(manifest{b.Perimeter.Digest, []string{"bailiwick", "main"}, 1})
	if err != nil {
		return nil, err
	}
	out := []enforce.File{{Name: path.Join(bundle, ".manifest"), Data: head}, {Name: path.Join(bundle, "data.json"), Data: doc}}
	about := enforce.Comment("#", append(enforce.Header(b, title, holds...), "",
		"opa eval --bundle bundle --input plan.json data.main.deny", "conftest test --policy bundle --data bundle/data.json plan.json"))
	err = fs.WalkDir(policies, "policy", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := policies.ReadFile(name)
		out = append(out, enforce.File{Name: path.Join(bundle, path.Base(name)), Data: slices.Concat([]byte(about), []byte("\n"), src)})
		return err
	})
	return out, err
}

// A document is what the rules read of the perimeter.
type document struct {
	About      []string         `json:"about"`
	Inside     string           `json:"inside"`
	Clouds     map[string]cloud `json:"clouds"` // by the first word of types in Terraform
	Hosts      []string         `json:"hosts"`
	Registries []string         `json:"registries"` // null when nobody asks
}

// A cloud is what may be of one, in all its partitions.
type cloud struct {
	Name        string          `json:"name"`
	Open        bool            `json:"open"`
	Why         string          `json:"why,omitempty"` // it is not
	Places      []string        `json:"places"`
	Geographies map[string]bool `json:"geographies,omitempty"`
	Zoned       bool            `json:"zoned,omitempty"` // data zones are inside
}

func perimeter(b *bounds.Bounds) (*document, error) {
	d := &document{About: enforce.Header(b, title, holds...), Inside: b.Limits.Places.String(), Clouds: map[string]cloud{}, Hosts: []string{}, Registries: b.Registries}
	for i := range b.Clouds {
		c := &b.Clouds[i]
		if err := enforce.NeverClear(c, "no policy for plans"); err != nil {
			return nil, err
		}
		name, _, _ := strings.Cut(string(c.Provider), "_")
		d.Clouds[name] = d.Clouds[name].with(c)
	}
	hosts, err := enforce.Destinations(b)
	if err != nil {
		return nil, err
	}
	for _, h := range hosts {
		d.Hosts = append(d.Hosts, h.String())
	}
	return d, nil
}

// with joins another partition: what is open in any may be.
func (out cloud) with(c *bounds.Cloud) cloud {
	places := c.Codes("region", "zone", "local-zone", "multi", "logical")
	// A plan does not say of which partition it is: data zones are those of all.
	if len(c.Codes()) > 0 {
		out.Zoned = c.Zoned() && (out.Zoned || len(out.Places) == 0)
	}
	switch {
	case len(places) > 0 && !out.Open:
		out = cloud{Name: c.Name, Open: true, Places: out.Places, Geographies: out.Geographies, Zoned: out.Zoned}
	case out.Name == "":
		out = cloud{Name: c.Name, Why: c.Why, Places: []string{}}
		if c.Open() {
			out.Why = "no place of it is inside"
		}
	}
	for _, code := range places {
		out.Places = append(out.Places, strings.ToLower(code))
	}
	slices.Sort(out.Places)
	for _, g := range c.Geographies {
		if out.Geographies == nil {
			out.Geographies = map[string]bool{}
		}
		out.Geographies[g.Code] = out.Geographies[g.Code] || c.Geography(g.Code)
	}
	return out
}
