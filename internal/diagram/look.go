package diagram

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A Look is how something of a class is painted, in the light colours.
type Look struct {
	Fill, Stroke *Colour // nil: none
	Opacity      float64 // of the stroke
	Width        float64 // of the stroke, in pixels
	Dash         []float64
	Bold         bool
}

// A Colour is red, green and blue, of 255.
type Colour [3]int

// LookOf is the look of an element ("rect", "path", "text") of some classes, read
// from the style sheet that pictures on a screen have: there is one table of
// colours.
func LookOf(element, class string) Look {
	said := map[string]string{}
	weight := map[string]int{}
	classes := strings.Fields(class)
	for _, r := range sheet() {
		w, ok := r.matches(element, classes)
		if !ok {
			continue
		}
		for _, d := range r.says {
			if w >= weight[d[0]] {
				said[d[0]], weight[d[0]] = d[1], w
			}
		}
	}
	look := Look{Fill: colourOf(or(said["fill"], "#000000")), Stroke: colourOf(said["stroke"]), Opacity: 1, Width: 1, Bold: said["font-weight"] == "600"}
	if f, err := strconv.ParseFloat(said["stroke-opacity"], 64); err == nil {
		look.Opacity = f
	}
	if f, err := strconv.ParseFloat(said["stroke-width"], 64); err == nil {
		look.Width = f
	}
	for _, s := range strings.Fields(said["stroke-dasharray"]) {
		f, _ := strconv.ParseFloat(s, 64) // the tests read every rule
		look.Dash = append(look.Dash, f)
	}
	return look
}

// A rule of the sheet: what a selector of one element below the picture says.
type rule struct {
	element string
	classes []string
	says    [][2]string
}

// matches reports whether the rule is about an element, and how much it weighs.
func (r *rule) matches(element string, classes []string) (int, bool) {
	if r.element != "" && r.element != element || slices.ContainsFunc(r.classes, func(c string) bool { return !slices.Contains(classes, c) }) {
		return 0, false
	}
	return 1 + 2*len(r.classes) + min(len(r.element), 1), true
}

var (
	ruleForm = regexp.MustCompile(`([^{}@]+)\{([^{}]*)\}`)
	media    = regexp.MustCompile(`(?m)^@media.*$`) // dark screens, and a printer that a reader chose
)

// sheet reads the style sheet: rules of the form ".bw element.class,…{…}".
var sheet = sync.OnceValue(func() []rule {
	var out []rule
	for _, m := range ruleForm.FindAllStringSubmatch(media.ReplaceAllString(style, ""), -1) {
		for selector := range strings.SplitSeq(strings.TrimSpace(m[1]), ",") {
			_, last, below := strings.Cut(selector, ".bw ")
			if !below || strings.Contains(selector, ":hover") {
				continue
			}
			parts := strings.Split(last, ".")
			r := rule{element: parts[0], classes: parts[1:]}
			for d := range strings.SplitSeq(m[2], ";") {
				if name, value, ok := strings.Cut(d, ":"); ok {
					r.says = append(r.says, [2]string{strings.TrimSpace(name), value})
				}
			}
			out = append(out, r)
		}
	}
	return out
})

// variables are the light colours by name.
var variables = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	first, _, _ := strings.Cut(style, "}")
	for _, m := range regexp.MustCompile(`(--[a-z]+):(#[0-9a-f]+)`).FindAllStringSubmatch(first, -1) {
		out[m[1]] = m[2]
	}
	return out
})

func colourOf(value string) *Colour {
	if name, ok := strings.CutPrefix(value, "var("); ok {
		value = variables()[strings.TrimSuffix(name, ")")]
	}
	hex, ok := strings.CutPrefix(value, "#")
	if !ok {
		return nil
	}
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		return nil
	}
	return &Colour{int(n >> 16), int(n >> 8 & 255), int(n & 255)}
}
