package admissiontest

// objects are others that are made.
var objects = []struct{ name, policy, text string }{
	{"a service", "", service("selector: {app: x}")},
	{"another name for a host outside", "services", service("type: ExternalName, externalName: api.openai.com")},
	{"another name for a host inside", "", service("type: ExternalName, externalName: api.scaleway.ai")},
	{"another name within the cluster", "", service("type: ExternalName, externalName: db.other.svc.cluster.local")},
	{"traffic to an address of others", "services", service("externalIPs: [198.51.100.7]")},
	{"a load balancer for all", "services", service("type: LoadBalancer")},
	{"a load balancer for all by its ranges", "services", service("type: LoadBalancer, loadBalancerSourceRanges: [0.0.0.0/0]")},
	{"a load balancer for both halves of the internet", "services", service("type: LoadBalancer, loadBalancerSourceRanges: [0.0.0.0/1, 128.0.0.0/1]")},
	{"a load balancer for all, with a space behind", "services", service("type: LoadBalancer, loadBalancerSourceRanges: [\"0.0.0.0/0 \"]")},
	{"a load balancer that is internal at a cloud outside", "services", balancer("service.beta.kubernetes.io/aws-load-balancer-internal: \"true\"")},
	{"a load balancer that is internal and is not", "services", balancer("service.beta.kubernetes.io/openstack-internal-load-balancer: \"true\", service.beta.kubernetes.io/scw-loadbalancer-private: \"false\"")},
	{"a load balancer for some", "", service("type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24]")},
	{"an internal load balancer", "", balancer("service.beta.kubernetes.io/scw-loadbalancer-private: \"true\"")},
	{"ends that are names", "services", "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s, namespace: ward}\naddressType: FQDN\nendpoints: [{addresses: [api.openai.com]}]\nports: [{port: 443}]"},
	{"an ingress", "", ingress("{name: i, namespace: ward}")},
	{"an ingress by the old annotation", "entries", ingress("{name: i, namespace: ward, annotations: {kubernetes.io/ingress.class: alb}}")},
	{"a class of ingress within", "", "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: n}\nspec: {controller: k8s.io/ingress-nginx}"},
	{"a class of ingress that is a tunnel", "entries", "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: n}\nspec: {controller: strrl.dev/cloudflare-tunnel-ingress-controller}"},

	{"a storage class inside", "", "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: s}\nprovisioner: csi.example\nallowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/region, values: [fr-par]}]}]"},
	{"a storage class anywhere", "volumes", "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: s}\nprovisioner: csi.example"},
	{"a storage class elsewhere", "volumes", "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: s}\nprovisioner: csi.example\nallowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [us-east-1a]}]}]"},
	{"a volume inside", "", volume("csi: {driver: d, volumeHandle: v}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: [fr-par-1]}]}]}}")},
	{"a volume anywhere", "volumes", volume("csi: {driver: d, volumeHandle: v}")},
	{"a volume elsewhere", "volumes", volume("csi: {driver: d, volumeHandle: v}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [fr-par, us-east-1]}]}]}}")},
	{"a volume of a host outside", "volumes", volume("nfs: {server: files.evil.example, path: /}")},
	{"a volume of a host outside, by its driver", "volumes", volume("csi: {driver: nfs.csi.k8s.io, volumeHandle: v, volumeAttributes: {server: files.evil.example}}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [fr-par]}]}]}}")},
	{"a volume of a share of a host outside", "volumes", volume("csi: {driver: smb.csi.k8s.io, volumeHandle: v, volumeAttributes: {source: //files.evil.example/share}}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [fr-par]}]}]}}")},
	{"a volume of a host of the cluster", "", volume("nfs: {server: nfs.storage.svc.cluster.local, path: /}")},

	{"a node inside", "", node("topology.kubernetes.io/region: fr-par, topology.kubernetes.io/zone: fr-par-1", "scaleway://instance/fr-par-1/x")},
	{"a node elsewhere", "nodes", node("topology.kubernetes.io/region: us-east-1", "aws:///us-east-1a/i-1")},
	{"a node of another provider under a code that is inside", "nodes", node("topology.kubernetes.io/region: fr-par", "aws:///us-east-1a/i-1")},
	{"a node whose zone is in another region", "nodes", node("topology.kubernetes.io/region: nl-ams, topology.kubernetes.io/zone: fr-par-1", "scaleway://instance/fr-par-1/x")},
	{"a node that says nothing, and gets no pod", "", node("disk: ssd", "")},

	{"settings that lead inside", "", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: ward}\ndata: {URL: \"https://api.scaleway.ai/v1\", README: \"see https://docs.example for more\"}"},
	{"settings that lead outside", "destinations", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: ward}\ndata: {URL: \"https://api.openai.com/v1\"}"},
	{"a webhook outside", "destinations", "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: w}\nwebhooks: [{name: w.evil.example, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: \"https://evil.example/\"}, rules: []}]"},
	{"a namespace of data that may be here", "", "apiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {bailiwick.dev/data: prompts}}"},
	{"a namespace of other data", "labels", "apiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {bailiwick.dev/data: prompts.genomes}}"},

	{"a network policy that opens the way to a namespace", "", policy("egress: [{to: [{namespaceSelector: {}}]}]")},
	{"a network policy that opens all", "networks", policy("egress: [{}]")},
	{"a network policy that opens all of the internet", "networks", policy("egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]")},
	{"a network policy that opens an address", "networks", policy("egress: [{to: [{ipBlock: {cidr: 203.0.113.7/32}}]}]")},

	{"a policy of Cilium to pods and names inside", "", cilium("[{toEndpoints: [{}]}, {toFQDNs: [{matchName: api.scaleway.ai}]}, {}]")},
	{"a policy of Cilium to another name", "networks", cilium("[{toFQDNs: [{matchName: api.scaleway.ai}, {matchName: api.openai.com}]}]")},
	{"a policy of Cilium to all names", "networks", cilium("[{toFQDNs: [{matchPattern: \"*\"}]}]")},
	{"a policy of Cilium to the world", "networks", cilium("[{toEntities: [world]}]")},
	{"a policy of Cilium to a port anywhere", "networks", cilium("[{toPorts: [{ports: [{port: \"443\", protocol: TCP}]}]}]")},
	{"a policy of Cilium to a range", "networks", cilium("[{toCIDRSet: [{cidr: 203.0.113.0/24}]}]")},

	{"a model of a volume", "", served("model: {modelFormat: {name: onnx}, storageUri: \"pvc://models/m\"}")},
	{"a model of a registry inside", "", served("model: {modelFormat: {name: onnx}, storageUri: \"oci://registry.clinic.example/m" + Digest + "\"}")},
	{"a model of a hub", "models", served("model: {modelFormat: {name: huggingface}, storageUri: \"hf://BAAI/bge-m3\"}")},
	{"a model of a bucket, in the old form", "models", served("sklearn: {storageUri: \"gs://kfserving-examples/models/sklearn\"}")},
	{"a language model of a volume", "", language("uri: \"pvc://models/m\"")},
	{"a language model of a hub", "models", language("uri: \"hf://BAAI/bge-m3\"")},
	{"a language model with an adapter of a hub", "models", language("uri: \"pvc://models/m\", lora: {adapters: [{name: a, uri: \"hf://x/y\"}]}")},
	{"a model with a runtime of another registry", "images", served("model: {modelFormat: {name: onnx}, storageUri: \"pvc://models/m\", image: \"docker.io/x/y\"}")},
	{"a model anywhere", "places", "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m, namespace: ward}\nspec: {predictor: {model: {modelFormat: {name: onnx}, storageUri: \"pvc://models/m\"}}}"},
}

func service(spec string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: ward}\nspec: {ports: [{port: 80}], " + spec + "}"
}

func balancer(annotations string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: ward, annotations: {" + annotations + "}}\nspec: {type: LoadBalancer, ports: [{port: 80}]}"
}

func ingress(metadata string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: " + metadata + "\nspec: {defaultBackend: {service: {name: s, port: {number: 80}}}}"
}

func volume(spec string) string {
	return "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], " + spec + "}"
}

func node(labels, provider string) string {
	return "apiVersion: v1\nkind: Node\nmetadata: {name: n, labels: {" + labels + "}}\nspec: {providerID: \"" + provider + "\"}"
}

func policy(spec string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n, namespace: ward}\nspec: {podSelector: {}, policyTypes: [Egress], " + spec + "}"
}

func served(predictor string) string {
	return "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m, namespace: ward}\nspec: {predictor: {nodeSelector: {topology.kubernetes.io/region: fr-par}, " + predictor + "}}"
}

func language(model string) string {
	return "apiVersion: serving.kserve.io/v1alpha1\nkind: LLMInferenceService\nmetadata: {name: m, namespace: ward}\nspec: {model: {" + model + "}}"
}

func cilium(egress string) string {
	return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: ward}\nspec: {endpointSelector: {}, egress: " + egress + "}"
}
