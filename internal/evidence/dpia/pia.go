package dpia

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// A file is what the PIA tool of the CNIL imports (github.com/LINCnil/pia,
// src/app/services/pia.service.ts, importData). All four lists must be there, if empty:
// the importer does not ask. What people decide in the tool itself, evaluations and
// statuses, stays open.
type file struct {
	PIA         header     `json:"pia"`
	Answers     []answer   `json:"answers"`
	Measures    []measure  `json:"measures"`
	Evaluations []struct{} `json:"evaluations"`
	Comments    []comment  `json:"comments"`
}

// A header is the head of an assessment. A field that is null is one that nobody has filled.
type header struct {
	Status         int     `json:"status"` // 0: being written
	Name           string  `json:"name"`
	Category       string  `json:"category"`
	Author         string  `json:"author_name"`
	Evaluator      string  `json:"evaluator_name"`
	Validator      string  `json:"validator_name"`
	DPOStatus      *int    `json:"dpo_status"`
	DPOOpinion     *string `json:"dpo_opinion"`
	DPOs           *string `json:"dpos_names"`
	PeopleOpinion  *string `json:"concerned_people_opinion"`
	PeopleStatus   *int    `json:"concerned_people_status"`
	PeopleSearched *bool   `json:"concerned_people_searched_opinion"`
	PeopleContent  *string `json:"concerned_people_searched_content"`
	People         *string `json:"people_names"`
	Rejection      *string `json:"rejection_reason"`
	Adjustments    *string `json:"applied_adjustments"`
	Created        string  `json:"created_at"`
	Updated        string  `json:"updated_at"`
}

// An answer is to a question of the tool, by its number. Text is HTML; a question of
// the kind list has no text, and one of the kind gauge a level from 1 to 4, 0 for none.
type answer struct {
	To      int    `json:"reference_to"`
	Data    data   `json:"data"`
	Created string `json:"created_at"`
}

type data struct {
	Text  *string  `json:"text"`
	Gauge *int     `json:"gauge"`
	List  []string `json:"list"`
}

// A measure is an existing or planned control. The lists of controls name it by its title.
type measure struct {
	ID          int    `json:"id"`
	Title       string `json:"title"`
	Content     string `json:"content"`
	Placeholder string `json:"placeholder"`
	Created     string `json:"created_at"`
}

// A comment is a plain text beside a question: what is still to be answered there.
type comment struct {
	Description string `json:"description"`
	To          int    `json:"reference_to"`
	ForMeasure  bool   `json:"for_measure"`
	Created     string `json:"created_at"`
}

// feared are the three risks of the tool by the first number of their questions, with
// those of ours that fall under each.
var feared = []struct {
	first int
	of    []risk
}{
	{320, []risk{access, foreign}},
	{330, []risk{change, outputs}},
	{340, []risk{loss}},
}

// An exporter fills a file.
type exporter struct {
	*assessment
	file
	day string
}

func export(w io.Writer, c *evidence.Case, language string) error {
	systems := c.Systems()
	switch len(systems) {
	case 0:
		return fmt.Errorf("a file of the PIA tool holds one processing, and the perimeter names none: write a system at spec.systems: %w", evidence.ErrOneSystem)
	case 1:
	default:
		return fmt.Errorf("a file of the PIA tool holds one processing: choose a system with --system; there are: %s: %w", strings.Join(systems, ", "), evidence.ErrOneSystem)
	}
	b, err := evidence.NewBuilder(c, name, language, messages)
	if err != nil {
		return err
	}
	a, err := assess(b, systems[0])
	if err != nil {
		return err
	}
	x := &exporter{assessment: a, day: c.At.UTC().Format(time.RFC3339)}
	x.file = file{Answers: []answer{}, Measures: []measure{}, Evaluations: []struct{}{}, Comments: []comment{}}
	x.head()
	for _, p := range x.pieces() {
		if err := x.piece(p.to, p.write); err != nil {
			return err
		}
	}
	titles := x.controls()
	for _, f := range feared {
		x.feared(f.first, f.of, titles)
	}
	if _, err := b.Document(); err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(x.file)
}

// text is the answer to a question, "" where nobody has given one that still holds.
func (x *exporter) text(id string) string {
	if a, holds := x.Case.Answer(id); a != nil && holds {
		return a.Text
	}
	return ""
}

// head is what stands on the first and on the last page of the tool. Who was asked for an
// opinion, and whether anybody was, the perimeter does not say.
func (x *exporter) head() {
	x.PIA = header{
		Name:      x.system,
		Author:    x.text(x.system + "/dpia-author"),
		Evaluator: x.text(x.system + "/dpia-evaluator"),
		Validator: x.text(x.system + "/dpia-validator"),
		Created:   x.day,
		Updated:   x.day,
	}
	filled := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	x.PIA.DPOs = filled(x.Case.Perimeter.Spec.Systems[x.system].DPO)
	x.PIA.DPOOpinion = filled(x.text(x.system + "/dpo-opinion"))
	x.PIA.PeopleOpinion = filled(x.text(x.system + "/views-of-persons"))
}

// A piece is the answer to one question of the kind text.
type piece struct {
	to    int
	write func() error
}

// pieces are the answers of the sections "context" and "fundamental principles".
func (x *exporter) pieces() []piece {
	say := func(f func()) func() error { return func() error { f(); return nil } }
	ask := func(names ...string) func() error {
		return say(func() {
			for _, n := range names {
				x.Paragraph(x.Ask(n, x.system))
			}
		})
	}
	return []piece{
		{111, say(func() {
			x.Unread()
			x.Paragraph(x.Purpose(x.system), x.Regulated(x.system))
			x.due()
			x.Paragraph(x.Ask("dpia-reason", x.system))
			x.Paragraph(x.Ask("dpia-criteria", x.system))
			x.consultation()
			x.residual()
			granted(x.Builder)
		})},
		{112, say(func() {
			x.Parties(x.system)
			x.RecipientTable(x.system)
			x.Paragraph(x.Ask("dpia-author", x.system), x.Ask("dpia-evaluator", x.system), x.Ask("dpia-validator", x.system))
		})},
		{113, say(func() {
			x.Paragraph(x.Ask("codes-of-conduct", x.system))
			x.ShownTable(x.system, slices.Concat(x.documents(), []string{"risks", "literacy"})...)
		})},
		{121, say(func() { x.Paragraph(x.Subjects(x.system)); x.ClassTable(x.system) })},
		{122, say(func() { x.Paragraph(x.Ask("lifecycle", x.system)); x.traffic() })},
		{123, say(func() { x.assets(); x.ModelTable(x.system); x.CustodyTable(x.system); unbound(x.Builder) })},
		{211, say(func() { x.Paragraph(x.Purpose(x.system)); x.Paragraph(x.Ask("necessity", x.system)) })},
		{212, say(func() { x.Paragraph(x.Basis(x.system)); x.Paragraph(x.Ask("legitimate-interest", x.system)) })},
		{213, say(func() { x.Paragraph(x.Ask("minimisation", x.system)); x.sources("b.open", x.checks[principles]) })},
		{214, ask("accuracy")},
		{215, say(func() { x.RetentionTable(x.system) })},
		{221, say(func() { x.Paragraph(x.Ask("information", x.system)); x.ShownTable(x.system, "notice") })},
		{222, ask("consent")},
		{223, ask("access-rights")},
		{224, ask("erasure-rights")},
		{225, say(func() {
			x.Paragraph(x.Ask("objection-rights", x.system), x.Ask("automated-decisions", x.system))
			x.ShownTable(x.system, "oversight")
		})},
		{226, say(func() { x.Paragraph(x.Ask("processor-contracts", x.system)); x.RecipientTable(x.system) })},
		{227, func() error { return x.TransferTable(x.system) }},
	}
}

// piece adds an answer of the kind text. Where all of it is questions there is none:
// the tool would count it as answered. The questions stand beside it as comments.
func (x *exporter) piece(to int, write func() error) error {
	var err error
	blocks := x.Apart(func() { err = write() })
	if err != nil {
		return err
	}
	if text := x.html(blocks); says(blocks) {
		x.answer(to, data{Text: &text})
	}
	x.ask(to, blocks)
	return nil
}

func (x *exporter) answer(to int, d data) { x.Answers = append(x.Answers, answer{to, d, x.day}) }

// ask adds the open questions of blocks as comments.
func (x *exporter) ask(to int, blocks []evidence.Block) {
	evidence.Walk(blocks, func(s *evidence.Sentence) {
		if s.Manner == evidence.Asked {
			x.comment(to, x.question(s))
		}
	})
}

func (x *exporter) comment(to int, text string) {
	c := comment{Description: text, To: to, Created: x.day}
	if !slices.Contains(x.Comments, c) {
		x.Comments = append(x.Comments, c)
	}
}

// controls are the measures that exist, by the checks that pass, and those that people
// plan; titles are theirs by the risk that they are against.
func (x *exporter) controls() map[risk][]string {
	titles := map[risk][]string{}
	add := func(r risk, title string, write func()) {
		text := x.html(x.Apart(write))
		x.Measures = append(x.Measures, measure{len(x.Measures) + 1, title, text, "measures.default_placeholder", x.day})
		titles[r] = append(titles[r], title)
	}
	for _, r := range slices.Concat(risks, []risk{principles, aside}) {
		for _, k := range x.checks[r] {
			if len(k.pass) > 0 {
				add(r, x.control(k), func() { x.against(r); x.Paragraph(x.held(k)...) })
			}
		}
	}
	for _, r := range risks {
		if x.text(x.system+"/measures-"+string(r)) != "" {
			add(r, x.Word("d.planned")+": "+x.Word("against."+string(r)), func() { x.Paragraph(x.Ask("measures-"+string(r), x.system)) })
		}
	}
	if x.text(x.system+"/organisational-measures") != "" {
		add(access, x.Word("d.organisational"), func() { x.Paragraph(x.Ask("organisational-measures", x.system)) })
	}
	return titles
}

// control is the title of a measure. The tool lists measures by their titles alone, so one
// that holds in part says so there.
func (x *exporter) control(k *checked) string {
	title := x.title(k)
	if held := len(k.pass); held < k.total() {
		title = x.Say("control.title", evidence.Values{"title": title, "held": held, "total": k.total()}, evidence.FirstOf(k.pass)...).Text
	}
	return title
}

// against says in a line of its own which of our risks what follows speaks of.
func (x *exporter) against(r risk) { x.Head(1, "against."+string(r), nil) }

// feared adds the six answers about one risk of the tool.
func (x *exporter) feared(first int, of []risk, titles map[risk][]string) {
	var impacts, threats, origins, controls []string
	for _, r := range of {
		impacts = append(impacts, x.said(first+1, "impact-"+string(r))...)
		for _, k := range x.checks[r] {
			if k.failing() {
				threats = append(threats, x.title(k))
			}
		}
		x.comment(first+2, x.plain(x.Apart(func() { x.against(r); x.sources("risk.sources", x.checks[r]) })))
		if r == foreign {
			origins = append(origins, x.foreigners()...)
			x.comment(first+3, x.plain(x.Apart(x.reach)))
		}
		controls = append(controls, titles[r]...)
		x.said(first+4, "measures-"+string(r))
	}
	origins = append(origins, x.said(first+3, "risk-sources")...)
	if first == feared[0].first {
		x.said(first+4, "organisational-measures")
		if slices.ContainsFunc(x.checks[aside], (*checked).failing) {
			x.comment(first+2, x.plain(x.Apart(func() { x.sources("others.table", x.checks[aside]) })))
		}
	}
	for i, list := range [][]string{impacts, threats, origins, controls} {
		if len(list) > 0 {
			x.answer(first+1+i, data{List: list})
		}
	}
	x.gauge(first+5, "severity", of)
	x.gauge(first+6, "likelihood", of)
}

// said is an answer of people, or a comment with the question where there is none.
func (x *exporter) said(to int, question string) []string {
	x.ask(to, x.Apart(func() { x.Paragraph(x.Ask(question, x.system)) }))
	if text := x.text(x.system + "/" + question); text != "" {
		return []string{text}
	}
	return nil
}

// foreigners are the recipients that laws of third countries reach.
func (x *exporter) foreigners() []string {
	var out []string
	for _, r := range x.recipients {
		if len(x.laws[r]) > 0 {
			out = append(out, fmt.Sprintf("%s (%s)", r.Name, x.Country(r.Operator.Seat)))
		}
	}
	return out
}

// gauge adds a judgement of people. Of two risks that are one in the tool the graver
// level counts, and none while one of them is not judged.
func (x *exporter) gauge(to int, what string, of []risk) {
	blocks := x.Apart(func() {
		for _, r := range of {
			x.against(r)
			x.Paragraph(x.Ask(what+"-"+string(r), x.system))
		}
	})
	x.ask(to, blocks)
	worst, judged := 0, true
	for _, r := range of {
		n := level(x.text(x.system + "/" + what + "-" + string(r)))
		worst, judged = max(worst, n), judged && n > 0
	}
	if !judged {
		worst = 0
	}
	if says(blocks) {
		text := x.html(blocks)
		x.answer(to, data{Text: &text, Gauge: &worst, List: []string{}})
	}
}
