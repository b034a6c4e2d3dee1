package kb

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// clouds is a knowledge base with one known and one forgotten region of each
// provider whose upstream files can be read.
func clouds(t *testing.T) *KB {
	t.Helper()
	m := files(small)
	put := func(name, text string) { m[name] = &fstest.MapFile{Data: []byte(text)} }
	for id, rows := range map[string]string{
		"aws":      "  - {code: eu-one-1, partition: aws, kind: region, countries: [DE]}\n  - {code: eu-gone-1, partition: aws, kind: region, countries: [DE]}\n  - {code: eu-one-1-ber-1, partition: aws, kind: local-zone, countries: [DE]}\n  - {code: cn-one-1, partition: aws-cn, kind: region, countries: [DE]}\n",
		"google":   "  - {code: europe-one1, kind: region, countries: [DE]}\n  - {code: europe-quiet1, kind: region, countries: [DE]}\n",
		"azurerm":  "  - {code: oneeurope, kind: region, countries: [DE]}\n",
		"oci":      "  - {code: eu-one-1, partition: oc1, kind: region, countries: [DE]}\n  - {code: one, partition: oc1, parent: eu-one-1, kind: region, countries: [DE]}\n  - {code: eu-gone-1, partition: oc19, kind: region, countries: [DE]}\n",
		"scaleway": "  - {code: de-one, kind: region, countries: [DE]}\n",
	} {
		put("providers/"+id+"/provider.yaml", "id: "+id+"\nname: x\noperator: acme\npartitions: {aws: {operator: acme}, aws-cn: {operator: acme}, oc1: {operator: acme}, oc19: {operator: acme}}\nconfidence: claimed\n")
		put("providers/"+id+"/regions.yaml", "fact: {confidence: claimed}\nregions:\n"+rows)
	}
	k, err := Load(m)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestDrift(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       []string
	}{
		{"partitions.json", `{"partitions":[{"id":"aws","regions":{"eu-one-1":{},"eu-two-1":{},"aws-global":{}}},{"id":"aws-new","regions":{"eu-new-1":{}}}]}`,
			[]string{"aws eu-gone-1 removed", "aws eu-two-1 added", "aws-new eu-new-1 added"}},
		{"endpoints.json", `{"partitions":[{"partition":"aws","regions":{"eu-one-1":{},"eu-gone-1":{}}}]}`, nil},
		{"cloud.json", `{"prefixes":[{"ipv4Prefix":"192.0.2.0/24","service":"Google Cloud","scope":"europe-one1"},{"scope":"europe-two1"},{"scope":"europe-two1"},{"scope":"global"}]}`,
			[]string{" europe-two1 added"}},
		{"locations.tf.json", `{"locals":{"locations_cached":{"value":[{"name":"oneeurope","metadata":{"regionType":"Physical"}},{"name":"twoeurope","metadata":{"regionType":"Physical"}},{"name":"europe","metadata":{"regionType":"Logical"}}]}}}`,
			[]string{" twoeurope added"}},
		{"regions.go", "package common\nconst (\n\tRegionONE Region = \"eu-one-1\"\n\tRegionTWO Region = \"eu-two-1\"\n\tRegionTHREE Region = \"eu-three-1\"\n)\nvar regionRealm = map[Region]string{\n\tRegionONE: \"oc1\",\n\tRegionTWO: \"oc19\",\n}\n",
			[]string{"oc19 eu-gone-1 removed", "oc19 eu-two-1 added"}},
		{"locality.go", "package scw\nconst (\n\tRegionDeOne = Region(\"de-one\")\n\tRegionDeTwo = Region(\"de-two\")\n\tZoneDeOne1 = Zone(\"de-one-1\")\n)\n",
			[]string{" de-two added"}},
	} {
		diffs, err := Drift(clouds(t), Upstream{c.name, []byte(c.data)})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, d := range diffs {
			got = append(got, d.Partition+" "+d.Code+" "+d.Change)
			if s := d.String(); !strings.HasPrefix(s, c.name+": ") || !strings.Contains(s, d.Code) {
				t.Errorf("%s: %q", c.name, s)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A file in which nothing is found is an error: silence would look like
// agreement.
func TestDriftRefuses(t *testing.T) {
	k := clouds(t)
	for _, data := range []string{"", "{}", `{"partitions":[]}`, "{", "package scw\n", "package common\n", "hello", `{"prefixes":[{"scope":"global"}]}`} {
		if d, err := Drift(k, Upstream{"x", []byte(data)}); err == nil || !strings.Contains(err.Error(), "read x") {
			t.Errorf("%q: %v %v", data, d, err)
		}
	}
	if _, err := Drift(k); err == nil {
		t.Error("no file at all was accepted")
	}
}
