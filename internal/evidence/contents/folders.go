package contents

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A paragraph is one of annex II, with its folder.
type paragraph struct {
	letter string
	folder string
	docs   []string // documents that are evidence for it before all
	tables []table
	// needs are what else an auditor asks for and no file shows: messages "need.NAME".
	needs []string
}

// id is the requirement of the knowledge base.
func (p *paragraph) id() graph.RequirementID {
	return graph.RequirementID("CADA_ANNEX2_" + p.letter)
}

// paragraphs are those of annex II of COM(2026) 502, in their order.
var paragraphs = []paragraph{
	{"A", "A-establishment", []string{"dora", "subprocessors"}, []table{operators}, []string{"register", "presence", "subcontracts"}},
	{"B", "B-infrastructure-and-personnel", nil, []table{assets}, []string{"sites", "assets", "staff-places"}},
	{"C", "C-data-metadata-telemetry", []string{"dfd", "incidents", "ropa"}, []table{flows, traffic}, []string{"contract-location", "access-records"}},
	{"D", "D-personnel", nil, nil, []string{"screening", "outside-support"}},
	{"E", "E-certificate", nil, []table{certificates}, []string{"certificate"}},
	{"F", "F-no-training-abroad", []string{"annex-iv"}, []table{models}, []string{"model-cards", "opt-out", "build-places", "lineage"}},
	{"G", "G-third-country-control", []string{"tia"}, []table{control}, []string{"shareholders", "governance", "legal-opinion"}},
	{"H", "H-support-in-the-union", nil, []table{support}, []string{"support-places", "access-log", "no-access"}},
	{"I", "I-software-supply-chain", []string{"sbom"}, []table{artifacts}, []string{"sbom-origin", "no-remote", "alternatives"}},
	{"J", "J-open-source", nil, nil, []string{"stewards", "steward-notice", "alternatives"}},
	{"K", "K-subsidiaries-abroad", nil, []table{nexus}, []string{"separation", "subsidiary-access"}},
}

// otherwise is where documents stand that belong to no paragraph before all.
const otherwise = "documents"

// overview is the document that asks the questions of all others, each once.
const overview = "review"

func folderOf(document string) string {
	for i := range paragraphs {
		if slices.Contains(paragraphs[i].docs, document) {
			return paragraphs[i].folder
		}
	}
	return otherwise
}

// folder is that of a letter, or "".
func folder(letter string) string {
	for i := range paragraphs {
		if paragraphs[i].letter == letter {
			return paragraphs[i].folder
		}
	}
	return ""
}

// within are the files of the pack that stand in a folder.
func (b *bundle) within(folder string) []string {
	var out []string
	for _, f := range b.w.Files() {
		if strings.HasPrefix(f.Name, folder+"/") {
			out = append(out, f.Name)
		}
	}
	slices.Sort(out)
	return out
}
