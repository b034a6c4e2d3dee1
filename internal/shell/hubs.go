package shell

import "strings"

// hub sends a call to the hub of models, which HF_ENDPOINT may name. Nothing is
// fetched when HF_HUB_OFFLINE is set.
func (r *reader) hub(c *command, call Call) {
	if r.isSet([]string{"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}) {
		return
	}
	if v := r.vars["HF_ENDPOINT"]; v.text != "" {
		call.to(v)
	} else {
		r.standard(&call, "huggingface")
	}
	r.add(c, call)
}

func (r *reader) huggingface(c *command, args []word) {
	a := takes("--repo-type --revision --include --exclude --cache-dir --local-dir --token --max-workers --path-in-repo --commit-message --type").arguments(args)
	if len(a.rest) < 2 {
		return
	}
	verb := a.rest[0].text
	call := Call{Tool: c.args[0].text + " " + verb, Purpose: "registry", What: a.rest[1].shown()}
	kind, _ := a.first("--repo-type", "--type")
	switch verb {
	case "download":
		if kind.text == "dataset" {
			call.Purpose = "dataset"
		} else if kind.text != "space" && a.rest[1].known() {
			call.Model = a.rest[1].text
		}
	case "upload", "upload-large-folder":
		call.Purpose = "data"
	case "jobs", "repo", "repos":
		call.Purpose = "data"
	default:
		return
	}
	r.hub(c, call)
}

// ollama pulls what it runs.
func (r *reader) ollama(c *command, args []word) {
	if len(args) < 2 || !strings.Contains(" pull run push create ", " "+args[0].text+" ") {
		return
	}
	w := args[1]
	call := Call{Tool: "ollama " + args[0].text, Purpose: "registry", What: w.shown()}
	if args[0].text == "create" {
		return
	}
	if args[0].text == "push" {
		call.Purpose = "data"
	}
	head, _, more := strings.Cut(w.text, "/")
	switch {
	case w.known() && more && strings.ContainsAny(head, ".:"):
		call.To = w.text
	case strings.HasPrefix(w.text, string(hole)):
		call.Unknown = w.why
	default:
		r.standard(&call, "ollama")
	}
	if w.known() {
		call.Model = w.text
	}
	r.add(c, call)
}

// vllm fetches the model that it serves, unless that is a folder.
func (r *reader) vllm(c *command, args []word) {
	a := takes("--model --host --port --dtype --tensor-parallel-size -tp --max-model-len --served-model-name --gpu-memory-utilization --tokenizer --api-key --revision --download-dir --chat-template").arguments(args)
	if len(a.rest) == 0 || a.rest[0].text != "serve" {
		return
	}
	w, ok := a.first("--model")
	if !ok && len(a.rest) > 1 {
		w, ok = a.rest[1], true
	}
	if !ok || strings.HasPrefix(w.text, "/") || strings.HasPrefix(w.text, ".") || strings.HasPrefix(w.text, "s3://") {
		return
	}
	call := Call{Tool: "vllm serve", Purpose: "registry", What: w.shown()}
	if w.known() {
		call.Model = w.text
	}
	r.hub(c, call)
}
