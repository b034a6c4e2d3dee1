package finding_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// fill sets every field of a value to something that is not its zero. A list of
// its own kind within a value (the other makers of a maker) is filled once.
func fill(v reflect.Value) { fillBelow(v, nil) }

func fillBelow(v reflect.Value, above []reflect.Type) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillBelow(v.Elem(), above)
	case reflect.Struct:
		above = append(slices.Clone(above), v.Type())
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fillBelow(v.Field(i), above)
			}
		}
	case reflect.Slice:
		if n := 0; v.Type().Elem().Kind() == reflect.Struct {
			for _, t := range above {
				if t == v.Type().Elem() {
					n++
				}
			}
			if n > 1 {
				return
			}
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillBelow(v.Index(0), above)
	case reflect.String:
		v.SetString("<a&b>")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Bool:
		v.SetBool(true)
	}
}

// TestEncodeWritesEveryField holds the encoder, which writes line by line,
// against the field tags.
func TestEncodeWritesEveryField(t *testing.T) {
	for _, full := range []bool{true, false} {
		r := finding.Result{Rules: []finding.RuleCount{}, Findings: []finding.Finding{}}
		if full {
			fill(reflect.ValueOf(&r).Elem())
		}
		plain, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		if err := r.Encode(&buf); err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := json.Unmarshal(plain, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(buf.Bytes(), &got); err != nil {
			t.Fatalf("%v in\n%s", err, buf.Bytes())
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("have\n%s\nwant\n%s", buf.Bytes(), plain)
		}
	}
}
