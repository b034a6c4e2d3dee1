package shell_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/shell"
)

func powershell(script string) []shell.Call {
	o := shell.Options{Env: map[string]string{"MIRROR": "https://mirror.example"}}
	o.Hosts = map[string]string{"powershell": "gallery.host", "choco": "choco.host", "pypi": "pypi.host", "npm": "npm.host", "winget": "winget.host"}
	calls, _ := shell.PowerShell(script, o)
	return calls
}

func TestPowerShell(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"Invoke-WebRequest -Uri https://a.example/x.zip -OutFile x.zip", "1 invoke-webrequest registry https://a.example/x.zip"},
		{"iwr https://a.example/install.ps1 -UseBasicParsing | iex", "1 iwr registry https://a.example/install.ps1"},
		{"iex \"& { $(irm https://a.example/i.ps1) } -Quiet\"", "1 irm data https://a.example/i.ps1"},
		{"$r = Invoke-RestMethod `\r\n  -Method Post `\r\n  -Uri 'https://api.example/v1' -Body $b", "1 invoke-restmethod data https://api.example/v1"},
		{"# iwr https://no.example\n<# iwr\nhttps://no.example #>\niwr $env:MIRROR/x -o y", "4 iwr data https://mirror.example/x"},
		{"$base = 'https://a.example'\n$url=\"$base/v1/$file\"\niwr $url -OutFile f", "3 iwr registry https://a.example/v1/"},
		{"if ($x) { $u = 'https://a.example' } else { $u = 'https://b.example' }\nirm $u", "2 irm data ?(the variable u depends on which way the script takes)"},
		{"param([Parameter(Mandatory)][string]$Url, [string]$Port = \"80\", $Base = 'https://p.example')\nirm $Url\nirm \"${Base}:$Port/x\"", "2 irm data ?(nothing here sets the variable Url)\n3 irm data https://p.example:80/x"},
		{"(New-Object System.Net.WebClient).DownloadFile('https://a.example/a', 'C:\\a')\n$wc.DownloadString(\"https://b.example\")", "1 DownloadFile registry https://a.example/a\n2 DownloadString registry https://b.example"},
		{"$p = @{\n  Uri = 'https://a.example'\n  OutFile = 'x'\n}\nInvoke-WebRequest @p", "5 invoke-webrequest registry https://a.example"},
		{"Install-Module -Name Az, Pester -Force", "1 install-module registry gallery.host"},
		{"Register-PSRepository -Name ours -SourceLocation https://nuget.example/v2\nInstall-Module Az -Repository ours", "1 register-psrepository registry https://nuget.example/v2\n2 install-module registry https://nuget.example/v2"},
		{"Install-Module X -Repository other", "1 install-module registry ?(the machine says where the repository other is)"},
		{"choco install -y git python3 --source https://choco.example/api\nchoco install jq", "1 choco install registry https://choco.example/api choco:git choco:python3\n2 choco install registry choco.host choco:jq"},
		{"& pip.exe install requests==2.1; npm ci", "1 pip install registry pypi.host pypi:requests@2.1\n1 npm ci registry npm.host"},
		{"Start-BitsTransfer -Source https://a.example/b -Destination c", "1 start-bitstransfer registry https://a.example/b"},
		{"curl -sSL https://a.example/b -o c\ncurl https://d.example -UseBasicParsing", "1 curl registry https://a.example/b\n2 curl data https://d.example"},
		{"Start-Process -FilePath msiexec.exe -ArgumentList '/i https://a.example/b.msi /qn' -Wait", "1 msiexec registry https://a.example/b.msi"},
		{"function Get-It($u) { iwr $u }\nforeach ($m in @('a','b')) { pip install $m }", "1 iwr data ?(the variable u is given where the function is called)\n2 pip install registry pypi.host"},
		{"Write-Host 'iwr https://no.example'\n$x = @'\niwr https://no.example\n'@\nirm 'it''s'", ""},
		// What a variable no longer is.
		{"$u = 'https://a.example'\n$u += '.b.example'\nirm $u", "3 irm data https://a.example.b.example"},
		{"$u='https://a.example'\n$u+='.b.example/'+$v\nirm $u", "3 irm data https://a.example.b.example/"},
		{"$u = 'https://a.example'\n$u ??= irm https://b.example\nirm $u", "2 irm data https://b.example\n3 irm data ?(the variable u is computed)"},
		{"$u = 'https://a.example'\n$u, $v = 'https://b.example', 1\nirm $u", "3 irm data ?(the variable u is computed)"},
		{"$u = 'https://a.example'\n$u = & ./host.ps1\nirm $u", "3 irm data ?(the variable u is computed)"},
		{"$i = 0\n$i++\nirm \"https://s$i.example/x\"", "3 irm data ?(the variable i is computed)"},
		{"$u = 'https://a.example'\nforeach ($u in $all) { irm $u }\nirm $u", "2 irm data ?(the variable u takes the values of a loop)\n3 irm data ?(the variable u takes the values of a loop)"},
		{"$u = 'https://a.example'\nfunction f($u) { irm $u }\nfunction g { param([string]$u = 'https://b.example') irm $u }\nirm $u", "2 irm data ?(the variable u is given where the function is called)\n3 irm data ?(the variable u is given where the function is called)\n4 irm data https://a.example"},
		{"if ($x) { $env:U = 'https://a.example'; irm $env:U }\nirm $env:U", "1 irm data https://a.example\n2 irm data ?(the variable env:U depends on which way the script takes)"},
		// Expressions.
		{"irm ('https://a.example'+'/x')\nirm ($env:MIRROR + '/x' + $y)", "1 irm data https://a.example/x\n2 irm data https://mirror.example/x"},
		{"$wc.DownloadFile('https://a.example' + $x, 'f')\n$wc.DownloadString(\"https://\" + 'a.example/x')", "1 DownloadFile registry ?(nothing here sets the variable x)\n2 DownloadString registry https://a.example/x"},
		{"$wc.DownloadFile('https://{0}' -f $x, 'f')", "1 DownloadFile registry ?(it is computed)"},
		{"$u = [uri]'https://a.example'\nirm $u\n[string] $r = irm ([uri]\"$u/x\")", "2 irm data https://a.example\n3 irm data https://a.example/x"},
		{"$port = 8080\nirm \"https://a.example:$port/x\"", "2 irm data https://a.example:8080/x"},
		{"function DownloadFile($url) { }", ""},
		{"$pm = 'yarn'\n'yarn' -eq $pm\n& 'yarn'", "3 yarn registry ?(where yarn goes by default is not known here)"},
		// What stands within, or is put where a variable does not stand alone.
		{"$r.data = irm https://a.example\n$h['k v'] += irm https://b.example\n$a = $b = irm https://c.example", "1 irm data https://a.example\n2 irm data https://b.example\n3 irm data https://c.example"},
		{"[pscustomobject]@{ npx = 'x'; A = irm https://a.example; B = \"$(irm https://b.example)\" }", "1 irm data https://a.example\n1 irm data https://b.example"},
		{"$t = @\"\nit \"is\" $(irm https://a.example)\n\"@\n$u = @'\nhttps://b.example\n'@\nirm $u", "2 irm data https://a.example\n7 irm data https://b.example"},
		{"param([ValidatePattern('[a-z]')][string]$A,\n[Parameter()]\n[string]$B = 'https://b.example')\nirm $B", "4 irm data https://b.example"},
		{"Invoke-Expression \"pip install $x\"\niex 'irm https://a.example'", "1 pip install registry pypi.host\n2 irm data https://a.example"},
		{"iwr https://a.example 2>&1 | iex\nirm https://b.example > f", "1 iwr registry https://a.example\n2 irm registry https://b.example"},
		// Tables.
		{"Invoke-WebRequest @p", "1 invoke-webrequest data ?(the table p is not known)"},
		{"$p = @{ Uri = 'https://a.example' }\n$p.Uri = 'https://b.example'\nirm @p", "3 irm data https://b.example"},
		{"$p = @{ Uri = 'https://a.example' }\n$p[$k] = 'https://b.example'\nirm @p\n$q = @{}\n$q.Add('Uri', 1)\nirm @q", "3 irm data ?(the table p is not known)\n6 irm data ?(the table q is not known)"},
		{"$p = @{ Uri = $env:MIRROR + '/x' }\nirm @p", "2 irm data https://mirror.example/x"},
		// Parameters.
		{"iwr -NoProxy https://a.example\niwr -Ur https://b.example -OutF x", "1 iwr data https://a.example\n2 iwr registry https://b.example"},
		{"Register-PSRepository ours https://nuget.example/v2\nInstall-Module Az -Repository ours", "1 register-psrepository registry https://nuget.example/v2\n2 install-module registry https://nuget.example/v2"},
		{"Install-Package X\nPublish-Module -Name Ours", "1 install-package registry ?(the machine says which sources its packages come from)\n2 publish-module data gallery.host"},
		{"Start-Process -FilePath C:\\Windows\\msiexec.exe '/i https://a.example/b.msi'\nsaps pip 'install x'", "1 msiexec registry https://a.example/b.msi\n2 pip install registry pypi.host pypi:x"},
		{"& \"$dir\\pip.exe\" install a,b", "1 pip install registry pypi.host pypi:a pypi:b"},
	} {
		if diff := cmp.Diff(c.want, strings.Join(lines(powershell(c.script)), "\n")); diff != "" {
			t.Errorf("%s\n%s", c.script, diff)
		}
	}
}

// Scripts of the other shell within one.
func TestShellsWithin(t *testing.T) {
	for script, want := range map[string]string{
		`pwsh -NoProfile -Command "iwr https://a.example/x -OutFile y"`:  "1 iwr registry https://a.example/x",
		"powershell -ExecutionPolicy Bypass -File x.ps1":                 "",
		"pwsh <<'E'\nirm https://a.example\nE":                           "2 irm data https://a.example",
		`powershell.exe "irm https://a.example"`:                         "1 irm data https://a.example",
		`U=https://u.example; pwsh -c "irm $U/$V"`:                       "1 irm data https://u.example/",
		"cmd /c curl -o x https://a.example/b":                           "1 curl registry https://a.example/b",
		`cmd /C "curl -o C:\x https://a.example/b && curl https://%H%/"`: "1 curl registry https://a.example/b\n1 curl data ?(cmd puts a variable in)",
		"powershell -NoLogo -NoProfile irm https://a.example":            "1 irm data https://a.example",
		"pwsh -ep Bypass -Command - <<'E'\nirm https://a.example\nE":     "2 irm data https://a.example",
		"$V/bin/pip install $X; curl https://a.example?q=$Y@b.example/":  "1 pip install registry ?(where pip install goes by default is not known here)\n1 curl data https://a.example?q=",
	} {
		calls, _ := shell.Read(script, shell.Options{})
		if diff := cmp.Diff(want, strings.Join(lines(calls), "\n")); diff != "" {
			t.Errorf("%s\n%s", script, diff)
		}
	}
	if _, faults := shell.Read("pwsh -EncodedCommand AAAA", shell.Options{}); len(faults) != 1 {
		t.Errorf("a script that is encoded: %v", faults)
	}
}

// Whose scripts are read.
func TestFor(t *testing.T) {
	for sh, want := range map[string]bool{"": true, "bash -l {0}": true, "#!/bin/sh -e": true, "#! /usr/bin/env bash": true, "/opt/node/bin/bash": true, "pwsh": true, "powershell.exe": true,
		"cmd": false, `C:\Windows\cmd.exe /S /C`: false, "#!/usr/bin/env -S node": false, "#!/usr/bin/perl5.36": false, "node {0}": false} {
		if got := shell.For(sh) != nil; got != want {
			t.Errorf("%s: %v", sh, got)
		}
	}
}

// What cannot be read to its end is a fault, and what is long is read in time.
func TestPowerShellFaults(t *testing.T) {
	for script, line := range map[string]int{
		"irm $x\n<# never closed": 2, "\n$x = 'never\nclosed": 2, "$x = \"never": 1, "$x = @'\nnever": 1, "$x = ${never": 1,
		strings.Repeat("(", 300): 1, strings.Repeat("a;", 30_000): 1,
	} {
		if _, faults := shell.PowerShell(script, shell.Options{}); len(faults) != 1 || faults[0].Line != line {
			t.Errorf("%.20q: %v", script, faults)
		}
	}
	began := time.Now()
	long := strings.Repeat("A", 3<<20)
	shell.PowerShell("$x = \""+long+"\"", shell.Options{})
	shell.PowerShell("irm "+long, shell.Options{})
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("long words took %v", d)
	}
}

func FuzzPowerShell(f *testing.F) {
	for _, s := range []string{"$p = @{ Uri = 'x' }; iwr @p | iex", "if (1) { irm \"a$(b)c\" } else { @' \n'@ }", "[a]::b('c').d(\"e\")", "`", "<# ", "@\"", "param([x]$y = 1, $z = 'https://a')", "iwr `\n a,b , c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		a, b := powershell(src), powershell(src)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Error(diff)
		}
		for _, c := range a {
			if c.To == "" && c.Unknown == "" || c.Line < 1 || c.Line > strings.Count(src, "\n")+1 {
				t.Errorf("%+v", c)
			}
		}
	})
}
