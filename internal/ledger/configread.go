package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// ParseConfig reads the text of a ledger.yaml. The error holds everything
// that is wrong, a line each, as "file:line: message".
func ParseConfig(file string, src []byte) (Config, error) {
	p := configReader{file: file}
	var doc, second yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(src))
	err := d.Decode(&doc)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		p.fault(0, "this is not valid YAML: %v", err)
	case err != nil || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode || !errors.Is(d.Decode(&second), io.EOF):
		p.fault(0, "a ledger is one document of keys and values: write it with bailiwick ledger init")
	default:
		p.read(doc.Content[0])
	}
	return p.config, errors.Join(p.faults...)
}

type configReader struct {
	file   string
	config Config
	faults []error
}

func (p *configReader) fault(line int, format string, args ...any) {
	at := p.file
	if line > 0 {
		at += ":" + strconv.Itoa(line)
	}
	p.faults = append(p.faults, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

var configKeys = []string{"apiVersion", "kind", "origin", "key", "guard", "vault", "vaultKey", "shards", "witnesses", "timestamps", "retention"}

func (p *configReader) read(n *yaml.Node) {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		name, before := k.Value, seen[k.Value]
		seen[name] = k.Line
		switch {
		case !slices.Contains(configKeys, name):
			p.fault(k.Line, "unknown key %q%s", clip(name), suggest(name, configKeys))
		case before > 0:
			p.fault(k.Line, "the key %q stands twice, first on line %d: remove one", name, before)
		case name == "timestamps":
			p.timestamps(v)
		case !line(v):
			p.fault(k.Line, "%s must be a line of text: give it a value, in quotes if it looks like a number, or leave the key out", name)
		default:
			if err := p.word(name, v.Value); err != nil {
				p.fault(k.Line, "%s: %v", name, err)
			}
		}
	}
	for _, name := range configKeys[:5] {
		if seen[name] == 0 {
			p.fault(0, "the key %q is missing", name)
		}
	}
	if seen["shards"] == 0 {
		p.config.Monthly = true
	}
}

// line says whether a value is one line of text, written where it stands.
func line(v *yaml.Node) bool {
	return v.Kind == yaml.ScalarNode && v.ShortTag() == "!!str" && v.Anchor == "" && strings.TrimSpace(v.Value) == v.Value && v.Value != "" &&
		!strings.ContainsFunc(v.Value, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// word takes one value.
func (p *configReader) word(name, s string) (err error) {
	c := &p.config
	switch name {
	case "apiVersion":
		return oneOf(s, "bailiwick/v1")
	case "kind":
		return oneOf(s, "Ledger")
	case "origin":
		c.Origin = s
		return CheckOrigin(s)
	case "key":
		c.Key = s
	case "guard":
		c.Guard = s
	case "vault":
		c.Vault = s
	case "vaultKey":
		c.VaultKey = s
	case "shards":
		c.Monthly = s == "monthly"
		return oneOf(s, "monthly", "none")
	case "witnesses":
		c.Witnesses = s
	case "retention":
		c.Retention, err = ParseRetention(s)
	}
	return err
}

func (p *configReader) timestamps(v *yaml.Node) {
	if v.Kind != yaml.SequenceNode || len(v.Content) > maxTimestamps {
		p.fault(v.Line, "timestamps must be a list of at most %d URLs: write [https://…]", maxTimestamps)
		return
	}
	for _, it := range v.Content {
		u, err := url.Parse(it.Value)
		if err != nil || !line(it) || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			p.fault(it.Line, "timestamps: %q is no URL of a time stamping authority", clip(it.Value))
			continue
		}
		p.config.Timestamps = append(p.config.Timestamps, it.Value)
	}
}

const maxTimestamps = 20

// maxOrigin leaves room for the name of a shard in a guard's slot.
const maxOrigin = 200

// CheckOrigin refuses names that cannot stand in a checkpoint or as the name
// of a key.
func CheckOrigin(s string) error {
	if len(s) > maxOrigin || !c2sp.NameOK(s) || strings.HasSuffix(s, "/") {
		return fmt.Errorf("%q is no name of a log: take a host and a path without scheme, spaces and +, at most %d bytes, as in ledger.clinic.example", clip(s), maxOrigin)
	}
	return nil
}

var retentionForm = regexp.MustCompile(`^([1-9][0-9]{0,3})([dmy])$`)

// ParseRetention reads a retention such as 180d, 6m or 10y.
func ParseRetention(s string) (Retention, error) {
	m := retentionForm.FindStringSubmatch(s)
	if m == nil {
		return Retention{}, fmt.Errorf("%q is no retention: write a whole number and d, m or y, as in 180d, 6m or 10y; for ever is meant by leaving the key out", clip(s))
	}
	n, err := strconv.Atoi(m[1])
	return Retention{n, m[2][0]}, err
}

func oneOf(s string, known ...string) error {
	if slices.Contains(known, s) {
		return nil
	}
	return fmt.Errorf("%q is not known%s", clip(s), suggest(s, known))
}

// suggest is the tail of a message about a word that is not known.
func suggest(word string, known []string) string {
	best, least := "", 1+max(1, (len(word)+2)/3)
	for _, k := range known {
		if len(word) > maxShown {
			break
		}
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	list := "; known: " + strings.Join(known, ", ")
	if best == "" {
		return list
	}
	return fmt.Sprintf("; did you mean %q?%s", best, strings.TrimPrefix(list, ";"))
}

const maxShown = 60

// clip bounds what a message repeats of a file.
func clip(s string) string {
	if len(s) > maxShown {
		return s[:maxShown] + "…"
	}
	return s
}
