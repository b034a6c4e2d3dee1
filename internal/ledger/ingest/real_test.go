//go:build real

package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/apiserver"
)

// understood runs a file of a real program: nothing of it is refused.
func understood(t *testing.T, kind, file string) []entry.Record {
	t.Helper()
	p := &page{}
	sum := run(t, p, openKnown(t, p), Options{Kind: kind, Files: []string{file}, Refuse: func(r Refusal) { t.Error(r) }})
	if !sum.Complete() || sum.Logged == 0 {
		t.Errorf("%s: %+v", kind, sum)
	}
	t.Logf("%s: %s", kind, &sum)
	return p.records
}

// wants asks for a record that says all this.
func wants(t *testing.T, records []entry.Record, subject, what, resource string) {
	t.Helper()
	if !slices.ContainsFunc(records, func(r entry.Record) bool {
		o := r.Facts.(*entry.Observation)
		said := fmt.Sprintf("%s/%s %s %s", o.Event, o.Action, o.Result, o.Service)
		return r.Subject == subject && said == what && strings.Contains(r.Sealed["resource"], resource)
	}) {
		t.Errorf("no record says: %s %s %s", subject, what, resource)
	}
}

// TestRealKubernetes reads what a real API server audits.
func TestRealKubernetes(t *testing.T) {
	dir := t.TempDir()
	policy, log := filepath.Join(dir, "policy.yaml"), filepath.Join(dir, "audit.log")
	if err := os.WriteFile(policy, []byte("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: RequestResponse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := apiserver.Start(t, "--audit-policy-file="+policy, "--audit-log-path="+log)
	do := func(want int, method, path string, body any) {
		t.Helper()
		if got, answer := s.Do(t, method, path, body); got != want {
			t.Fatalf("%s %s: %d %v", method, path, got, answer)
		}
	}
	secret := map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "patient-4711"}, "stringData": map[string]any{"name": "Jane Doe"}}
	do(201, "POST", "/api/v1/namespaces/default/secrets", secret)
	do(200, "GET", "/api/v1/namespaces/default/secrets/patient-4711", nil)
	do(404, "GET", "/api/v1/namespaces/default/jane-doe", nil)
	role := map[string]any{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": map[string]any{"name": "reader"}, "rules": []any{}}
	do(201, "POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", role)
	do(200, "DELETE", "/api/v1/namespaces/default/secrets/patient-4711", nil)
	time.Sleep(time.Second) // the log is written behind the answers
	r := understood(t, "kubernetes", log)
	wants(t, r, "admin", "mutation/create allowed secrets", "default")
	wants(t, r, "admin", "access/read allowed secrets", "patient-4711")
	wants(t, r, "admin", "policy-change/create allowed clusterroles", "reader")
	wants(t, r, "admin", "mutation/delete allowed secrets", "patient-4711")
	wants(t, r, "admin", "access/list failed custom", "jane-doe")
}

// TestRealLogger reads what logger of util-linux sends, in both forms.
func TestRealLogger(t *testing.T) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, port, _ := net.SplitHostPort(c.LocalAddr().String())
	file := filepath.Join(t.TempDir(), "messages")
	var all []byte
	for _, form := range [][]string{{"--rfc5424"}, {"--rfc3164"}, {"--rfc5424", "--sd-id", "zoo@123", "--sd-param", `tiger="hungry"`}} {
		args := append(form, "--server", "127.0.0.1", "--port", port, "--udp", "-p", "auth.info", "-t", "sshd", "Accepted publickey for alice from 192.0.2.1 port 22 ssh2")
		if out, err := exec.Command("logger", args...).CombinedOutput(); err != nil {
			t.Fatalf("logger %v: %v\n%s", args, err, out)
		}
		b := make([]byte, 1<<16)
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, _, err := c.ReadFrom(b)
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, b[:n]...), '\n')
	}
	if err := os.WriteFile(file, all, 0o600); err != nil {
		t.Fatal(err)
	}
	r := understood(t, "syslog", file)
	if len(r) != 3 {
		t.Errorf("%d records of\n%s", len(r), all)
	}
	for _, rec := range r {
		wants(t, []entry.Record{rec}, "alice", "login/ allowed sshd", "")
		at, err := time.Parse(time.RFC3339, rec.Facts.(*entry.Observation).When)
		if err != nil || time.Since(at).Abs() > 26*time.Hour {
			t.Errorf("it was logged now, not %s", at)
		}
	}
}

// TestRealPostgres reads the csvlog and the jsonlog of a real PostgreSQL, which
// say the same.
func TestRealPostgres(t *testing.T) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		t.Fatal("PostgreSQL is not installed: apt-get install postgresql")
	}
	bin := filepath.Dir(found[len(found)-1])
	dir := t.TempDir()
	as := &syscall.SysProcAttr{}
	if os.Getuid() == 0 { // it does not run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := errors.Join(os.Chown(dir, uid, gid), os.Chmod(filepath.Dir(dir), 0o711)); err != nil {
			t.Fatal(err)
		}
	}
	command := func(name string, args ...string) error {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.SysProcAttr, cmd.Dir = as, dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s %v: %w\n%s", name, args, err, out)
		}
		return nil
	}
	data := filepath.Join(dir, "data")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(command("initdb", "-D", data, "-U", "dba", "--auth=trust", "--no-sync"))
	conf := "logging_collector=on\nlog_destination='csvlog,jsonlog'\nlog_directory='" + dir + "'\nlog_filename='pg.log'\nlog_statement=all\nlog_connections=on\nlog_file_mode=0644\n" +
		"listen_addresses=''\nunix_socket_directories='" + dir + "'\nlog_timezone=UTC\nfsync=off\n"
	f, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	must(err)
	_, err = f.WriteString(conf)
	must(err)
	must(f.Close())
	must(command("pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "start.log"), "start"))
	sql := func(user, text string) error {
		return command("psql", "-h", dir, "-U", user, "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c", text)
	}
	must(sql("dba", "create table patients (name text)"))
	must(sql("dba", "create role alice login"))
	must(sql("dba", "insert into patients\nvalues ('Jane \"J\" Doe, 4711')"))
	must(sql("dba", "copy patients to stdout"))
	if err := sql("alice", "select * from patients"); err == nil {
		t.Error("alice reads what she may not")
	}
	if err := sql("mallory", "select 1"); err == nil {
		t.Error("mallory comes in")
	}
	must(command("pg_ctl", "-D", data, "-w", "-m", "fast", "stop"))
	for _, form := range []string{"pg.csv", "pg.json"} {
		r := understood(t, "postgresql", filepath.Join(dir, form))
		wants(t, r, "dba", "login/ allowed postgresql", "postgres")
		wants(t, r, "dba", "mutation/create unknown postgresql", "postgres")
		wants(t, r, "dba", "policy-change/permit unknown postgresql", "postgres")
		wants(t, r, "dba", "access/export unknown postgresql", "postgres")
		wants(t, r, "alice", "access/query denied postgresql", "postgres")
		wants(t, r, "mallory", "login/ denied postgresql", "postgres")
	}
}

// TestRealSamples reads what others wrote of clouds' logs, out of packages at
// fixed versions: a translator of OpenTelemetry's and trailscraper.
func TestRealSamples(t *testing.T) {
	out, err := exec.Command("go", "mod", "download", "-json", "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/translator/azure@v0.165.1").Output()
	if err != nil {
		t.Fatalf("go mod download: %v", err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	r := understood(t, "azure", filepath.Join(module.Dir, "testdata", "log-maximum.json"))
	if len(r) != 3 {
		t.Errorf("%d records", len(r))
	}
	wants(t, r, "system:azure", "access/read allowed microsoft-keyvault", "RESOURCE_ID-1")

	dir := t.TempDir()
	for _, args := range [][]string{
		{"pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "-d", dir, "trailscraper==0.10.0"},
		{"tar", "-xzf", filepath.Join(dir, "trailscraper-0.10.0.tar.gz"), "-C", dir},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	trails, err := filepath.Glob(filepath.Join(dir, "trailscraper-0.10.0", "tests", "cloudtrail", "data", "*.json.gz"))
	if err != nil || len(trails) == 0 {
		t.Fatalf("no trail: %v", err)
	}
	r = understood(t, "cloudtrail", trails[0])
	wants(t, r, "arn:aws:sts::111111111111:assumed-role/someRole/AutoScalingDescribeHandlerSession", "access/read allowed autoscaling", "")
	wants(t, r, "config.amazonaws.com", "login/ allowed sts", "someRole")
}
