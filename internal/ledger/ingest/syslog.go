package ingest

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// syslogLines are messages of RFC 5424 and RFC 3164, with or without their
// priority (rsyslog leaves it out of files) and the count of octets of RFC
// 6587, and the lines of rsyslog whose time is that of RFC 3339.
var syslogLines = &kind{
	name: "syslog", source: "syslog", title: "syslog of RFC 5424 and RFC 3164, and files of rsyslog",
	frame: textLines, parse: syslogEvent,
}

// A message is what every form of syslog has.
type message struct {
	when      time.Time
	host, app string
	text      string
}

var errSyslog = errors.New("it is no message of RFC 5424 or RFC 3164: want a time, a host and a program first")

func syslogEvent(l []byte, t *taker) error {
	m, err := parseSyslog(l, t.options.Now(), t.options.Zone)
	if err != nil {
		return err
	}
	e := Event{When: m.when, Event: other, Result: unknown, Service: "other", Resource: m.host}
	if app := programOf(m.app); daemons[app] {
		e.Service = slug(app)
	}
	text := m.text
	if inner, ok := strings.CutPrefix(text, "message repeated "); ok { // rsyslog: message repeated 3 times: [ Failed … ]
		if _, said, ok := strings.Cut(inner, " times: [ "); ok {
			text = strings.TrimSuffix(said, "]")
		}
	}
	e.daemon(m.app, text)
	t.take(&e, l)
	return nil
}

// programOf is the name of a program: OpenSSH has sshd-session and sshd-auth
// since 9.8, old PAM wrote su(pam_unix), and some write a path.
func programOf(tag string) string {
	app := strings.ToLower(tag)
	app = app[strings.LastIndexByte(app, '/')+1:]
	app, _, _ = strings.Cut(app, "(")
	if app == "sshd-session" || app == "sshd-auth" {
		return "sshd"
	}
	return app
}

func parseSyslog(l []byte, now time.Time, zone *time.Location) (message, error) {
	var m message
	if i := bytes.IndexByte(l, ' '); i > 0 && i < 7 && i+1 < len(l) && l[i+1] == '<' {
		if _, err := strconv.Atoi(string(l[:i])); err == nil {
			l = l[i+1:]
		}
	}
	if len(l) > 2 && l[0] == '<' {
		end := bytes.IndexByte(l[:min(len(l), 5)], '>')
		if end < 2 {
			return m, errSyslog
		}
		pri, err := strconv.Atoi(string(l[1:end]))
		if err != nil || pri > 191 || pri < 0 {
			return m, errors.New("its priority is none: want <0> to <191>")
		}
		l = l[end+1:]
		if len(l) > 2 && l[0] == '1' && l[1] == ' ' {
			return m, m.rfc5424(string(l[2:]))
		}
	}
	if len(l) > 19 && l[4] == '-' && l[10] == 'T' {
		return m, m.fileFormat(string(l), zone)
	}
	return m, m.rfc3164(string(l), now, zone)
}

// rfc5424 reads what follows the version: TIMESTAMP HOST APP PROCID MSGID SD MSG.
func (m *message) rfc5424(s string) error {
	var f [5]string
	for i := range f {
		var found bool
		if f[i], s, found = strings.Cut(s, " "); !found || f[i] == "" {
			return errors.New("a message of RFC 5424 has a time, host, program, process, id and structured data")
		}
	}
	if f[0] != "-" {
		if m.when = logs.Moment(f[0]); m.when.IsZero() {
			return errors.New("its time is none of RFC 3339")
		}
	}
	m.host, m.app = logs.Dash(f[1]), logs.Dash(f[2])
	rest, ok := structured(s)
	if !ok {
		return errors.New("its structured data does not end")
	}
	m.text = strings.TrimPrefix(strings.TrimPrefix(rest, " "), "\ufeff")
	return nil
}

// structured takes off the structured data.
func structured(s string) (rest string, ok bool) {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return rest, true
	}
	i := 0
	for i < len(s) && s[i] == '[' {
		quoted := false
		for i++; ; i++ {
			if i >= len(s) {
				return "", false
			}
			if s[i] == '\\' && quoted {
				i++
			} else if s[i] == '"' {
				quoted = !quoted
			} else if s[i] == ']' && !quoted {
				break
			}
		}
		i++
	}
	return s[i:], i > 0
}

// rfc3164 reads "Mmm dd hh:mm:ss host tag[pid]: text", which says neither the
// year nor the zone: it is the latest such day that is not to come.
func (m *message) rfc3164(s string, now time.Time, zone *time.Location) error {
	if len(s) < 17 || s[15] != ' ' {
		return errSyslog
	}
	at, err := time.ParseInLocation(time.Stamp, s[:15], zone)
	if err != nil {
		return errSyslog
	}
	for year := now.Year() + 1; ; year-- {
		when := time.Date(year, at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, zone)
		if when.Month() == at.Month() && !when.After(now.Add(24*time.Hour)) {
			m.when = when.UTC()
			break
		}
		if year < now.Year()-8 {
			return errors.New("its day is none")
		}
	}
	return m.hosted(s[16:])
}

// fileFormat reads RSYSLOG_FileFormat: "2026-11-29T12:00:00.123456+00:00 host tag[pid]: text".
// Some leave out the zone.
func (m *message) fileFormat(s string, zone *time.Location) error {
	at, rest, _ := strings.Cut(s, " ")
	if when, err := time.ParseInLocation("2006-01-02T15:04:05", at, zone); err == nil { // a fraction of the second is read too
		m.when = logs.Sane(when)
	} else {
		m.when = logs.Moment(at)
	}
	if m.when.IsZero() {
		return errSyslog
	}
	return m.hosted(rest)
}

func (m *message) hosted(s string) error {
	var found bool
	if m.host, s, found = strings.Cut(s, " "); !found || m.host == "" {
		return errSyslog
	}
	tag, text, found := strings.Cut(s, ": ")
	if !found {
		tag, text, _ = strings.Cut(s, ":")
	}
	tag, _, _ = strings.Cut(tag, "[")
	if strings.ContainsAny(tag, " \t") {
		tag, text = "", s // some write no program
	}
	m.app, m.text = tag, text
	return nil
}

// daemons are programs whose names say nothing of a person: anybody may log
// under a name of his choice.
var daemons = words(`sshd sudo su login systemd systemd-logind cron crond kernel useradd userdel usermod groupadd groupdel groupmod passwd chpasswd chage gdm
	polkitd dbus-daemon auditd audit rsyslogd dockerd containerd kubelet postgres mysqld mariadbd named dhclient dhcpd ntpd chronyd haproxy nginx httpd apache2 postfix
	dovecot squid vsftpd in.tftpd xinetd pam doas slapd krb5kdc winbindd smbd firewalld ufw fail2ban-server openvpn charon freeradius radiusd keepalived`)
