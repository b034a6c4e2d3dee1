package crossplane

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A building is what the templates of one block are given.
type building struct {
	*block.Offer
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
		o = &block.Offer{Block: o.Block, Cloud: o.Cloud, Codes: offers[i].Codes, Bounds: b}
	}
	return &building{o, fields}, ""
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
	return enforce.Comment("#", enforce.Header(k.Bounds, fmt.Sprintf("Claims of %s at %s", k.ID(), k.Cloud.Name), k.Held()...))
}

// Held are the rules of the block that the target holds.
func (k *building) Held() []graph.RuleID {
	return slices.DeleteFunc(slices.Clone(k.Holds), func(id graph.RuleID) bool { return !slices.Contains(holds, id) })
}

// Example begins the file of an example.
func (k *building) Example() string {
	return enforce.Comment("#", enforce.Header(k.Bounds, "An example with made-up ids that claims "+k.ID()))
}

// Digest is that of the perimeter.
func (k *building) Digest() string { return k.Bounds.Perimeter.Digest }

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
