package shell

import (
	"slices"
	"strings"
)

// aws reads aws s3, s5cmd and s3cmd: objects are called by their bucket, unless
// an endpoint is named. What else aws is asked is asked of its region.
func (r *reader) aws(c *command, args []word) {
	a := takes("--endpoint-url --region --profile --output --query --cli-read-timeout --exclude --include --acl --sse --sse-kms-key-id --storage-class --cli-input-json --host --host-bucket --ca-bundle --credentials-file --numworkers").arguments(args)
	var objects []word
	for _, w := range a.rest {
		if strings.HasPrefix(w.text, "s3://") {
			objects = append(objects, w)
		}
	}
	tool := c.args[0].text
	for _, w := range a.rest[:min(2, len(a.rest))] {
		if !strings.Contains(w.text, "/") && w.known() {
			tool += " " + w.text
		}
	}
	if len(objects) == 0 {
		return
	}
	endpoint, named := a.first("--endpoint-url", "--host")
	if !named {
		for _, e := range []string{"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "S3_ENDPOINT_URL"} {
			if v := r.vars[e]; v.text != "" {
				endpoint, named = v, true
				break
			}
		}
	}
	for _, w := range objects {
		call := Call{Tool: tool, Purpose: "data", What: w.shown()}
		if named {
			call.to(endpoint)
		} else {
			r.object(&call, w, a)
		}
		r.add(c, call)
	}
}

// object sends a call to the store of an object.
func (r *reader) object(call *Call, w word, a *arguments) {
	region, _ := a.first("--region")
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region.text == "" {
			region = r.vars[name]
		}
	}
	if !region.known() {
		region = word{}
	}
	call.To, call.Unknown, _ = Object(w.shown(), region.text, r.o.Hosts)
}

func (r *reader) gsutil(c *command, args []word) {
	tool := c.args[0].text
	for i, w := range args {
		if i < 2 && w.known() && !strings.HasPrefix(w.text, "-") && !strings.Contains(w.text, "/") {
			tool += " " + w.text
		}
		if strings.HasPrefix(w.text, "gs://") || strings.HasPrefix(w.text, "s3://") {
			call := Call{Tool: tool, Purpose: "data", What: w.shown()}
			r.object(&call, w, &arguments{})
			r.add(c, call)
		}
	}
	if tool == "gcloud builds submit" || strings.HasPrefix(tool, "gcloud builds") {
		a := takes("-t --tag --config --project").arguments(args)
		if w, ok := a.first("-t", "--tag"); ok {
			r.image(c, tool, "data", w)
		}
	}
}

func (r *reader) az(c *command, args []word) {
	a := takes("-n --name -f --file -s --source -d --destination --account-name -c --container-name --connection-string --registry -r --resource-group -g --image -t --uri --url -u").arguments(args)
	if len(a.rest) < 2 {
		return
	}
	tool := "az " + a.rest[0].text + " " + a.rest[1].text
	if w, ok := a.first("--account-name"); ok && a.rest[0].text == "storage" {
		call := Call{Tool: tool, Purpose: "data"}
		if w.known() {
			call.Unknown = "where the storage account " + w.text + " is, is not written here"
		} else {
			call.Unknown = w.why
		}
		r.add(c, call)
		return
	}
	for _, w := range append(a.of("--uri", "--url", "-u", "-s", "--source", "-d", "--destination"), a.rest...) {
		if strings.Contains(w.text, "://") {
			r.url(c, w, "data")
		}
	}
}

// rclone reads remotes that say what they are: ":s3,endpoint=…:bucket". The name
// of one leads to a configuration file.
func (r *reader) rclone(c *command, args []word) {
	a := takes("--config --s3-endpoint --s3-region --s3-provider --transfers --checkers --include --exclude --log-level --webdav-url --sftp-host --http-url").arguments(args)
	if len(a.rest) < 2 || slices.Contains([]string{"config", "version", "listremotes"}, a.rest[0].text) {
		return
	}
	tool := "rclone " + a.rest[0].text
	if w, ok := a.first("--s3-endpoint", "--webdav-url", "--sftp-host", "--http-url"); ok {
		call := Call{Tool: tool, Purpose: "data"}
		call.to(w)
		r.add(c, call)
		return
	}
	for _, w := range a.rest[1:] {
		name, _, ok := strings.Cut(strings.TrimPrefix(w.text, ":"), ":")
		if !ok || strings.Contains(name, "/") {
			continue
		}
		call := Call{Tool: tool, Purpose: "data", What: w.shown(), Unknown: "the configuration of rclone says where the remote " + strings.ReplaceAll(name, string(hole), "…") + " is"}
		if v := r.vars["RCLONE_CONFIG_"+strings.ToUpper(name)+"_ENDPOINT"]; v.text != "" {
			call.to(v)
		}
		if _, after, ok := strings.Cut(name, "endpoint="); ok {
			e, _, _ := strings.Cut(after, ",")
			call.to(word{strings.Trim(e, `'"`), w.why})
		}
		r.add(c, call)
	}
}

func (r *reader) kaggle(c *command, args []word) {
	if len(args) < 2 || !slices.Contains([]string{"datasets", "d", "competitions", "c", "kernels", "models", "m"}, args[0].text) {
		return
	}
	call := Call{Tool: "kaggle " + args[0].text + " " + args[1].text, Purpose: "dataset"}
	for _, w := range args[2:] {
		if !strings.HasPrefix(w.text, "-") && strings.Contains(w.text, "/") {
			call.What = w.shown()
		}
	}
	if args[1].text == "create" || args[1].text == "version" || args[1].text == "push" || args[1].text == "submit" {
		call.Purpose = "data"
	}
	r.standard(&call, "kaggle")
	r.add(c, call)
}

// dvc and mlflow go where their configuration or their variable says.
func (r *reader) dvc(c *command, args []word) {
	if len(args) == 0 {
		return
	}
	tool, verb := c.args[0].text, args[0].text
	call := Call{Tool: tool + " " + verb, Purpose: "data"}
	if tool == "mlflow" {
		if !slices.Contains([]string{"run", "artifacts", "models", "experiments", "runs", "deployments"}, verb) {
			return
		}
		v := r.vars["MLFLOW_TRACKING_URI"]
		if v.text == "" {
			call.Unknown = "nothing here sets MLFLOW_TRACKING_URI"
		} else if call.to(v); !strings.Contains(call.To, "://") && call.To != "" {
			return // a folder
		}
		r.add(c, call)
		return
	}
	switch verb {
	case "pull", "fetch", "update":
		call.Purpose = "dataset"
	case "push":
	case "get", "import", "import-url", "get-url", "list":
		call.Purpose = "dataset"
		if len(args) > 1 && strings.Contains(args[1].text, "://") {
			call.to(args[1])
			r.add(c, call)
			return
		}
	case "remote":
		for _, w := range args[1:] {
			if strings.Contains(w.text, "://") {
				call.to(w)
				r.add(c, call)
			}
		}
		return
	default:
		return
	}
	call.Unknown = ".dvc/config says where its remote is"
	r.add(c, call)
}
