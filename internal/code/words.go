package code

// A Finder looks for many words at once, in any case. Looking costs one step a
// byte, however many words there are: before a file is read as a program it is
// looked at for what could make it worth it.
type Finder struct {
	class  [256]uint16 // of a byte; 0 is in no word
	width  int
	next   []int32 // by state and class
	accept []bool
	n      int
}

// NewFinder makes a finder of words.
func NewFinder(words []string) *Finder {
	f := &Finder{width: 1}
	for _, w := range words {
		for i := range len(w) {
			if c := lower(w[i]); f.class[c] == 0 {
				f.class[c] = uint16(f.width)
				f.width++
			}
		}
	}
	for c := byte('A'); c <= 'Z'; c++ {
		f.class[c] = f.class[lower(c)]
	}
	f.grow()
	for _, w := range words {
		if w != "" {
			f.add(w)
			f.n++
		}
	}
	f.link()
	return f
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func (f *Finder) grow() int {
	f.next = append(f.next, make([]int32, f.width)...)
	f.accept = append(f.accept, false)
	return len(f.accept) - 1
}

func (f *Finder) add(word string) {
	state := 0
	for i := range len(word) {
		at := state*f.width + int(f.class[lower(word[i])])
		if f.next[at] == 0 {
			f.next[at] = int32(f.grow())
		}
		state = int(f.next[at])
	}
	f.accept[state] = true
}

// link makes of the tree of words an automaton: where no word goes on, it goes
// on in the longest other one that is under way (Aho and Corasick 1975).
func (f *Finder) link() {
	fail := make([]int32, len(f.accept))
	queue := make([]int32, 0, len(f.accept))
	for c := range f.width {
		if s := f.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		f.accept[s] = f.accept[s] || f.accept[fail[s]]
		for c := range f.width {
			at := int(s)*f.width + c
			back := f.next[int(fail[s])*f.width+c]
			if t := f.next[at]; t != 0 {
				fail[t] = back
				queue = append(queue, t)
			} else {
				f.next[at] = back
			}
		}
	}
}

// In reports whether any of the words stands in a text.
func (f *Finder) In(text []byte) bool {
	state := 0
	for _, c := range text {
		state = int(f.next[state*f.width+int(f.class[c])])
		if f.accept[state] {
			return true
		}
	}
	return false
}
