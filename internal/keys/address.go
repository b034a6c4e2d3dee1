package keys

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// An Address says where a key is, as users write it.
//
//	file:PATH
//	pkcs11:token=…;object=…?module-path=…&pin-source=…   (RFC 7512)
//	transit://HOST[:PORT]/MOUNT/NAME
//	aws-kms:ARN
//	gcp-kms:projects/P/locations/L/keyRings/R/cryptoKeys/K[/cryptoKeyVersions/V]
//	azure-kv:https://HOST/keys/NAME[/VERSION]
//	scaleway:REGION/ID
//	ovh:REGION/ID
//
// It holds no secret: an address with one is refused, because addresses stand
// in command lines, files and logs.
type Address struct {
	Scheme string
	Path   string // file: where it is
	Host   string // transit, azure-kv: with the port, if one is written
	Mount  string // transit
	// Name is the key's: the whole resource of gcp-kms, the whole ARN of aws-kms,
	// the ID of scaleway and ovh.
	Name    string
	Version string // gcp-kms, azure-kv; "" for the current one
	Region  string // aws-kms, gcp-kms (its location), scaleway, ovh
	// Token holds the attributes of pkcs11, decoded, of path and query.
	Token map[string]string
}

// maxAddress bounds what is parsed.
const maxAddress = 4096

// parsers is each scheme with what reads the rest of its addresses.
var parsers = map[string]func(a *Address, rest string) error{
	"file": (*Address).file, "pkcs11": (*Address).pkcs11, "transit": (*Address).transit, "aws-kms": (*Address).aws,
	"gcp-kms": (*Address).google, "azure-kv": (*Address).azure, "scaleway": (*Address).regional, "ovh": (*Address).regional,
}

// Schemes are those of addresses, sorted.
func Schemes() []string {
	var all []string
	for s := range parsers {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

// ParseAddress reads an address.
func ParseAddress(s string) (Address, error) {
	scheme, rest, ok := strings.Cut(s, ":")
	parse := parsers[scheme]
	switch {
	case len(s) > maxAddress:
		return Address{}, fmt.Errorf("an address of %d bytes is no address of a key", len(s))
	case !ok || parse == nil:
		return Address{}, fmt.Errorf("%q is no address of a key: it begins with one of %s, and a colon", shorten(s), strings.Join(Schemes(), ", "))
	case strings.ContainsFunc(rest, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return Address{}, fmt.Errorf("the address %q has a control character", shorten(s))
	}
	a := Address{Scheme: scheme}
	if err := parse(&a, rest); err != nil {
		return Address{}, fmt.Errorf("address %s: %w", scheme, err)
	}
	return a, nil
}

// shorten is for messages: what was typed by mistake may be a secret.
func shorten(s string) string {
	const most = 12
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// String writes the address so that it parses to the same one.
func (a Address) String() string {
	switch a.Scheme {
	case "file":
		return "file:" + a.Path
	case "pkcs11":
		return "pkcs11:" + a.tokenString()
	case "transit":
		return "transit://" + a.Host + "/" + a.Mount + "/" + a.Name
	case "azure-kv":
		return "azure-kv:https://" + a.Host + "/keys/" + a.Name + suffix("/", a.Version)
	case "scaleway", "ovh":
		return a.Scheme + ":" + a.Region + "/" + a.Name
	case "gcp-kms":
		return "gcp-kms:" + a.Name + suffix("/cryptoKeyVersions/", a.Version)
	}
	return a.Scheme + ":" + a.Name
}

func suffix(separator, s string) string {
	if s == "" {
		return ""
	}
	return separator + s
}

func (a *Address) file(rest string) error {
	if rest == "" || strings.HasSuffix(rest, "/") {
		return fmt.Errorf("file:PATH names a file, for example file:/etc/bailiwick/key")
	}
	a.Path = rest
	return nil
}

// word is a part of a path that needs no escaping anywhere.
var word = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

func (a *Address) transit(rest string) error {
	const shape = "transit://HOST/MOUNT/NAME, for example transit://bao.clinic.example:8200/transit/records"
	host, p, ok := strings.Cut(strings.TrimPrefix(rest, "//"), "/")
	if !strings.HasPrefix(rest, "//") || !ok || !isHost(host) {
		return fmt.Errorf("it is written %s", shape)
	}
	parts := strings.Split(p, "/")
	if len(parts) < 2 || slices.ContainsFunc(parts, func(s string) bool { return !word.MatchString(s) }) {
		return fmt.Errorf("it is written %s", shape)
	}
	last := len(parts) - 1
	a.Host, a.Mount, a.Name = host, strings.Join(parts[:last], "/"), parts[last]
	return nil
}

// isHost takes a host with or without a port, and nothing that a URL could
// hide beside it.
func isHost(s string) bool {
	u, err := url.Parse("https://" + s)
	if err != nil || u.Host != s || u.Hostname() == "" || u.User != nil {
		return false
	}
	return net.ParseIP(u.Hostname()) != nil || hostname.MatchString(u.Hostname())
}

var hostname = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

var arn = regexp.MustCompile(`^arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+$`)

func (a *Address) aws(rest string) error {
	m := arn.FindStringSubmatch(rest)
	if m == nil {
		return fmt.Errorf("it is written aws-kms:arn:aws:kms:REGION:ACCOUNT:key/ID: a name without region says nothing about the place")
	}
	a.Name, a.Region = rest, m[1]
	return nil
}

var resource = regexp.MustCompile(`^(projects/[a-z0-9.:-]+/locations/([a-z0-9-]+)/keyRings/[A-Za-z0-9_-]+/cryptoKeys/[A-Za-z0-9_-]+)(?:/cryptoKeyVersions/([0-9]+))?$`)

func (a *Address) google(rest string) error {
	m := resource.FindStringSubmatch(rest)
	if m == nil {
		return fmt.Errorf("it is written gcp-kms:projects/P/locations/L/keyRings/R/cryptoKeys/K, with /cryptoKeyVersions/V for one version")
	}
	a.Name, a.Region, a.Version = m[1], m[2], m[3]
	return nil
}

func (a *Address) azure(rest string) error {
	u, err := url.Parse(rest)
	if err != nil || u.Scheme != "https" || u.User != nil || !isHost(u.Host) || u.RawQuery != "" || u.Fragment != "" || u.RawPath != "" {
		return fmt.Errorf("it is written azure-kv:https://VAULT/keys/NAME, with /VERSION for one version")
	}
	parts := strings.Split(strings.TrimPrefix(u.Path, "/"), "/")
	if len(parts) < 2 || len(parts) > 3 || parts[0] != "keys" || slices.ContainsFunc(parts[1:], func(s string) bool { return !word.MatchString(s) }) || u.Path != path.Clean(u.Path) {
		return fmt.Errorf("it is written azure-kv:https://VAULT/keys/NAME, with /VERSION for one version")
	}
	a.Host, a.Name = u.Host, parts[1]
	if len(parts) == 3 {
		a.Version = parts[2]
	}
	return nil
}

func (a *Address) regional(rest string) error {
	region, id, ok := strings.Cut(rest, "/")
	if !ok || !word.MatchString(region) || !word.MatchString(id) {
		return fmt.Errorf("it is written %s:REGION/ID", a.Scheme)
	}
	a.Region, a.Name = region, id
	return nil
}
