package cloudformation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/cloudformation"
)

// tree writes an archive into a folder of its own and enters it; gives the files
// that match.
func tree(t *testing.T, archive string) []string {
	t.Helper()
	t.Chdir(t.TempDir())
	var out []string
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		if cloudformation.Match(f.Name, f.Data) {
			out = append(out, f.Name)
		}
	}
	return out
}

// say writes the readings of a path in short.
func say(rds []graph.Reading) string {
	var out []string
	for _, rd := range rds {
		s := fmt.Sprint(rd.Value)
		if rd.Unknown != "" {
			s = "? " + rd.Unknown
		}
		if len(rd.Refs) > 0 {
			s += fmt.Sprint(" ", rd.Refs)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func find(t *testing.T, f *graph.Facts, address string) *graph.Asset {
	t.Helper()
	for i := range f.Assets {
		if string(f.Assets[i].Address) == address {
			return &f.Assets[i]
		}
	}
	var all []string
	for _, a := range f.Assets {
		all = append(all, string(a.Address))
	}
	t.Fatalf("there is no %s among %v, problems %v", address, all, f.Problems)
	return nil
}

const functions = `
-- template.yaml --
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::LanguageExtensions
Parameters:
  Env: {Type: String, Default: prod}
  Open: {Type: String}
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  Ami: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /aws/ami}
  Secret: {Type: String, NoEcho: true, Default: hush}
Mappings:
  Sizes:
    prod: {Days: 30}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsTest: !Not [Condition: IsProd]
  IsOpen: !Equals [!Ref Open, yes]
  Decided: !Or [!Condition IsProd, !Condition IsOpen]
Resources:
  Key: {Type: "AWS::KMS::Key"}
  Gone: {Type: "AWS::S3::Bucket", Condition: IsTest}
  Maybe: {Type: "AWS::S3::Bucket", Condition: IsOpen}
  There: {Type: "AWS::S3::Bucket", Condition: Decided}
  B:
    Type: AWS::S3::Bucket
    Properties:
      Ref: !Ref Key
      Att: !GetAtt Key.Arn
      Old: {"Fn::GetAtt": [Key, Arn]}
      Sub: !Sub "${Env}-x"
      SubRef: !Sub "arn:${Key}"
      SubOwn: !Sub ["${X}-${Env}-${!Y}", {X: !Select [1, !Ref Zones]}]
      Arn: !Sub "arn:aws:kms:eu-west-1:${AWS::AccountId}:key/k"
      Account: !Ref AWS::AccountId
      Only: !Sub "${AWS::Region}"
      Join: !Join ["-", [a, !Ref Env]]
      Split: !Select [2, !Split [":", "a:b:c"]]
      Map: !FindInMap [Sizes, !Ref Env, Days]
      NoMap: !FindInMap [Sizes, !Ref Open, Days]
      If: !If [IsProd, yes-it-is, no-it-is-not]
      IfNot: !If [IsTest, x, !Ref "AWS::NoValue"]
      IfOpen: !If [IsOpen, !Ref Key, x]
      IfSame: !If [IsOpen, x, x]
      Import: !ImportValue net
      Ami: !Ref Ami
      Secret: !Ref Secret
      Dynamic: "{{resolve:ssm:/x}}"
      Len: {"Fn::Length": !Ref Zones}
      Doc: {"Fn::ToJsonString": {a: !Ref Env}}
      Missing: !Ref Nobody
      List: [{K: 1}, !If [IsTest, {K: 2}, !Ref AWS::NoValue], {K: !Ref Open}]
`

func TestFunctions(t *testing.T) {
	f := cloudformation.Read(tree(t, functions), cloudformation.Options{})
	if err := f.Check(); err != nil || len(f.Problems) > 0 {
		t.Fatal(err, f.Problems)
	}
	b := find(t, &f, "B")
	for path, want := range map[string]string{
		"Ref":     "? what Key is called is known after it was deployed [Key]",
		"Att":     "? Arn of Key is known after it was deployed [Key]",
		"Old":     "? Arn of Key is known after it was deployed [Key]",
		"Sub":     "prod-x",
		"SubRef":  "? what Key is called is known after it was deployed [Key]",
		"SubOwn":  "b-prod-${Y}",
		"Arn":     "arn:aws:kms:eu-west-1:${AWS::AccountId}:key/k",
		"Account": "? the template does not say what AWS::AccountId is",
		"Only":    "? the template does not say to which region it is deployed: name it with --region, or write it in samconfig.toml",
		"Join":    "a-prod",
		"Split":   "c",
		"Map":     "30",
		"NoMap":   "? the parameter Open has no value: give it in a file of parameters",
		"If":      "yes-it-is",
		"IfNot":   "",
		"IfOpen":  "? whether IsOpen holds is not known: the parameter Open has no value: give it in a file of parameters [Key]",
		"IfSame":  "x",
		"Import":  "? another stack exports it as net",
		"Ami":     "? the parameter Ami takes its value from the parameter store when the stack is deployed",
		"Secret":  "? the parameter Secret is hidden (NoEcho)",
		"Dynamic": "? it is looked up when the stack is deployed ({{resolve:…}})",
		"Len":     "2",
		"Doc":     "map[a:prod]",
		"Missing": "? Nobody is neither a parameter nor a resource of this template",
		"List.K":  "1; ? the parameter Open has no value: give it in a file of parameters",
	} {
		if got := say(b.Attrs.Read(path)); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if f.Blocks != 5 || f.Absent != 1 || len(f.Assets) != 4 {
		t.Errorf("%d blocks, %d absent, %d assets", f.Blocks, f.Absent, len(f.Assets))
	}
	if a := find(t, &f, "Maybe"); !strings.Contains(a.Partial, "IsOpen") {
		t.Errorf("partial %q", a.Partial)
	}
	if a := find(t, &f, "There"); a.Partial != "" || a.Origin.Line != 21 {
		t.Errorf("%+v", a)
	}
	if p := b.Provider; p.Source != "aws" || !strings.HasPrefix(say(p.Attrs.Read("region")), "? the template does not say") {
		t.Errorf("provider %+v", p)
	}
}

const nested = `
-- top.yaml --
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./sub/net.yaml
      Parameters: {Name: corpus}
  Far:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: "https://example.com/x.yaml"}
  B:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !GetAtt Net.Outputs.Name, Key: !GetAtt Net.Outputs.Key}
-- sub/net.yaml --
AWSTemplateFormatVersion: "2010-09-09"
Parameters: {Name: {Type: String}}
Resources:
  Key: {Type: "AWS::KMS::Key", Properties: {Description: !Ref Name}}
  Self: {Type: "AWS::CloudFormation::Stack", Properties: {TemplateURL: net.yaml}}
Outputs:
  Name: {Value: !Ref Name}
  Key: {Value: !GetAtt Key.Arn}
`

func TestNested(t *testing.T) {
	f := cloudformation.Read(tree(t, nested), cloudformation.Options{Region: "eu-central-1"})
	b := find(t, &f, "B")
	if got := say(b.Attrs.Read("BucketName")); got != "corpus" {
		t.Error(got)
	}
	if got := say(b.Attrs.Read("Key")); got != "? Arn of Net/Key is known after it was deployed [Net/Key]" {
		t.Error(got)
	}
	k := find(t, &f, "Net/Key")
	if k.Module != "Net" || k.Root != b.Root || k.Origin.File != "sub/net.yaml" || say(k.Provider.Attrs.Read("region")) != "eu-central-1" {
		t.Errorf("%+v", k)
	}
	for _, at := range []string{"Far", "Net/Self"} {
		if a := find(t, &f, at); a.Type != "module" || a.Partial == "" {
			t.Errorf("%+v", a)
		}
	}
	if !slices.Equal(f.Files, []string{"sub/net.yaml", "top.yaml"}) || len(f.Assets) != 5 {
		t.Errorf("%v, %d assets", f.Files, len(f.Assets))
	}
}

const loops = `
-- a.yaml --
Transform: [AWS::LanguageExtensions, Mine]
Parameters: {Names: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::Topics:
    - T
    - [red-one, blue]
    - "Topic&{T}":
        Type: AWS::SNS::Topic
        Properties: {TopicName: !Sub "${T}.fifo", Peer: !GetAtt ["Topic&{T}", Arn]}
  Fn::ForEach::Open:
    - N
    - !Ref Names
    - "Queue${N}": {Type: "AWS::SQS::Queue", Properties: {QueueName: !Ref N}}
`

func TestLoops(t *testing.T) {
	f := cloudformation.Read(tree(t, loops), cloudformation.Options{})
	if got := say(find(t, &f, "Topicredone").Attrs.Read("TopicName")); got != "red-one.fifo" {
		t.Error(got)
	}
	if got := say(find(t, &f, "Topicblue").Attrs.Read("Peer")); got != "? Arn of Topicblue is known after it was deployed [Topicblue]" {
		t.Error(got)
	}
	if q := find(t, &f, "Queue${N}"); !strings.Contains(q.Partial, "Names") || !strings.HasPrefix(say(q.Attrs.Read("QueueName")), "? ") {
		t.Errorf("%+v", q)
	}
	if m := find(t, &f, "Transform/Mine"); m.Type != "module" || len(f.Assets) != 4 {
		t.Errorf("%+v, %d assets", m, len(f.Assets))
	}
}

const sam = `
-- app/template.yml --
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.12, Layers: [one], Environment: {Variables: {A: "1"}}}
Resources:
  F: {Type: "AWS::Serverless::Function", Properties: {Layers: [two], Environment: {Variables: {B: !Ref "AWS::Region"}}}}
-- app/samconfig.toml --
version = 0.1
[default.deploy.parameters]
region = "eu-west-3"
-- two/template.yml --
Resources: {F: {Type: "AWS::SQS::Queue"}}
-- two/samconfig.toml --
[dev.deploy.parameters]
region = "eu-west-3"
[prod.deploy.parameters]
region = "us-east-1"
-- cdk.out/S.template.json --
{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, "/x"]]}}, "Metadata": {"aws:asset:path": "SN.nested.template.json"}}}}
-- cdk.out/SN.nested.template.json --
{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"R": {"Ref": "AWS::Region"}, "A": {"Ref": "AWS::AccountId"}}}}}
-- cdk.out/manifest.json --
{"version": "36.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-south-2", "properties": {"templateFile": "S.template.json"}}}}
-- given.json --
[{"ParameterKey": "Names", "ParameterValue": "a"}]
`

func TestBeside(t *testing.T) {
	f := cloudformation.Read(tree(t, sam), cloudformation.Options{})
	fn := f.Assets[slices.IndexFunc(f.Assets, func(a graph.Asset) bool { return a.Root == "app/template.yml" })]
	for path, want := range map[string]string{"Runtime": "python3.12", "Layers": "[one two]", "Environment.Variables.A": "1", "Environment.Variables.B": "eu-west-3"} {
		if got := say(fn.Attrs.Read(path)); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	if o := fn.Provider.Origin; o.File != "app/samconfig.toml" || o.Line != 3 {
		t.Errorf("%+v", o)
	}
	two := f.Assets[slices.IndexFunc(f.Assets, func(a graph.Asset) bool { return a.Root == "two/template.yml" })]
	if got := say(two.Provider.Attrs.Read("region")); !strings.Contains(got, "several regions, eu-west-3 and us-east-1") {
		t.Error(got)
	}
	b := find(t, &f, "N/B")
	if got := say(b.Attrs.Read("R")) + " " + say(b.Attrs.Read("A")); got != "eu-south-2 111122223333" {
		t.Error(got)
	}
}

func TestGiven(t *testing.T) {
	files := tree(t, loops+"-- p.json --\n[{\"ParameterKey\": \"Names\", \"ParameterValue\": \"x,y\"}]\n-- q.json --\n{\"Parameters\": {\"Names\": \"z\"}}\n")
	f := cloudformation.Read(files, cloudformation.Options{Parameters: []string{"p.json"}})
	find(t, &f, "Queuex")
	find(t, &f, "Queuey")
	f = cloudformation.Read(files, cloudformation.Options{Parameters: []string{"p.json", "q.json", "none.json"}})
	find(t, &f, "Queuez")
	if len(f.Problems) != 1 || f.Problems[0].Origin.File != "none.json" {
		t.Errorf("%v", f.Problems)
	}
}

func TestMatch(t *testing.T) {
	for src, want := range map[string]bool{
		"AWSTemplateFormatVersion: 2010-09-09\n":                                true,
		"Resources:\n  A:\n    Type: AWS::S3::Bucket\n":                         true,
		"Resources:\n  A:\n    Type: Acme::S3::Bucket\n":                        false,
		"resources:\n  Resources:\n    A:\n      Type: AWS::S3::Bucket\n":       false,
		`{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}`:                     true,
		`{"configurationItems": [{"resourceType": "AWS::S3::Bucket"}]}`:         false,
		"Transform: 'AWS::Serverless-2016-10-31'\nResources:\n":                 true,
		"apiVersion: v1\nkind: Resources\n":                                     false,
		`{"a": 1, "AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}`:   true,
		"# AWSTemplateFormatVersion is not here\nResources: [a]\nType: AWS::S3": false,
	} {
		if got := cloudformation.Match("x.yaml", []byte(src)); got != want {
			t.Errorf("%q: %v", src, got)
		}
		if cloudformation.Match("x.txt", []byte(src)) || cloudformation.Match(".aws-sam/build/x.yaml", []byte(src)) {
			t.Errorf("%q matches by another name", src)
		}
	}
}

// What is wrong is a problem with a line, and what stands beside it is read.
func TestBad(t *testing.T) {
	f := cloudformation.Read(tree(t, "-- a.yaml --\nAWSTemplateFormatVersion: x\nResources:\n\t- a\n-- b.yaml --\nAWSTemplateFormatVersion: x\n-- c.yaml --\nResources:\n  A: {Type: 'AWS::S3::Bucket'}\n  B: {Type: !Ref X}\n  C: text\n"), cloudformation.Options{})
	var got []string
	for _, p := range f.Problems {
		got = append(got, fmt.Sprintf("%s:%d", p.Origin.File, p.Origin.Line))
	}
	if !slices.Equal(got, []string{"a.yaml:3", "b.yaml:1", "c.yaml:4"}) || len(f.Assets) != 2 || f.Assets[1].Type != "module" {
		t.Errorf("%v, %d assets", f.Problems, len(f.Assets))
	}
}
