package finding

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Outline reads a result of any length without its lists: the findings are checked one by one,
// as [Decode] does, and not kept; assets and flows are passed over. A field that
// stands twice, or in another spelling, is an error: two readers would read two things.
func Outline(in io.Reader) (*Result, error) {
	o := &outline{json: json.NewDecoder(in), seen: map[string]bool{}}
	err := o.read()
	switch {
	case err != nil:
	case o.Schema != Schema:
		err = fmt.Errorf("its schema is %q, not %q", o.Schema, Schema)
	default:
		err = o.agrees(o.violates)
	}
	if err != nil {
		return nil, fmt.Errorf("this is not a result of bailiwick check --format json: %w", err)
	}
	return &o.Result, nil
}

// An outline is one in the making.
type outline struct {
	Result
	json     *json.Decoder
	seen     map[string]bool
	findings int
	violates bool
}

func (o *outline) read() error {
	if t, err := o.json.Token(); err != nil || t != json.Delim('{') {
		return errors.Join(err, errors.New("it is no JSON object"))
	}
	for o.json.More() {
		t, err := o.json.Token()
		if err != nil {
			return err
		}
		key := t.(string) // what begins a field of an object is one
		if key != strings.ToLower(key) || o.seen[key] {
			return fmt.Errorf("its field %.40q stands twice, or is not spelled so", key)
		}
		o.seen[key] = true
		if err := o.field(key); err != nil {
			return fmt.Errorf("%.40s: %w", key, err)
		}
	}
	if _, err := o.json.Token(); err != nil {
		return err
	}
	if _, err := o.json.Token(); err != io.EOF {
		return errors.New("something follows its end")
	}
	return nil
}

func (o *outline) field(key string) error {
	kept := map[string]any{
		"schema": &o.Schema, "perimeter": &o.Perimeter, "kb": &o.KB, "ruleset": &o.Ruleset, "at": &o.At, "verdict": &o.Verdict,
		"new_verdict": &o.NewVerdict, "why": &o.Why, "summary": &o.Summary, "rules": &o.Rules, "problems": &o.Problems,
	}
	if into, ok := kept[key]; ok {
		return o.json.Decode(into)
	}
	var passed json.RawMessage
	switch key {
	case "findings":
		return o.each(func() error {
			var f Finding
			if err := o.json.Decode(&f); err != nil {
				return err
			}
			o.findings++
			o.violates = o.violates || f.Violates
			return f.named(o.findings)
		})
	case "inventory", "flows", "traffic", "others", "waivers", "implements":
		return o.each(func() error { return o.json.Decode(&passed) })
	}
	return o.json.Decode(&passed)
}

// each calls f for every element of a list.
func (o *outline) each(f func() error) error {
	t, err := o.json.Token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('[') {
		return errors.New("it is no list")
	}
	for o.json.More() {
		if err := f(); err != nil {
			return err
		}
	}
	_, err = o.json.Token()
	return err
}
