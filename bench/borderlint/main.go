// Command borderlint holds what the source of programs finds against what
// borderlint finds in the same trees: each of its findings is one of ours, or has
// a reason of a few kinds; and what only we have is counted. It prints the table
// of docs/comparison.md.
//
//	bench/peers.sh borderlint
//	go build ./cmd/bailiwick
//	go run ./bench/borderlint -own ./bailiwick -perimeter FILE -command PATH/borderlint TREE ...
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A finding is one of borderlint's.
type finding struct {
	Provider, Category, Kind, Evidence, File string
	Line                                     int
}

func main() {
	command := flag.String("command", "borderlint", "the peer")
	own := flag.String("own", "", "for speed: a built bailiwick, run as check on the tree")
	perimeter := flag.String("perimeter", "", "the perimeter for -own")
	runs := flag.Int("runs", 3, "how often both are run; the ratio of CPU time is the median, and the least and the most")
	show := flag.String("show", "", "print the findings of this column: other, router … or all")
	flag.Parse()
	k, err := kb.Open()
	if err != nil {
		fail(err)
	}
	if *runs < 1 {
		fail(fmt.Errorf("-runs %d: at least one is needed", *runs))
	}
	fmt.Println("| tree | MB | MB of text | they find | we find it too | a framework, without a client in it | another host is called | test code | list of packages | the name of a model alone | no address | other | only we find | their CPU / ours |")
	fmt.Println("| ---" + strings.Repeat(" | ---:", 13) + " |")
	for _, tree := range flag.Args() {
		var theirs []finding
		var flows []graph.Flow
		var ratios []float64
		for range *runs {
			var seconds, ours float64
			if theirs, seconds, err = peer(*command, tree); err != nil {
				fail(err)
			}
			begin := cpu()
			flows = all.Read([]string{tree}, all.Options{Code: all.Code(k), Hosts: k.Defaults()}).Flows
			ours = cpu() - begin
			if *own != "" {
				if ours, err = timed(exec.Command(*own, "check", tree, "--perimeter", *perimeter, "--exit-zero", "--format", "json", "-o", os.DevNull)); err != nil {
					fail(err)
				}
			}
			ratios = append(ratios, seconds/ours)
		}
		c := compare(k, theirs, flows, *show)
		all, text := size(tree)
		fmt.Printf("| %s | %.1f | %.1f | %d", filepath.Base(tree), all, text, len(theirs))
		for _, why := range reasons {
			fmt.Printf(" | %d", c[why])
		}
		slices.Sort(ratios)
		fmt.Printf(" | %d | %.1f (%.1f–%.1f) |\n", c["only"], ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1])
	}
}

// reasons are what becomes of a finding of theirs, in the order of the columns.
var reasons = []string{"same", "router", "elsewhere", "test", "lock", "model", "runtime", "other"}

// compare sorts their findings by what becomes of them. A finding is ours too when
// a flow of the same file goes to a host of the same provider or operator, or is
// one whose address only the run knows.
func compare(k *kb.KB, theirs []finding, flows []graph.Flow, show string) map[string]int {
	byFile := map[string][]graph.Flow{}
	for _, f := range flows {
		byFile[f.Origin.File] = append(byFile[f.Origin.File], f)
	}
	c := map[string]int{}
	hit := map[string]bool{}
	for _, f := range theirs {
		fs := byFile[filepath.ToSlash(filepath.Clean(f.File))]
		why := reason(k, f, fs)
		if c[why]++; show == why || show == "all" {
			fmt.Fprintf(os.Stderr, "%s %s:%d %s %s %s\n", why, f.File, f.Line, f.Kind, f.Provider, f.Evidence)
		}
		if why == "same" {
			hit[filepath.ToSlash(filepath.Clean(f.File))] = true
		}
	}
	for _, f := range flows {
		if !hit[f.Origin.File] {
			c["only"]++
		}
	}
	return c
}

// hosts are words of hosts by which we know their providers again.
var hosts = map[string][]string{
	"azure_openai": {"azure.com"}, "aws_bedrock": {"amazonaws.com", "api.aws"}, "sagemaker": {"amazonaws.com"}, "google_gemini": {"googleapis.com"}, "vertex_ai": {"googleapis.com"},
	"huggingface": {"huggingface"}, "hf_transformers_local": {"huggingface"}, "whisper_local": {"huggingface", "localhost"}, "local": {"localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal"},
	"together_ai": {"together"}, "fireworks_ai": {"fireworks"}, "cohere": {"cohere"}, "google_drive": {"googleapis.com"}, "github": {"github"}, "github_copilot": {"github"}, "brave_search": {"brave.com"},
	"zhipu": {"bigmodel", "z.ai"}, "alibaba_dashscope": {"aliyuncs"}, "moonshot": {"moonshot"}, "xai": {"x.ai"}, "vercel_ai_gateway": {"vercel"}, "zilliz_milvus": {"zilliz"}, "azure_foundry": {"azure.com"},
	"volcengine": {"volces"}, "nvidia_nim": {"nvidia"}, "ovhcloud": {"ovh"}, "perplexity": {"perplexity"}, "watsonx": {"ml.cloud.ibm.com"}, "novita": {"novita"}, "minimax": {"minimax"},
}

func reason(k *kb.KB, f finding, flows []graph.Flow) string {
	words := hosts[f.Provider]
	if words == nil {
		words = []string{strings.ReplaceAll(f.Provider, "_", "")}
	}
	for _, x := range flows {
		to := string(x.To)
		if f.Evidence != "" && strings.Contains(to, f.Evidence) || f.Kind == "mcp_server" && x.Purpose == "tool" || slices.ContainsFunc(words, func(w string) bool { return strings.Contains(to, w) }) ||
			f.Kind == "model_reference" && x.Model != "" && (x.Model == f.Evidence || strings.HasSuffix(f.Evidence, x.Model)) {
			return "same"
		}
	}
	base := filepath.Base(f.File)
	switch {
	case f.Kind == "sdk_import" && slices.ContainsFunc(flows, func(x graph.Flow) bool { return x.To != "" && strings.HasPrefix(x.Via, "the package") }):
		return "elsewhere" // the client is given another address: their provider is not called
	case f.Kind == "sdk_import" && f.Category == "aggregator":
		return "router" // a framework that calls nobody by itself
	case strings.Contains("/"+filepath.ToSlash(f.File), "/test") || strings.Contains(base, ".test.") || strings.Contains(base, "vitest") || strings.Contains(base, ".spec.") || strings.Contains(f.File, "__tests__") || strings.HasPrefix(base, "test_"):
		return "test"
	case strings.Contains(base, "lock") || base == "package.json" || base == "pyproject.toml" || base == "requirements.txt":
		return "lock" // a list of packages: source packages reads it
	case f.Kind == "model_reference":
		return "model" // a word like the name of a model, and nobody is asked there
	case slices.ContainsFunc(flows, func(x graph.Flow) bool { return x.To == "" }),
		f.Provider == "custom_endpoint" && !strings.Contains(f.Evidence, ".com") && strings.ContainsAny(f.Evidence, "{$.`["):
		return "runtime" // an expression that they take for a host
	}
	return "other"
}

func peer(command, tree string) ([]finding, float64, error) {
	var out bytes.Buffer
	cmd := exec.Command(command, "scan", tree, "-f", "json")
	cmd.Stdout = &out
	seconds, err := timed(cmd)
	if err != nil {
		return nil, 0, err
	}
	var doc struct{ Findings []finding }
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		return nil, 0, fmt.Errorf("read what borderlint says of %s: %w", tree, err)
	}
	for i := range doc.Findings {
		if f := &doc.Findings[i].File; !strings.HasPrefix(filepath.Clean(*f), filepath.Clean(tree)) {
			*f = filepath.Join(tree, *f)
		}
	}
	return doc.Findings, seconds, nil
}

// timed runs a command and gives the seconds of CPU that it took.
func timed(cmd *exec.Cmd) (float64, error) {
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return 0, fmt.Errorf("run %s: %w", cmd.Path, err)
	}
	s := cmd.ProcessState
	return (s.UserTime() + s.SystemTime()).Seconds(), nil
}

// cpu is the time of the CPU that this process has taken.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds()
}

// size is how many megabytes of files a tree has, and how many of them are text: neither
// program reads pictures and films.
func size(tree string) (all, text float64) {
	_ = filepath.WalkDir(tree, func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return nil
		}
		all += float64(len(src)) / 1e6
		if !bytes.Contains(src[:min(len(src), 8000)], []byte{0}) {
			text += float64(len(src)) / 1e6
		}
		return nil
	})
	return all, text
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "borderlint:", err)
	os.Exit(2)
}
