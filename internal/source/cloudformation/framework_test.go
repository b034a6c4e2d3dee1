package cloudformation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/source/cloudformation"
)

const service = `
-- serverless.yml --
service: triage
custom:
  where: {prod: eu-central-1, dev: eu-west-3}
  table: ${self:service}-${sls:stage}-docs
provider:
  name: aws
  stage: ${opt:stage, 'dev'}
  region: ${self:custom.where.${self:provider.stage}}
  environment:
    TABLE: ${self:custom.table}
    SECRET: ${env:SECRET}
    MODEL: ${file(settings.yml):model.name}
functions:
  ask-it:
    handler: a.b
    environment: {URL: "https://api.example.com/${self:provider.stage}", SELF: "${self:custom.self}"}
    url: true
    events:
      - httpApi: "*"
      - s3: {bucket: "${self:custom.table}"}
      - s3: {bucket: there, existing: true}
  boxed: {image: "registry.example/a:1"}
  gone: ${file(gone.yml)}
plugins: [b-plugin, a-plugin]
resources:
  - Resources:
      Docs:
        Type: AWS::DynamoDB::Table
        Properties: {TableName: "${self:custom.table}", KeyId: !GetAtt Key.Arn, At: !Sub "${Docs}-${AWS::Region}"}
      Key: {Type: "AWS::KMS::Key"}
  - ${file(more.js)}
-- settings.yml --
model: {name: "${self:custom.where.dev}"}
-- other/serverless.yml --
service: other
provider: {name: google}
functions: {a: {handler: b}}
-- third/serverless.ts --
const service = {service: 'x', provider: {name: 'aws'}}
-- app/serverless.js --
start()
`

func TestFramework(t *testing.T) {
	files := tree(t, service)
	if want := []string{"serverless.yml", "other/serverless.yml", "third/serverless.ts"}; !slices.Equal(files, want) {
		t.Fatalf("%v match, want %v", files, want)
	}
	f := cloudformation.Read(files, cloudformation.Options{})
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range f.Assets {
		got = append(got, fmt.Sprintf("%s %s:%d", a.Address, a.Type, a.Origin.Line))
	}
	want := []string{"Docs AWS::DynamoDB::Table:27", "Key AWS::KMS::Key:30", "resources module:31", "ServerlessDeploymentBucket AWS::S3::Bucket:6",
		"AskDashitLambdaFunction AWS::Lambda::Function:14", "AskDashitLogGroup AWS::Logs::LogGroup:14", "AskDashitLambdaFunctionUrl AWS::Lambda::Url:17",
		"HttpApi AWS::ApiGatewayV2::Api:19", "S3BucketTriagedevdocs AWS::S3::Bucket:20", "BoxedLambdaFunction AWS::Lambda::Function:22", "BoxedLogGroup AWS::Logs::LogGroup:22",
		"GoneLambdaFunction module:23", "plugins module:24"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	fn := find(t, &f, "AskDashitLambdaFunction")
	for path, want := range map[string]string{
		"FunctionName":                 "triage-dev-ask-it",
		"Environment.Variables.URL":    "https://api.example.com/dev",
		"Environment.Variables.TABLE":  "triage-dev-docs",
		"Environment.Variables.SECRET": "<nil>? the variable SECRET is set where the service is deployed from",
		"Environment.Variables.MODEL":  "eu-west-3",
	} {
		if got := say(fn.Attrs.Read(path)); got != want && "<nil>"+got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if got := say(fn.Provider.Attrs.Read("region")); got != "eu-west-3" {
		t.Errorf("the region is %q", got)
	}
	if got := say(find(t, &f, "Docs").Attrs.Read("TableName")); got != "triage-dev-docs" {
		t.Errorf("the table is %q", got)
	}
	if got := say(find(t, &f, "BoxedLambdaFunction").Attrs.Read("Code.ImageUri")); got != "registry.example/a:1" {
		t.Errorf("the image is %q", got)
	}
	if len(f.Problems) != 2 || f.Problems[0].Origin.File != "other/serverless.yml" || !strings.Contains(f.Problems[1].Message, "serverless package") {
		t.Errorf("%+v", f.Problems)
	}
}

// Variables that lead in circles, out of the tree or nowhere are said, and end.
func FuzzFramework(f *testing.F) {
	for _, seed := range []string{
		"service: a\nprovider: {name: aws, region: \"${self:provider.region}\"}\n", "service: ${self:}\nprovider: aws\nfunctions: {a: ${self:functions}, b: ${file(serverless.yml)}}\n",
		"service: x\nprovider: aws\nfunctions: {f: {events: [{http: GET /}, {s3: b}, {sns: t}], tags: {a: b}, image: {name: n}}}\nresources: {Resources: {A: ${file(../../x.yml):a.b, 'c'}}}\n",
		"service: x\nprovider: {name: aws, tags: {a: 1}, environment: ${file(/etc/hosts.yml)}}\ncustom: {a: ${self:custom.b}, b: ${self:custom.a}}\nfunctions: {'': {}, f: ${self:custom.a}}\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		var last string
		for range 2 {
			files := tree(t, "-- serverless.yml --\n"+src)
			facts := cloudformation.Read(files, cloudformation.Options{})
			if err := facts.Check(); err != nil {
				t.Error(err)
			}
			if len(files) != 0 && len(facts.Files) == 0 && len(facts.Problems) == 0 {
				t.Error("a file was taken, and nothing says so")
			}
			var b strings.Builder
			for _, a := range facts.Assets {
				fmt.Fprintln(&b, a.Address, a.Type, a.Partial, a.Origin, say(a.Attrs.Read("")))
			}
			fmt.Fprintln(&b, facts.Problems)
			if last != "" && last != b.String() {
				t.Errorf("two readings differ: %s and %s", last, b.String())
			}
			last = b.String()
		}
	})
}
