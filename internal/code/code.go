// Package code reads program text as far as the question needs it whom a
// program calls: imports, calls with what is written as their arguments,
// assignments, string literals and the functions that they stand in. It knows
// the words of six languages and no library: `OpenAI(base_url="…")` is a call of
// openai.OpenAI here, and nothing else.
//
// Names are resolved through imports and assignments by position and scope, as
// a reader does who does not run the program. What decides at run time only is
// a [Value] that says so. Reading takes time linear in the text, and a text
// that is no program gives what could be understood, with an error beside it.
package code

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// A Language is one that can be read.
type Language string

// The languages.
const (
	LangPython     Language = "python"
	LangJavaScript Language = "javascript" // and TypeScript, with JSX
	LangGo         Language = "go"
	LangJava       Language = "java"
	LangKotlin     Language = "kotlin"
	LangCSharp     Language = "csharp"
	LangRust       Language = "rust"
)

// kernels are the languages of notebooks, as kernels call them.
var kernels = map[string]Language{
	"python": LangPython, "javascript": LangJavaScript, "typescript": LangJavaScript, "go": LangGo,
	"java": LangJava, "kotlin": LangKotlin, "c#": LangCSharp, "csharp": LangCSharp, "rust": LangRust,
}

// OfKernel is the language of a notebook by the name that its kernel gives it, in
// lower case; "" when it is none that is read.
func OfKernel(name string) Language { return kernels[name] }

// extensions says which language a file is written in.
var extensions = map[string]Language{
	".py": LangPython, ".pyi": LangPython, ".pyw": LangPython,
	".js": LangJavaScript, ".mjs": LangJavaScript, ".cjs": LangJavaScript, ".jsx": LangJavaScript,
	".ts": LangJavaScript, ".mts": LangJavaScript, ".cts": LangJavaScript, ".tsx": LangJavaScript,
	".vue": LangJavaScript, ".svelte": LangJavaScript,
	".go": LangGo, ".java": LangJava, ".kt": LangKotlin, ".kts": LangKotlin, ".cs": LangCSharp, ".rs": LangRust,
}

// LanguageOf tells the language of a file by its name, "" when it is none that
// can be read.
func LanguageOf(file string) Language { return extensions[strings.ToLower(path.Ext(file))] }

// A File is what was understood of one program text. Everything is in the order
// of the text.
type File struct {
	Language Language
	Package  string // as a Go, Java, Kotlin or C# file declares it
	Imports  []Import
	Calls    []Call
	Assigns  []Assign
	Strings  []Literal
	Blocks   []Block
}

// An Import makes names of another module known.
//
//	import a.b as c            Path "a.b", As "c"
//	from a.b import C as D     Path "a.b", Name "C", As "D"
//	import D, {C} from "a"     Path "a", Name "default", As "D" and Path "a", Name "C", As "C"
type Import struct {
	Path string
	Name string // "" for the module itself, "*" for all of its names
	As   string // the name by which this file knows it; "" for none
	Line int
}

// A Call is one call, or the making of an object.
type Call struct {
	// Name is what is called: dotted, with the first part replaced by what it was
	// imported as ("openai.OpenAI"). Of something that a call gave, the part after
	// it, with a dot in front (".chat.completions.create"), and On says which.
	Name string
	// On is the call in this file whose result is asked, directly or through a
	// variable; -1 when there is none or it is not known.
	On       int
	Args     []Arg
	Assigned string // the variable that takes the result, as written ("client", "self.client")
	Within   int    // the innermost call among whose arguments it stands; -1
	Block    int    // the innermost block it stands in; -1 at the top
	Line     int
	Last     int // the line on which it ends
}

// An Arg is an argument. Name is empty for a positional one; "*" and "**" are
// those that Python unpacks.
type Arg struct {
	Name  string
	Value Value
}

// An Assign gives a name a value: an assignment, a constant, the default of a parameter.
type Assign struct {
	Name  string // as written: "MODEL", "self.model"
	Value Value
	Block int
	Line  int
}

// A Block is a function, a class, or a Python with statement.
type Block struct {
	Kind       string // "function", "class", "with"
	Name       string
	Decorators []Value  // of Python: names and calls
	Heads      []Value  // the expressions of a with statement
	As         []string // what a with statement calls them, "" where it does not
	Within     int      // the block around it; -1
	Line       int
	Last       int
}

// Class says how much the place of a string literal is evidence that the
// program uses it; more is more.
type Class byte

// The classes.
const (
	Comment  Class = iota // the text of a comment, which nobody runs
	Doc                   // a string that stands for itself
	Plain                 // any other literal
	Argument              // stands among the arguments of a call
)

// A Literal is a string of the text, or a comment.
type Literal struct {
	Text  string // what is computed stands as {name}
	Class Class
	Call  int    // the innermost call among whose arguments it stands; -1
	Key   string // the argument, key or variable that it is given to; "" when it has none
	Block int
	Line  int
}

// maxSize is how long a program text may be. Longer ones are made by programs.
const maxSize = 8 << 20

// Parse reads a program text. With an error it still returns what was
// understood; the file is never nil.
func Parse(lang Language, src []byte) (*File, error) {
	if len(src) > maxSize {
		return &File{Language: lang}, fmt.Errorf("it is larger than %d MB: a program made it; check what it was made from", maxSize>>20)
	}
	syn, ok := syntaxes[lang]
	if !ok {
		return &File{Language: lang}, fmt.Errorf("%q is no language that can be read", lang)
	}
	l := &lexer{src: string(src), syn: syn, line: 1}
	l.run()
	p := &parser{lexer: l, file: &File{Language: lang}}
	p.parse()
	return p.file, l.err
}

// Python reads Python.
func Python(src []byte) (*File, error) { return Parse(LangPython, src) }

// Arg returns the argument of one of the names; of a name that is a number, the
// positional one at that index.
func (c *Call) Arg(names ...string) (Value, bool) {
	for _, n := range names {
		for i := range c.Args {
			if c.Args[i].Name == n {
				return c.Args[i].Value, true
			}
		}
		if at := slices.Index(positions[:], n); at >= 0 && at < len(c.Args) && c.Args[at].Name == "" {
			return c.Args[at].Value, true
		}
	}
	return Value{}, false
}

var positions = [...]string{"0", "1", "2", "3", "4", "5"}

// Chain is the name of a call with those of the calls whose results it asks:
// "openai.OpenAI().chat.completions.create".
func (f *File) Chain(i int) string {
	parts := []string{}
	for n := 0; i >= 0 && n < 100; n++ {
		parts = append(parts, f.Calls[i].Name)
		i = f.Calls[i].On
	}
	slices.Reverse(parts)
	return strings.Join(parts, "()")
}

// Root is the call at the beginning of the chain of a call.
func (f *File) Root(i int) int {
	for n := 0; n < 100 && f.Calls[i].On >= 0; n++ {
		i = f.Calls[i].On
	}
	return i
}

// Inside reports whether a block is another one or stands in it.
func (f *File) Inside(block, outer int) bool {
	for block >= 0 && block != outer {
		block = f.Blocks[block].Within
	}
	return block == outer
}
