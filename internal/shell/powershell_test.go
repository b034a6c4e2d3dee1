package shell_test

import (
	"strings"
	"testing"

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
		{"function Get-It($u) { iwr $u }\nforeach ($m in @('a','b')) { pip install $m }", "1 iwr data ?(nothing here sets the variable u)\n2 pip install registry pypi.host"},
		{"Write-Host 'iwr https://no.example'\n$x = @'\niwr https://no.example\n'@\nirm 'it''s'", ""},
	} {
		if diff := cmp.Diff(c.want, strings.Join(lines(powershell(c.script)), "\n")); diff != "" {
			t.Errorf("%s\n%s", c.script, diff)
		}
	}
}

// Scripts of the other shell within one.
func TestShellsWithin(t *testing.T) {
	for script, want := range map[string]string{
		`pwsh -NoProfile -Command "iwr https://a.example/x -OutFile y"`: "1 iwr registry https://a.example/x",
		"powershell -ExecutionPolicy Bypass -File x.ps1":                "",
		"pwsh <<'E'\nirm https://a.example\nE":                          "2 irm data https://a.example",
		`powershell.exe "irm https://a.example"`:                        "1 irm data https://a.example",
		`U=https://u.example; pwsh -c "irm $U/$V"`:                      "1 irm data https://u.example/",
		"cmd /c curl -o x https://a.example/b":                          "1 curl registry https://a.example/b",
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
