package ingest

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/lazy"
)

// Messages of programs that let people in. What no pattern knows is logged as
// what it is: a message. A name is what whoever comes has typed, so where the
// address and the end of the message stand behind it they are looked for there.
var (
	sshAccepted = lazy.Regexp(`^Accepted \S+ for (.+?) from (\S+) port \d+(?: ssh\d*)?(?:: \S.*)?$`)
	sshFailed   = lazy.Regexp(`^(?:Failed \S+ for (?:invalid user |illegal user )?|(?:Invalid|Illegal) user )(.*?) ?from (\S+)(?: port \d+)?(?: ssh\d*)?(?:: \S+ SHA256:\S+)?$`)
	sshRefused  = lazy.Regexp(`^User (.+) from (\S+) not allowed because `)
	sudoRan     = lazy.Regexp(`^\s*(\S+) : (.*?)((?:HOST|TTY|PWD|CHROOT|USER|GROUP|TSID|ENV)=.*)?\bCOMMAND=(.*)$`)
	suDone      = lazy.Regexp(`^(FAILED SU )?\(to (\S+)\) (\S+) on`)
	pamSession  = lazy.Regexp(`^(?:pam_[a-z_]+\([a-z0-9-]+:session\): )?session (opened|closed) for user ([^\s(]+)`)
	pamFailed   = lazy.Regexp(`^(?:pam_[a-z_]+\([a-z0-9-]+:auth\): )?authentication failure;.*\brhost=(\S*)(?:.*\buser=(\S+))?`)
	logindNew   = lazy.Regexp(`^New session \S+ of user '?(\S+?)'?(?: with class .*)?\.?$`)
)

// accounts are programs that say who may come in at all.
var accounts = words("useradd userdel usermod groupadd groupdel groupmod passwd chpasswd chage")

// Messages of theirs that say what was done, and that nothing was.
var (
	accountDone   = lazy.Regexp(`^(?:new (?:user|group): |add(?:ed)? '|delete '|removed |change (?:user|group) |changed |group (?:added|removed|changed)|password for '|(?:pam_[a-z_]+\([a-z0-9-]+:chauthtok\): )?password changed for )`)
	accountFailed = lazy.Regexp(`^(?:failed |cannot |can't |(?:pam_[a-z_]+\([a-z0-9-]+:[a-z]+\): )?authentication failure|new user: .*\bexit code\b)`)
)

// daemon takes what a program says of who came in, who did not, and who may.
func (e *Event) daemon(tag, text string) {
	app := programOf(tag)
	switch app {
	case "sshd":
		e.ssh(text)
	case "sudo":
		e.sudo(text)
	case "su":
		if m := suDone().FindStringSubmatch(text); m != nil {
			e.comes(m[3], "", allowed)
			e.Resource += " " + m[2]
			if m[1] != "" {
				e.Result = denied
			}
		}
	case "systemd-logind":
		if m := logindNew().FindStringSubmatch(text); m != nil {
			e.comes(m[1], "", allowed)
		}
	}
	if accounts[app] {
		e.Event, e.Action = policyChange, permit
		switch {
		case accountDone().MatchString(text):
			e.Result = allowed
		case accountFailed().MatchString(text):
			e.Result = failed
		}
		return
	}
	if e.Event == other && (strings.HasPrefix(text, "pam_") || strings.Contains(tag, "(pam_")) {
		e.pam(text)
	}
}

func (e *Event) ssh(text string) {
	if m := sshAccepted().FindStringSubmatch(text); m != nil {
		e.comes(m[1], m[2], allowed)
	} else if m := sshFailed().FindStringSubmatch(text); m != nil {
		e.comes(m[1], m[2], denied)
	} else if m := sshRefused().FindStringSubmatch(text); m != nil {
		e.comes(m[1], m[2], denied)
	}
}

// sudo reads "carol : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls". What
// stands before the first variable is why it was not run.
func (e *Event) sudo(text string) {
	m := sudoRan().FindStringSubmatch(text)
	if m == nil {
		return
	}
	why, result := m[2], failed
	switch {
	case why == "":
		result = allowed
	case strings.Contains(why, "not allowed"), strings.Contains(why, "NOT in sudoers"), strings.Contains(why, "incorrect password"), strings.Contains(why, "password is required"):
		result = denied
	}
	e.comes(m[1], "", result)
	e.Resource += " " + m[4]
}

func (e *Event) pam(text string) {
	if m := pamSession().FindStringSubmatch(text); m != nil {
		e.Actor = m[2]
		if m[1] == "opened" {
			e.comes(m[2], "", allowed)
		}
	} else if m := pamFailed().FindStringSubmatch(text); m != nil {
		e.comes(m[2], m[1], denied)
	}
}

func (e *Event) comes(who, from, result string) {
	e.Event, e.Result, e.Actor, e.Address = login, result, who, from
}
