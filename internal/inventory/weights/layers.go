package weights

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Bounds of what is looked through for layers and operations that run code.
const (
	configLimit = 16 << 20  // of the configuration in an archive of Keras
	graphLimit  = 256 << 20 // of a graph, and of the part of an HDF5 file that is searched
	deepest     = 200       // of a configuration
)

// scanKeras looks for layers that hold code in an archive of Keras 3.
func scanKeras(r io.ReaderAt, size int64) Code {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Code{Open: "its archive cannot be read: " + err.Error()}
	}
	var c Code
	found := false
	for _, e := range z.File {
		if e.Name != "config.json" {
			continue
		}
		found = true
		rc, err := e.Open()
		if err != nil {
			return Code{Open: "its config.json cannot be read: " + err.Error()}
		}
		src, err := io.ReadAll(io.LimitReader(rc, configLimit+1))
		rc.Close()
		var doc any
		if err == nil && len(src) <= configLimit {
			err = json.Unmarshal(src, &doc)
		}
		if err != nil || len(src) > configLimit {
			return Code{Open: "its config.json cannot be read"}
		}
		layers(doc, &c, 0)
	}
	if !found {
		c.Open = "its archive holds no config.json, so which layers it has is not known"
	}
	return c
}

// layers finds what Keras makes of a configuration that runs code: layers that
// hold code, and classes and functions that it imports by their module.
func layers(x any, c *Code, depth int) {
	if depth > deepest {
		c.Add(Code{Open: "its configuration is nested deeper than any model is"})
		return
	}
	switch x := x.(type) {
	case []any:
		for _, e := range x {
			layers(e, c, depth+1)
		}
	case map[string]any:
		class, _ := x["class_name"].(string)
		module, _ := x["module"].(string)
		c.Add(layer(module, class))
		for _, k := range sorted(x) {
			layers(x[k], c, depth+1)
		}
	}
}

// running are classes of Keras that hold or fetch code.
var running = []string{"Lambda", "TorchModuleWrapper", "__lambda__", "get_file"}

// ofKeras is how modules begin whose other classes only compute.
var ofKeras = []string{"keras.", "keras_hub.", "keras_nlp.", "keras_cv.", "tf_keras.", "tensorflow.keras.", "tensorflow.python.keras."}

// layer says what one object of a configuration runs.
func layer(module, class string) Code {
	harms, _ := weigh(module, class)
	switch {
	case slices.Contains(running, class):
		return Code{Runs: []string{"an object of the class " + class}}
	case module == "" || slices.ContainsFunc(ofKeras, func(m string) bool { return strings.HasPrefix(module+".", m) }):
		return Code{}
	case module == "builtins": // a function, by a name that its program registers
		return Code{Open: "its configuration names a function that the program which loads it has to bring"}
	case harms:
		return Code{Runs: []string{module + "." + class}}
	}
	return Code{Open: "its configuration imports " + module + "." + class}
}

// A clue is a word that stands in a file of which only some parts are text.
type clue struct {
	word string
	what Code
}

var (
	lambdas = []clue{
		{`"Lambda"`, Code{Runs: []string{"a Lambda layer of Keras"}}},
		{`"__lambda__"`, Code{Runs: []string{"a function that is kept within it (__lambda__)"}}},
		{`"TorchModuleWrapper"`, Code{Runs: []string{"a TorchModuleWrapper layer of Keras"}}},
		{`"get_file"`, Code{Runs: []string{"the function get_file of Keras"}}},
		{`\u00`, Code{Open: "its configuration spells letters by their numbers, so that not every word is seen"}},
	}
	operations = []clue{
		{"PyFunc", Code{Runs: []string{"an operation of its graph that runs Python"}}},
		{"ReadFile", Code{Runs: []string{"an operation of its graph that reads files"}}},
		{"WriteFile", Code{Runs: []string{"an operation of its graph that writes files"}}},
	}
)

// search looks for words, and gathers what they say.
func search(r io.Reader, clues []clue) Code {
	const overlap = 64
	buf := make([]byte, 256<<10)
	kept := 0
	var c Code
	for total := 0; total < graphLimit; {
		n, err := io.ReadFull(r, buf[kept:])
		total += n
		for _, clue := range clues {
			if bytes.Contains(buf[:kept+n], []byte(clue.word)) {
				c.Add(clue.what)
			}
		}
		if err != nil {
			return c
		}
		copy(buf, buf[len(buf)-overlap:])
		kept = overlap
	}
	c.Add(Code{Open: fmt.Sprintf("it has more than %d MiB and was not searched to its end", graphLimit>>20)})
	return c
}
