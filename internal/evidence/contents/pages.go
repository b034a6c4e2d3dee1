package contents

import (
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/all"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// pages writes a page for each paragraph, also for one of which nothing is
// there, and one for the whole.
func (b *bundle) pages() error {
	for i := range paragraphs {
		p := &paragraphs[i]
		if err := b.write(p.folder+"/README", p.letter+" · "+"%s", "p."+p.letter, func(d *evidence.Builder) { b.paragraph(d, p) }); err != nil {
			return err
		}
	}
	return b.write("README", "%s", "title", b.whole)
}

// write writes a page whose title is a message.
func (b *bundle) write(base, title, key string, fill func(*evidence.Builder)) error {
	d, err := evidence.NewBuilder(b.Case, "pack", b.Language, messages)
	if err != nil {
		return err
	}
	fill(d)
	name := d.Word(key)
	doc, err := d.Document()
	if err != nil {
		return err
	}
	doc.Title = strings.Replace(title, "%s", name, 1)
	return b.page(base, doc)
}

func (b *bundle) paragraph(d *evidence.Builder, p *paragraph) {
	req, ok := b.Case.KB.Requirement(p.id())
	if ok {
		d.Paragraph(d.Say("asks", evidence.Values{"letter": strings.ToLower(p.letter)}, evidence.Clause(&req)), d.Quote(req.Obligation, evidence.Clause(&req)))
		b.standing(d, &req)
	}
	d.Head(1, "here", nil)
	files := b.within(p.folder)
	if len(files) == 0 {
		d.Paragraph(d.Fixed("nothing"))
	}
	var items []evidence.Item
	for _, f := range files {
		if strings.HasSuffix(f, ".md") {
			continue // the page beside it is the same
		}
		items = append(items, evidence.Item{b.label(strings.TrimPrefix(f, p.folder+"/")), b.described(d, f)})
	}
	d.List(items...)
	b.ruled(d, p)
	d.Head(1, "missing", nil)
	d.Paragraph(d.Fixed("missing.about"))
	var needs []evidence.Item
	for _, n := range p.needs {
		needs = append(needs, evidence.One(d.Fixed("need."+n)))
	}
	for _, n := range b.gaps(p) {
		needs = append(needs, evidence.One(d.Fixed("gap."+n)))
	}
	d.List(needs...)
	if slices.ContainsFunc(files, func(f string) bool { return strings.Contains(f, "/attestations/") }) {
		d.Paragraph(d.Fixed("attested"))
	}
}

// standing says that a text is no law yet.
func (b *bundle) standing(d *evidence.Builder, r *kb.Requirement) {
	if r.Status == "proposed" {
		d.Paragraph(d.Say("proposed", nil, evidence.Clause(r)))
	}
}

// plain is the name of a file of the pack: the signed statement is what shows it.
func plain(text string) evidence.Sentence {
	return evidence.Sentence{Text: text, Manner: evidence.Fixed}
}

// label is the name of a file, or a command, before what is said of it.
func (b *bundle) label(text string) evidence.Sentence {
	if b.Language == "fr" {
		return plain(text + " :")
	}
	return plain(text + ":")
}

// described says what a file is.
func (b *bundle) described(d *evidence.Builder, file string) evidence.Sentence {
	base := file[strings.LastIndexByte(file, '/')+1:]
	name, end, _ := strings.Cut(base, ".")
	switch {
	case strings.Contains(file, "/attestations/"):
		return d.Fixed("file.attestation")
	case end == "csv" && slices.Contains(tableNames, name):
		return d.Fixed("file." + name)
	case strings.HasPrefix(name, "map-"):
		return d.Fixed("file.map")
	}
	return plain(b.titles[documentOf(base)])
}

// documentOf is the document that a file is a form of: oscal-poam.json is one of oscal.
func documentOf(base string) string {
	names := all.Names()
	return names[slices.IndexFunc(names, func(name string) bool {
		rest, ok := strings.CutPrefix(base, name)
		return ok && (rest[0] == '.' || rest[0] == '-')
	})]
}

// tableNames are the tables that messages describe.
var tableNames = []string{"artifacts", "certificates", "control", "establishments", "findings", "flows", "models", "operators", "places", "support", "traffic"}

// ruled counts what the rules of a paragraph said.
func (b *bundle) ruled(d *evidence.Builder, p *paragraph) {
	ids := b.rulesOf(p)
	d.Head(1, "rules", nil)
	var rows [][]evidence.Cell
	for _, c := range b.Case.Result.Rules {
		if !slices.Contains(ids, c.ID) {
			continue
		}
		at := evidence.In("rules " + string(c.ID))
		counts := d.Say("counts.none", nil, at)
		if c.Pass+c.Fail+c.Undecided+c.Waived+c.NotInForce > 0 {
			counts = d.Say("counts", evidence.Values{"pass": c.Pass, "fail": c.Fail, "undecided": c.Undecided, "waived": c.Waived, "silent": c.NotInForce}, at)
		}
		rows = append(rows, []evidence.Cell{
			{d.Name(string(c.ID), at)},
			{d.Quote(c.Title, at)},
			{counts},
		})
	}
	if len(rows) == 0 {
		d.Paragraph(d.Fixed("rules.none"))
		return
	}
	d.Table("rules.table", []string{"rules.id", "rules.title", "rules.counts"}, []int{2, 5, 5}, rows)
}

// gaps are what this pack lacks of what a machine can show.
func (b *bundle) gaps(p *paragraph) []string {
	var out []string
	lacks := func(is bool, name string) {
		if is {
			out = append(out, name)
		}
	}
	has := func(file string) bool { return b.w.Has(p.folder + "/" + file) }
	switch p.letter {
	case "A", "G":
		lacks(!has(p.tables[0].name), "operators")
	case "B":
		lacks(!has("places.csv"), "places")
	case "C":
		lacks(!has("flows.csv"), "flows")
		lacks(!has("traffic.csv"), "traffic")
		lacks(len(b.evidence.Ledger) == 0, "ledger")
	case "E":
		lacks(!has("certificates.csv"), "certificates")
	case "F":
		lacks(!has("models.csv"), "models")
	case "H":
		lacks(!has("support.csv"), "support")
	case "I":
		lacks(!has("artifacts.csv"), "artifacts")
		lacks(b.Case.Facts == nil || len(b.Case.Facts.Packages) == 0, "sbom")
	case "K":
		lacks(!has("establishments.csv"), "establishments")
	}
	return out
}

// whole is the first page of the pack.
func (b *bundle) whole(d *evidence.Builder) {
	r := b.Case.Result
	d.Paragraph(d.Fixed("about"))
	d.Paragraph(
		d.Say("verdict", evidence.Values{"verdict": evidence.WordOf(d, "verdict", r.Verdict), "fail": r.Summary.Fail, "undecided": r.Summary.Undecided, "waived": r.Summary.Waived}, evidence.In("summary")),
		d.Say("inputs", evidence.Values{"n": len(b.Inputs), "problems": len(r.Problems)}, evidence.In("summary.files")),
	)
	d.Head(1, "folders", nil)
	var items []evidence.Item
	for i := range paragraphs {
		p := &paragraphs[i]
		items = append(items, evidence.Item{b.label(p.folder + "/"), d.Fixed("p." + p.letter)})
	}
	for _, f := range []string{otherwise, ledgerFolder, "attestations"} {
		if len(b.within(f)) > 0 {
			items = append(items, evidence.Item{b.label(f + "/"), d.Fixed("f." + f)})
		}
	}
	for _, f := range [][2]string{{pack.ResultFile, "result"}, {pack.PerimeterFile, "perimeter"}, {pack.InputsFile, "inputs"}, {pack.SumsFile, "sums"}, {"statement.dsse.json", "statement"}, {"verdict.dsse.json", "verdict"}, {pack.KeyFile, "key"}} {
		items = append(items, evidence.Item{b.label(f[0]), d.Fixed("f." + f[1])})
	}
	d.List(items...)
	b.listed(d)
	b.logged(d)
	d.Head(1, "verify", nil)
	d.Paragraph(d.Fixed("verify.about"))
	d.List(
		evidence.One(b.label("bailiwick evidence verify pack.zip --public KEY"), d.Fixed("verify.whole")),
		evidence.One(b.label("unzip -t pack.zip"), d.Fixed("verify.zip")),
		evidence.One(b.label("sha256sum -c SHA256SUMS"), d.Fixed("verify.sums")),
		evidence.One(b.label("sha256sum SHA256SUMS"), d.Fixed("verify.list")),
		evidence.One(b.label("openssl pkeyutl -verify -pubin -inkey KEY -rawin -in statement.pae -sigfile statement.sig"), d.Fixed("verify.signature")),
		evidence.One(b.label("bailiwick evidence pack -o again.zip --key ANOTHER --at "+b.evidence.At+" --language "+b.Language), d.Fixed("verify.again")),
	)
}

// listed names the documents, and counts what they ask of people.
func (b *bundle) listed(d *evidence.Builder) {
	d.Head(1, "documents", nil)
	var items []evidence.Item
	for _, name := range all.Names() {
		items = append(items, evidence.Item{b.label(path.Join(folderOf(name), name)), plain(b.titles[name])})
	}
	d.List(items...)
	d.Paragraph(
		d.Say("questions", evidence.Values{"n": b.open, "total": b.asked}, evidence.In("questions")),
		d.Fixed("questions.about"),
	)
}

// logged says what the ledger proves.
func (b *bundle) logged(d *evidence.Builder) {
	d.Head(1, "ledger", nil)
	if b.Ledger == nil {
		d.Paragraph(d.Fixed("ledger.none"))
		return
	}
	if len(b.evidence.Ledger) == 0 {
		d.Paragraph(d.Fixed("ledger.silent"))
		return
	}
	for _, s := range b.evidence.Ledger {
		at := evidence.Source{Kind: evidence.Ledger, At: s.Origin}
		d.Paragraph(d.Say("ledger.shard", evidence.Values{"n": s.Proofs, "log": s.Origin, "size": s.Size}, at))
		if left := b.proven.left[s.Origin]; left > 0 {
			d.Paragraph(d.Say("ledger.left", evidence.Values{"n": int(left), "log": s.Origin}, at))
		}
	}
	if b.proven.unread > 0 {
		d.Paragraph(d.Say("ledger.unread", evidence.Values{"n": b.proven.unread}, evidence.Source{Kind: evidence.Ledger, At: b.proven.origin}))
	}
}
