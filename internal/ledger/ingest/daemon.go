package ingest

import (
	"regexp"
	"strings"
)

// Messages of programs that let people in. What no pattern knows is logged as
// what it is: a message.
var (
	sshAccepted = regexp.MustCompile(`^Accepted \S+ for (\S+) from (\S+) port \d+`)
	sshFailed   = regexp.MustCompile(`^(?:Failed \S+ for (?:invalid user )?|Invalid user )(\S*) from (\S+)`)
	sshRefused  = regexp.MustCompile(`^User (\S+) from (\S+) not allowed`)
	sudoRan     = regexp.MustCompile(`^\s*(\S+) : (.*)\bCOMMAND=(.*)$`)
	suDone      = regexp.MustCompile(`^(FAILED SU )?\(to (\S+)\) (\S+) on`)
	pamSession  = regexp.MustCompile(`^pam_[a-z_]+\(([a-z0-9-]+):session\): session (opened|closed) for user ([^\s(]+)`)
	pamFailed   = regexp.MustCompile(`^pam_[a-z_]+\([a-z0-9-]+:auth\): authentication failure;.*\brhost=(\S*)(?:.*\buser=(\S+))?`)
	logindNew   = regexp.MustCompile(`^New session \S+ of user ([^\s.]+)`)
)

// accounts are programs that say who may come in at all.
var accounts = words("useradd userdel usermod groupadd groupdel groupmod passwd chpasswd chage")

// daemon takes what a program says of who came in, who did not, and who may.
func (e *Event) daemon(app, text string) {
	if accounts[app] {
		e.Event, e.Action, e.Result = policyChange, permit, allowed
		if strings.Contains(text, "fail") || strings.Contains(text, "cannot") {
			e.Result = failed
		}
		return
	}
	match := func(re *regexp.Regexp) []string { return re.FindStringSubmatch(text) }
	switch app {
	case "sshd":
		if m := match(sshAccepted); m != nil {
			e.comes(m[1], m[2], allowed)
		} else if m := match(sshFailed); m != nil {
			e.comes(m[1], m[2], denied)
		} else if m := match(sshRefused); m != nil {
			e.comes(m[1], m[2], denied)
		}
	case "sudo", "doas":
		if m := match(sudoRan); m != nil {
			result := allowed
			if strings.Contains(m[2], "not allowed") || strings.Contains(m[2], "NOT in sudoers") || strings.Contains(m[2], "incorrect password") {
				result = denied
			}
			e.comes(m[1], "", result)
			e.Resource += " " + m[3]
		}
	case "su":
		if m := match(suDone); m != nil {
			result := allowed
			if m[1] != "" {
				result = denied
			}
			e.comes(m[3], "", result)
			e.Resource += " " + m[2]
		}
	case "systemd-logind":
		if m := match(logindNew); m != nil {
			e.comes(m[1], "", allowed)
		}
	}
	if e.Event != other || !strings.HasPrefix(text, "pam_") {
		return
	}
	if m := match(pamSession); m != nil {
		e.Actor = m[3]
		if m[2] == "opened" {
			e.comes(m[3], "", allowed)
		}
	} else if m := match(pamFailed); m != nil {
		e.comes(m[2], m[1], denied)
	}
}

func (e *Event) comes(who, from, result string) {
	e.Event, e.Result, e.Actor, e.Address = login, result, who, from
}
