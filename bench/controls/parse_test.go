package controls

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A control is one that a cloud offers for its own customers, with
// configuration that it refuses and configuration that it lets be. An archive
// holds the controls of one cloud; each folder is one, named by its id:
//
//	-- CT.KMS.PV.2/control --
//	rule: ENC-004
//	asks: keys are not of RSA_2048
//	-- CT.KMS.PV.2/fail/main.tf --
//	-- CT.KMS.PV.2/pass/main.tf --
//
// rule is `none` when none of our rules judges it, and then why says why and
// there are no fixtures. perimeter names another shared file than
// perimeter.yaml. silent says why the rule has nothing to say of what passes,
// where that is right; without it the rule must pass something there.
type control struct {
	Cloud      string
	ID         string
	Rule       graph.RuleID // empty for none
	Asks       string
	Of         string // the set of controls that it stands in
	Why        string
	Silent     string
	Perimeter  []byte
	Fail, Pass map[string][]byte // by name within the fixture
}

// parse reads the archive of one cloud. What is missing or too much is an
// error: a control that is skipped would count for nothing.
func parse(cloud, file string, src []byte) ([]control, error) {
	shared := map[string][]byte{}
	var out []control
	perimeters := map[string]string{}
	for _, f := range txtar.Parse(src).Files {
		id, rest, in := strings.Cut(f.Name, "/")
		if !in {
			shared[f.Name] = f.Data
			continue
		}
		i := slices.IndexFunc(out, func(c control) bool { return c.ID == id })
		if i < 0 {
			i = len(out)
			out = append(out, control{Cloud: cloud, ID: id, Fail: map[string][]byte{}, Pass: map[string][]byte{}})
			perimeters[id] = "perimeter.yaml"
		}
		dir, name, _ := strings.Cut(rest, "/")
		switch {
		case rest == "control":
			p, err := out[i].head(string(f.Data))
			if err != nil {
				return nil, fmt.Errorf("%s: control %s: %w", file, id, err)
			}
			if p != "" {
				perimeters[id] = p
			}
		case dir == "fail" && name != "":
			out[i].Fail[name] = f.Data
		case dir == "pass" && name != "":
			out[i].Pass[name] = f.Data
		default:
			return nil, fmt.Errorf("%s: control %s: %s is none of control, fail/FILE, pass/FILE", file, id, rest)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: there is no control", file)
	}
	for i := range out {
		c := &out[i]
		if c.Perimeter = shared[perimeters[c.ID]]; c.Perimeter == nil {
			return nil, fmt.Errorf("%s: control %s: there is no shared file %s", file, c.ID, perimeters[c.ID])
		}
		if err := c.whole(); err != nil {
			return nil, fmt.Errorf("%s: control %s: %w", file, c.ID, err)
		}
	}
	return out, nil
}

// head reads the file control, and returns the perimeter that it names.
func (c *control) head(text string) (string, error) {
	var rule, perimeter string
	into := map[string]*string{"rule": &rule, "asks": &c.Asks, "of": &c.Of, "why": &c.Why, "silent": &c.Silent, "perimeter": &perimeter}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if to := into[key]; !ok || to == nil || *to != "" {
			return "", fmt.Errorf("%q is not `key: value` with one of rule, asks, of, why, silent, perimeter, each once", line)
		}
		*into[key] = value
	}
	if rule == "" {
		return "", fmt.Errorf("it names no rule; write `rule: none` and why when none judges it")
	}
	if rule != "none" {
		c.Rule = graph.RuleID(rule)
	}
	return perimeter, nil
}

func (c *control) whole() error {
	switch {
	case c.Asks == "" || c.Of == "":
		return fmt.Errorf("write what it asks and of which set it is")
	case c.Rule == "" && c.Why == "":
		return fmt.Errorf("no rule judges it, and why says nothing")
	case c.Rule == "" && len(c.Fail)+len(c.Pass) > 0:
		return fmt.Errorf("no rule judges it, so fixtures show nothing")
	case c.Rule != "" && c.Why != "":
		return fmt.Errorf("a rule judges it, so there is nothing to excuse")
	case c.Rule != "" && (len(c.Fail) == 0 || len(c.Pass) == 0):
		return fmt.Errorf("it needs fail/main.tf and pass/main.tf")
	}
	return nil
}
