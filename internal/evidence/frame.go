package evidence

// A Frame is the words around what a document says, in its language: what every
// renderer writes before, between and after the blocks.
type Frame struct {
	words *catalogue
	day   func(string) string
}

// Word is a word of the frame.
func (f *Frame) Word(key string) string {
	s, _ := f.words.text("render."+key, nil) // the tests hold the keys of all languages together
	return s
}

// Question says to whom a question is put.
func (f *Frame) Question(q *Asking) string {
	s, _ := f.words.text("render.question", Values{"to": q.To})
	return s
}

// Where says how a question is answered, and when its last answer ended.
func (f *Frame) Where(q *Asking) string {
	s, _ := f.words.text("render.answer_key", Values{"where": q.Where})
	if q.Where == answers {
		s, _ = f.words.text("render.answer_at", Values{"id": q.ID})
	}
	if q.Outdated != "" {
		ended, _ := f.words.text("render.outdated", Values{"day": f.day(q.Outdated)})
		s = ended + " " + s
	}
	return s
}

// Source says where a fact was read.
func (f *Frame) Source(s Source) string {
	out, _ := f.words.text("render.source."+string(s.Kind), Values{"at": s.At})
	if s.Says != "" {
		out += ": " + s.Says
	}
	return out
}

// Open counts the open questions.
func (f *Frame) Open(d *Document) string {
	if d.Asked == 0 {
		return f.Word("none_asked")
	}
	if len(d.Open) == 0 {
		return f.Word("none_open")
	}
	s, _ := f.words.text("render.open_count", Values{"n": len(d.Open), "total": d.Asked})
	return s
}

// Numbered is "Figure 3" or "Table 3".
func (f *Frame) Numbered(what string, n int) string {
	s, _ := f.words.text("render."+what, Values{"n": n})
	return s
}

// Page is the foot of a page.
func (f *Frame) Page(page int, pages string) string {
	s, _ := f.words.text("render.page", Values{"page": page, "pages": pages})
	return s
}
