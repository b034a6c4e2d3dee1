package weights

// effect is what an opcode takes: bytes after it that say nothing, or the width
// of a length that bytes follow; and how many values it takes from the stack and puts there.
type effect struct {
	skip, counted int8
	pop, push     int8
	mark          bool // it takes everything above the mark
}

// effects are the opcodes without a meaning of their own for imports
// (https://github.com/python/cpython/blob/main/Lib/pickletools.py).
var effects = map[byte]effect{
	'J': {skip: 4, push: 1}, 'K': {skip: 1, push: 1}, 'M': {skip: 2, push: 1}, 'N': {push: 1}, 'G': {skip: 8, push: 1},
	'Q': {pop: 1, push: 1}, 'R': {pop: 2, push: 1}, 'a': {pop: 1}, 'b': {pop: 1}, 's': {pop: 2}, ')': {push: 1}, ']': {push: 1}, '}': {push: 1},
	'd': {mark: true, push: 1}, 'l': {mark: true, push: 1}, 't': {mark: true, push: 1}, 'o': {mark: true, push: 1}, 'e': {mark: true}, 'u': {mark: true}, '1': {mark: true},
	'B': {counted: 4, push: 1}, 'C': {counted: 1, push: 1},
	0x80: {skip: 1}, 0x81: {pop: 2, push: 1}, 0x85: {pop: 1, push: 1}, 0x86: {pop: 2, push: 1}, 0x87: {pop: 3, push: 1}, 0x88: {push: 1}, 0x89: {push: 1},
	0x8a: {counted: 1, push: 1}, 0x8b: {counted: 4, push: 1}, 0x8e: {counted: 8, push: 1}, 0x8f: {push: 1}, 0x90: {mark: true}, 0x91: {mark: true, push: 1},
	0x92: {pop: 3, push: 1}, 0x95: {skip: 8}, 0x96: {counted: 8, push: 1}, 0x97: {push: 1}, 0x98: {},
}

// texts are the opcodes that hold a text, by the width of its length.
var texts = map[byte]int8{'T': 4, 'U': 1, 'X': 4, 0x8c: 1, 0x8d: 8}
