package cloudformation

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// pseudoParameter is the value of AWS::Region and its like. One that is not
// known keeps its spelling in Tag, so that it can stand in a longer text.
func (s *stack) pseudoParameter(name string, line int) *tree.Node {
	if v := s.pseudo[name]; v != nil {
		return at(v, line)
	}
	switch name {
	case "AWS::NoValue":
		return removed
	case "AWS::Region":
		return spelled(line, s.region.Unknown, "${AWS::Region}")
	case "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix":
		return spelled(line, "the template does not say what "+name+" is", "${"+name+"}")
	case "AWS::StackName", "AWS::StackId", "AWS::NotificationARNs":
		return spelled(line, "the template does not say what "+name+" is", "${"+s.path+name+"}")
	}
	return tree.NewHole(name+" is no pseudo parameter that is understood", line)
}

func spelled(line int, why, spelling string) *tree.Node {
	n := tree.NewHole(why, line)
	n.Tag = spelling
	return n
}

// place sets the region, and what follows from it.
func (s *stack) place(b *besides) {
	s.region = graph.Reading{Unknown: "the template does not say to which region it is deployed: name it with --region, or write it in samconfig.toml", Origin: graph.Origin{File: s.file, Line: 1}}
	s.given = b.given
	region, account, at := s.run.region, "", s.region.Origin
	if t := b.template(s.file); t != nil {
		account = t.account
		if region == "" {
			region, at = t.region, t.origin
			if t.unknown != "" {
				s.region.Unknown, s.region.Origin = t.unknown, t.origin
			}
		}
	}
	if account != "" {
		s.pseudo["AWS::AccountId"] = tree.NewText(account, at.Line)
	}
	if region == "" {
		return
	}
	s.region = graph.Reading{Value: region, Origin: at}
	partition, suffix := "aws", "amazonaws.com"
	switch {
	case strings.HasPrefix(region, "cn-"):
		partition, suffix = "aws-cn", "amazonaws.com.cn"
	case strings.HasPrefix(region, "us-gov-"):
		partition = "aws-us-gov"
	case strings.HasPrefix(region, "eusc-"):
		partition, suffix = "aws-eusc", "amazonaws.eu"
	case strings.Contains(region, "-iso"):
		partition, suffix = "", ""
	}
	s.pseudo["AWS::Region"] = tree.NewText(region, at.Line)
	if partition != "" {
		s.pseudo["AWS::Partition"] = tree.NewText(partition, at.Line)
		s.pseudo["AWS::URLSuffix"] = tree.NewText(suffix, at.Line)
	}
}
