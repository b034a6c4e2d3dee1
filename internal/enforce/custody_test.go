package enforce

import (
	"errors"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// keyed are bounds that ask for keys of a grade, and a cloud that may run things and
// hold keys.
func keyed(grade int) (*bounds.Bounds, *bounds.Cloud) {
	op := &graph.Operator{Entity: "aws", Seat: "US"}
	b := &bounds.Bounds{Classes: []graph.ClassID{"records"}, Limits: &limits.Limits{Keys: &limits.Keys{Holder: []limits.Allow{{Entities: map[graph.EntityID]bool{"aws": true}}}, MinGrade: grade}}}
	return b, &bounds.Cloud{Operator: op, Standing: limits.Inside, Regions: []bounds.Region{{Code: "r", Kind: "region", Inside: true}}}
}

// TestGrades: what is asked for is no lower on the ladder than the perimeter: 2 is a
// hardware module, 3 imported, 4 held outside, 5 encrypted by the client.
func TestGrades(t *testing.T) {
	for grade, want := range map[int][2]string{
		0: {"AWS_KMS EXTERNAL AWS_CLOUDHSM EXTERNAL_KEY_STORE", "EXTERNAL EXTERNAL_VPC HSM SOFTWARE"},
		2: {"AWS_KMS EXTERNAL AWS_CLOUDHSM EXTERNAL_KEY_STORE", "EXTERNAL EXTERNAL_VPC HSM"},
		3: {"EXTERNAL EXTERNAL_KEY_STORE", "EXTERNAL EXTERNAL_VPC"},
		4: {"EXTERNAL_KEY_STORE", "EXTERNAL EXTERNAL_VPC"},
	} {
		b, c := keyed(grade)
		if got := [2]string{strings.Join(KMSOrigins(b, c), " "), strings.Join(ProtectionLevels(b, c), " ")}; got != want {
			t.Errorf("grade %d: %q, want %q", grade, got, want)
		}
		if err := NoCloudKey(b, c, "nothing"); err != nil {
			t.Errorf("grade %d: %v", grade, err)
		}
	}
	b, c := keyed(5)
	var unmet *Unmet
	if err := NoCloudKey(b, c, "nothing"); !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, "min_grade: 5") {
		t.Errorf("%v", err)
	}
	c.Standing = limits.Outside
	if err := NoCloudKey(b, c, "nothing"); err != nil {
		t.Errorf("a cloud that may run nothing: %v", err)
	}
}
