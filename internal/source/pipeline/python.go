package pipeline

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
)

// hubs are calls that fetch a model or data set by its name from the hub of
// models, with what they fetch and where the name stands.
var hubs = map[string]struct{ purpose, args string }{
	"from_pretrained":       {"registry", "0 pretrained_model_name_or_path repo_id model_id"},
	"snapshot_download":     {"registry", "0 repo_id"},
	"hf_hub_download":       {"registry", "0 repo_id"},
	"SentenceTransformer":   {"registry", "0 model_name_or_path"},
	"CrossEncoder":          {"registry", "0 model_name"},
	"load_dataset":          {"dataset", "0 path"},
	"load_dataset_builder":  {"dataset", "0 path"},
	"push_to_hub":           {"data", "0 repo_id"},
	"upload_folder":         {"data", "repo_id"},
	"HuggingFaceEmbeddings": {"registry", "model_name"},
	"cached_file":           {"registry", "0"},
	"transformers.pipeline": {"registry", "model 1"},
	"vllm.LLM":              {"registry", "0 model"},
}

// Python tells what a Python program reaches that stands within another file:
// addresses that it calls, models and data sets that it fetches, objects that it
// opens, and commands that it runs. Line is where it begins.
func Python(src string, line int, hosts map[string]string, env map[string]string) []shell.Call {
	f, _ := code.Python([]byte(src))
	var out []shell.Call
	add := func(at int, c shell.Call) {
		c.Line = line + at - 1
		out = append(out, c)
	}
	for i := range f.Calls {
		c := &f.Calls[i]
		if h, ok := hubCall(c.Name); ok {
			hubFetch(c, h.purpose, h.args, hosts, env, func(x shell.Call) { add(c.Line, x) })
			continue
		}
		for _, x := range commands(c, hosts, env) {
			add(c.Line, x)
		}
		for _, a := range c.Args {
			for _, t := range a.Value.Texts() {
				if x, ok := addressed(t, c.Name, hosts); ok {
					add(c.Line, x)
				}
			}
		}
	}
	for _, a := range f.Assigns {
		if t, ok := a.Value.Known(); ok && (strings.HasPrefix(t, "https://") || strings.HasPrefix(t, "http://")) && strings.ToUpper(a.Name) == a.Name {
			if x, ok := addressed(t, a.Name, hosts); ok {
				add(a.Line, x)
			}
		}
	}
	return out
}

func hubCall(name string) (h struct{ purpose, args string }, ok bool) {
	if h, ok = hubs[name]; ok {
		return h, true
	}
	h, ok = hubs[name[strings.LastIndexByte(name, '.')+1:]]
	return h, ok
}

// hubFetch reads a call that fetches from the hub. A path is not fetched.
func hubFetch(c *code.Call, purpose, args string, hosts, env map[string]string, add func(shell.Call)) {
	for _, off := range []string{"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"} {
		if v := env[off]; v == "1" || strings.EqualFold(v, "true") {
			return
		}
	}
	if v, ok := c.Arg("local_files_only"); ok && strings.EqualFold(v.Text, "true") {
		return
	}
	x := shell.Call{Tool: c.Name, Purpose: purpose}
	what, ok := c.Arg(strings.Fields(args)...)
	if ok {
		t, known := what.Known()
		if known && (strings.HasPrefix(t, "/") || strings.HasPrefix(t, ".") || strings.HasPrefix(t, "~") || strings.Contains(t, "://")) {
			return
		}
		if known {
			x.What = t
			if purpose == "registry" {
				x.Model = t
			}
		} else if purpose == "registry" && what.Kind != code.String && what.Kind != code.Env {
			x.What = "what is decided when it runs"
		}
	}
	if x.To = hosts["huggingface"]; env["HF_ENDPOINT"] != "" {
		x.To = env["HF_ENDPOINT"]
	}
	if x.To == "" {
		x.Unknown = "where models come from by default is not known here"
	}
	add(x)
}

// commands reads os.system and subprocess.
func commands(c *code.Call, hosts, env map[string]string) []shell.Call {
	switch name := c.Name; {
	case name == "os.system", name == "os.popen", strings.HasPrefix(name, "subprocess."):
	default:
		return nil
	}
	v, ok := c.Arg("0", "args", "cmd")
	if !ok {
		return nil
	}
	o := shell.Options{Env: env, Around: shell.Around{Hosts: hosts}, Unset: "NAME is decided when it runs"}
	var calls []shell.Call
	switch v.Kind {
	case code.String:
		calls, _ = shell.Read(strings.NewReplacer("{", "${", "${}", "${computed}").Replace(v.Text), o)
	case code.List:
		calls, _ = shell.Command(texts(v), o)
	}
	for i := range calls {
		calls[i].Line = 1
	}
	return calls
}

// addressed is a call of an address that stands among arguments.
func addressed(t, name string, hosts map[string]string) (shell.Call, bool) {
	if len(t) > 2000 || strings.ContainsAny(t, " \n\t<>") {
		return shell.Call{}, false
	}
	x := shell.Call{Tool: name, Purpose: "data"}
	for _, scheme := range []string{"s3://", "s3a://", "gs://", "gcs://", "abfs://", "abfss://", "wasbs://", "hf://"} {
		if strings.HasPrefix(t, scheme) && len(t) > len(scheme) && t[len(scheme)] != '{' {
			x.What = t
			var ok bool
			x.To, x.Unknown, ok = shell.Object(t, "", hosts)
			return x, ok
		}
	}
	if !strings.HasPrefix(t, "http://") && !strings.HasPrefix(t, "https://") {
		return x, false
	}
	_, rest, _ := strings.Cut(t, "://")
	host, _, _ := strings.Cut(rest, "/")
	switch {
	case host == "" || strings.HasPrefix(host, "{"):
		return x, false
	case strings.Contains(host, "{"):
		x.Unknown = "a part of the host " + strings.Map(func(r rune) rune {
			if r == '{' || r == '}' {
				return -1
			}
			return r
		}, host) + " is computed"
		return x, true
	}
	if x.To, _, _ = strings.Cut(t, "{"); strings.HasSuffix(name, "urlretrieve") || strings.HasSuffix(name, "wget.download") {
		x.Purpose = "dataset"
	}
	return x, true
}
