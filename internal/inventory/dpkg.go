package inventory

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// paragraphs calls f with the fields of each paragraph of a control file. Lines
// that continue a field are left out but for the first.
func paragraphs(src []byte, f func(field map[string]string)) {
	field := map[string]string{}
	for line := range strings.Lines(string(src)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			if len(field) > 0 {
				f(field)
				field = map[string]string{}
			}
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			continue
		}
		if k, v, ok := strings.Cut(line, ":"); ok {
			field[k] = strings.TrimSpace(v)
		}
	}
	if len(field) > 0 {
		f(field)
	}
}

// dpkg reads the packages that are installed. Of those of which only the
// configuration is left, nothing runs.
func dpkg(src []byte) []graph.Package {
	var out []graph.Package
	paragraphs(src, func(f map[string]string) {
		status, said := f["Status"]
		if f["Package"] == "" || f["Version"] == "" || said && !strings.HasSuffix(status, " installed") {
			return
		}
		p := graph.Package{Ecosystem: "deb", Name: f["Package"], Version: f["Version"], Supplier: f["Maintainer"], PURL: "arch=" + f["Architecture"]}
		if from, _, _ := strings.Cut(f["Source"], " "); from != "" && from != p.Name {
			p.PURL += "&upstream=" + from
		}
		out = append(out, p)
	})
	return out
}

// apk reads the packages of Alpine and of those who use its manager.
func apk(src []byte) []graph.Package {
	var out []graph.Package
	paragraphs(src, func(f map[string]string) {
		if f["P"] == "" || f["V"] == "" {
			return
		}
		p := graph.Package{Ecosystem: "apk", Name: f["P"], Version: f["V"], Supplier: f["m"], PURL: "arch=" + f["A"]}
		if f["L"] != "" {
			p.Licenses = []string{f["L"]}
		}
		if f["o"] != "" && f["o"] != p.Name {
			p.PURL += "&upstream=" + f["o"]
		}
		out = append(out, p)
	})
	return out
}
