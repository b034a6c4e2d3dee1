package block

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// custody says why the key of a block is none that the perimeter lets data lie
// under. All of them stay with the operator of the cloud, which can use them.
func (k *Block) custody(b *bounds.Bounds, c *bounds.Cloud) string {
	if k.Protection == "" {
		return ""
	}
	if k.Protection == "unknown" {
		if b.Limits.Keys != nil || k.Name != ObjectStore {
			return "whether what it stores is encrypted, and with whose key, is not known"
		}
		return ""
	}
	if b.Limits.Keys == nil {
		return ""
	}
	grade := graph.GradeOf(k.Protection)
	at := &graph.Custody{Holder: graph.HolderProvider, Entity: c.Operator.Entity, Protection: k.Protection, Grade: grade,
		Named: k.Protection != "provider", ClearText: true, Confidence: c.Operator.Confidence}
	if a, why := b.Limits.Holder(at, c.Operator); a != limits.Inside {
		return fmt.Sprintf("its key is held by %s: %s", c.Name, why)
	}
	if int(grade) < b.Limits.Keys.MinGrade {
		return fmt.Sprintf("its key is of grade %d (%s), and the perimeter asks for %d", grade, k.Protection, b.Limits.Keys.MinGrade)
	}
	if a, why := b.Limits.ClearText(at, c.Operator); k.Name != Key && (a == limits.Outside || a == limits.Unsure) {
		return fmt.Sprintf("%s sees clear text: %s", c.Name, why)
	}
	return ""
}
