package cloudformation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"Parameters: {A: {Type: String}}\nConditions: {C: !Equals [!Ref A, b], D: !Not [!Condition D]}\nResources:\n  X: {Type: AWS::S3::Bucket, Condition: C, Properties: {N: !Sub '${A}-${X.Arn}-${AWS::Region}', M: !If [C, !Ref X, !Ref AWS::NoValue]}}\n",
		`{"Resources": {"Fn::ForEach::T": ["A", ["b", "c"], {"T${A}": {"Type": "AWS::SNS::Topic", "Properties": {"N": {"Fn::Join": ["-", [{"Ref": "A"}]]}}}}]}}`,
		"Transform: [AWS::Serverless-2016-10-31, M]\nGlobals: {Function: {L: [a]}}\nResources: {F: {Type: AWS::Serverless::Function, Properties: {L: [!FindInMap [a, b, c]], S: !Select [0, !Split [':', 'a:b']]}}}\n",
		"Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x.yaml}}, T: !Ref a, U: {Type: 3}}\nOutputs: {O: {Value: !GetAtt S.Outputs.O}}\n",
		"Resources: {A: &a {Type: AWS::S3::Bucket, Properties: {P: {Fn::Transform: {}}, Q: !Base64 x, R: {Fn::Length: [1]}}}, B: *a}\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		Match("x.yaml", src)
		one, two := evaluate(src), evaluate(src)
		if err := one.Check(); err != nil {
			t.Error(err)
		}
		if say(&one) != say(&two) {
			t.Errorf("two readings differ: %s and %s", say(&one), say(&two))
		}
		for _, p := range one.Problems {
			if p.Origin.IsZero() || p.Message == "" || strings.Contains(p.Message, "\n") {
				t.Errorf("problem %+v", p)
			}
		}
	})
}

func evaluate(src []byte) graph.Facts {
	r := &run{read: map[string]bool{}, beside: map[string]*besides{}}
	if doc := r.parse("x.yaml", src); doc != nil {
		s := r.stack("x.yaml", doc)
		s.root = "x.yaml"
		s.place(&besides{})
		s.start(nil)
		s.assets()
	}
	return r.facts
}

func say(f *graph.Facts) string {
	var b strings.Builder
	for _, a := range f.Assets {
		fmt.Fprintln(&b, a.Address, a.Type, a.Partial, a.Origin)
		for _, path := range []string{"N", "M", "L", "P", "Q.R", ""} {
			for _, rd := range a.Attrs.Read(path) {
				fmt.Fprintln(&b, path, rd.Value, rd.Unknown, rd.Refs, rd.Origin)
			}
		}
	}
	fmt.Fprintln(&b, f.Problems)
	return b.String()
}
