// Package selfdescription describes each system as Gaia-X participants describe their
// services: a verifiable credential of W3C, version 2, with the terms of the Gaia-X
// ontology as of the Loire release, 25.11. It holds facts only. It is not signed, and says what a person must add
// before it can be: no machine knows a registration number.
//
// The shapes of Gaia-X are closed, so that origins stand beside the subjects, as the
// evidence of the credential.
package selfdescription

import (
	"embed"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/report"
)

//go:embed *.yaml
var messages embed.FS

// Document is the kind of self-descriptions.
var Document = evidence.Kind{Name: "self-description", Messages: messages, Exports: map[string]evidence.Export{"credential": write}}

// namespace is that of what Gaia-X has no term for.
const namespace = "https://bailiwick.dev/ns/self-description#"

// A node is one thing of the graph. Its keys are sorted when it is written.
type node map[string]any

func write(w io.Writer, c *evidence.Case, language string) error {
	b, err := evidence.NewBuilder(c, "self-description", language, messages)
	if err != nil {
		return err
	}
	d := &describing{Builder: b, space: uuid.NewSHA1(uuid.NameSpaceURL, []byte(namespace+c.Perimeter.Metadata.Name)), people: map[string]string{}, parts: map[string]bool{}}
	systems := c.Systems()
	if len(systems) == 0 {
		systems = []string{evidence.Unbound}
	}
	for _, s := range systems {
		if err := d.offering(s); err != nil {
			return err
		}
	}
	if n := len(c.Assets(evidence.Unbound)); n > 0 && systems[0] != evidence.Unbound {
		d.ask(d.id("system", systems[0]), "gx:aggregationOfResources", "ask_unbound", evidence.Values{"n": n}, c.Key("spec.bindings"))
	}
	if len(d.open) > 0 {
		d.subjects = append(d.subjects, node{"id": d.id("open"), "type": "bailiwick:OpenQuestions", "bailiwick:question": d.open})
	}
	if _, err := b.Document(); err != nil {
		return err
	}
	sum, err := c.Sum()
	if err != nil {
		return err
	}
	return report.JSON(w, d.credential(d.id("credential", string(sum), language, c.Version)))
}

// A describing is the credential in the making.
type describing struct {
	*evidence.Builder
	space    uuid.UUID
	subjects []node
	origins  []node
	open     []node
	people   map[string]string // ids by name
	parts    map[string]bool
}

func (d *describing) id(parts ...string) string {
	return uuid.NewSHA1(d.space, []byte(strings.Join(parts, "\x00"))).URN()
}

// credential is the whole, with an id that changes with anything in it. The issuer is
// who owns the perimeter; Gaia-X asks for a did:web, which nobody wrote down.
func (d *describing) credential(id string) node {
	p := d.Case.Perimeter
	d.read("", "issuer", d.Case.Key("metadata.owner"))
	return node{
		"@context": []any{
			"https://www.w3.org/ns/credentials/v2",
			node{"gx": "https://w3id.org/gaia-x/2511#", "schema": "https://schema.org/", "bailiwick": namespace},
		},
		"id": id, "type": []string{"VerifiableCredential"},
		"issuer": d.issuer(p.Metadata.Owner), "validFrom": d.Case.At.UTC().Format(time.RFC3339),
		"credentialSubject": d.subjects, "evidence": d.origins,
	}
}

func (d *describing) issuer(owner string) any {
	switch u, err := url.Parse(owner); {
	case owner == "":
		return node{"id": d.id("owner"), "name": d.Case.Perimeter.Metadata.Name}
	case err == nil && u.Scheme != "" && !strings.ContainsAny(owner, " "):
		return owner // a DID, or an address
	case strings.Contains(owner, "@") && !strings.ContainsAny(owner, " "):
		return node{"id": "mailto:" + owner, "name": owner}
	}
	return node{"id": d.id("owner", owner), "name": owner}
}

// read says where a property of a subject was read.
func (d *describing) read(id, property string, sources ...evidence.Source) {
	n := node{"type": "bailiwick:Origin", "bailiwick:property": property}
	if id != "" {
		n["bailiwick:about"] = node{"id": id}
	}
	var at []string
	for _, s := range sources {
		if s.Kind == evidence.Record {
			at = append(at, "kb "+s.At)
		} else {
			at = append(at, s.At)
		}
	}
	n["bailiwick:origin"] = at
	d.origins = append(d.origins, n)
}

// ask says that a property is missing, which Gaia-X asks for and a person must add.
func (d *describing) ask(id, property, question string, v evidence.Values, source evidence.Source) {
	d.open = append(d.open, node{
		"type": "bailiwick:Question", "bailiwick:about": node{"id": id}, "bailiwick:property": property,
		"bailiwick:text": d.Say(question, v, source).Text, "bailiwick:origin": source.At,
	})
}
