package weights

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
)

// A Card is what stands beside weights about them.
type Card struct {
	Name, Architecture string
	Base, Datasets     []string
	License            string
	Derived            bool // it was made from another one
	Dataset            bool // the card is that of data
	Written            bool // a person's card was read, with what it says in its head
	Code               []string
	Lines              map[string]int // on which line the card says so, by key
}

// IsCard reports whether a file may say something of weights beside it.
func IsCard(base string) bool {
	return base == "config.json" || base == "adapter_config.json" || base == "README.md"
}

// Read adds what one file says: config.json and adapter_config.json as the
// libraries of Hugging Face write them, the head of README.md. It reports
// whether the file says anything of a model or of data.
func (c *Card) Read(name string, src []byte) bool {
	switch path.Base(name) {
	case "README.md":
		return c.front(src)
	case "adapter_config.json":
		return c.config(src, true)
	}
	return c.config(src, false)
}

func (c *Card) config(src []byte, adapter bool) bool {
	var doc struct {
		Name          string         `json:"_name_or_path"`
		Base          *string        `json:"base_model_name_or_path"`
		Type          string         `json:"model_type"`
		Peft          string         `json:"peft_type"`
		Architectures []string       `json:"architectures"`
		Code          map[string]any `json:"auto_map"`
	}
	if json.Unmarshal(src, &doc) != nil || doc.Base == nil && len(doc.Architectures) == 0 && doc.Name == "" && doc.Type == "" && doc.Peft == "" && len(doc.Code) == 0 {
		return false // of something else
	}
	if adapter {
		c.Derived = true
	}
	if doc.Base != nil {
		c.Derived = true
		c.Base = add(c.Base, *doc.Base)
	}
	if len(doc.Architectures) > 0 {
		c.Architecture = doc.Architectures[0]
	} else if c.Architecture == "" {
		c.Architecture = doc.Type
	}
	if doc.Name != "" && !Folder(doc.Name) {
		c.Name = doc.Name
	}
	for _, k := range sorted(doc.Code) {
		if s, ok := doc.Code[k].(string); ok {
			c.Code = add(c.Code, "the code "+s+" that its config.json names (auto_map)")
		} else {
			c.Code = add(c.Code, "code that its config.json names (auto_map "+k+")")
		}
	}
	return true
}

// Folder reports whether the name of a model is a folder of somebody's machine,
// which leads nobody else to it.
func Folder(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.Contains(name, `\`) || strings.Count(name, "/") > 1 && !strings.Contains(name, "://")
}

func add(list []string, s string) []string {
	if s == "" || len(s) > 512 || len(list) >= 64 || slices.Contains(list, s) {
		return list
	}
	return append(list, strings.ToValidUTF8(s, "�"))
}

func sorted(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// Join adds to a model what stands beside it.
func (m *Model) Join(c *Card) {
	if m.Name == "" {
		m.Name = c.Name
	}
	if m.Architecture == "" {
		m.Architecture = c.Architecture
	}
	if m.License == "" {
		m.License = c.License
	}
	for _, b := range c.Base {
		m.Base = add(m.Base, b)
	}
	for _, d := range c.Datasets {
		m.Datasets = add(m.Datasets, d)
	}
	m.Derived = m.Derived || c.Derived
	m.Described = m.Described || c.Written
	m.Code.Add(Code{Runs: c.Code})
}
