package inventory

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func FuzzRead(f *testing.F) {
	for kind, s := range map[string]string{
		"aws":    `{"configurationItems": [{"resourceType": "AWS::S3::Bucket", "resourceId": "b", "awsRegion": "eu-central-1", "configuration": "{\"A\": 1}"}, {"resourceType": "T", "configuration": {"a": "arn:x"}, "supplementaryConfiguration": {"x": "{}"}}]}`,
		"google": "{\"name\": \"//a/b/c\", \"asset_type\": \"x.googleapis.com/Y\", \"resource\": {\"data\": {\"x\": \"b/c\"}, \"location\": \"eu\"}}\n{\"name\": \"n\", \"assetType\": \"t\"}",
		"azure":  `{"value": [{"id": "/a/b/c", "type": "A/b", "x": {"Y": "/a/b"}}, {"id": "/a/b", "type": "A/b"}]}`,
		"aws.s3": `[{"Name": "b", "x": [1, {"y": "b"}]}, {"FooArn": "arn:b"}]`,
	} {
		f.Add(kind, []byte(s))
	}
	f.Fuzz(func(t *testing.T, kind string, src []byte) {
		Match("x.json", src)
		one, two := evaluate(kind, src), evaluate(kind, src)
		if err := one.Check(); err != nil {
			t.Error(err)
		}
		if say(&one) != say(&two) {
			t.Errorf("two readings differ: %s and %s", say(&one), say(&two))
		}
		seen := map[graph.Address]bool{}
		for _, a := range one.Assets {
			if seen[a.Address] || a.Origin.Line == 0 {
				t.Errorf("asset %+v", a)
			}
			seen[a.Address] = true
		}
		for _, p := range one.Problems {
			if p.Origin.IsZero() || p.Message == "" || strings.Contains(p.Message, "\n") {
				t.Errorf("problem %+v", p)
			}
		}
	})
}

func evaluate(kind string, src []byte) graph.Facts {
	var facts graph.Facts
	in := &inventory{file: "x.json", facts: &facts, index: map[string]graph.Address{}, src: src}
	if in.parse(kind); kind != "aws" && kind != "google" && kind != "azure" {
		in.found(kind, "eu-west-1")
	}
	return facts
}

func say(f *graph.Facts) string {
	var b strings.Builder
	for _, a := range f.Assets {
		fmt.Fprintln(&b, a.Address, a.Language, a.Type, a.Origin)
		for _, path := range []string{"x", "configuration.a", "x.y", "parent", ""} {
			for _, rd := range a.Attrs.Read(path) {
				fmt.Fprintln(&b, path, rd.Value, rd.Unknown, rd.Refs, rd.Origin)
			}
		}
	}
	fmt.Fprintln(&b, f.Problems)
	return b.String()
}
