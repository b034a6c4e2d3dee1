package oci

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A Config is what an image says of itself.
type Config struct {
	OS, Architecture, Variant string
	Env                       []string // NAME=value
	Labels                    map[string]string
	Entrypoint, Cmd           []string
	User, WorkingDir          string
	Created                   string // RFC 3339, as the builder wrote it
	Ports, Volumes            []string
	DiffIDs                   []string
	History                   []Step
}

// A Step is one line of the history.
type Step struct {
	CreatedBy string `json:"created_by"`
	Comment   string `json:"comment"`
	Empty     bool   `json:"empty_layer"`
}

// configDocument is the form on the wire.
type configDocument struct {
	Created      string `json:"created"`
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
	Config       struct {
		Env          []string          `json:"Env"`
		Labels       map[string]string `json:"Labels"`
		Entrypoint   words             `json:"Entrypoint"`
		Cmd          words             `json:"Cmd"`
		User         string            `json:"User"`
		WorkingDir   string            `json:"WorkingDir"`
		ExposedPorts map[string]any    `json:"ExposedPorts"`
		Volumes      map[string]any    `json:"Volumes"`
	} `json:"config"`
	RootFS struct {
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
	History []Step `json:"history"`
}

// words are a command: a list, or one text as old tools write it.
type words []string

func (w *words) UnmarshalJSON(b []byte) error {
	var list []string
	if err := json.Unmarshal(b, &list); err == nil {
		*w = list
		return nil
	}
	var one string
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	*w = words{one}
	return nil
}

func parseConfig(b []byte) (Config, error) {
	var d configDocument
	if err := json.Unmarshal(b, &d); err != nil {
		return Config{}, fmt.Errorf("its configuration is no JSON: %w", err)
	}
	return Config{Created: d.Created, OS: d.OS, Architecture: d.Architecture, Variant: d.Variant, Env: d.Config.Env, Labels: d.Config.Labels,
		Entrypoint: d.Config.Entrypoint, Cmd: d.Config.Cmd, User: d.Config.User, WorkingDir: d.Config.WorkingDir,
		Ports: keys(d.Config.ExposedPorts), Volumes: keys(d.Config.Volumes), DiffIDs: d.RootFS.DiffIDs, History: d.History}, nil
}

// platform words what the configuration says, as an index does.
func (c *Config) platform() string {
	if c.OS == "" || c.Architecture == "" {
		return ""
	}
	return strings.TrimSuffix(c.OS+"/"+c.Architecture+"/"+c.Variant, "/")
}

// finish joins what configuration and manifest say of the layers.
func (i *Image) finish() {
	if p := i.Config.platform(); p != "" {
		i.Platform = p
	}
	steps := i.Config.History
	for n := range i.Layers {
		if n < len(i.Config.DiffIDs) {
			i.Layers[n].DiffID = i.Config.DiffIDs[n]
		}
		for len(steps) > 0 && steps[0].Empty {
			steps = steps[1:]
		}
		if len(steps) > 0 {
			i.Layers[n].CreatedBy, steps = steps[0].CreatedBy, steps[1:]
		}
	}
}
