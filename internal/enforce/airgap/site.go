package airgap

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// nowhere is a host that no resolver answers for (RFC 6761, 6.4): what no mirror
// is named for is fetched from there.
const nowhere = "refused.invalid"

// A site is what the templates say, in the words of the perimeter.
type site struct {
	*bounds.Bounds
	Nowhere  string
	Hub      string   // the registry of images that name none
	Approved []string // hosts of registries that are approved
	Label    string   // of machines that build inside
}

// host is what the name of a host looks like: other text could lead out of a folder.
var host = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*$`)

func newSite(b *bounds.Bounds) (*site, error) {
	s := &site{Bounds: b, Nowhere: nowhere, Hub: b.Defaults["image"], Label: "bailiwick-inside"}
	for _, r := range b.Registries {
		if r = strings.ToLower(r); !host.MatchString(r) {
			return nil, &enforce.Unmet{Clause: "spec.stack.registries", Why: fmt.Sprintf("%q is no host: write it as in registry.example", r)}
		}
		s.Approved = append(s.Approved, r)
	}
	var unmet error
	b.Mirrors.Each(func(key, mirror string) {
		for _, public := range b.Defaults {
			if perimeter.HostOf(mirror) == public && unmet == nil {
				unmet = &enforce.Unmet{Clause: "spec.stack.mirrors." + key, Why: public + " is what it would be a mirror of; name a registry of your own"}
			}
		}
	})
	slices.Sort(s.Approved)
	s.Approved = slices.Compact(s.Approved)
	return s, unmet
}

// The addresses of the mirrors; where there is none, one that nobody answers at.

func (s *site) PyPI() string  { return or(s.Mirrors.PyPI) }
func (s *site) NPM() string   { return or(s.Mirrors.NPM) }
func (s *site) Maven() string { return or(s.Mirrors.Maven) }
func (s *site) Cargo() string { return folder(or(s.Mirrors.Cargo)) }

func or(mirror string) string {
	if mirror == "" {
		return "https://" + nowhere + "/"
	}
	return mirror
}

// folder ends with a slash, as the address of a sparse index does.
func folder(address string) string { return strings.TrimSuffix(address, "/") + "/" }

// Hosts are those that are fetched from, as the exceptions of a proxy: a name is
// also all below it.
func (s *site) Hosts() []string {
	out := slices.Clone(s.Approved)
	s.Mirrors.Each(func(_, mirror string) { out = append(out, perimeter.HostOf(mirror)) })
	slices.Sort(out)
	return slices.Compact(out)
}

// A deb is one repository of Debian packages.
type deb struct{ URL, Suite, Components string }

// Debs are the repositories.
func (s *site) Debs() []deb {
	var out []deb
	for _, line := range s.Mirrors.Deb {
		f := strings.Fields(line)
		out = append(out, deb{f[0], f[1], strings.Join(f[2:], " ")})
	}
	return out
}

// DebHosts are the hosts of the repositories.
func (s *site) DebHosts() []string {
	var out []string
	for _, d := range s.Debs() {
		out = append(out, perimeter.HostOf(d.URL))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// render fills a template in. Its marks are double brackets, since charts and
// workflows have braces of their own.
func (s *site) render(name, src string, data any) (string, error) {
	t, err := template.New(name).Delims("[[", "]]").Funcs(template.FuncMap{
		"header": func(title string) string { return s.header(name, title) },
		"list":   func(words ...string) []string { return words },
		"json":   func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err },
		"indent": func(n int, text string) string {
			return strings.Repeat(" ", n) + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+strings.Repeat(" ", n))
		},
		"wild":  func(name string) bool { return strings.HasPrefix(name, "*.") },
		"words": func(words []string) string { return strings.Join(words, " ") },
	}).Parse(src)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.Execute(&out, data)
	return strings.TrimLeft(out.String(), "\n"), err
}

// header says from where a file comes, in the comments of its language.
func (s *site) header(name, title string) string {
	lines := enforce.Header(s.Bounds, title, holds...)
	switch {
	case path.Ext(name) == ".xml": // inside of one comment, which two dashes would end
		return strings.ReplaceAll(enforce.Comment(" ", lines), "--", "- -")
	case strings.Contains(name, "/templates/"): // of a chart: a name may have braces
		return "{{- /*\n" + strings.ReplaceAll(enforce.Comment(" ", lines), "*/", "* /") + "*/ -}}"
	case strings.HasPrefix(name, "root/etc/apt/apt.conf.d/"):
		return enforce.Comment("//", lines)
	}
	return enforce.Comment("#", lines)
}

// Outside are the public registries of what the perimeter has words for, from
// which a machine inside gets no answer.
func (s *site) Outside() []string {
	var out []string
	for _, word := range []string{"pypi", "npm", "go", "maven", "cargo", "image", "huggingface"} {
		if name := s.Defaults[word]; name != "" {
			out = append(out, name)
		}
	}
	return out
}
