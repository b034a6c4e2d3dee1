package inventory

import (
	"cmp"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// custodianName reports whether a file is called as what Cloud Custodian found.
func custodianName(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return name == "resources.json" || name == "resources.json.gz"
}

// policyBeside is the file in which Cloud Custodian says what it looked for.
func policyBeside(path string) string {
	file := filepath.Join(filepath.Dir(path), "metadata.json")
	src, err := tree.Load(file, 32<<20)
	if err != nil || !strings.Contains(string(src[:min(len(src), 64<<10)]), `"policy"`) {
		return ""
	}
	return file
}

// custodian reads resources as the clouds describe them, of the type and in the
// region that the policy was run with.
func (in *inventory) custodian(file string) {
	src, err := tree.Load(file, 32<<20)
	if err != nil {
		in.problem(0, err.Error())
		return
	}
	meta, err := tree.JSON(src)
	if err != nil {
		in.facts.Problems = append(in.facts.Problems, graph.Problem{Origin: graph.Origin{File: slash(file)}, Message: err.Error()})
		return
	}
	in.facts.Files = append(in.facts.Files, slash(file))
	typ := meta.Get("policy", "resource").Str()
	if typ == "" {
		in.problem(0, "metadata.json beside it does not say what type of resource it holds")
		return
	}
	if !strings.Contains(typ, ".") {
		typ = "aws." + typ
	}
	if strings.HasPrefix(typ, "azure.") {
		in.resources(nil)
		return
	}
	in.found(typ, regionOf(meta))
}

// regionOf is the region that a policy was run in.
func regionOf(meta *tree.Node) string {
	region := meta.Get("config", "region").Str()
	if region == "" {
		if list := meta.Get("config", "regions"); list != nil && len(list.Items) == 1 {
			region = list.Items[0].Str()
		}
	}
	if region == "all" {
		return ""
	}
	return region
}

// identities are the members by which the clouds call a resource, best first.
var identities = []string{"Arn", "ARN", "arn", "selfLink", "Id", "id", "Name", "name", "InstanceId", "VolumeId", "SnapshotId", "VpcId", "SubnetId", "GroupId", "ImageId", "KeyId",
	"FunctionArn", "TableArn", "DBInstanceArn", "DBClusterArn", "DBSnapshotArn", "LoadBalancerArn", "QueueArn", "QueueUrl", "TopicArn", "FileSystemId", "ClusterArn", "logGroupName"}

func (in *inventory) found(typ, code string) {
	var records []record
	taken := map[graph.Address]bool{}
	source, _, _ := strings.Cut(typ, ".")
	in.items(nil, func(it item, n *tree.Node) {
		name := ""
		for _, k := range identities {
			if name = n.Get(k).Str(); name != "" {
				break
			}
		}
		if name == "" {
			for _, f := range n.Members() { // DBInstanceArn, CacheClusterId
				if s := f.Value.Str(); s != "" && (strings.HasSuffix(f.Name, "Arn") || strings.HasSuffix(f.Name, "Id") || strings.HasSuffix(f.Name, "Name") || strings.HasSuffix(f.Name, "Identifier")) {
					name = s
					break
				}
			}
		}
		r := record{item: it, typ: typ, region: code, address: unlike(taken, graph.Address(typ+"/"+cmp.Or(name, number(len(records)))))}
		if strings.ContainsAny(name, ":/") { // a plain name could be anything's
			in.index[fold(name)] = r.address
		}
		records = append(records, r)
	})
	in.facts.Blocks += len(records)
	for i := range records {
		r := &records[i]
		in.facts.Assets = append(in.facts.Assets, graph.Asset{Address: r.address, Language: "custodian", Type: r.typ, Root: in.file,
			Provider: in.provider(source, r.region, r.item.line), Attrs: &lazy{in: in, item: r.item, shape: func(n *tree.Node) *tree.Node { return n }},
			Origin: graph.Origin{File: in.file, Line: r.item.line}})
	}
}
