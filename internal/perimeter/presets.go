package perimeter

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed presets/*.yaml
var presets embed.FS

// Presets returns the names of the perimeters to begin with, sorted.
func Presets() []string {
	files, err := presets.ReadDir("presets")
	if err != nil {
		return nil // cannot happen: the folder is part of the binary
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".yaml")
	}
	slices.Sort(names)
	return names
}

// Preset returns the commented file of a preset.
func Preset(name string) ([]byte, error) {
	src, err := presets.ReadFile("presets/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no preset %s%s", show(name), suggest(name, Presets()))
	}
	return src, nil
}
