package shell

import "strings"

// Image is an image reference with its registry in front, and that registry.
// What begins without a host comes from where images come from by default. It
// is not ok where nothing is known of the reference, or it names no image.
func Image(ref string, hosts map[string]string) (to string, ok bool) {
	ref = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(ref), "docker://"), "oci://")
	if ref == "" || strings.ContainsAny(ref, " ${}\x00") {
		return "", false
	}
	head, _, more := strings.Cut(ref, "/")
	if more && (strings.ContainsAny(head, ".:") || head == "localhost") {
		return ref, true
	}
	host := hosts["image"]
	if host == "" {
		return "", false
	}
	return host + "/" + ref, true
}

// image adds a call for an image.
func (r *reader) image(c *command, tool, purpose string, w word) {
	call := Call{Tool: tool, Purpose: purpose, What: w.shown()}
	if w.known() {
		to, ok := Image(w.text, r.o.Hosts)
		if call.To = to; !ok {
			if r.o.Hosts["image"] != "" {
				return
			}
			call.Unknown = "where images come from by default is not known here"
		}
	} else {
		call.Unknown = w.why
		head, _, more := strings.Cut(w.text, "/")
		switch {
		case more && !strings.ContainsRune(head, hole) && (strings.ContainsAny(head, ".:") || head == "localhost"):
			call.To = strings.TrimRight(w.part(), ":@/")
		case !strings.HasPrefix(w.text, string(hole)) && !strings.ContainsRune(head, hole) && r.o.Hosts["image"] != "":
			call.To = r.o.Hosts["image"] + "/" + strings.TrimRight(w.part(), ":@/")
		}
	}
	r.add(c, call)
}

const runTakes = "-v --volume -e --env --env-file -p --publish --name --network --net -w --workdir -u --user --entrypoint --mount --platform --gpus -m --memory --cpus -h --hostname --add-host --ip -l --label --log-driver --log-opt --restart --shm-size --device --cap-add --cap-drop --security-opt --ulimit --tmpfs --dns --pid --ipc --runtime --cidfile --pull --userns --volumes-from --group-add --stop-signal --stop-timeout --health-cmd --annotation --cgroupns --expose --link --memory-swap --network-alias --sysctl -c --cpu-shares --cpuset-cpus --isolation --detach-keys"

// docker reads pull, run, create, push, build, login and compose-free forms of
// the container clients, which share their words.
func (r *reader) docker(c *command, args []word) {
	g := takes("-H --host --context --config -l --log-level --tlscacert --tlscert --tlskey -n --namespace -a --address --root --runroot --storage-driver --connection --url")
	for len(args) > 0 && strings.HasPrefix(args[0].text, "-") {
		if g[args[0].text] && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	for len(args) > 0 && (args[0].text == "container" || args[0].text == "image" || args[0].text == "images") {
		args = args[1:]
	}
	if len(args) == 0 {
		return
	}
	verb, tool := args[0].text, c.args[0].text+" "+args[0].text
	args = args[1:]
	switch verb {
	case "run", "create":
		// What follows the image is the image's.
		gr := takes(runTakes)
		for len(args) > 0 && strings.HasPrefix(args[0].text, "-") {
			if gr[args[0].text] && len(args) > 1 {
				args = args[1:]
			}
			args = args[1:]
		}
		if len(args) > 0 {
			r.image(c, tool, "registry", args[0])
			r.nested(c, args[1:])
		}
	case "pull", "from":
		for _, w := range takes("--platform --creds --tls-verify --arch --os --authfile").arguments(args).rest {
			r.image(c, tool, "registry", w)
		}
	case "push":
		for _, w := range takes("--creds --authfile").arguments(args).rest {
			r.image(c, tool, "data", w)
		}
	case "buildx", "build", "bud":
		a := takes("-t --tag -f --file --build-arg --platform --target --cache-from --cache-to --label --secret --ssh -o --output --network --progress --builder --iidfile --metadata-file --add-host --shm-size").arguments(args)
		for _, w := range a.of("-t", "--tag") {
			if a.has("--push") {
				r.image(c, tool+" --push", "data", w)
			}
		}
		for _, w := range a.rest {
			if strings.Contains(w.text, "://") {
				call := Call{Tool: tool, Purpose: "source"}
				call.to(w)
				r.add(c, call)
			}
		}
	}
}

// crane reads the clients of registries.
func (r *reader) crane(c *command, args []word) {
	a := takes("--src-creds --dest-creds --creds --platform -o --output --authfile --key --format --override-arch --override-os -a --annotations -u -p --config").arguments(args)
	if len(a.rest) < 2 {
		return
	}
	verb, rest := a.rest[0].text, a.rest[1:]
	if verb == "image" || verb == "artifact" {
		verb, rest = rest[0].text, rest[1:]
	}
	tool := c.args[0].text + " " + verb
	switch verb {
	case "pull", "export", "manifest", "digest", "config", "ls", "inspect", "verify", "discover", "download":
		for _, w := range rest[:min(1, len(rest))] {
			r.image(c, tool, "registry", remoteImage(w))
		}
	case "push", "sign", "attest", "attach":
		r.image(c, tool, "data", remoteImage(rest[len(rest)-1]))
	case "cp", "copy", "sync":
		for i, w := range rest[:min(2, len(rest))] {
			if t := w.text; strings.Contains(t, ":") && !strings.HasPrefix(t, "docker://") && strings.IndexByte(t, '/') > strings.IndexByte(t, ':') && c.args[0].text == "skopeo" {
				continue // dir:, docker-archive:, oci: of this machine
			}
			r.image(c, tool, []string{"registry", "data"}[i], remoteImage(w))
			if i == 1 {
				r.image(c, tool, "mirror", remoteImage(w))
			}
		}
	}
}

func remoteImage(w word) word { return word{strings.TrimPrefix(w.text, "docker://"), w.why} }

// helm reads charts: repositories that are added, and charts that are named by
// their address.
func (r *reader) helm(c *command, args []word) {
	a := takes("-n --namespace -f --values --set --set-string --version --repo --kubeconfig --kube-context --timeout --username --password --ca-file --set-file -d --destination").arguments(args)
	if len(a.rest) == 0 {
		return
	}
	tool := "helm " + a.rest[0].text
	for _, w := range append(a.of("--repo"), a.rest[1:]...) {
		if strings.Contains(w.text, "://") {
			call := Call{Tool: tool, Purpose: "registry"}
			if a.rest[0].text == "push" {
				call.Purpose = "data"
			}
			call.to(word{strings.TrimPrefix(w.text, "oci://"), w.why})
			r.add(c, call)
		}
	}
}
