package diagram

import (
	"fmt"
	"math/rand/v2"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// world is a map of n nodes and about as many edges, as an AI system has them:
// most things at home, a few ends that many send to.
func world(n int, seed uint64) *Map {
	r := rand.New(rand.NewPCG(seed, 7))
	m := &Map{Title: "clinic-assistant", Day: "2026-11-23", Verdict: "violation", By: "country", Summary: []string{fmt.Sprint(n, " things"), "5 flows leave the perimeter"}, Notes: []string{"12 things that hold and move no data are left out."}}
	lanes := []Lane{
		{"DE", "Germany", "", Country, Inside}, {"FR", "France", "", Country, Inside}, {"SE", "Sweden", "", Country, Inside}, {"EU", "somewhere in the EU", "one of 27 countries", Country, Inside},
		{"systems", "systems", "", People, Neutral},
		{"US", "United States", "", Country, Outside}, {"GB", "United Kingdom", "", Country, Outside}, {"CN", "China", "", Country, Outside}, {"*", "anywhere", "", Anywhere, Outside}, {"?", "not known", "", NotKnown, Open},
	}
	m.Lanes = lanes
	share := []int{0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 9}
	kinds := []graph.Kind{graph.ObjectStore, graph.Database, graph.ModelEndpoint, graph.Function, graph.LogStore, graph.Key, graph.Queue, graph.CDN, graph.UnknownKind}
	ops := []string{"AWS", "Scaleway", "Microsoft", ""}
	for i := range n {
		ln := &lanes[share[r.IntN(len(share))]]
		k := kinds[r.IntN(len(kinds))]
		nd := Node{ID: fmt.Sprint("n", i), Lane: ln.ID, Group: ops[r.IntN(len(ops))], Name: fmt.Sprintf("aws_%s.thing_%d", k, i), Kind: k, Standing: ln.Standing,
			Lines: []string{string(k) + " · eu-central-1", "prompts, patient-records"}, Origin: graph.Origin{File: "main.tf", Line: i + 1}}
		if i%5 == 0 {
			nd.Name = fmt.Sprintf("module.platform.module.rag[\"production\"].aws_opensearchserverless_collection.vectors_of_documents_%d", i)
		}
		nd.Full = nd.Name
		if ln.Standing == Outside {
			nd.Fails = 1 + r.IntN(12)
		} else if ln.Standing == Open || r.IntN(6) == 0 {
			nd.Opens, nd.Standing = 2, Open
		}
		if i%7 == 0 {
			nd.Host, nd.Kind, nd.Name = true, "", fmt.Sprintf("api-%d.vendor.example", i)
		}
		m.Nodes = append(m.Nodes, nd)
	}
	states := []graph.FlowState{graph.Planned, graph.Planned, graph.Planned, graph.Declared, graph.Observed}
	for range n * 11 / 10 {
		a, b := r.IntN(n), r.IntN(n)
		if r.IntN(2) == 0 {
			b = r.IntN(1 + n/8)
		}
		if a == b {
			continue
		}
		st := Inside
		for _, ln := range lanes {
			if ln.ID == m.Nodes[b].Lane {
				st = ln.Standing
			}
		}
		e := Edge{From: m.Nodes[a].ID, To: m.Nodes[b].ID, State: states[r.IntN(len(states))], Purpose: "logs", Standing: st, Count: 1}
		if e.State == graph.Observed {
			e.Label = "2.1 GB sent"
		}
		m.Edges = append(m.Edges, e)
	}
	return m
}
