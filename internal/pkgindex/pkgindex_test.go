package pkgindex_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/pkgindex"
)

var files = map[string]struct {
	src  string
	want []string
}{
	"etc/pip.conf":                     {"# c\n[global]\nindex-url = https://u:p@py.example/simple\nextra-index-url =\n  https://two.example\n  https://three.example\ntimeout = 5\n", []string{"3 index-url https://py.example/simple", "5 extra-index-url https://two.example", "6 extra-index-url https://three.example"}},
	".npmrc":                           {"registry=https://npm.example/\n@clinic:registry=https://${HOST}/x\n//npm.example/:_authToken=${TOKEN}\n", []string{"1 registry https://npm.example/", "2 @clinic:registry ?it takes its address from ${HOST}"}},
	".yarnrc.yml":                      {"npmRegistryServer: \"https://npm.example\"\nnodeLinker: node-modules\n", []string{"1 npmRegistryServer https://npm.example"}},
	".yarnrc":                          {"registry \"https://npm.example\"\n", []string{"1 registry https://npm.example"}},
	"NuGet.Config":                     {"<configuration>\n <packageSources>\n  <clear />\n  <add key=\"a\" value=\"https://nuget.example/v3\" />\n  <add key=\"b\" value=\"./local\" />\n </packageSources>\n</configuration>", []string{"4 packageSources https://nuget.example/v3"}},
	"m2/settings.xml":                  {"<settings><mirrors>\n<mirror><id>a</id><url>https://mvn.example/m2</url></mirror></mirrors></settings>", []string{"2 mirror https://mvn.example/m2"}},
	".cargo/config.toml":               {"[source.crates-io]\nreplace-with = \"mirror\"\n[source.mirror]\nregistry = \"sparse+https://crates.example/\"\n[net]\nx = \"https://no.example\"\n", []string{"4 source.mirror.registry https://crates.example/"}},
	".condarc":                         {"channels:\n  - https://conda.example/forge\n  - defaults\nother:\n  - x\n", []string{"2 channels https://conda.example/forge", "3 channels ?the channel defaults is a name without an address: write its address, or channel_alias"}},
	"etc/apt/sources.list.d/d.sources": {"Types: deb\nURIs: http://deb.example/debian http://two.example\n", []string{"2 URIs http://deb.example/debian", "2 URIs http://two.example"}},
	"etc/apt/sources.list":             {"deb [signed-by=/x] https://deb.example/debian bookworm main\n# deb https://no.example x\n", []string{"1 deb https://deb.example/debian"}},
	"etc/yum.repos.d/a.repo":           {"[a]\nname=a\nbaseurl=https://rpm.example/$releasever/os\n", []string{"3 baseurl https://rpm.example/$releasever/os"}},
	"etc/apk/repositories":             {"https://apk.example/v3/main\n@edge https://apk.example/edge\n", []string{"1 repository https://apk.example/v3/main", "2 repository https://apk.example/edge"}},
	"app/.env":                         {"export GOPROXY=\"https://go.example,direct\"\nHF_ENDPOINT=https://hub.example\nOTHER=https://no.example\nGOPROXY=off\n", []string{"1 GOPROXY https://go.example", "1 GOPROXY ?direct fetches each module from where it is kept", "2 HF_ENDPOINT https://hub.example", "4 GOPROXY off"}},
	"uv.toml":                          {"[[index]]\nname = \"a\"\nurl = \"https://py.example\"\n", []string{"3 url https://py.example"}},
	"b/.npmrc":                         {"registry=https://npm.example/ ; ours\n", []string{"1 registry https://npm.example/"}},
	"b/.yarnrc.yml":                    {"npmRegistryServer: \"${REG:-https://npm.example}\"\n", []string{"1 npmRegistryServer ?it takes its address from ${REG"}},
	"b/uv.toml":                        {"index = [\n { name = \"a\", url = \"https://py.example\" },\n]\n[pip]\nextra-index-url = [\"https://a.example\", \"https://b.example\"]\n", []string{"2 url https://py.example", "5 extra-index-url https://a.example", "5 extra-index-url https://b.example"}},
	"bunfig.toml":                      {"[install]\nregistry = { url = \"https://npm.example\", token = \"$T\" }\n[install.scopes]\n\"@a\" = \"https://a.example\"\n\"@b\" = { token = \"t\", url = \"https://b.example\" }\n", []string{"2 url https://npm.example", "4 @a https://a.example", "5 url https://b.example"}},
	"b/NuGet.Config":                   {"<configuration><packageSources><add key=\"a\" value=\"%NUGET%\" /></packageSources></configuration>", []string{"1 packageSources ?it takes its address from %NUGET%"}},
	"b/.cargo/config.toml":             {"[source.m]\ngit = \"https://git.example/index\"\n[registries.x]\nindex = \"https://x.example\" # ours\n", []string{"2 source.m.git https://git.example/index", "4 registries.x.index https://x.example"}},
	"b/.condarc":                       {"channel_alias: https://conda.example/\nchannels: [forge, \"https://a.example\"]\ndefault_channels:\n  - main\ncustom_channels:\n  own: https://own.example\n", []string{"2 channels https://conda.example/forge", "2 channels https://a.example", "4 default_channels https://conda.example/main", "6 custom_channels https://own.example"}},
	"b/etc/apt/sources.list":           {"deb\thttps://deb.example/debian bookworm main\n", []string{"1 deb https://deb.example/debian"}},
	"b/sources.list.d/x.sources":       {"Types: deb\nURIs:\n http://a.example\n http://b.example\nSuites: x\n", []string{"3 URIs http://a.example", "4 URIs http://b.example"}},
	"b/.env":                           {"PIP_INDEX_URL=\"https://py.example\" # ours\n", []string{"1 PIP_INDEX_URL https://py.example"}},
	".gemrc":                           {":sources:\n- https://gems.example\n", []string{"2 sources https://gems.example"}},
}

func said(xs []pkgindex.Index) []string {
	var out []string
	for _, x := range xs {
		text := x.URL
		if x.Unknown != "" {
			text = "?" + x.Unknown
		} else if x.Off {
			text = "off"
		}
		out = append(out, fmt.Sprintf("%d %s %s", x.Line, x.Setting, text))
	}
	return out
}

func TestParse(t *testing.T) {
	for name, c := range files {
		if !pkgindex.Match(name) {
			t.Errorf("%s is not read", name)
		}
		if got := said(pkgindex.Parse(name, []byte(c.src))); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, other := range []string{"config.toml", "settings.json", "repositories", "a.repo", "README.md"} {
		if pkgindex.Match(other) || pkgindex.Parse(other, nil) != nil {
			t.Errorf("%s is read", other)
		}
	}
	if pkgindex.Env("PATH", "https://x.example") != nil {
		t.Error("PATH is taken for an index")
	}
}

func FuzzParse(f *testing.F) {
	for name, c := range files {
		f.Add(name, []byte(c.src))
	}
	f.Fuzz(func(t *testing.T, name string, src []byte) {
		a, b := pkgindex.Parse(name, src), pkgindex.Parse(name, src)
		if !slices.Equal(a, b) {
			t.Error("two readings differ")
		}
		for _, x := range a {
			if x.Line == 0 || x.Setting == "" {
				t.Errorf("%+v has no origin", x)
			}
		}
	})
}
