package perimeter

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// The forms of a mirror. They have no user, no query and no letters that mean
// something in the files of package managers, so that an address is only that.
const (
	mirrorForm = `^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?$`
	debForm    = `^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?( [A-Za-z0-9._~/-]+){2,}$`
	imagesForm = `^([a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?|[a-z0-9-]+:[0-9]+)(/[a-z0-9._-]+)*$`
)

var (
	mirrorAddress = regexp.MustCompile(mirrorForm)
	debLine       = regexp.MustCompile(debForm)
	imagePrefix   = regexp.MustCompile(imagesForm)
)

// checkMirror reports what is wrong with the address of a mirror.
func checkMirror(s string) error {
	if !mirrorAddress.MatchString(s) {
		return fmt.Errorf("%s is no address of a mirror: write it as in https://packages.example/path, without user and query", show(s))
	}
	if strings.HasPrefix(s, "http://") && !loopback(HostOf(s)) {
		return fmt.Errorf("%s is fetched from without encryption: write https://", show(s))
	}
	return nil
}

// loopback reports whether a host is this very machine.
func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// checkDeb reports what is wrong with a repository of Debian packages.
func checkDeb(s string) error {
	if !debLine.MatchString(s) {
		return fmt.Errorf("%s is no repository: write address, suite and components, as in https://packages.example/debian trixie main", show(s))
	}
	address, _, _ := strings.Cut(s, " ")
	return checkMirror(address)
}

// checkImages reports what is wrong with the registry of images.
func checkImages(s string) error {
	if !imagePrefix.MatchString(s) {
		return fmt.Errorf("%s is no registry of images: write host and path, as in registry.example/mirror, without scheme and tag", show(s))
	}
	return nil
}

// HostOf is the host in the address of a mirror, without its port.
func HostOf(mirror string) string {
	if _, rest, ok := strings.Cut(mirror, "://"); ok {
		mirror = rest
	}
	host, _, _ := strings.Cut(mirror, "/")
	host, _, _ = strings.Cut(host, ":")
	return strings.ToLower(host)
}

// Each calls f for every mirror, with its key.
func (m *Mirrors) Each(f func(key, mirror string)) {
	one := func(key, mirror string) {
		if mirror != "" {
			f(key, mirror)
		}
	}
	one("pypi", m.PyPI)
	one("npm", m.NPM)
	one("go", m.Go)
	one("maven", m.Maven)
	one("cargo", m.Cargo)
	for i, line := range m.Deb {
		address, _, _ := strings.Cut(line, " ")
		one(fmt.Sprintf("deb[%d]", i), address)
	}
	one("models", m.Models)
	one("images", m.Images)
}

// Approves reports whether a host is a registry that the stack lists. A host
// below a listed one is.
func (s *Stack) Approves(host string) bool {
	return slices.ContainsFunc(s.Registries, func(r string) bool { return host == r || strings.HasSuffix(host, "."+r) })
}

// mirrors refuses a mirror that nobody approved as a registry.
func (c *checker) mirrors() {
	s := &c.p.Spec.Stack
	c.filled("spec.stack.mirrors.deb", s.Mirrors.Deb, "leave the key out to fetch from nowhere")
	s.Mirrors.Each(func(key, mirror string) {
		if host := HostOf(mirror); !s.Approves(host) {
			c.fail("spec.stack.mirrors."+key, "%s is no approved registry: add it to spec.stack.registries", show(host))
		}
	})
}
