package crossplane

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
)

// A building is what the templates of one block are given.
type building struct {
	*block.Offer
	b      *bounds.Bounds
	Fields []field
}

// newBuilding says why a block cannot be claimed instead, when it cannot.
func newBuilding(b *bounds.Bounds, o *block.Offer, offers []block.Offer) (k *building, why string) {
	fields, ok := fields[o.ID()]
	if !ok {
		return nil, "there is no composition for it: no Crossplane provider that this knows has it, or none whose fields can hold it inside; the targets terraform and opentofu write it"
	}
	if o.Name == block.ModelEndpoint && b.Models != nil {
		return nil, "the perimeter approves models (spec.stack.models), and the id of one does not say whose it is"
	}
	if o.Folder == "azure" {
		// What is stored lies under a key that the composition makes beside it, in a
		// vault that Azure copies to the pair of the region.
		i := slices.IndexFunc(offers, func(o block.Offer) bool { return o.ID() == "azure/key" })
		if i < 0 {
			return nil, "no key may be beside it: azure/key is not written"
		}
		o = &block.Offer{Block: o.Block, Cloud: o.Cloud, Codes: offers[i].Codes}
	}
	return &building{o, b, fields}, ""
}

// Composition is its name, and that of its files.
func (k *building) Composition() string { return k.Folder + "-" + k.Name }

// Body is the template of the resources.
func (k *building) Body() (string, error) {
	f, err := execute(k.Composition()+".tmpl", k.Composition(), k)
	return strings.TrimSpace(string(f.Data)), err
}

// Places are the sets of patches that put the region where most resources have it.
func (k *building) Places() (map[string]string, error) {
	body, err := k.Body()
	out := map[string]string{}
	for _, set := range []string{"location", "region"} {
		if strings.Contains(body, "patchSetName: "+set) {
			out[set] = "spec.forProvider." + set
		}
	}
	return out, err
}

// Kind is that of claims: AwsObjectStore.
func (k *building) Kind() string {
	var out strings.Builder
	for word := range strings.SplitSeq(k.Composition(), "-") {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}

// Plural is the kind in small letters.
func (k *building) Plural() string { return strings.ToLower(k.Kind()) + "s" }

// Group is that of the claims.
func (k *building) Group() string { return group }

// Header says what the file is.
func (k *building) Header() string {
	return enforce.Comment("#", enforce.Header(k.b, fmt.Sprintf("Claims of %s at %s", k.ID(), k.Cloud.Name), k.Holds...))
}

// Example begins the file of an example.
func (k *building) Example() string {
	return enforce.Comment("#", enforce.Header(k.b, "An example with made-up ids that claims "+k.ID()))
}

// Digest is that of the perimeter.
func (k *building) Digest() string { return k.b.Perimeter.Digest }

// Classes are those that the bounds are for.
func (k *building) Classes() []string {
	out := make([]string, len(k.b.Classes))
	for i, c := range k.b.Classes {
		out[i] = string(c)
	}
	return out
}

// Requirements are those of the rules that the block holds, for a tag.
func (k *building) Requirements() string { return block.Tag(k.b.Cited(k.Holds...), " ", 256) }

// Label is the same for labels, which are lower-case, short and one word.
func (k *building) Label() string { return strings.ToLower(block.Tag(k.b.Cited(k.Holds...), "__", 63)) }

// Days are how long the data may be kept; 0 when nothing is said.
func (k *building) Days() int { return k.b.Limits.RetentionDays }

// Pattern is the form of a field, with the regions filled in.
func (k *building) Pattern(f field) string {
	codes := make([]string, len(k.Codes))
	for i, c := range k.Codes {
		codes[i] = regexp.QuoteMeta(c)
	}
	return strings.ReplaceAll(f.Pattern, "REGION", "("+strings.Join(codes, "|")+")")
}

// Value is what the example says for a field.
func (k *building) Value(f field) string {
	text := strings.ReplaceAll(f.Value, "REGION", k.Codes[0])
	if f.List {
		return listed([]string{text})
	}
	return quote(text)
}

// Rules are the rules over several fields.
func (k *building) Rules() []rule {
	var out []rule
	for _, f := range k.Fields {
		if f.Near != "" {
			out = append(out, rule{fmt.Sprintf(f.Near, "self."+f.Name, "self.region"), f.Name + " is in another region."})
		}
	}
	return out
}
