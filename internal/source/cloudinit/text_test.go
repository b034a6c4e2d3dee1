package cloudinit_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/source/cloudinit"
)

func said(text, why string) string {
	var o shell.Options
	o.Hosts = map[string]string{"pypi": "pypi.host"}
	calls, faults := cloudinit.Text(text, why, o)
	var b strings.Builder
	for _, c := range calls {
		to := c.To
		if to == "" {
			to = "?(" + c.Unknown + ")"
		}
		fmt.Fprintf(&b, "%d %s %s %s", c.Line, c.Tool, c.Purpose, to)
		if c.What != "" {
			fmt.Fprintf(&b, " (%s)", c.What)
		}
		fmt.Fprintln(&b)
	}
	for _, f := range faults {
		fmt.Fprintf(&b, "! %d %s\n", f.Line, f.Message)
	}
	return b.String()
}

const cloudConfig = `#cloud-config
package_update: true
packages: [nginx, [docker, 1.2], snap: [lxd]]
apt:
  primary: [{arches: [default], uri: "http://mirror.example/ubuntu"}]
  sources:
    docker: {source: "deb [arch=amd64] https://docker.example/linux $RELEASE stable", keyserver: keys.example}
    p: {source: "ppa:x/y"}
yum_repos: {epel: {baseurl: "https://epel.example/7"}}
ntp: {servers: [ntp.example]}
write_files:
- path: /x.sh
  content: |
    #!/bin/bash
    curl -o /a https://files.example/a
- path: /etc/motd
  content: curl https://no.example
- {path: /y, encoding: b64, content: IyEvYmluL3NoCnBpcCBpbnN0YWxsIGEK}
runcmd:
- curl -fsSL https://get.example | sh
- [wget, -O, /b, "https://list.example/b"]
- |
  set -e
  pip install b
phone_home: {url: "https://home.example/$INSTANCE_ID"}
`

func TestText(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte("#!/bin/sh\npip install a\n"))
	z.Close()
	for _, c := range []struct{ text, want string }{
		{"#!/bin/bash\r\ncurl -o x https://a.example/x\r\n", "2 curl registry https://a.example/x\n"},
		{"\n\n#!/bin/sh\npip install a", "4 pip install registry pypi.host\n"},
		{cloudConfig, `3 packages registry ?(the system that it runs on says which mirrors it uses) (nginx, docker, snap: )
5 apt.primary registry http://mirror.example/ubuntu
7 apt.sources registry https://docker.example/linux
7 apt.sources registry keys.example
8 apt.sources registry ?(the system says where it looks for ppa:x/y) (ppa:x/y)
9 yum_repos registry https://epel.example/7
10 ntp.servers time ntp.example
15 curl registry https://files.example/a
19 pip install registry pypi.host
20 curl registry https://get.example
21 wget registry https://list.example/b
24 pip install registry pypi.host
25 phone_home.url data https://home.example/$INSTANCE_ID
`},
		{"#include\nhttps://more.example/a\n\nhttps://more.example/b", "2 #include registry https://more.example/a (what it runs)\n4 #include registry https://more.example/b (what it runs)\n"},
		{"<powershell>\niwr https://w.example/x -OutFile y\n</powershell>\n<script>dir</script>", "2 iwr registry https://w.example/x\n! 4 its commands are for cmd or another language that is not read: look at what it fetches\n"},
		{"#ps1_sysnative\nirm https://w.example", "2 irm data https://w.example\n"},
		{"## template: jinja\n#cloud-config\nruncmd: ['curl https://{{ v1.region }}.example/x', 'curl https://a.example/{{ v1.region }}']", "3 curl data ?(a part of the text is not known)\n3 curl data https://a.example/\n"},
		{"Content-Type: multipart/mixed; boundary=\"BB\"\nMIME-Version: 1.0\n\n--BB\nContent-Type: text/x-shellscript\n\n#!/bin/sh\npip install a\n--BB\nContent-Type: text/cloud-config\n\n#cloud-config\nruncmd: [pip install b]\n--BB--\n", "8 pip install registry pypi.host\n13 pip install registry pypi.host\n"},
		{base64.StdEncoding.EncodeToString(packed.Bytes()), "2 pip install registry pypi.host\n"},
		{"[settings]\nx = 1\n", "1 boot data ?(what the machine runs when it starts is in a form that is not read)\n"},
		{"#cloud-config\nruncmd: [\n", "! 3 line 3"},
		{"", ""},
	} {
		got := said(c.text, "")
		if strings.HasPrefix(c.want, "! 3 line") {
			if !strings.HasPrefix(got, "! ") {
				t.Errorf("%s\n%s", c.text, got)
			}
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s\n%s", c.text, diff)
		}
	}
}

// What stands between the pieces that are known is not known, and why is told.
func TestPieces(t *testing.T) {
	text, why := cloudinit.Pieces(graph.Pieces{"#!/bin/sh\ncurl -o x https://", graph.Hole{Unknown: "the bucket is not there yet"}, "/x\ncurl -o y https://a.example/", graph.Hole{Unknown: "later"}, "/y\ncurl 'https://", graph.Hole{Unknown: "later"}, ".z'\n"})
	want := "2 curl registry ?(the bucket is not there yet)\n3 curl registry https://a.example/\n4 curl data ?(the bucket is not there yet)\n"
	if diff := cmp.Diff(want, said(text, why)); diff != "" {
		t.Error(diff)
	}
}

func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("user-data", []byte(cloudConfig), 0o644); err != nil {
		t.Fatal(err)
	}
	if !cloudinit.Match("user-data", []byte(cloudConfig)) || cloudinit.Match("x.yaml", []byte("a: b")) || cloudinit.Match("x.go", []byte("#cloud-config")) {
		t.Error("what is matched")
	}
	f := cloudinit.Read([]string{"user-data", "gone.yaml"}, shell.Around{})
	if err := f.Check(); err != nil || len(f.Flows) != 12 || len(f.Problems) != 1 || f.Flows[0].From != "user-data" || f.Flows[0].Via != "cloud-init packages (nginx, docker, snap:)" {
		t.Errorf("%v %d flows %+v %+v", err, len(f.Flows), f.Flows[0], f.Problems)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{cloudConfig, "#cloud-config-archive\n- content: |\n    #!/bin/sh\n    curl x\n", "#cloud-config\npackages: [[]]\nruncmd: {a: [b]}\nntp: [1]\napt: {sources: {a: 1}}\n", "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n", "<script>", "#!", "H4sIAAAA", "#include\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if a, b := said(text, "x"), said(text, "x"); a != b {
			t.Errorf("%s\n%s", a, b)
		}
		calls, _ := cloudinit.Text(text, "x", shell.Options{})
		for _, c := range calls {
			if c.To == "" && c.Unknown == "" || c.Line < 1 || c.Purpose == "" {
				t.Errorf("%+v", c)
			}
		}
	})
}

// What a reader in haste gets wrong.
func TestDetails(t *testing.T) {
	for text, want := range map[string]string{
		"#cloud-config\nruncmd:\n- export PIP_INDEX_URL=https://py.example\n- [pip, install, a b]\n- |\n  X=1\n  curl https://c.example\n": "4 pip install registry https://py.example\n7 curl data https://c.example\n",
		"#cloud-config\nphone_home: {url: \"https://u:p@api.example/hook@v1\"}\nrsyslog: {remotes: {a: \"*.* @@logs.example:514\"}}\n":     "2 phone_home.url data https://api.example/hook@v1\n3 rsyslog logs logs.example:514\n",
		"#cloud-config\napt:\n  sources_list: |\n    deb https://deb.example/debian x main\n":                                              "3 apt.sources_list registry https://deb.example/debian\n",
		"#include https://boot.example/x\n":                                                     "1 #include registry https://boot.example/x (what it runs)\n",
		"<PowerShell>\nirm https://a.example\n</PowerShell>\n<powershell>irm https://b.example": "2 irm data https://a.example\n4 irm data https://b.example\n",
		"##  template:jinja\n#cloud-config\nruncmd: [curl https://a.example]\n":                 "3 curl data https://a.example\n",
		"#!/usr/bin/env node\nfetch('https://a.example')\n":                                     "! 1 its commands are for cmd or another language that is not read: look at what it fetches\n",
		"#cloud-config\nwrite_files: [{path: /x.sh, encoding: gzip, content: abc}]\n":           "! 2 the file /x.sh is packed in a way that is not read: write it as it is, or in base64\n",
	} {
		if diff := cmp.Diff(want, said(text, "")); diff != "" {
			t.Errorf("%s\n%s", text, diff)
		}
	}
	if !cloudinit.Match("a.yaml", []byte("## template:jinja\r\n#cloud-config\r\n")) {
		t.Error("a template is not read")
	}
}
