package cloudformation_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/source/cloudformation"
)

// What samconfig.toml gives to parameters counts before their defaults; where it gives
// several, none does.
func TestOverrides(t *testing.T) {
	f := cloudformation.Read(tree(t, `
-- template.yml --
Parameters: {A: {Default: a}, B: {Default: b}, C: {Default: c}, D: {Default: d}, E: {Default: e}}
Resources: {Q: {Type: "AWS::SQS::Queue", Properties: {A: !Ref A, B: !Ref B, C: !Ref C, D: !Ref D, E: !Ref E}}}
-- samconfig.toml --
[default.deploy.parameters]
parameter_overrides = "A=x B=\\"y z\\" ParameterKey=C,ParameterValue=w"
[prod.deploy.parameters]
parameter_overrides = [
  "A=x",
  "D=v",
  "B=other", # ours
]
region = "eu-west-3"
`), cloudformation.Options{})
	q := find(t, &f, "Q")
	for path, want := range map[string]string{"A": "x", "B": "? samconfig.toml gives several values to the parameter B: give it in a file of parameters", "C": "w", "D": "v", "E": "e"} {
		if got := say(q.Attrs.Read(path)); got != want {
			t.Errorf("%s is %q", path, got)
		}
	}
}

// What is looked up when a service is deployed does not have its default before.
func TestLookedUp(t *testing.T) {
	f := cloudformation.Read(tree(t, "-- serverless.yml --\nservice: x\nprovider: {name: aws, region: \"${ssm:/region, 'eu-west-3'}\", environment: {A: \"${opt:a, 'eu'}\"}}\nfunctions: {f: {handler: a}}\n"), cloudformation.Options{})
	fn := find(t, &f, "FLambdaFunction")
	if got := say(fn.Provider.Attrs.Read("region")); !strings.HasPrefix(got, "? ${ssm:/region} is looked up") {
		t.Errorf("the region is %q", got)
	}
	if got := say(fn.Attrs.Read("Environment.Variables.A")); got != "eu" {
		t.Errorf("the variable is %q", got)
	}
}

// A loop that makes too much is said once.
func TestFull(t *testing.T) {
	list := "[" + strings.Repeat("a, ", 200) + "a]"
	f := cloudformation.Read(tree(t, "-- a.yaml --\nTransform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::L: [X, "+list+", {A: {Type: \"AWS::SQS::Queue\"}}]\n"), cloudformation.Options{})
	if len(f.Problems) != 1 || len(f.Assets) != 1 {
		t.Errorf("%d problems, %d assets", len(f.Problems), len(f.Assets))
	}
}
