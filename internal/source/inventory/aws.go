package inventory

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func number(i int) string { return strconv.Itoa(i) }

// A record is what an inventory says of a resource at some time.
type record struct {
	item    item
	time    string
	deleted bool
	typ     string
	address graph.Address
	region  string
	formed  bool // as CloudFormation describes it
}

// aws reads the items of AWS Config. Of a history the last record of each
// resource counts; what was deleted is absent.
func (in *inventory) aws() {
	at := map[string]int{}
	var records []record
	in.items([]string{"configurationItems"}, func(it item, n *tree.Node) {
		typ := n.Get("resourceType").Str()
		arn := cmp.Or(n.Get("ARN").Str(), n.Get("arn").Str())
		if typ == "" && it.whole {
			return
		}
		if typ == "" {
			in.problem(it.line, "an item has no resourceType")
			return
		}
		status := cmp.Or(n.Get("configurationItemStatus").Str(), n.Get("status").Str())
		r := record{item: it, typ: typ, region: n.Get("awsRegion").Str(), time: moment(n.Get("configurationItemCaptureTime")),
			deleted: strings.HasPrefix(status, "ResourceDeleted") || strings.Contains(status, "NotRecorded"), formed: formed(configuration(n))}
		key := cmp.Or(arn, strings.Join([]string{n.Get("awsAccountId").Str(), r.region, typ, n.Get("resourceId").Str()}, "/"))
		r.address = graph.Address(cmp.Or(arn, typ+"/"+n.Get("resourceId").Str()))
		if i, seen := at[key]; seen {
			if r.time >= records[i].time {
				records[i] = r
			}
			return
		}
		at[key] = len(records)
		records = append(records, r)
	})
	in.facts.Blocks += len(records)
	taken := map[graph.Address]bool{}
	for i := range records {
		r := &records[i]
		if r.deleted {
			in.facts.Absent++
			continue
		}
		r.address = unlike(taken, r.address)
		in.index[fold(string(r.address))] = r.address
	}
	for i := range records {
		r := &records[i]
		if r.deleted {
			continue
		}
		a := graph.Asset{Address: r.address, Language: "aws-config", Type: r.typ, Root: in.file, Provider: in.provider("aws", r.region, r.item.line),
			Origin: graph.Origin{File: in.file, Line: r.item.line}}
		l := &lazy{in: in, item: r.item, shape: opened}
		if r.formed {
			a.Language = "cloudformation"
			l.shape = configured
		}
		a.Attrs = l
		in.facts.Assets = append(in.facts.Assets, a)
	}
}

// moment is a time as it can be compared: AWS Config writes it one way in a file,
// as a text, or as seconds.
func moment(n *tree.Node) string {
	if n == nil {
		return ""
	}
	return n.Text
}

// configuration is what an item says of its resource: an object, or the text of one.
func configuration(n *tree.Node) *tree.Node { return unwrapped(n.Get("configuration")) }

// unwrapped reads JSON that stands in a text; anything else stays.
func unwrapped(n *tree.Node) *tree.Node {
	for range 2 { // access control lists are the text of a text
		if n == nil || n.Kind != tree.String || n.Text == "" || strings.IndexByte("{[\"", n.Text[0]) < 0 {
			break
		}
		doc, err := tree.JSON([]byte(n.Text))
		if err != nil {
			break
		}
		relined(doc, n.Line)
		n = doc
	}
	return n
}

// relined puts everything on one line.
func relined(n *tree.Node, line int) {
	n.Line = line
	for _, it := range n.Items {
		relined(it, line)
	}
	for i := range n.Fields {
		n.Fields[i].Line = line
		relined(n.Fields[i].Value, line)
	}
}

// formed reports whether the members of a configuration begin with capital
// letters, as the properties of CloudFormation do.
func formed(n *tree.Node) bool {
	for _, f := range n.Members() {
		if f.Name != "" && f.Name[0] >= 'A' && f.Name[0] <= 'Z' {
			return true
		}
		if f.Name != "" && f.Name[0] >= 'a' && f.Name[0] <= 'z' {
			return false
		}
	}
	return false
}

// configured is the configuration alone, with the tags.
func configured(n *tree.Node) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Line: n.Line}
	c := configuration(n)
	if c.Get("Tags") == nil {
		if tags := n.Get("tags"); tags != nil {
			out.Fields = append(out.Fields, tree.Field{Name: "Tags", Line: tags.Line, Value: tags})
		}
	}
	out.Fields = append(out.Fields, c.Members()...)
	return out
}

// opened is an item whose configurations are objects.
func opened(n *tree.Node) *tree.Node {
	for i := range n.Fields {
		f := &n.Fields[i]
		switch f.Name {
		case "configuration":
			f.Value = unwrapped(f.Value)
		case "supplementaryConfiguration":
			for j := range f.Value.Fields {
				f.Value.Fields[j].Value = unwrapped(f.Value.Fields[j].Value)
			}
		}
	}
	return n
}
