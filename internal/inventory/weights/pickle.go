package weights

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// A pickle is a program for a small machine. It is read here and never run: of
// the machine only what is needed to know which names it imports is kept.
type pickle struct {
	r     *bufio.Reader
	stack []string // texts; "" for anything else
	marks []int
	memo  map[uint64]string
	kept  int // bytes of texts so far
	names func(module, name string)
	odd   func(what string)
}

// Bounds of one pickle. Large models have some hundred thousand opcodes.
const (
	pickleOps   = 50_000_000
	pickleStack = 2_000_000
	pickleText  = 256      // of a text that is kept: names are short
	pickleKept  = 64 << 20 // of all of them
	pickleLine  = 4096
)

var (
	errShort   = errors.New("it is cut short")
	errNumbers = errors.New("numbers stand where opcodes should, as joblib writes them")
)

// identifier reports whether a text is a name that can be imported, with dots.
func identifier(s string) bool {
	for _, r := range s {
		if r != '.' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

// imports reads one pickle up to its end, and calls names for everything that it
// imports and odd for what it does that hides a name. An error says that the
// rest was not understood.
func imports(r *bufio.Reader, names func(module, name string), odd func(string)) error {
	p := &pickle{r: r, memo: map[uint64]string{}, names: names, odd: odd}
	for range pickleOps {
		op, err := p.r.ReadByte()
		if err != nil {
			return errShort
		}
		if op == '.' {
			return nil
		}
		if err := p.step(op); err != nil {
			return err
		}
		if len(p.stack) > pickleStack || len(p.memo) > pickleStack || len(p.marks) > pickleStack || p.kept > pickleKept {
			return errors.New("it is nested deeper than any model is")
		}
	}
	return errors.New("it has more opcodes than any model has")
}

func (p *pickle) step(op byte) error {
	if width, ok := texts[op]; ok {
		s, err := p.counted(width)
		p.put(s)
		return err
	}
	if e, ok := effects[op]; ok {
		return p.plain(e)
	}
	switch op {
	case '(':
		p.marks = append(p.marks, len(p.stack))
	case '0': // POP takes a mark, where one lies on top
		if n := len(p.marks); n > 0 && p.marks[n-1] == len(p.stack) {
			p.marks = p.marks[:n-1]
		} else {
			p.pop()
		}
	case '2':
		p.put(p.top())
	case 'F', 'I', 'L', 'P', 'S', 'V': // a line
		s, err := p.line()
		if op == 'S' {
			s = strings.Trim(s, `"'`)
		} else if op != 'V' {
			s = ""
		}
		p.put(s)
		return err
	case 'c', 'i': // GLOBAL and INST: two lines
		module, err := p.line()
		if err != nil {
			return err
		}
		name, err := p.line()
		if err != nil {
			return err
		}
		if op == 'i' {
			p.unmark()
		}
		if !identifier(module) || !identifier(name) {
			return errNumbers
		}
		p.names(module, name)
		p.put("")
	case 0x93: // STACK_GLOBAL
		name, module := p.pop(), p.pop()
		if name == "" || module == "" {
			p.odd("a name that it works out itself")
		} else if !identifier(module) || !identifier(name) {
			return errNumbers
		} else {
			p.names(module, name)
		}
		p.put("")
	case 0x82, 0x83, 0x84: // EXT: a name by its number in a register of the program
		if _, err := p.number(int8(1) << (op - 0x82)); err != nil {
			return err
		}
		p.odd("a name by its number in the register copyreg")
		p.put("")
	default:
		return p.memory(op)
	}
	return nil
}

// memory are the opcodes of the memo.
func (p *pickle) memory(op byte) error {
	var at uint64
	var err error
	switch op {
	case 'g', 'p':
		var s string
		if s, err = p.line(); err == nil {
			at, err = strconv.ParseUint(s, 10, 64) // Python reads more, such as 1_0: who writes that hides something
		}
	case 'h', 'q':
		at, err = p.number(1)
	case 'j', 'r':
		at, err = p.number(4)
	case 0x94:
		at = uint64(len(p.memo))
	default:
		return fmt.Errorf("%#x is no opcode that is known", op)
	}
	if err != nil {
		return err
	}
	if op == 'g' || op == 'h' || op == 'j' {
		p.put(p.memo[at])
		return nil
	}
	p.memo[at] = p.top()
	return nil
}

func (p *pickle) plain(e effect) error {
	if e.skip > 0 {
		if _, err := p.r.Discard(int(e.skip)); err != nil {
			return errShort
		}
	}
	if e.counted > 0 {
		n, err := p.number(e.counted)
		if err != nil {
			return err
		}
		if err := p.discard(n); err != nil {
			return err
		}
	}
	if e.mark {
		p.unmark()
	}
	for range e.pop {
		p.pop()
	}
	for range e.push {
		p.put("")
	}
	return nil
}

func (p *pickle) put(s string) { p.stack = append(p.stack, s) }

func (p *pickle) top() string {
	if len(p.stack) == 0 {
		return ""
	}
	return p.stack[len(p.stack)-1]
}

func (p *pickle) pop() string {
	s := p.top()
	if len(p.stack) > 0 {
		p.stack = p.stack[:len(p.stack)-1]
	}
	return s
}

func (p *pickle) unmark() {
	if len(p.marks) == 0 {
		return
	}
	at := p.marks[len(p.marks)-1]
	p.marks = p.marks[:len(p.marks)-1]
	p.stack = p.stack[:min(at, len(p.stack))]
}

func (p *pickle) number(width int8) (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(p.r, b[:width]); err != nil {
		return 0, errShort
	}
	return binary.LittleEndian.Uint64(b[:]), nil
}

func (p *pickle) discard(n uint64) error {
	if n > 1<<40 {
		return fmt.Errorf("a value of %d bytes is not possible", n)
	}
	for n > 0 {
		step := min(n, 1<<30)
		if _, err := p.r.Discard(int(step)); err != nil {
			return errShort
		}
		n -= step
	}
	return nil
}

func (p *pickle) counted(width int8) (string, error) {
	n, err := p.number(width)
	if err != nil {
		return "", err
	}
	if n > pickleText {
		return "", p.discard(n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(p.r, b); err != nil {
		return "", errShort
	}
	p.kept += len(b)
	return string(b), nil
}

func (p *pickle) line() (string, error) {
	var out []byte
	for {
		b, err := p.r.ReadByte()
		if err != nil {
			return "", errShort
		}
		if b == '\n' {
			p.kept += len(out)
			return strings.TrimSuffix(string(out), "\r"), nil
		}
		if out = append(out, b); len(out) > pickleLine {
			return "", errors.New("a line in it has no end")
		}
	}
}
