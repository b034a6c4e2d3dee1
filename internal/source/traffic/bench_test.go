package traffic

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkEnvoy100000 reads a hundred thousand lines of an access log.
func BenchmarkEnvoy100000(b *testing.B) {
	var buf bytes.Buffer
	for i := range 100_000 {
		fmt.Fprintf(&buf, `{"start_time":"2026-11-01T10:%02d:%02d.%03dZ","method":"POST","path":"/v1/chat/completions","protocol":"HTTP/2","response_code":200,"response_flags":"-","response_code_details":"via_upstream","bytes_received":%d,"bytes_sent":%d,"duration":120,"user_agent":"python-httpx/0.27.0","request_id":"b5b7a9e0-%08x","authority":"host%d.example.com","upstream_host":"198.51.100.%d:443","upstream_cluster":"outbound|443||host%d.example.com","upstream_local_address":"10.1.0.5:4%d","downstream_local_address":"198.51.100.7:443","downstream_remote_address":"10.1.0.%d:41000","requested_server_name":"host%d.example.com","route_name":"default"}`+"\n",
			i/60000%60, i/1000%60, i%1000, i%5000, i%9000, i, i%2000, i%250, i%2000, i%1000, i%20, i%2000)
	}
	file := filepath.Join(b.TempDir(), "access.log")
	if err := os.WriteFile(file, buf.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(buf.Len()))
	b.ReportAllocs()
	for b.Loop() {
		f := Read([]string{file})
		if len(f.Flows) == 0 || len(f.Problems) > 0 {
			b.Fatalf("%d flows, %v", len(f.Flows), f.Problems)
		}
	}
}
