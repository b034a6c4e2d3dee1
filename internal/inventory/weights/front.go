package weights

import (
	"slices"
	"strings"
)

// ofData are keys of a card that only one of data has, ofModel those of a model
// (https://github.com/huggingface/hub-docs: datasetcard.md, modelcard.md).
var (
	ofData  = []string{"dataset_info", "task_categories", "task_ids", "size_categories", "annotations_creators", "language_creators", "source_datasets", "configs"}
	ofModel = []string{"base_model", "pipeline_tag", "library_name", "model-index", "datasets", "base_model_relation", "inference"}
)

// front reads the lines between the two lines of dashes at the beginning of a
// card: a value, a list in brackets, or a list below. Deeper objects are passed
// over: the keys that count have none.
func (c *Card) front(src []byte) bool {
	text, ok := strings.CutPrefix(strings.TrimPrefix(string(src), "\ufeff"), "---")
	if !ok {
		return false
	}
	text, _, ok = strings.Cut(text, "\n---")
	if !ok {
		return false
	}
	values := map[string][]string{}
	lines := map[string]int{}
	key, at := "", 0
	for line := range strings.Lines(text) {
		at++
		line = strings.TrimRight(line, "\r\n ")
		if item, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok && key != "" {
			values[key] = append(values[key], item)
			continue
		}
		k, v, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "#") {
			continue
		}
		key = k
		lines[key] = at
		v = strings.TrimSpace(v)
		if list, ok := strings.CutPrefix(v, "["); ok {
			values[key] = strings.Split(strings.TrimSuffix(list, "]"), ",")
		} else if v != "" {
			values[key] = []string{v}
		}
	}
	has := func(keys []string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return lines[k] > 0 })
	}
	if c.Dataset = has(ofData) && !has(ofModel[:3]); !c.Dataset && !has(ofModel) && lines["license"] == 0 {
		return false
	}
	c.Written, c.Lines = true, lines
	for _, v := range values["base_model"] {
		c.Base = add(c.Base, plain(v))
		c.Derived = true
	}
	for _, v := range values["datasets"] {
		if v = plain(v); !unsaid[strings.ToLower(v)] {
			c.Datasets = add(c.Datasets, v)
		}
	}
	for _, v := range append(values["license"], values["license_name"]...) {
		if v = plain(v); !unsaid[strings.ToLower(v)] && (c.License == "" || c.License == "other") {
			c.License = v
		}
	}
	for _, v := range values["pretty_name"] {
		c.Name = plain(v)
	}
	return true
}

// unsaid are words that stand where somebody said nothing: trainers write
// them by themselves.
var unsaid = map[string]bool{"": true, "none": true, "null": true, "unknown": true, "generator": true, "[]": true, "n/a": true, "[more information needed]": true, "imagefolder": true, "audiofolder": true, "json": true, "csv": true, "parquet": true, "text": true}

func plain(v string) string {
	v, _, _ = strings.Cut(v, " #")
	return strings.Trim(strings.TrimSpace(v), `"'`)
}
