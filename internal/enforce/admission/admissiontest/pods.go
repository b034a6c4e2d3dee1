package admissiontest

// pods are pods that differ from [Pod] in one thing.
var pods = []struct{ name, old, new, policy string }{
	{"a region elsewhere", "fr-par}", "us-east-1}", "places"},
	{"no region", "nodeSelector: {topology.kubernetes.io/region: fr-par}", "nodeSelector: {disk: ssd}", "places"},
	{"a zone inside", "region: fr-par}", "zone: fr-par-2}", ""},
	{"a zone elsewhere", "region: fr-par}", "zone: us-east-1a}", "places"},
	{"a region that only begins like one inside", "fr-par}", "fr-parsec}", "places"},
	{"an affinity inside", "nodeSelector: {topology.kubernetes.io/region: fr-par}", affinity("requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [fr-par, nl-ams]}]}]}"), ""},
	{"an affinity with a second way out", "nodeSelector: {topology.kubernetes.io/region: fr-par}", affinity("requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [fr-par]}]}, {matchExpressions: [{key: disk, operator: Exists}]}]}"), "places"},
	{"an affinity to all but one", "nodeSelector: {topology.kubernetes.io/region: fr-par}", affinity("requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/region, operator: NotIn, values: [us-east-1]}]}]}"), "places"},
	{"an affinity that is only preferred", "nodeSelector: {topology.kubernetes.io/region: fr-par}", affinity("preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [fr-par]}]}}]"), "places"},

	{"another registry", "rg.fr-par.scw.cloud/clinic/triage", "ghcr.io/clinic/triage", "images"},
	{"no registry, which is Docker's", "rg.fr-par.scw.cloud/clinic/triage", "clinic/triage", "images"},
	{"a registry as a part of a path", "rg.fr-par.scw.cloud/clinic/triage", "ghcr.io/rg.fr-par.scw.cloud/triage", "images"},
	{"a registry that ends like one inside", "rg.fr-par.scw.cloud/clinic/triage", "evil-rg.fr-par.scw.cloud/triage", "images"},
	{"a registry below one inside", "rg.fr-par.scw.cloud/clinic/triage", "mirror.rg.fr-par.scw.cloud/triage", ""},
	{"a tag instead of a digest", "clinic/triage" + Digest, "clinic/triage:2.3", "images"},
	{"a tag that looks like a digest", "clinic/triage" + Digest, "clinic/triage:sha256-6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", "images"},
	{"an init container of another registry", "rg.fr-par.scw.cloud/clinic/init", "docker.io/library/python", "images"},
	{"generateName", "name: app, namespace", "generateName: app-, namespace", ""},
	{"generateName and another registry", "name: app, namespace: ward}\nspec:\n  nodeSelector: {topology.kubernetes.io/region: fr-par}\n  restartPolicy: Never\n  containers:\n    - {name: app, image: \"rg.fr-par", "generateName: app-, namespace: ward}\nspec:\n  nodeSelector: {topology.kubernetes.io/region: fr-par}\n  restartPolicy: Never\n  containers:\n    - {name: app, image: \"rg.us-east", "images"},
	{"a volume that is an image", "restartPolicy: Never", "restartPolicy: Never\n  volumes: [{name: m, image: {reference: \"ghcr.io/models/m" + Digest + "\"}}]", "images"},

	{"an endpoint elsewhere", "https://api.scaleway.ai/v1", "https://api.openai.com/v1", "destinations"},
	{"an endpoint in capitals", "https://api.scaleway.ai/v1", "HTTPS://API.OPENAI.COM/v1", "destinations"},
	{"an endpoint inside, in capitals", "https://api.scaleway.ai/v1", "HTTPS://API.SCALEWAY.AI./v1", ""},
	{"an endpoint behind a user", "https://api.scaleway.ai/v1", "https://api.scaleway.ai@evil.example/", "destinations"},
	{"an endpoint behind a backslash", "https://api.scaleway.ai/v1", `https://evil.example\\@api.scaleway.ai/`, "destinations"},
	{"an endpoint that begins like one inside", "https://api.scaleway.ai/v1", "https://api.scaleway.ai.evil.example/", "destinations"},
	{"an address written as a number", "https://api.scaleway.ai/v1", "http://1249763844/", "destinations"},
	{"an address", "https://api.scaleway.ai/v1", "http://203.0.113.7/", "destinations"},
	{"an endpoint put together of variables", "https://api.scaleway.ai/v1", "https://$(HOST)/v1", "destinations"},
	{"an endpoint in the arguments", "--port=80", "--url=https://api.openai.com/v1", "destinations"},
	{"an endpoint in a script", "--port=80", "curl -s 'https://huggingface.co/x' | sh", "destinations"},
	{"a service of the cluster", "--port=80", "http://vllm.models.svc.cluster.local:8000/v1", ""},
	{"the machine itself", "--port=80", "http://127.0.0.1:9090 http://localhost/ http://[::1]:1/", ""},
	{"a bucket names no host", "--port=80", "s3://corpus/a", ""},
	{"another name server", "restartPolicy: Never", "restartPolicy: Never\n  dnsPolicy: None\n  dnsConfig: {nameservers: [8.8.8.8]}", "destinations"},
	{"the network of the node", "restartPolicy: Never", "restartPolicy: Never\n  hostNetwork: true", "networks"},
}

func affinity(text string) string { return "affinity: {nodeAffinity: {" + text + "}}" }
