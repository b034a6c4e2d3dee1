package shell_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/shell"
)

// hosts stands for the knowledge base.
var hosts = map[string]string{"pypi": "pypi.host", "npm": "npm.host", "yarn": "yarn.host", "go": "go.host", "cargo": "cargo.host", "gem": "gem.host", "conda": "conda.host", "conda:channel": "channel.host", "maven": "maven.host",
	"deb:debian": "debian.host", "apk:alpine": "alpine.host", "image": "hub.host", "huggingface": "hf.host", "github": "code.host", "ollama": "ollama.host", "kaggle": "kaggle.host", "terraform": "tf.host", "nuget": "nuget.host", "composer": "composer.host", "gs": "gs.host", "s3": "s3.host", "s3:{region}": "s3.{region}.host"}

// said is a call in one line.
func said(c *shell.Call) string {
	to := c.To
	if to == "" {
		to = "?(" + c.Unknown + ")"
	}
	s := fmt.Sprintf("%d %s %s %s", c.Line, c.Tool, c.Purpose, to)
	for _, p := range c.Packages {
		s += " " + c.Ecosystem + ":" + p.Name
		if p.Version != "" {
			s += "@" + p.Version
		}
	}
	if c.Model != "" {
		s += " model=" + c.Model
	}
	return s
}

func lines(cs []shell.Call) []string {
	var out []string
	for i := range cs {
		out = append(out, said(&cs[i]))
	}
	return out
}

func TestRead(t *testing.T) {
	for script, want := range map[string]string{
		// Packages.
		"pip install numpy 'pandas==2.1.0' torch>=2":                                        "1 pip install registry pypi.host pypi:numpy pypi:pandas@2.1.0 pypi:torch",
		"python3.11 -m pip install --index-url https://pip.clinic.example/simple 'x[y]==1'": "1 pip install registry https://pip.clinic.example/simple pypi:x@1",
		"pip3 install --extra-index-url=https://a.example/s -r requirements.txt":            "1 pip install registry https://a.example/s\n1 pip install registry pypi.host",
		"export PIP_INDEX_URL=https://m.example/simple\npip install a":                      "2 pip install registry https://m.example/simple pypi:a",
		"PIP_INDEX_URL=https://m.example/simple pip install a; pip install b":               "1 pip install registry https://m.example/simple pypi:a\n1 pip install registry pypi.host pypi:b",
		"pip install --no-index --find-links /wheels a":                                     "",
		"PIP_NO_INDEX=1 pip install a":                                                      "",
		"pip install ./dist/a.whl .":                                                        "1 pip install registry pypi.host",
		"pip install --no-deps ./dist/a.whl":                                                "",
		"pip install git+https://code.example/a/b.git@v1 c":                                 "1 pip install source https://code.example/a/b.git@v1\n1 pip install registry pypi.host pypi:c",
		"pip --version; pip list; pip freeze > r.txt":                                       "",
		"uv pip install --system a; uv add b; uvx ruff check":                               "1 uv pip install registry pypi.host pypi:a\n1 uv add registry pypi.host pypi:b\n1 uvx registry pypi.host pypi:ruff",
		"poetry install --no-root":                                                          "1 poetry install registry pypi.host",
		"conda install -y -c conda-forge numpy=1.26":                                        "1 conda install registry channel.host conda:numpy@1.26",
		"conda create -n x python=3.11":                                                     "1 conda create registry conda.host conda:python@3.11",
		"npm ci --registry=https://n.example && npm install -g @a/b@1.2.3 c":                "1 npm ci registry https://n.example\n1 npm install registry npm.host npm:@a/b@1.2.3 npm:c",
		"pip config set global.index-url https://m.example/simple && pip install a":         "1 pip install registry https://m.example/simple pypi:a",
		"npm config set registry=https://n.example; npm ci; yarn config set registry https://y.example; yarn add a; go env -w GOPROXY=https://g.example; go mod download": "1 npm ci registry https://n.example\n1 yarn add registry https://y.example npm:a\n1 go mod download registry https://g.example",
		"http POST api.example/v1 a=b; http GET https://b.example; http :8080":                                                                                            "1 http data api.example/v1\n1 http data https://b.example",
		"npm run build; npm test":      "",
		"npx --yes create-x@1.0.0 dir": "1 npx registry npm.host npm:create-x@1.0.0",
		"yarn; yarn build; yarn add a": "1 yarn registry yarn.host\n1 yarn add registry yarn.host npm:a",
		"go mod download && go install example.org/x/cmd@v1.2.3 && go build ./... && go install .": "1 go mod download registry go.host\n1 go install registry go.host go:example.org/x/cmd@v1.2.3",
		"GOPROXY=https://g.example,direct go mod download":                                         "1 go mod download registry https://g.example\n1 go mod download registry ?(the modules come from wherever their paths say)",
		"cargo install --locked --version 1.2.3 ripgrep; cargo build --offline":                    "1 cargo install registry cargo.host cargo:ripgrep@1.2.3",
		"go get -d -v -t": "1 go get registry go.host",
		"clean-install bash curl=8.1; clean-install":                                     "1 clean-install registry ?(the system that it runs on says which mirrors clean-install uses) deb:bash deb:curl@8.1",
		"apt-get update && sudo apt-get install -y --no-install-recommends curl=8.1 git": "1 apt-get update registry ?(the system that it runs on says which mirrors apt-get uses)\n1 apt-get install registry ?(the system that it runs on says which mirrors apt-get uses) deb:curl@8.1 deb:git",
		"gem install bundler -v 2.4.1; bundle install":                                   "1 gem install registry gem.host gem:bundler@2.4.1\n1 bundle install registry gem.host",
		"mvn -B -DskipTests package; ./gradlew build; dotnet restore":                    "1 mvn package registry maven.host\n1 gradlew build registry maven.host\n1 dotnet restore registry nuget.host",
		"terraform init -input=false; terraform init -plugin-dir=/p; terraform plan":     "1 terraform init registry tf.host",
		// Files and repositories.
		"curl -fsSL https://get.example/install.sh | sh":                                "1 curl registry https://get.example/install.sh",
		"curl -sSLo /x https://dl.example/a.tgz":                                        "1 curl registry https://dl.example/a.tgz",
		"curl -X POST -d @body https://api.example/v1 > out":                            "1 curl data https://api.example/v1",
		"v=$(curl -s https://api.example/latest)\ncurl -LO https://dl.example/$v/a.tgz": "1 curl data https://api.example/latest\n2 curl registry https://dl.example/",
		"curl -O https://$HOST/a":                                                       "1 curl registry ?(nothing here sets the variable HOST)",
		"H=dl.example; wget -qO- https://${H}/a.tgz | tar xz":                           "1 wget registry https://dl.example/a.tgz",
		"wget https://${H:-dl.example}/a":                                               "1 wget registry https://dl.example/a",
		"git clone --depth 1 -b v1 https://code.example/a/b /src":                       "1 git clone source https://code.example/a/b",
		"git clone git@code.example:a/b.git; git -C b push origin main":                 "1 git clone source ssh://code.example/a/b.git\n1 git push data ?(the remote origin of its repository says where it goes)",
		"git submodule update --init; git status; git commit -m x":                      "1 git submodule source ?(.gitmodules says where its submodules come from)",
		"scp -i k a.tgz user@box.example:/x; rsync -a x/ y/; ssh u@box.example reboot":  "1 scp data box.example\n1 ssh data box.example",
		// Images.
		"docker run --rm -v /a:/b ghcr.example/x/y:1 pip install z":               "1 docker run registry ghcr.example/x/y:1\n1 pip install registry pypi.host pypi:z",
		"docker pull alpine:3.20 && docker push $REG/x:1":                         "1 docker pull registry hub.host/alpine:3.20\n1 docker push data ?(nothing here sets the variable REG)",
		"skopeo copy docker://quay.example/a:1 docker://reg.example/a:1":          "1 skopeo copy registry quay.example/a:1\n1 skopeo copy data reg.example/a:1\n1 skopeo copy mirror reg.example/a:1",
		"git push --mirror https://git.example/a":                                 "1 git push mirror https://git.example/a\n1 git push data https://git.example/a",
		"crane cp alpine reg.example/alpine":                                      "1 crane cp registry hub.host/alpine\n1 crane cp data reg.example/alpine\n1 crane cp mirror reg.example/alpine",
		"helm repo add x https://charts.example; helm pull oci://reg.example/c/d": "1 helm repo registry https://charts.example\n1 helm pull registry reg.example/c/d",
		// Models, data, objects.
		"hf download org/model --local-dir /m; HF_ENDPOINT=https://h.example huggingface-cli download o/d --repo-type dataset": "1 hf download registry hf.host model=org/model\n1 huggingface-cli download dataset https://h.example",
		"HF_HUB_OFFLINE=1 hf download org/model":                                    "",
		"ollama pull mistral; ollama serve":                                         "1 ollama pull registry ollama.host model=mistral",
		"aws s3 cp --region eu-west-1 s3://bucket/x .; aws sts get-caller-identity": "1 aws s3 cp data s3.eu-west-1.host",
		"aws --endpoint-url https://s3.example s3 sync /a s3://b":                   "1 aws s3 sync data https://s3.example",
		"gsutil -m cp -r /a gs://b/c; gcloud storage cp gs://b/$D /x":               "1 gsutil cp data gs.host\n1 gcloud storage cp data gs.host",
		"kaggle datasets download -d a/b; dvc pull":                                 "1 kaggle datasets download dataset kaggle.host\n1 dvc pull dataset ?(.dvc/config says where its remote is)",
		// Scripts within scripts, and control flow.
		"sh -c 'if true; then pip install \"$1\"; fi' x numpy":                            "1 pip install registry pypi.host pypi:numpy",
		"bash <<EOF\nset -e\npip install a\nEOF":                                          "3 pip install registry pypi.host pypi:a",
		"for p in a b; do pip install $p; done":                                           "1 pip install registry pypi.host pypi:a\n1 pip install registry pypi.host pypi:b",
		"if [ $A ]; then U=https://a.example; else U=https://b.example; fi\ncurl -O $U/x": "2 curl registry ?(the variable U depends on which way the script takes)",
		"f() { curl -O https://$1/x; }\nf dl.example":                                     "1 curl registry https://dl.example/x",
		"pkgs=\"a b\"\npip install $pkgs":                                                 "2 pip install registry pypi.host pypi:a pypi:b",
		"# pip install a\necho pip install b":                                             "",
		"sudo -E env A=b timeout 60 nice -n 5 curl -O https://dl.example/x":               "1 curl registry https://dl.example/x",
		"{{ if .X }}\npip install a\n{{ end }}\n(":                                        "2 pip install registry pypi.host pypi:a",
	} {
		got, _ := shell.Read(script, shell.Options{Around: shell.Around{Hosts: hosts}})
		if diff := cmp.Diff(want, strings.Join(lines(got), "\n")); diff != "" {
			t.Errorf("%s\n%s", script, diff)
		}
	}
}

// The template with which the compiler of Kubeflow installs packages.
func TestCommand(t *testing.T) {
	const kfp = "\nif ! [ -x \"$(command -v pip)\" ]; then\n    python3 -m ensurepip || python3 -m ensurepip --user || apt-get install python3-pip\nfi\n\nPIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location --index-url https://p.example/simple --trusted-host p.example 'pandas==1.3.5' && \"$0\" \"$@\"\n"
	var python string
	got, faults := shell.Command([]string{"sh", "-c", kfp, "python3", "-c", "import os\n"}, shell.Options{System: "debian", Around: shell.Around{Hosts: hosts, Python: func(src string, _ int) []shell.Call { python = src; return nil }}})
	want := []string{"3 apt-get install registry debian.host deb:python3-pip", "6 pip install registry https://p.example/simple pypi:pandas@1.3.5"}
	if diff := cmp.Diff(want, lines(got)); diff != "" || len(faults) != 0 {
		t.Error(diff, faults)
	}
	if python != "import os\n" {
		t.Errorf("the program is %q", python)
	}
}

// Without the knowledge base nothing is guessed.
func TestWithoutHosts(t *testing.T) {
	got, _ := shell.Read("pip install a\ndocker pull b", shell.Options{})
	for _, c := range got {
		if c.To != "" || c.Unknown == "" {
			t.Errorf("%+v", c)
		}
	}
	if len(got) != 2 {
		t.Errorf("%v", got)
	}
}

// A script that is none is a fault that says so.
func TestFault(t *testing.T) {
	if _, faults := shell.Read("if then ((", shell.Options{}); len(faults) != 1 || faults[0].Line != 1 {
		t.Errorf("%v", faults)
	}
	long := strings.Repeat("for a in 1 2 3 4 5 6 7 8 9 10; do\n", 8) + "curl -O https://x.example/a\n" + strings.Repeat("done\n", 8)
	if _, faults := shell.Read(long, shell.Options{}); len(faults) == 0 {
		t.Error("loops within loops have no end")
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"pip install a && curl -fsSL https://x.example/$A | sh", "sh -c 'bash -c \"pip install $1\"' a b", "for a in 1 2; do docker run x; done", "f() { f; }; f", "a=1; a+=$a; case $a in 1) b=2;; esac; wget $b", "cat <<EOF\n$(curl x)\nEOF", "${a:-${b:=c}} x", "env -u", "timeout", "git -C", "docker -H", "conda -c", "npx", "ssh -p"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o := shell.Options{Around: shell.Around{Hosts: hosts}, Env: map[string]string{"A": "b\x00"}}
		one, faults := shell.Read(s, o)
		two, _ := shell.Read(s, o)
		if diff := cmp.Diff(one, two); diff != "" {
			t.Error(diff)
		}
		for _, c := range one {
			if c.Line < 1 || c.To == "" && c.Unknown == "" || c.Purpose == "" || c.Tool == "" || strings.ContainsRune(c.To, 0) {
				t.Errorf("%q: %+v", s, c)
			}
		}
		for _, x := range faults {
			if x.Line < 1 || x.Message == "" {
				t.Errorf("%+v", x)
			}
		}
		shell.Command(strings.Fields(s), o)
	})
}
