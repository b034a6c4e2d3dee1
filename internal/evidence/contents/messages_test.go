package contents

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
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
