// Package block has what the targets that write building blocks share: object
// stores, databases, keys, clusters and model endpoints of each cloud, and which
// of them a perimeter lets anybody have, where, and under whose key.
//
// A block that cannot be held inside is withheld, and the reason is told: what is
// not written cannot be used to leave.
package block

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// Names of blocks.
const (
	ObjectStore   = "object-store"
	Database      = "database"
	Key           = "key"
	Cluster       = "cluster"
	ModelEndpoint = "model-endpoint"
)

// Names lists them in the order that people look for them.
var Names = []string{ObjectStore, Database, Key, Cluster, ModelEndpoint}

// A Block is one building block of one cloud.
type Block struct {
	Provider graph.ProviderID
	Folder   string // as people call the cloud: aws, google, azure, ovh …
	Name     string
	// Protection is how what it stores is encrypted, as the knowledge base says
	// of its types: "provider", "software" or "hsm" for a key that is named,
	// "unknown", and "" when it stores nothing.
	Protection string
	Holds      []graph.RuleID
	// places chooses among the regions; nil takes all.
	places func(code string) bool
	// paired says that the cloud copies it to the region's pair, which must be
	// inside too.
	paired bool
	// fit says why the perimeter does not let it be, beside place, operator and
	// key; "" when it does.
	fit func(*bounds.Bounds, *bounds.Cloud) string
}

// ID is folder/name.
func (b *Block) ID() string { return b.Folder + "/" + b.Name }

// An Offer is a block that may be had.
type Offer struct {
	*Block
	Cloud  *bounds.Cloud
	Codes  []string // places that it may be in, sorted; never empty
	Bounds *bounds.Bounds
}

// A Withheld is a block, or a whole cloud, that may not be had.
type Withheld struct {
	What, Why string
}

// Offers holds every block against the bounds.
func Offers(b *bounds.Bounds) (offers []Offer, withheld []Withheld) {
	closed := map[string]bool{}
	for i := range list {
		k := &list[i]
		c := b.Main(k.Provider)
		if why := Shut(c); why != "" {
			if !closed[k.Folder] {
				closed[k.Folder] = true
				withheld = append(withheld, Withheld{k.Folder, why})
			}
			continue
		}
		codes := k.codes(c)
		switch why := k.unfit(b, c); {
		case why != "":
			withheld = append(withheld, Withheld{k.ID(), why})
		case len(codes) == 0:
			withheld = append(withheld, Withheld{k.ID(), "no region that it can be in is inside " + b.Limits.Places.String()})
		default:
			offers = append(offers, Offer{k, c, codes, b})
		}
	}
	for _, n := range none {
		if c := b.Main(n.provider); Shut(c) == "" {
			withheld = append(withheld, Withheld{n.what, n.why})
		}
	}
	return offers, withheld
}

// Shut says why nothing of a cloud may be had.
func Shut(c *bounds.Cloud) string {
	switch {
	case c == nil:
		return "the knowledge base has no cloud of that name"
	case c.Standing == limits.Tolerated:
		return fmt.Sprintf("the perimeter tolerates %s only with a key that it cannot use, and nothing that is written here can see to that", c.Tolerance.Operator)
	case !c.Open():
		return c.Why
	}
	return ""
}

func (k *Block) codes(c *bounds.Cloud) []string {
	alone := c.Unpaired()
	return slices.DeleteFunc(c.Codes(), func(code string) bool {
		return k.places != nil && !k.places(code) || k.paired && slices.Contains(alone, code)
	})
}

func (k *Block) unfit(b *bounds.Bounds, c *bounds.Cloud) string {
	if why := k.custody(b, c); why != "" {
		return why
	}
	if b.Limits.InUse && (k.Name == Cluster || k.Name == ModelEndpoint) {
		return "the perimeter asks for protection in use, and the block has no machines that give it"
	}
	if k.fit != nil {
		return k.fit(b, c)
	}
	return ""
}
