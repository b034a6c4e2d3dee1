// Package contents decides what stands in an evidence pack and where: a folder for
// each paragraph of annex II of the Cloud and AI Development Act, in the order in which
// annex III lists evidence, with a page that says what is there and what is not.
package contents

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/chart"
	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/all"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/pdf"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/review"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
)

//go:embed *.yaml
var messages embed.FS

// Options are what a pack is made of.
type Options struct {
	Case      *evidence.Case
	Rules     *policy.Set
	Language  string
	Version   string
	Inputs    []pack.Digest // every file that the result was made of, sorted
	Perimeter []byte        // as it was judged by
	Ledger    *Ledger       // nil for none
	Included  []Included    // what others attest
}

// An Included is a file that goes into the pack as it is.
type Included struct {
	Name string // below the folder that was named, slash-separated
	Path string // on disk
}

// A bundle is a pack in the making.
type bundle struct {
	Options
	w        *pack.Writer
	evidence pack.Evidence
	notes    []string
	titles   map[string]string // of documents, by name
	open     int               // questions that nobody answered, of asked, in all documents
	asked    int
	proven   proven
}

// Write fills a pack and signs it. The notes are what the caller should say: of a
// ledger that knows nothing about these inputs, for one.
func Write(w io.Writer, o Options, key pack.Signer) (notes []string, err error) {
	o.Case = o.Case.Settled()
	b := &bundle{Options: o, w: pack.NewWriter(w, o.Case.At), titles: map[string]string{}}
	r := o.Case.Result
	b.evidence = pack.Evidence{
		At: r.At, Generator: pack.Generator{Name: "bailiwick", Version: o.Version}, Language: o.Language,
		Perimeter: pack.Digest{Name: r.Perimeter.Name, Digest: pack.SetOf(r.Perimeter.Digest)},
		KB:        pack.SetOf(r.KB.Digest), Ruleset: pack.SetOf(r.Ruleset.Digest),
		Verdict: r.Verdict, Inputs: o.Inputs,
	}
	for _, step := range []func() error{b.facts, b.documents, b.tables, b.maps, b.ledger, b.included, b.pages} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b.notes, b.w.Close(b.evidence, r, key)
}

// facts are what all of it was made from.
func (b *bundle) facts() error {
	result := meanwhile(b.Case.Result.Encode)
	defer result.Close()
	if err := b.copy(pack.ResultFile, result); err != nil {
		return err
	}
	if err := b.bytes(pack.PerimeterFile, b.Perimeter); err != nil {
		return err
	}
	return b.w.Add(pack.InputsFile, func(w io.Writer) error { return pack.WriteInputs(w, b.Inputs) })
}

func (b *bundle) bytes(name string, content []byte) error {
	return b.w.Add(name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// documents writes every document in every form. The review comes last: it lists
// what the others ask.
func (b *bundle) documents() error {
	others := slices.DeleteFunc(slices.Clone(all.Kinds()), func(k *evidence.Kind) bool { return k == &review.Document })
	for _, k := range append(others, &review.Document) {
		if err := b.document(k); err != nil {
			return fmt.Errorf("the document %s: %w", k.Name, err)
		}
	}
	return nil
}

func (b *bundle) document(k *evidence.Kind) error {
	base := path.Join(folderOf(k.Name), k.Name)
	words, err := evidence.NewBuilder(b.Case, k.Name, b.Language, k.Messages)
	if err != nil {
		return err
	}
	b.titles[k.Name] = words.Word("title")
	if k.Write != nil {
		d, err := k.Make(b.Case, b.Language)
		if err != nil {
			return err
		}
		if k.Name == overview {
			b.open, b.asked = len(d.Open), d.Asked
		}
		sheets := meanwhile(func(w io.Writer) error { return pdf.Write(w, d) })
		defer sheets.Close()
		if err := b.page(base, d); err != nil {
			return err
		}
		if err := b.w.Add(base+".json", func(w io.Writer) error { return evidence.Write(w, "json", d) }); err != nil {
			return err
		}
		if err := b.copy(base+".pdf", sheets); err != nil {
			return err
		}
	}
	for _, format := range k.Formats(nil) {
		err := b.export(base, format, k, b.Case)
		if errors.Is(err, evidence.ErrOneSystem) {
			err = b.exports(base, format, k)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// exports writes a file for each system, of a format that holds one.
func (b *bundle) exports(base, format string, k *evidence.Kind) error {
	for _, name := range b.Case.AllSystems() {
		c := *b.Case
		c.Only = name
		if err := b.export(base+"-"+name, format, k, &c); err != nil {
			return err
		}
	}
	return nil
}

// export writes one format, which is packed while it is made: it may be large. One that
// would be empty and has no way to say so is left out: the document for people says it.
func (b *bundle) export(base, format string, k *evidence.Kind, c *evidence.Case) error {
	made := meanwhile(func(w io.Writer) error { return k.Exports[format](w, c, b.Language) })
	defer made.Close()
	content := bufio.NewReader(made)
	head, err := content.Peek(512)
	switch {
	case errors.Is(err, evidence.ErrNothing):
		return nil
	case err != nil && err != io.EOF:
		return err
	}
	return b.copy(b.free(base, format, head), content)
}

// copy adds a file of what is read.
func (b *bundle) copy(name string, content io.Reader) error {
	return b.w.Add(name, func(w io.Writer) error {
		_, err := io.Copy(w, content)
		return err
	})
}

// meanwhile is what write writes, made while other things are done. Of what fails at
// once nothing is read.
func meanwhile(write func(io.Writer) error) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(w, 64<<10)
		err := write(out)
		if err == nil {
			err = out.Flush()
		}
		w.CloseWithError(err)
	}()
	return r
}

// page writes a document for people, as Markdown and as HTML.
func (b *bundle) page(base string, d *evidence.Document) error {
	if err := b.w.Add(base+".md", func(w io.Writer) error { return evidence.Write(w, "markdown", d) }); err != nil {
		return err
	}
	return b.w.Add(base+".html", func(w io.Writer) error { return evidence.Write(w, "html", d) })
}

// extensions are formats that are the ends of names too.
var extensions = map[string]bool{"csv": true, "json": true, "yaml": true, "xml": true, "svg": true, "html": true, "jsonld": true, "md": true, "ods": true, "xlsx": true, "zip": true}

// free is the name of an export: ropa.csv, or dpia-pia.json where the format says no end; head is
// how it begins.
func (b *bundle) free(base, format string, head []byte) string {
	name := base + "." + format
	if extensions[format] && !b.w.Has(name) {
		return name
	}
	end := ".txt"
	switch head := bytes.TrimSpace(head); {
	case extensions[format]:
		end = "." + format
	case bytes.HasPrefix(head, []byte("{")) || bytes.HasPrefix(head, []byte("[")):
		end = ".json"
	case bytes.HasPrefix(head, []byte("<")):
		end = ".xml"
	}
	return base + "-" + format + end
}

// maps draws what flows where: all of it, and each system by itself.
func (b *bundle) maps() error {
	draw := func(name, system, by string) error {
		o := b.Case.Chart
		o.System, o.By = system, by
		return b.w.Add(name, func(w io.Writer) error { return diagram.Write(w, "svg", chart.Make(b.Case.Result, o)) })
	}
	home := folder("C")
	if err := draw(home+"/map-by-country.svg", "", chart.ByCountry); err != nil {
		return err
	}
	if err := draw(home+"/map-by-operator.svg", "", chart.ByOperator); err != nil {
		return err
	}
	for _, s := range b.Case.Systems() {
		if err := draw(home+"/map-of-"+slug(s)+".svg", s, chart.ByCountry); err != nil {
			return err
		}
	}
	return nil
}

// slug is a name as part of the name of a file.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '_'
	}, s)
}

// included copies what others attest. What lies in a folder that is called by the letter
// of a paragraph goes to that paragraph.
func (b *bundle) included() error {
	for _, f := range b.Included {
		to := "attestations/" + f.Name
		if letter, rest, ok := strings.Cut(f.Name, "/"); ok && folder(letter) != "" {
			to = folder(letter) + "/attestations/" + rest
		}
		if err := b.w.Add(to, f.copy); err != nil {
			return err
		}
	}
	return nil
}

// countries lists countries as their codes.
func countries(cs []graph.Country) string {
	if slices.Contains(cs, graph.Anywhere) {
		return "anywhere"
	}
	return graph.Listed(cs)
}
