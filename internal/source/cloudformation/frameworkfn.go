package cloudformation

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// function makes the resources of one function: itself, its log, and what calls it.
func (f *framework) function(fn tree.Field) {
	provider, v := f.doc.Get("provider"), fn.Value
	if v != nil && v.Kind == tree.Hole {
		f.resources.Put(logical(fn.Name)+"LambdaFunction", v)
		return
	}
	props := tree.NewObject(fn.Line)
	props.Put("FunctionName", f.named(fn))
	if env := both(provider.Get("environment"), v.Get("environment"), fn.Line); env != nil {
		vars := tree.NewObject(env.Line)
		vars.Put("Variables", env)
		props.Put("Environment", vars)
	}
	for there, here := range map[string]string{"KmsKeyArn": "kmsKeyArn", "Runtime": "runtime", "Architectures": "architecture", "DeadLetterConfig": "onError"} {
		n := first(v.Get(here), provider.Get(here))
		if there == "DeadLetterConfig" && n != nil {
			at := tree.NewObject(n.Line)
			at.Put("TargetArn", n)
			n = at
		}
		props.Put(there, n)
	}
	if img := f.image(v.Get("image")); img != nil {
		code := tree.NewObject(img.Line)
		code.Put("ImageUri", img)
		props.Put("Code", code)
	}
	if vpc := first(v.Get("vpc"), provider.Get("vpc")); vpc != nil && vpc.Kind == tree.Object {
		at := tree.NewObject(vpc.Line)
		at.Put("SecurityGroupIds", vpc.Get("securityGroupIds"))
		at.Put("SubnetIds", vpc.Get("subnetIds"))
		props.Put("VpcConfig", at)
	}
	props.Put("Tags", tags(both(provider.Get("tags"), v.Get("tags"), fn.Line)))
	id := logical(fn.Name)
	f.add(id+"LambdaFunction", "AWS::Lambda::Function", fn.Line, sortedFields(props))
	if v.Get("disableLogs") == nil {
		log := tree.NewObject(fn.Line)
		log.Put("RetentionInDays", first(v.Get("logRetentionInDays"), provider.Get("logRetentionInDays")))
		f.add(id+"LogGroup", "AWS::Logs::LogGroup", fn.Line, log)
	}
	if url := v.Get("url"); url != nil && textOf(url) != "false" {
		at := tree.NewObject(url.Line)
		kind := "NONE"
		if url.Get("authorizer").Str() == "aws_iam" {
			kind = "AWS_IAM"
		}
		at.Put("AuthType", tree.NewText(kind, url.Line))
		at.Put("TargetFunctionArn", reference(id+"LambdaFunction", url.Line))
		f.add(id+"LambdaFunctionUrl", "AWS::Lambda::Url", url.Line, at)
	}
	for _, e := range v.Get("events").Elements() {
		f.event(e)
	}
}

// event makes what calls a function and is made for it.
func (f *framework) event(e *tree.Node) {
	for _, m := range e.Members() {
		switch m.Name {
		case "http":
			if f.doc.Get("provider", "apiGateway", "restApiId") == nil {
				props := tree.NewObject(m.Line)
				if t := f.doc.Get("provider", "endpointType"); t != nil {
					c := tree.NewObject(t.Line)
					c.Put("Types", t)
					props.Put("EndpointConfiguration", c)
				}
				f.add("ApiGatewayRestApi", "AWS::ApiGateway::RestApi", m.Line, props)
			}
		case "httpApi":
			if f.doc.Get("provider", "httpApi", "id") == nil {
				f.add("HttpApi", "AWS::ApiGatewayV2::Api", m.Line, nil)
			}
		case "websocket":
			f.add("WebsocketsApi", "AWS::ApiGatewayV2::Api", m.Line, nil)
		case "s3":
			f.bucket(m)
		case "sns":
			if name := first(m.Value.Get("topicName"), m.Value); name.Str() != "" && m.Value.Get("arn") == nil && !isARN(name.Str()) {
				props := tree.NewObject(m.Line)
				props.Put("TopicName", name)
				f.add("SNSTopic"+logical(name.Str()), "AWS::SNS::Topic", m.Line, props)
			}
		}
	}
}

// bucket is the one whose events call a function, unless it exists.
func (f *framework) bucket(m tree.Field) {
	name := first(m.Value.Get("bucket"), m.Value)
	if name == nil || name.Kind == tree.Object || textOf(m.Value.Get("existing")) == "true" {
		return
	}
	for _, r := range f.resources.Fields {
		if r.Value.Get("Type").Str() == "AWS::S3::Bucket" && name.Str() != "" && r.Value.Get("Properties", "BucketName").Str() == name.Str() {
			return
		}
	}
	props := tree.NewObject(m.Line)
	props.Put("BucketName", name)
	f.add("S3Bucket"+logical(letters(name.Str())), "AWS::S3::Bucket", m.Line, props)
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func isARN(s string) bool { return strings.HasPrefix(s, "arn:") }

// named is the name that the function gets.
func (f *framework) named(fn tree.Field) *tree.Node {
	if n := fn.Value.Get("name"); n != nil {
		return n
	}
	service := first(f.doc.Get("service", "name"), f.doc.Get("service"))
	if service.Str() == "" {
		return nil
	}
	return tree.NewText(service.Str()+"-"+f.stage()+"-"+fn.Name, fn.Line)
}

// image is that of a function: an address, or the name of one of the provider's.
func (f *framework) image(n *tree.Node) *tree.Node {
	if n == nil {
		return nil
	}
	if n.Kind == tree.Object {
		if uri := n.Get("uri"); uri != nil {
			return uri
		}
		n = n.Get("name")
	}
	of := f.doc.Get("provider", "ecr", "images", n.Str())
	switch {
	case of == nil:
		return n
	case of.Kind == tree.String:
		return of
	case of.Get("uri") != nil:
		return of.Get("uri")
	}
	return nil // it is built from a folder, and goes to the registry of the account
}

// first is the first of several that is written.
func first(ns ...*tree.Node) *tree.Node {
	for _, n := range ns {
		if n != nil && n.Kind != tree.Null {
			return n
		}
	}
	return nil
}

// both is what is written for all functions with what is for one, which counts more.
func both(all, own *tree.Node, line int) *tree.Node {
	switch {
	case own == nil || all != nil && all.Kind == tree.Hole:
		return all
	case all == nil || own.Kind == tree.Hole:
		return own
	}
	out := tree.NewObject(line)
	out.Fields = append(out.Fields, own.Members()...)
	for _, m := range all.Members() {
		if own.Get(m.Name) == nil {
			out.Fields = append(out.Fields, m)
		}
	}
	return out
}

// tags are tags as a resource has them.
func tags(n *tree.Node) *tree.Node {
	if n == nil || n.Kind != tree.Object {
		return n
	}
	out := &tree.Node{Kind: tree.List, Line: n.Line}
	for _, m := range n.Fields {
		t := tree.NewObject(m.Line)
		t.Put("Key", tree.NewText(m.Name, m.Line))
		t.Put("Value", m.Value)
		out.Items = append(out.Items, t)
	}
	return out
}

func reference(id string, line int) *tree.Node {
	n := tree.NewObject(line)
	n.Put("Ref", tree.NewText(id, line))
	return n
}

func sortedFields(n *tree.Node) *tree.Node {
	slices.SortStableFunc(n.Fields, func(a, b tree.Field) int { return strings.Compare(a.Name, b.Name) })
	return n
}

func textOf(n *tree.Node) string {
	if n == nil {
		return ""
	}
	return n.Text
}
