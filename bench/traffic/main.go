// Command traffic writes a log of many records and reads it back as the source
// does, and prints seconds, records a second and the peak of resident memory.
//
//	go run ./bench/traffic [-n 1000000] [-kind envoy|text|hubble|vpc|own] [-hosts 2000] [-keep FILE]
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/source/traffic"
)

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 1_000_000, "records")
	kind := flag.String("kind", "envoy", "what is written: envoy, text, hubble, vpc, own")
	hosts := flag.Int("hosts", 2000, "destinations")
	keep := flag.String("keep", "", "leave the file there")
	flag.Parse()
	line, ok := lines[*kind]
	if !ok {
		log.Fatalf("there is no kind %q: envoy, text, hubble, vpc, own", *kind)
	}
	dir, err := os.MkdirTemp("", "bailiwick-traffic-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "access.log")
	if *keep != "" {
		file = *keep
	}
	size, err := write(file, *n, *hosts, line)
	if err != nil {
		log.Fatal(err)
	}
	runtime.GC()
	before, began := cpu(), time.Now()
	facts := traffic.Read([]string{file})
	wall, used := time.Since(began), cpu()-before
	var records int64
	for i := range facts.Flows {
		records += facts.Flows[i].Traffic.Count
	}
	for i := range facts.Asides {
		records += facts.Asides[i].Traffic.Count
	}
	fmt.Printf("%s: %d records, %d MB: %.2f s (%.2f s CPU), %.0f records/s, peak %d MB, %d flows, %d counted, %d problems\n",
		*kind, *n, size>>20, wall.Seconds(), used.Seconds(), float64(*n)/wall.Seconds(), peak(), len(facts.Flows), records, len(facts.Problems))
}

// lines write one record: of a pod, to a host at an address, at a second.
var lines = map[string]func(w io.Writer, i, pod, host int){
	"envoy": func(w io.Writer, i, pod, host int) {
		fmt.Fprintf(w, `{"start_time":"2026-11-01T10:%02d:%02d.%03dZ","method":"POST","path":"/v1/chat/completions","protocol":"HTTP/2","response_code":200,"response_flags":"-","response_code_details":"via_upstream","connection_termination_details":null,"upstream_transport_failure_reason":null,"bytes_received":%d,"bytes_sent":%d,"duration":%d,"upstream_service_time":"%d","x_forwarded_for":null,"user_agent":"python-httpx/0.27.0","request_id":"b5b7a9e0-%08x-4c1d-9b1e-0123456789ab","authority":"host%d.example.com","upstream_host":"%s:443","upstream_cluster":"outbound|443||host%d.example.com","upstream_local_address":"%s:%d","downstream_local_address":"%s:443","downstream_remote_address":"%s:%d","requested_server_name":"host%d.example.com","route_name":"default"}`+"\n",
			i/60000%60, i/1000%60, i%1000, i%5000, i%9000, i%300, i%300, i, host, address(host), host, private(pod), 30000+i%30000, address(host), private(pod), 30000+i%30000, host)
	},
	"text": func(w io.Writer, i, pod, host int) {
		fmt.Fprintf(w, `[2026-11-01T10:%02d:%02d.%03dZ] "POST /v1/chat HTTP/2" 200 - via_upstream - "-" %d %d %d %d "-" "python-httpx/0.27.0" "b5b7a9e0-%08x" "host%d.example.com" "%s:443" outbound|443||host%d.example.com %s:%d %s:443 %s:%d host%d.example.com default`+"\n",
			i/60000%60, i/1000%60, i%1000, i%5000, i%9000, i%300, i%300, i, host, address(host), host, private(pod), 30000+i%30000, address(host), private(pod), 30000+i%30000, host)
	},
	"hubble": func(w io.Writer, i, pod, host int) {
		fmt.Fprintf(w, `{"flow":{"time":"2026-11-01T10:%02d:%02d.%03d000000Z","uuid":"c938628b-%08x","verdict":"FORWARDED","ethernet":{"source":"9a:4b:92:54:a9:62","destination":"72:59:04:fd:68:13"},"IP":{"source":"%s","destination":"%s","ipVersion":"IPv4"},"l4":{"TCP":{"source_port":%d,"destination_port":443,"flags":{"SYN":true}}},"source":{"ID":3106,"identity":20252,"cluster_name":"default","namespace":"triage","labels":["k8s:app=agent","k8s:io.kubernetes.pod.namespace=triage"],"pod_name":"agent%d-7d9c8b6f5-x2bq9","workloads":[{"name":"agent%d","kind":"Deployment"}]},"destination":{"identity":2,"labels":["reserved:world"]},"destination_names":["host%d.example.com"],"Type":"L3_L4","node_name":"n1","event_type":{"type":4},"traffic_direction":"EGRESS","trace_observation_point":"TO_STACK","is_reply":false,"Summary":"TCP Flags: SYN"},"node_name":"n1","time":"2026-11-01T10:00:00.000000000Z"}`+"\n",
			i/60000%60, i/1000%60, i%1000, i, private(pod), address(host), 30000+i%30000, pod, pod, host)
	},
	"vpc": func(w io.Writer, i, pod, host int) {
		fmt.Fprintf(w, "2 123456789010 eni-1235b8ca123456789 %s %s %d 443 6 20 %d 1793527200 1793527260 ACCEPT OK\n", private(pod), address(host), 30000+i%30000, i%5000)
	},
	"own": func(w io.Writer, i, pod, host int) {
		fmt.Fprintf(w, `{"time":"2026-11-01T10:00:00Z","from":"triage/agent%d","to":"host%d.example.com","port":443,"decision":"allow","sent":%d,"received":%d,"class":"prompts"}`+"\n", pod, host, i%5000, i%9000)
	},
}

func address(i int) string { return fmt.Sprintf("198.%d.%d.%d", 51+i/62500, i/250%250, 1+i%250) }
func private(i int) string { return fmt.Sprintf("10.1.%d.%d", i/250, 1+i%250) }

func write(file string, n, hosts int, line func(w io.Writer, i, pod, host int)) (int64, error) {
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		line(w, i, r.IntN(20), r.IntN(hosts))
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), f.Close()
}

func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the largest resident memory so far, in megabytes.
func peak() int64 {
	src, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(src), "VmHWM:")
	var kb int64
	fmt.Sscan(rest, &kb)
	return kb >> 10
}
