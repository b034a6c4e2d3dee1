package shell

import (
	"slices"
	"strings"
)

// A manager installs packages. What is here is the syntax of its command line;
// where it fetches from by default is the host of its ecosystem.
type manager struct {
	ecosystem string
	hosts     string // the word of kb.Defaults, where it is not the ecosystem
	verbs     string // subcommands that fetch; "-" when it fetches without one
	bare      string // those that fetch without naming anything: a lock file names it
	takes     string // flags that take a value
	index     string // flags that name the index instead of the default
	extra     string // flags that name a further one
	env       string // variables that name the index
	extraEnv  string
	offline   string // flags that keep it from fetching, or that fetch nothing
	still     string // variables that do
	files     string // flags that name a list of packages
	prefix    string // of subcommands: "uv pip install"
	split     string // what stands between name and version
}

const pipTakes = "-r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target --prefix --root --python --platform --python-version --abi --implementation --trusted-host --proxy --timeout --retries --cache-dir --no-binary --only-binary --progress-bar --upgrade-strategy --cert --client-cert --log --src --build -e --editable --index --default-index --index-strategy --config-settings --global-option --report --root-user-action --keyring-provider --exists-action -d --dest -p --build-option --extra --group --torch-backend --link-mode --config-setting -C"

var managers = map[string]*manager{
	"pip":    {ecosystem: "pypi", verbs: "install download wheel", takes: pipTakes, index: "-i --index-url", extra: "--extra-index-url -f --find-links", env: "PIP_INDEX_URL", extraEnv: "PIP_EXTRA_INDEX_URL", offline: "--no-index", still: "PIP_NO_INDEX", files: "-r --requirement", split: "=="},
	"uv":     {ecosystem: "pypi", verbs: "install add sync run lock venv", bare: "sync lock", prefix: "pip tool", takes: pipTakes, index: "-i --index-url --default-index", extra: "--extra-index-url --index -f --find-links", env: "UV_DEFAULT_INDEX UV_INDEX_URL", extraEnv: "UV_INDEX UV_EXTRA_INDEX_URL", offline: "--no-index --offline", still: "UV_OFFLINE UV_NO_INDEX", files: "-r --requirement --requirements", split: "=="},
	"uvx":    {ecosystem: "pypi", verbs: "-", takes: "--from --with --python -p --index-url --default-index --index", index: "--default-index --index-url", env: "UV_DEFAULT_INDEX UV_INDEX_URL", offline: "--offline", still: "UV_OFFLINE", split: "@"},
	"pipx":   {ecosystem: "pypi", verbs: "install run inject upgrade", takes: "--spec --python --index-url -i --pip-args --suffix", index: "-i --index-url", env: "PIP_INDEX_URL", split: "=="},
	"poetry": {ecosystem: "pypi", verbs: "install add update lock sync", bare: "install update lock sync", takes: "-C --directory -E --extras -G --group --with --without --only --source -P --project", split: "@", extra: ""},
	"pdm":    {ecosystem: "pypi", verbs: "install add sync update lock", bare: "install sync update lock", takes: "-p --project -G --group", split: "=="},
	"pipenv": {ecosystem: "pypi", verbs: "install sync update", bare: "install sync update", takes: "-i --index --pypi-mirror -r --requirements --python", index: "-i --index --pypi-mirror", env: "PIPENV_PYPI_MIRROR", files: "-r --requirements", split: "=="},
	"conda":  conda, "mamba": conda, "micromamba": conda,
	"npm":      {ecosystem: "npm", verbs: "install i ci add update exec create init", bare: "install i ci update", takes: "--registry --prefix -C --userconfig --cache --loglevel --omit --include -w --workspace --script-shell --fetch-retries", index: "--registry", env: "NPM_CONFIG_REGISTRY npm_config_registry", offline: "--offline", split: "@"},
	"npx":      {ecosystem: "npm", verbs: "-", takes: "-p --package --registry -c --call", index: "--registry", env: "NPM_CONFIG_REGISTRY npm_config_registry", offline: "--offline --no-install --no", split: "@"},
	"pnpm":     {ecosystem: "npm", verbs: "install i add update dlx fetch", bare: "install i update fetch", takes: "--registry -C --dir --filter --store-dir -F", index: "--registry", env: "NPM_CONFIG_REGISTRY npm_config_registry", offline: "--offline", split: "@"},
	"yarn":     {ecosystem: "npm", hosts: "yarn", verbs: "install add global dlx upgrade -", bare: "install -", takes: "--registry --cwd --cache-folder --modules-folder --network-timeout --mutex", index: "--registry", env: "YARN_NPM_REGISTRY_SERVER YARN_REGISTRY NPM_CONFIG_REGISTRY npm_config_registry", offline: "--offline", split: "@"},
	"bun":      {ecosystem: "npm", verbs: "install i add update x", bare: "install i update", takes: "--registry --cwd", index: "--registry", env: "NPM_CONFIG_REGISTRY", split: "@"},
	"bunx":     {ecosystem: "npm", verbs: "-", split: "@"},
	"corepack": {ecosystem: "npm", verbs: "prepare enable install", bare: "install", env: "COREPACK_NPM_REGISTRY", split: "@", offline: ""},
	"go":       {ecosystem: "go", verbs: "get install mod", bare: "mod get", takes: "-C -modfile -ldflags -tags -o -p -mod", env: "GOPROXY", split: "@"},
	"cargo":    {ecosystem: "cargo", verbs: "install add fetch build update binstall", bare: "fetch build update", takes: "--git --path --root --version --vers --index --registry --features -F --bin --target --manifest-path --branch --tag --rev --profile -p --package --target-dir -j --jobs --config -Z --example --color", index: "--index", env: "CARGO_REGISTRIES_CRATES_IO_INDEX", offline: "--offline --frozen --path", still: "CARGO_NET_OFFLINE", split: "@"},
	"gem":      {ecosystem: "gem", verbs: "install update fetch", takes: "-v --version -s --source --clear-sources -i --install-dir -n --bindir --platform", index: "-s --source", offline: "-l --local", split: ":"},
	"bundle":   {ecosystem: "gem", verbs: "install update package", bare: "install update package", takes: "--path --gemfile --jobs -j --retry --without --with", offline: "--local"},
	"apt-get":  apt, "apt": apt, "aptitude": apt,
	"clean-install": {ecosystem: "deb", hosts: "deb:", verbs: "-", split: "="}, // of Kubernetes' base image: apt-get install, and the lists removed
	"apk":           {ecosystem: "apk", hosts: "apk:", verbs: "add update upgrade fetch", bare: "update upgrade", takes: "-X --repository -t --virtual --repositories-file -p --root --keys-dir --cache-dir --arch", index: "", extra: "-X --repository", offline: "--no-network", split: "="},
	"dnf":           rpm, "yum": rpm, "microdnf": rpm, "tdnf": rpm,
	"zypper": {ecosystem: "rpm", hosts: "rpm:", verbs: "install in update up patch refresh ref dist-upgrade dup", bare: "update up patch refresh ref dup dist-upgrade", takes: "-r --repo --from", split: "="},
	"pacman": {ecosystem: "alpm", hosts: "alpm:", verbs: "-", takes: "--cachedir --root", split: "="},
	"brew":   {ecosystem: "brew", verbs: "install upgrade update tap", bare: "update upgrade", env: "HOMEBREW_BOTTLE_DOMAIN"},
	"choco":  choco, "cinst": choco,
	"winget":   {ecosystem: "winget", verbs: "install add upgrade", takes: "-s --source -v --version --id --name --scope -a --architecture -l --location -i -h --locale -m", offline: "--manifest"},
	"scoop":    {ecosystem: "scoop", verbs: "install update", bare: "update", split: "@"},
	"composer": {ecosystem: "composer", verbs: "install require update create-project global", bare: "install update", takes: "-d --working-dir --repository", index: "--repository", split: ":"},
	"mvn":      mvn, "mvnw": mvn,
	"gradle": gradle, "gradlew": gradle,
	"dotnet":    {ecosystem: "nuget", verbs: "restore build publish add tool test run", bare: "restore build publish test run", takes: "-c --configuration -o --output -s --source -f --framework -r --runtime --version -v --verbosity -p --project", index: "-s --source", offline: "--no-restore --no-build"},
	"nuget":     {ecosystem: "nuget", verbs: "install restore", bare: "restore", takes: "-Source -OutputDirectory -Version -ConfigFile", index: "-Source"},
	"terraform": tf("terraform"), "tofu": tf("tofu"),
}

var (
	conda  = &manager{ecosystem: "conda", verbs: "install create update env", bare: "update env", takes: "-n --name -p --prefix -c --channel -f --file --solver --platform -r --root-prefix", index: "-c --channel", env: "CONDA_CHANNELS", offline: "--offline", still: "CONDA_OFFLINE", files: "-f --file", split: "="}
	choco  = &manager{ecosystem: "choco", verbs: "install upgrade", takes: "-s --source --version -version --params --package-parameters --install-arguments --ia", index: "-s --source -source"}
	apt    = &manager{ecosystem: "deb", hosts: "deb:", verbs: "install update upgrade dist-upgrade full-upgrade build-dep download source", bare: "update upgrade dist-upgrade full-upgrade", takes: "-t --target-release --default-release -o -c -a --host-architecture -q=", offline: "--no-download", split: "="}
	rpm    = &manager{ecosystem: "rpm", hosts: "rpm:", verbs: "install update upgrade localinstall groupinstall reinstall module makecache builddep", bare: "update upgrade makecache", takes: "--repo --repoid --enablerepo --disablerepo --installroot --releasever --setopt -c --config --exclude -x", offline: "-C --cacheonly"}
	mvn    = &manager{ecosystem: "maven", verbs: "package install verify compile test deploy clean dependency:go-offline dependency:get dependency:resolve dependency:copy -", bare: "package install verify compile test deploy dependency:go-offline dependency:get dependency:resolve dependency:copy", takes: "-f --file -s --settings -P --activate-profiles -pl --projects -T --threads -gs -l", offline: "-o --offline"}
	gradle = &manager{ecosystem: "maven", verbs: "build assemble test bootJar shadowJar jar installDist publish check dependencies", bare: "build assemble test bootJar shadowJar jar installDist publish check dependencies", takes: "-p --project-dir -b --build-file -I --init-script -g --gradle-user-home -x --exclude-task", offline: "--offline"}
)

func tf(word string) *manager {
	return &manager{ecosystem: word, verbs: "init get", bare: "init get", takes: "", offline: "-plugin-dir -get=false"}
}

func words(s string) []string { return strings.Fields(s) }

// manager reads a call of one of them.
func (r *reader) manager(c *command, args []word) {
	name := c.args[0].text
	m := managers[name]
	if r.configured(name, args) {
		return
	}
	a := takes(m.takes).arguments(args)
	verb := "-"
	if name == "terraform" || name == "tofu" || name == "go" {
		a = goFlags(m.takes, args)
	}
	rest := a.rest
	for len(rest) > 0 && slices.Contains(words(m.prefix), rest[0].text) {
		name += " " + rest[0].text
		rest = rest[1:]
	}
	verbs := words(m.verbs)
	switch {
	case len(rest) > 0 && slices.Contains(verbs, rest[0].text):
		verb, rest = rest[0].text, rest[1:]
		name += " " + verb
	case name == "pacman":
		if !a.has("-S") {
			return
		}
		name += " -S"
	case len(rest) > 0 && m.ecosystem == "maven":
		i := slices.IndexFunc(rest, func(w word) bool { return slices.Contains(words(m.bare), w.text) })
		if i < 0 {
			return
		}
		verb, rest = rest[i].text, nil
		name += " " + verb
	case !slices.Contains(verbs, "-") || len(rest) > 0 && m.bare != "" && slices.Contains(words(m.bare), "-"):
		return
	}
	if a.has("-h", "--help", "--version") && verb == "-" || a.has(words(m.offline)...) || r.isSet(words(m.still)) {
		return
	}
	call := Call{Tool: name, Purpose: "registry", Ecosystem: m.ecosystem}
	rest = r.special(name, verb, rest, a, &call)
	if rest == nil && call.Ecosystem == "" {
		return
	}
	others := call.packages(m, rest, a)
	listed := len(a.of(words(m.files)...)) > 0
	if listed {
		call.What = "what " + a.of(words(m.files)...)[0].shown() + " lists"
	}
	for _, o := range others {
		r.add(c, o)
	}
	switch {
	case len(call.Packages) > 0 || listed:
	case slices.Contains(words(m.bare), verb):
		call.What = "what its lock file or the system needs"
	case len(others) > 0 && len(rest) == len(others) && (m.ecosystem == "deb" || m.ecosystem == "rpm"):
		return
	case m.ecosystem == "pypi" && a.has("--no-deps"):
		return
	case len(rest) > 0 || a.has("-e", "--editable", "-r"):
		call.What = "what that needs"
	default:
		return
	}
	r.indexes(c, m, a, call)
}

// settings are the variables that do what a setting of a manager does.
var settings = map[string]string{
	"pip global.index-url": "PIP_INDEX_URL", "pip install.index-url": "PIP_INDEX_URL", "pip global.extra-index-url": "PIP_EXTRA_INDEX_URL",
	"npm registry": "NPM_CONFIG_REGISTRY", "pnpm registry": "NPM_CONFIG_REGISTRY", "yarn registry": "YARN_REGISTRY", "yarn npmRegistryServer": "YARN_NPM_REGISTRY_SERVER",
}

// configured reads what sets an index for the calls after it: pip config set KEY VALUE,
// npm config set KEY=VALUE, go env -w NAME=VALUE.
func (r *reader) configured(name string, args []word) bool {
	var rest []word
	for _, a := range args {
		if !strings.HasPrefix(a.text, "-") {
			rest = append(rest, a)
		}
	}
	switch {
	case name == "go" && len(rest) > 1 && rest[0].text == "env":
		r.export(nil, rest[1:])
		return true
	case len(rest) < 3 || rest[0].text != "config" || rest[1].text != "set":
		return false
	}
	key, value, joined := strings.Cut(rest[2].text, "=")
	v := word{value, rest[2].why}
	if !joined && len(rest) > 3 {
		v = rest[3]
	}
	if env, ok := settings[name+" "+key]; ok {
		r.vars[env] = v
	}
	return true
}

// isSet reports whether one of the variables switches something on.
func (r *reader) isSet(names []string) bool {
	for _, n := range names {
		if v := strings.ToLower(r.vars[n].text); v == "1" || v == "true" || v == "yes" || v == "on" {
			return true
		}
	}
	return false
}

// indexes sends a call to every index that is named, or to the default one.
func (r *reader) indexes(c *command, m *manager, a *arguments, call Call) {
	named := false
	send := func(w word) {
		one := call
		if m.ecosystem == "conda" && !strings.Contains(w.text, "://") && w.known() {
			one.What = strings.TrimSpace(one.What + " of the channel " + w.text)
			if w.text == "defaults" {
				r.standard(&one, "conda")
			} else {
				r.standard(&one, "conda:channel")
			}
			r.add(c, one)
			return
		}
		if one.to(w); one.To == "off" || one.To == "direct" {
			one.To, one.Unknown = "", "the modules come from wherever their paths say"
		}
		r.add(c, one)
	}
	for _, w := range a.of(words(m.index)...) {
		send(w)
		named = true
	}
	if !named {
		for _, e := range words(m.env) {
			v, ok := r.vars[e]
			if !ok || v.text == "" {
				continue
			}
			for _, t := range strings.FieldsFunc(v.text, func(c rune) bool { return c == ',' || c == '|' || c == ' ' }) {
				send(word{t, v.why})
			}
			named = true
			break
		}
	}
	extra := a.of(words(m.extra)...)
	for _, e := range words(m.extraEnv) {
		if v, ok := r.vars[e]; ok {
			for _, t := range strings.Fields(v.text) {
				extra = append(extra, word{t, v.why})
			}
		}
	}
	for _, w := range extra {
		if strings.Contains(w.text, "://") || !w.known() {
			send(w)
		}
	}
	if named || m.ecosystem == "" {
		return
	}
	host := m.hosts
	switch {
	case host == "":
		host = m.ecosystem
	case strings.HasSuffix(host, ":"):
		host += r.o.System
	}
	r.standard(&call, host)
	if call.Unknown != "" && strings.HasSuffix(m.hosts, ":") {
		call.Unknown = "the system that it runs on says which mirrors " + c.args[0].text + " uses"
	}
	r.add(c, call)
}
