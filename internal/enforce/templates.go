package enforce

import (
	"slices"
	"strings"
	"text/template"
)

// Templates fills each template in and writes it as a file of YAML that begins
// with the header: what NAME.tmpl makes is NAME.yaml.
func Templates(ts *template.Template, header []string, data any) ([]File, error) {
	var out []File
	for _, t := range ts.Templates() {
		var s strings.Builder
		s.WriteString(Comment("#", header))
		if err := t.Execute(&s, data); err != nil {
			return nil, err
		}
		out = append(out, File{Name: strings.TrimSuffix(t.Name(), ".tmpl") + ".yaml", Data: []byte(s.String())})
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
