package weights

import (
	"bytes"
	"encoding/json"
	"errors"
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
	Fault              string         // why a configuration is not read, so that what code it names is not known
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
	err := json.Unmarshal(src, &doc)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		err = json.Unmarshal(finite(src), &doc)
	}
	// A member of another type than it should have hides no other one.
	if mistyped := (*json.UnmarshalTypeError)(nil); err != nil && !errors.As(err, &mistyped) {
		c.Fault = "the configuration beside it is no JSON: " + err.Error()
		return false
	}
	if doc.Base == nil && len(doc.Architectures) == 0 && doc.Name == "" && doc.Type == "" && doc.Peft == "" && len(doc.Code) == 0 {
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

// finite makes zeros of NaN and Infinity, which Python writes and reads as numbers
// and JSON does not have.
func finite(src []byte) []byte {
	out := bytes.Clone(src)
	within := false
	for i := 0; i < len(out); i++ {
		switch {
		case out[i] == '"':
			within = !within
		case within && out[i] == '\\':
			i++
		case !within:
			for _, word := range []string{"NaN", "Infinity"} {
				if bytes.HasPrefix(out[i:], []byte(word)) {
					copy(out[i:], "0"+strings.Repeat(" ", len(word)-1))
				}
			}
		}
	}
	return out
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

// Join adds to a model what stands beside it. Where the client of a hub keeps it,
// the path names it best.
func (m *Model) Join(c *Card) {
	if hub := Hub(m.Path); hub != "" {
		m.Name = hub
	} else if m.Name == "" {
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
	m.Code.Add(Code{Runs: c.Code, Open: c.Fault})
}
