package shell

import (
	"slices"
	"strings"
)

// transferring is all programs that reach others and install nothing by name.
func transferring() map[string]program {
	m := map[string]program{}
	add := func(p program, names ...string) {
		for _, n := range names {
			m[n] = p
		}
	}
	add((*reader).curl, "curl")
	add((*reader).wget, "wget", "wget2", "aria2c")
	add((*reader).httpie, "http", "https", "xh")
	add((*reader).git, "git")
	add((*reader).gh, "gh")
	add((*reader).checkout, "svn", "hg")
	add((*reader).docker, "docker", "podman", "nerdctl", "buildah", "crictl")
	add((*reader).docker, "ctr")
	add((*reader).crane, "crane", "oras", "regctl", "cosign", "skopeo")
	add((*reader).helm, "helm")
	add((*reader).huggingface, "huggingface-cli", "hf")
	add((*reader).ollama, "ollama")
	add((*reader).aws, "aws", "s5cmd", "s3cmd")
	add((*reader).gsutil, "gsutil", "gcloud")
	add((*reader).urls, "azcopy", "bq", "hdfs", "hadoop", "kubectl", "oc", "kustomize", "rpm", "yum-config-manager", "msiexec", "tar", "dpkg")
	add((*reader).az, "az")
	add((*reader).rclone, "rclone")
	add((*reader).remote, "rsync", "scp", "sftp")
	add((*reader).ssh, "ssh")
	add((*reader).kaggle, "kaggle")
	add((*reader).dvc, "dvc", "mlflow")
	add((*reader).repository, "add-apt-repository", "apt-add-repository", "apt-key", "gpg")
	add((*reader).twine, "twine")
	add((*reader).vllm, "vllm")
	return m
}

const curlTakes = "-o --output -H --header -d --data --data-raw --data-binary --data-urlencode --json -F --form -T --upload-file -X --request -u --user -x --proxy -A --user-agent -e --referer -b --cookie -c --cookie-jar -w --write-out -m --max-time --connect-timeout --retry --retry-delay --retry-max-time --url -K --config --cacert -E --cert --key --resolve -r --range -C --continue-at --limit-rate --output-dir -D --dump-header --noproxy --interface --ciphers --tls-max -y -Y -z --create-file-mode --unix-socket --aws-sigv4 --oauth2-bearer --proto --proto-redir --cert-type --connect-to"

// saves are programs into which one pipes what one means to keep or run.
var saves = []string{"sh", "bash", "dash", "ash", "zsh", "sudo", "tar", "gpg", "apt-key", "tee", "dd", "unzip", "gunzip", "zcat", "xz", "bunzip2", "bsdtar", "python", "python3", "perl", "node", "ruby", "php", "cpio", "kubectl", "docker", "patch", "gzip", "funzip"}

// curl reads a transfer: what it sends is data, what it keeps or runs is a
// download, and else nobody can tell a download from a call.
func (r *reader) curl(c *command, args []word) {
	a := takes(curlTakes).arguments(args)
	if a.has("--unix-socket") {
		return
	}
	purpose := "data"
	method, _ := a.first("-X", "--request")
	sends := a.has("-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "-F", "--form", "-T", "--upload-file") || slices.Contains([]string{"POST", "PUT", "PATCH", "DELETE"}, strings.ToUpper(method.text))
	out, kept := a.first("-o", "--output")
	kept = kept && out.text != "/dev/null" && out.text != "-" || a.has("-O", "--remote-name", "--remote-name-all", "-J") || c.file || slices.Contains(saves, c.into)
	if kept && !sends {
		purpose = "registry"
	}
	for _, w := range append(a.of("--url"), a.rest...) {
		r.url(c, w, purpose)
	}
}

// url adds a call to something that is a URL, or a host as curl takes it.
func (r *reader) url(c *command, w word, purpose string) {
	t := strings.TrimSpace(w.text)
	if t == "" || strings.HasPrefix(t, "file:") || strings.HasPrefix(t, "/") || strings.HasPrefix(t, ".") {
		return
	}
	call := Call{Purpose: purpose}
	if !strings.Contains(t, "://") {
		head, _, _ := strings.Cut(t, "/")
		if w.known() && !strings.ContainsAny(head, ".:") {
			return
		}
	}
	call.to(w)
	if strings.HasSuffix(strings.Split(call.To, "?")[0], ".git") {
		call.Purpose = "source"
	}
	r.add(c, call)
}

func (r *reader) wget(c *command, args []word) {
	a := takes("-O --output-document -P --directory-prefix -o --output-file -a -i --input-file --header --user --password -U --user-agent -t --tries -T --timeout -e --execute --post-data --post-file --method --body-data -d --dir --out -x -s -j --ca-certificate --limit-rate -A -R -D -I -X --retry-connrefused=").arguments(args)
	purpose := "registry"
	if a.has("--post-data", "--post-file", "--body-data") {
		purpose = "data"
	}
	if out, ok := a.first("-O", "--output-document"); ok && (out.text == "-" && c.into == "" || out.text == "/dev/null") || a.has("--spider") {
		purpose = "data"
	}
	if a.has("-i", "--input-file") {
		r.add(c, Call{Purpose: purpose, Unknown: "the addresses stand in a file that it reads"})
	}
	for _, w := range a.rest {
		r.url(c, w, purpose)
	}
}

func (r *reader) httpie(c *command, args []word) {
	for _, w := range takes("-a --auth -o --output --timeout --session").arguments(args).rest {
		if strings.Trim(w.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
			continue // the method
		}
		if !strings.HasPrefix(w.text, ":") { // this machine
			r.url(c, w, "data")
		}
		return
	}
}

// urls is for programs that take a URL wherever they take a file.
func (r *reader) urls(c *command, args []word) {
	for _, w := range args {
		t := w.text
		if i := strings.Index(t, "http"); i > 0 && strings.Contains(t, "=http") {
			t = t[i:]
		}
		if strings.HasPrefix(t, "http://") || strings.HasPrefix(t, "https://") || strings.HasPrefix(t, "s3://") || strings.HasPrefix(t, "gs://") || strings.HasPrefix(t, "hdfs://") || strings.HasPrefix(t, "abfs") && strings.Contains(t, "://") {
			purpose := "registry"
			if strings.HasPrefix(t, "http") && c.args[0].text == "azcopy" || !strings.HasPrefix(t, "http") {
				purpose = "data"
			}
			if c.args[0].text == "tar" {
				continue
			}
			if strings.HasPrefix(t, "http") || strings.HasPrefix(t, "hdfs") {
				r.url(c, word{t, w.why}, purpose)
				continue
			}
			call := Call{Purpose: purpose, What: w.shown()}
			r.object(&call, w, &arguments{})
			r.add(c, call)
		}
	}
}

// git reads clone, fetch, pull, push, submodule and remote add.
func (r *reader) git(c *command, args []word) {
	for len(args) > 0 && strings.HasPrefix(args[0].text, "-") {
		if (args[0].text == "-C" || args[0].text == "-c" || args[0].text == "--git-dir" || args[0].text == "--work-tree") && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return
	}
	verb := args[0].text
	a := takes("-b --branch --depth -o --origin --reference -u --upload-pack -c --config -j --jobs --filter --separate-git-dir --template --shallow-since --server-option").arguments(args[1:])
	rest := a.rest
	call := Call{Tool: "git " + verb, Purpose: "source"}
	switch verb {
	case "clone", "ls-remote", "fetch", "pull":
	case "push":
		call.Purpose = "data"
	case "submodule":
		if len(rest) > 0 && rest[0].text == "update" {
			call.Unknown = ".gitmodules says where its submodules come from"
			r.add(c, call)
			return
		}
		if len(rest) < 2 || rest[0].text != "add" {
			return
		}
		rest = rest[1:]
	case "remote":
		if len(rest) < 3 || rest[0].text != "add" && rest[0].text != "set-url" {
			return
		}
		rest = rest[2:]
	case "lfs":
		if len(rest) == 0 || rest[0].text != "pull" && rest[0].text != "fetch" && rest[0].text != "clone" {
			return
		}
		call.Tool += " " + rest[0].text
		rest = rest[1:]
		if len(rest) == 0 {
			call.Unknown = "the remote of its repository says where it fetches from"
			r.add(c, call)
			return
		}
	default:
		return
	}
	if len(rest) == 0 {
		if verb == "clone" {
			return
		}
		call.Unknown = "the remote of its repository says where it goes"
		r.add(c, call)
		return
	}
	if verb == "push" && a.has("--mirror") { // everything that the repository has
		copied := call
		copied.Purpose = "mirror"
		if r.whereto(&copied, rest[0], verb) {
			r.add(c, copied)
		}
	}
	if r.whereto(&call, rest[0], verb) {
		r.add(c, call)
	}
}

// whereto says where a repository is; false when it is on this machine.
func (r *reader) whereto(call *Call, w word, verb string) bool {
	switch t := w.text; {
	case strings.Contains(t, "://") || strings.ContainsRune(t, hole):
		call.to(w)
	case strings.HasPrefix(t, "/") || strings.HasPrefix(t, "."):
		return false
	case strings.Contains(t, ":"): // git@host:path
		host, path, _ := strings.Cut(t[strings.IndexByte(t, '@')+1:], ":")
		call.To = "ssh://" + host + "/" + strings.TrimPrefix(path, "/")
	case verb == "clone":
		return false
	default:
		call.Unknown = "the remote " + t + " of its repository says where it goes"
	}
	return true
}

func (r *reader) gh(c *command, args []word) {
	if len(args) == 0 || args[0].text == "auth" || strings.HasPrefix(args[0].text, "-") {
		return
	}
	call := Call{Tool: "gh " + args[0].text, Purpose: "data"}
	if args[0].text == "release" || args[0].text == "repo" || args[0].text == "run" {
		if len(args) > 1 && (args[1].text == "download" || args[1].text == "clone") {
			call.Tool, call.Purpose = call.Tool+" "+args[1].text, "source"
		}
	}
	if h := r.vars["GH_HOST"]; h.text != "" {
		call.to(h)
	} else {
		r.standard(&call, "github")
	}
	r.add(c, call)
}

// checkout reads svn checkout URL and hg clone URL.
func (r *reader) checkout(c *command, args []word) {
	for _, w := range args {
		if strings.Contains(w.text, "://") {
			call := Call{Purpose: "source"}
			call.to(w)
			r.add(c, call)
			return
		}
	}
}

// remote reads the [user@]host:path of scp and rsync.
func (r *reader) remote(c *command, args []word) {
	a := takes("-i -P -p -o -e --rsh -F -l -c --exclude --include --exclude-from --include-from --files-from --port --password-file -J").arguments(args)
	for _, w := range a.rest {
		call := Call{Purpose: "data"}
		t := w.text
		if strings.Contains(t, "://") {
			call.to(w)
			r.add(c, call)
			continue
		}
		host, _, ok := strings.Cut(t, ":")
		if !ok && c.args[0].text != "sftp" || strings.Contains(host, "/") || host == "" {
			continue
		}
		host = host[strings.LastIndexByte(host, '@')+1:]
		if strings.ContainsRune(host, hole) {
			call.Unknown = w.why
		} else {
			call.To = host
		}
		r.add(c, call)
	}
}

func (r *reader) ssh(c *command, args []word) {
	a := takes("-i -p -o -F -l -L -R -D -J -c -b -e -m -w -W -S -E").arguments(args)
	if len(a.rest) == 0 {
		return
	}
	call := Call{Purpose: "data"}
	w := a.rest[0]
	host := w.text[strings.LastIndexByte(w.text, '@')+1:]
	if strings.ContainsRune(host, hole) {
		call.Unknown = w.why
	} else {
		call.To = host
	}
	r.add(c, call)
}

// repository reads the address of a package repository or key that is added.
func (r *reader) repository(c *command, args []word) {
	for i, w := range args {
		t := w.text
		switch {
		case t == "--keyserver" && i+1 < len(args):
			call := Call{Purpose: "registry", What: "a key"}
			call.to(args[i+1])
			r.add(c, call)
		case strings.HasPrefix(t, "ppa:"):
			r.add(c, Call{Purpose: "registry", What: t, Unknown: "the system says where it looks for " + t})
		case strings.Contains(t, "://"):
			if j := strings.Index(t, "http"); j >= 0 {
				u, _, _ := strings.Cut(t[j:], " ")
				call := Call{Purpose: "registry"}
				call.to(word{u, w.why})
				r.add(c, call)
			}
		}
	}
}

func (r *reader) twine(c *command, args []word) {
	a := takes("-r --repository --repository-url -u --username -p --password --config-file").arguments(args)
	if len(a.rest) == 0 || a.rest[0].text != "upload" {
		return
	}
	call := Call{Tool: "twine upload", Purpose: "data", What: "packages"}
	switch w, ok := a.first("--repository-url"); {
	case ok:
		call.to(w)
	case r.vars["TWINE_REPOSITORY_URL"].text != "":
		call.to(r.vars["TWINE_REPOSITORY_URL"])
	case a.has("-r", "--repository"):
		call.Unknown = ".pypirc says where that repository is"
	default:
		r.standard(&call, "pypi")
	}
	r.add(c, call)
}
