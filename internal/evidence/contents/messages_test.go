package contents

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
)

// TestMessages holds the languages of the pages together, and their messages against
// the program that uses them.
func TestMessages(t *testing.T) {
	if err := evidence.CheckMessages(messages); err != nil {
		t.Error(err)
	}
	src := ""
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		src += string(b)
	}
	for _, key := range evidence.Keys(messages) {
		end := key
		for _, family := range []string{"need.", "gap.", "file.", "p.", "f."} {
			end = strings.TrimPrefix(end, family)
		}
		if !strings.Contains(src, `"`+key+`"`) && !strings.Contains(src, `"`+end+`"`) && key != "title" {
			t.Errorf("nothing says the message %q", key)
		}
	}
}

// TestParagraphs holds the paragraphs against the knowledge base's ids: A to K, each once.
func TestParagraphs(t *testing.T) {
	letters := ""
	for i := range paragraphs {
		p := &paragraphs[i]
		letters += p.letter
		if !strings.HasPrefix(p.folder, p.letter+"-") || len(p.needs) == 0 {
			t.Errorf("%s: its folder is %s, and it asks for %v", p.letter, p.folder, p.needs)
		}
	}
	if letters != "ABCDEFGHIJK" {
		t.Error(letters)
	}
}

// TestLogged: the first page says what of a ledger is not in the pack, in every language.
func TestLogged(t *testing.T) {
	const origin = "ledger.clinic.example/2026-11"
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	for _, language := range evidence.Languages() {
		for _, n := range []int64{1, 3} {
			b := &bundle{
				Options:  Options{Case: c, Language: language, Ledger: &Ledger{}},
				evidence: pack.Evidence{Ledger: []pack.Shard{{Origin: origin, Size: 9, Proofs: 2}}},
				proven:   proven{"ledger.clinic.example", map[string]int64{origin: n}, int(n)},
			}
			d, err := evidence.NewBuilder(c, "pack", language, messages)
			if err != nil {
				t.Fatal(err)
			}
			b.logged(d)
			doc, err := d.Document()
			if err != nil {
				t.Fatal(err)
			}
			said := map[string]int{}
			doc.Sentences(func(s *evidence.Sentence) { said[strings.Fields(s.Text)[0]]++ })
			if number := strconv.FormatInt(n, 10); said[number] != 2 {
				t.Errorf("%s: of %d entries left out and shards unread it says: %v", language, n, said)
			}
		}
	}
}
