package airgap

// A variable is one of the environment.
type variable struct{ Name, Value string }

// Environment is what package managers are told by the environment, which counts
// before files of projects and users.
func (s *site) Environment() []variable {
	m := &s.Mirrors
	out := []variable{
		{"PIP_CONFIG_FILE", "/etc/pip.conf"}, {"PIP_INDEX_URL", s.PyPI()}, {"PIP_EXTRA_INDEX_URL", ""}, {"PIP_FIND_LINKS", ""},
		{"UV_CONFIG_FILE", "/etc/uv/uv.toml"}, {"UV_DEFAULT_INDEX", s.PyPI()}, {"UV_PYTHON_DOWNLOADS", "never"},
		{"npm_config_registry", s.NPM()}, {"npm_config_replace_registry_host", "always"}, {"npm_config_allow_git", "none"}, {"npm_config_allow_remote", "none"},
		{"YARN_NPM_REGISTRY_SERVER", s.NPM()},
	}
	out = append(out, s.Go()...)
	out = append(out, closed(m.PyPI, "PIP_NO_INDEX", "1")...)
	out = append(out, closed(m.PyPI, "UV_OFFLINE", "1")...)
	out = append(out, closed(m.NPM, "npm_config_offline", "true")...)
	out = append(out, closed(m.Cargo, "CARGO_NET_OFFLINE", "true")...)
	return append(out, s.Models()...)
}

// closed is a variable that forbids the network, where there is no mirror.
func closed(mirror, name, value string) []variable {
	if mirror != "" {
		return nil
	}
	return []variable{{name, value}}
}

// Go is the environment of the go command. Its proxy has no direct behind it; no
// pattern of modules goes around it; and no version control system may be asked.
// Checksums stand in go.sum: their database is a public one.
func (s *site) Go() []variable {
	return []variable{{"GOPROXY", or(s.Mirrors.Go)}, {"GONOPROXY", "none"}, {"GOSUMDB", "off"}, {"GONOSUMDB", "*"}, {"GOVCS", "*:off"}, {"GOTOOLCHAIN", "local"}, {"GOFLAGS", "-mod=readonly"}}
}

// Models is the environment of what loads models.
func (s *site) Models() []variable {
	out := []variable{{"DO_NOT_TRACK", "1"}, {"HF_HUB_DISABLE_TELEMETRY", "1"}, {"HF_HUB_DISABLE_XET", "1"}}
	if m := s.Mirrors.Models; m != "" {
		return append(out, variable{"HF_ENDPOINT", m})
	}
	return append(out, variable{"HF_ENDPOINT", or("")}, variable{"HF_HUB_OFFLINE", "1"}, variable{"HF_DATASETS_OFFLINE", "1"}, variable{"TRANSFORMERS_OFFLINE", "1"})
}

// Elsewhere are variables that have to be empty: each names a further place to
// fetch from, or a file that does.
func (s *site) Elsewhere() []string {
	return []string{"PIP_TRUSTED_HOST", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "npm_config_userconfig", "GOENV", "GOINSECURE", "GOPRIVATE", "CARGO_REGISTRY_DEFAULT", "MAVEN_ARGS", "MAVEN_OPTS"}
}
