package main

import "fmt"

// review is the i-th review: Deployments and Pods of a hundred teams, a third of
// them outside. fresh of a hundred pull from a registry that was never seen.
func review(i, fresh int) []byte {
	image := "rg.fr-par.scw.cloud/clinic/triage@sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
	if i%3 == 0 {
		image = "ghcr.io/acme/tool:1.2"
	}
	if i%100 < fresh {
		image = fmt.Sprintf("registry-%d.example.com/a/b:1", i)
	}
	meta := fmt.Sprintf(`{"name":"app-%d","namespace":"team-%d","uid":"0f1d3c3e-6f0b-4b61-9b8e-%012d","labels":{"app":"app"},"managedFields":[{"manager":"kubectl","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{}}}}]}`, i, i%100, i)
	spec := fmt.Sprintf(`{"nodeSelector":{"topology.kubernetes.io/region":"fr-par"},"serviceAccountName":"default","containers":[{"name":"app","image":%q,"env":[{"name":"LOG","value":"info"},{"name":"DB","value":"db.team-%d.svc"}],"resources":{},"terminationMessagePath":"/dev/termination-log","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler"}`, image, i%100)
	group, version, kind := "", "v1", "Pod"
	object := fmt.Sprintf(`{"kind":"Pod","apiVersion":"v1","metadata":%s,"spec":%s}`, meta, spec)
	if i%2 == 0 {
		group, kind = "apps", "Deployment"
		object = fmt.Sprintf(`{"kind":"Deployment","apiVersion":"apps/v1","metadata":%s,"spec":{"replicas":2,"selector":{"matchLabels":{"app":"app"}},"template":{"metadata":{"labels":{"app":"app"}},"spec":%s}}}`, meta, spec)
	}
	return fmt.Appendf(nil, `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-%d","kind":{"group":%q,"version":%q,"kind":%q},"namespace":"team-%d","operation":"CREATE","userInfo":{"username":"somebody"},"object":%s,"oldObject":null,"dryRun":false}}`, i, group, version, kind, i%100, object)
}
