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

// Caption is that of a "figure" or a "table" with its number.
func (f *Frame) Caption(what string, number int, caption string) string {
	s, _ := f.words.text("render."+what, Values{"number": number, "caption": caption})
	return s
}

// Part is the caption of one part of a figure that stands on several pages.
func (f *Frame) Part(number, part, parts int, caption string) string {
	s, _ := f.words.text("render.part", Values{"number": number, "part": part, "parts": parts, "caption": caption})
	return s
}

// Page is the foot of a page.
func (f *Frame) Page(page, pages int) string {
	s, _ := f.words.text("render.page", Values{"page": page, "pages": pages})
	return s
}
