package traffic

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

const ownLine = `{"time":"2026-11-01T10:00:00Z","from":"a/b","to":"x.example","port":443,"decision":"allow","sent":1,"received":2}` + "\n"

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What is cut off, packed, too long or beyond the bound: read as far as it goes,
// and said.
func TestInput(t *testing.T) {
	many := strings.Repeat(ownLine, 2000)
	archive := packed(t, many)
	long := `{"time":"` + strings.Repeat("x", logs.MaxLine+10) + `"}` + "\n"
	for _, c := range []struct {
		name, file string
		src        []byte
		count      int64
		missing    string // of the flow
		problem    string
	}{
		{"a whole archive", "a.log.gz", archive, 2000, "", ""},
		{"half an archive", "a.log.gz", archive[:len(archive)*3/4], -1, "the archive ends in the middle", ""},
		{"half a line", "a.log", []byte(ownLine + ownLine[:60]), 1, "it ends in the middle of a record", ""},
		{"no end of the last line", "a.log", []byte(ownLine + ownLine[:len(ownLine)-1]), 2, "", ""},
		{"a line that is too long", "a.log", []byte(ownLine + long + ownLine), 2, "1 of 3 lines", ""},
		{"carriage returns and a mark", "a.log", []byte("\xef\xbb\xbf" + strings.ReplaceAll(ownLine+ownLine, "\n", "\r\n")), 2, "", ""},
		{"nothing but broken lines", "a.log", []byte(strings.Repeat(`{"time":"x","from":"a","to":"b","decision":`+"\n", 2)), 0, "", "no record of it could be read"},
		{"half a document", "a.json", []byte("[\n" + ownLine + ",\n" + ownLine[:60]), 1, "middle of the document", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, c.file)
			if err := os.WriteFile(file, c.src, 0o644); err != nil {
				t.Fatal(err)
			}
			f := Read([]string{file})
			if c.problem != "" {
				if len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, c.problem) {
					t.Fatalf("problems are %v", f.Problems)
				}
				return
			}
			if len(f.Problems) > 0 || len(f.Flows) != 1 {
				t.Fatalf("%d flows, problems %v", len(f.Flows), f.Problems)
			}
			got := f.Flows[0].Traffic
			if c.count >= 0 && got.Count != c.count || c.count < 0 && (got.Count == 0 || got.Count >= 2000) {
				t.Errorf("counted %d", got.Count)
			}
			if (got.Incomplete == "") != (c.missing == "") || !strings.Contains(got.Incomplete, c.missing) {
				t.Errorf("missing is %q", got.Incomplete)
			}
		})
	}
}

// More flows than the bound are one flow to somebody who is not known.
func TestBound(t *testing.T) {
	u := newUnit(".")
	u.max = 3
	u.file, u.m, u.in = "f.log", ownLog, &logs.Input{}
	var b strings.Builder
	for _, h := range []string{"a", "b", "c", "d", "e", "a"} {
		b.WriteString(strings.Replace(ownLine, "x.example", h+".example", 1))
	}
	if err := u.in.Start(strings.NewReader(b.String())); err != nil {
		t.Fatal(err)
	}
	if err := ownLog.read(u); err != nil {
		t.Fatal(err)
	}
	f := readFacts(u)
	if len(f) != 4 || f[0].To != "" || f[0].Traffic.Count != 2 || !strings.Contains(f[0].Unknown, "more than 3 flows") || f[1].Traffic.Count != 2 {
		t.Errorf("%+v", f)
	}
}

// Names by which files are looked at, and some that are not.
func TestName(t *testing.T) {
	for name, want := range map[string]bool{
		"access.log": true, "a/access.log.1": true, "access.log-20260101": true, "x.log.3.gz": true, "conn.log.gz": true, "a.har": true, "m.prom": true,
		"flows.ndjson": true, "a.tar.gz": true, "README.md": false, "main.tf": false, "a.yaml": false, "log": false, "catalog": false,
	} {
		if Name(name) != want {
			t.Errorf("%s is looked at: %v", name, !want)
		}
	}
}

// Files of other kinds are not ours, however alike they look.
func TestNotOurs(t *testing.T) {
	for _, src := range []string{
		"", "{}", "[]", "[{}]", `{"name":"x","version":"1.0.0"}`, `{"from":"a","to":"b"}`, `{"log":{"level":"info"}}`, `{"log":{"version":"1","entries":3}}`,
		`{"records":[{"category":"AuditEvent"}]}`, `{"data":{"result":[]}}`, `{"flow":{"name":"x"}}`, "version: 1\nsrcaddr: x\n", "[INFO] started \"x\" y\n",
		`[2026-11-01T10:00:00Z] "x" started` + "\n", `127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326` + "\n",
		"up{job=\"x\"} 1\n", `{"resourceMetrics":[]}`, `{"resource":{"id.orig_h":1}}`, "#separator \\x09\n#fields\tts\tuid\n", "2 x y z\n",
	} {
		if m := mediumOf([]byte(src)); m != nil {
			t.Errorf("%q is taken for %s", src, m.name)
		}
	}
}

func readFacts(u *unit) []graph.Flow {
	var out graph.Facts
	u.facts(&out)
	return out.Flows
}
