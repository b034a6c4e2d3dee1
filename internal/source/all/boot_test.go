package all_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// What machines run when they start is read where a dialect says that it stands: as it
// is, from a template with parts that are not known, and in another language.
func TestBoot(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"main.tf": `resource "aws_s3_bucket" "b" {}
resource "aws_instance" "a" {
  user_data = <<-E
    #!/bin/bash
    curl -o x https://files.example/x
    curl -o y https://${aws_s3_bucket.b.bucket_regional_domain_name}/y
    pip install requests==2.1
  E
}
resource "aws_launch_template" "t" {
  user_data = base64encode(templatefile("init.yaml", { host = aws_s3_bucket.b.id }))
}
variable "script" {}
resource "aws_instance" "u" {
  user_data = var.script
}
`,
		"init.yaml":  "#cloud-config\nruncmd:\n- curl https://a.example/${host}\n",
		"stack.json": `{"Resources": {"I": {"Type": "AWS::EC2::Instance", "Properties": {"UserData": {"Fn::Base64": {"Fn::Join": ["", ["<powershell>\niwr https://w.example/", {"Ref": "AWS::StackName"}, " -OutFile x\n</powershell>"]]}}}}}}`,
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	f := all.Read([]string{"."}, all.Known(k))
	var got []string
	for _, x := range f.Flows {
		if strings.Contains(x.Via, "ata") { // user_data, UserData
			got = append(got, fmt.Sprintf("%s:%d %s %s%s (%s)", x.Origin.File, x.Origin.Line, x.From, x.To, strings.SplitN(x.Unknown, ":", 2)[0], x.Via))
		}
	}
	want := []string{
		"main.tf:3 aws_instance.a aws_s3_bucket.b.bucket_regional_domain_name is only known after apply (user_data curl)",
		"main.tf:3 aws_instance.a https://files.example/x (user_data curl)",
		"main.tf:3 aws_instance.a " + k.Defaults()["pypi"] + " (user_data pip install (requests))",
		"main.tf:11 aws_launch_template.t https://a.example/ (user_data curl)",
		"main.tf:15 aws_instance.u what it runs when it starts is not known (user_data)",
		"stack.json:1 I https://w.example/ (UserData iwr)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(f.Packages) != 1 || f.Packages[0].In != "aws_instance.a" || f.Packages[0].Version != "2.1" {
		t.Errorf("%+v", f.Packages)
	}
}
