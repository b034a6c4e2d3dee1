package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// names are what a generator made of the names of a Terraform plugin.
type names struct {
	types map[string]string            // Terraform's by the generated type
	attrs map[string]map[string]string // of each type, Terraform's by the generated attribute
}

var (
	group = regexp.MustCompile(`(?m)^// \+groupName=(\S+)$`)
	typed = regexp.MustCompile(`func \(\w+ \*(\w+)\) GetTerraformResourceType\(\) string \{\s*return "(\w+)"`)
)

// readUpjet reads the folder apis of a provider. The types of its namespaced
// groups are called as the others.
func readUpjet(dir string) (*names, error) {
	out := &names{types: map[string]string{}}
	groups, kinds := map[string]string{}, map[string][][2]string{}
	err := filepath.WalkDir(filepath.Join(dir, "apis"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := filepath.Base(p)
		if name != "zz_groupversion_info.go" && !strings.HasSuffix(name, "_terraformed.go") {
			return nil
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		if m := group.FindSubmatch(src); m != nil {
			groups[filepath.Dir(p)] = string(m[1])
		}
		for _, m := range typed.FindAllSubmatch(src, -1) {
			kinds[filepath.Dir(p)] = append(kinds[filepath.Dir(p)], [2]string{string(m[1]), string(m[2])})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, err)
	}
	for dir, ks := range kinds {
		g := groups[dir]
		if g == "" || strings.Contains(g, ".m.") {
			continue
		}
		for _, k := range ks {
			out.types[g+"/"+k[0]] = k[1]
		}
	}
	if len(out.types) == 0 {
		return nil, fmt.Errorf("read %s: no type was found below apis", dir)
	}
	return out, nil
}

// readBridge reads the metadata of a bridged provider. Older ones have the
// types only where they were called otherwise once.
func readBridge(file string) (*names, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	var doc struct {
		Aliasing struct {
			Resources map[string]struct {
				Current string `json:"current"`
			} `json:"resources"`
		} `json:"auto-aliasing"`
		Renames struct {
			Resources  map[string]string            `json:"resources"`
			Properties map[string]map[string]string `json:"renamedProperties"`
		} `json:"renames"`
	}
	if err := json.Unmarshal(src, &doc); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	out := &names{types: doc.Renames.Resources, attrs: doc.Renames.Properties}
	if out.types == nil {
		out.types = map[string]string{}
	}
	for there, r := range doc.Aliasing.Resources {
		if r.Current != "" {
			out.types[r.Current] = strings.TrimSuffix(there, "_legacy") // an alias that the bridge keeps
		}
	}
	if len(out.types) == 0 {
		return nil, fmt.Errorf("read %s: no type was found", file)
	}
	return out, nil
}

// readMappings reads what Config Connector calls the types of the plugin, and
// what it calls attributes that name other resources.
func readMappings(dir string) (*names, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("read %s: there are no mappings", dir)
	}
	out := &names{types: map[string]string{}, attrs: map[string]map[string]string{}}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		var doc struct {
			Metadata struct{ Name string }
			Spec     struct {
				Resources []struct {
					Name, Kind         string
					ResourceReferences []struct {
						TFField string `yaml:"tfField"`
						Key     string
						Types   []struct{ Key string }
					} `yaml:"resourceReferences"`
				}
			}
		}
		if err := yaml.Unmarshal(src, &doc); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		for _, r := range doc.Spec.Resources {
			typ := doc.Metadata.Name + "/" + r.Kind
			if _, twice := out.types[typ]; twice {
				continue // one kind for a regional and a global type of the plugin: the first
			}
			out.types[typ] = r.Name
			out.attrs[typ] = map[string]string{}
			for _, ref := range r.ResourceReferences {
				field := ref.TFField[strings.LastIndexByte(ref.TFField, '.')+1:]
				if ref.Key != "" {
					out.attrs[typ][ref.Key] = field
				}
			}
		}
	}
	return out, nil
}
