package weights

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// safetensors reads the head: its length in eight bytes, then JSON in which
// __metadata__ may say something of the model.
func safetensors(r io.Reader, m *Model) error {
	var n uint64
	if err := binary.Read(r, binary.LittleEndian, &n); err != nil {
		return errors.New("it is cut short")
	}
	if n < 2 || n > 100_000_000 { // the bound that the format itself has
		return fmt.Errorf("a head of %d bytes is not possible", n)
	}
	d := json.NewDecoder(io.LimitReader(r, int64(n)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.New("its head is no JSON object")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return fmt.Errorf("its head is broken: %w", err)
		}
		if key != "__metadata__" {
			var tensor json.RawMessage
			if err := d.Decode(&tensor); err != nil {
				return fmt.Errorf("its head is broken: %w", err)
			}
			continue
		}
		meta := map[string]any{}
		if err := d.Decode(&meta); err != nil {
			return fmt.Errorf("its head is broken: %w", err)
		}
		said := func(keys ...string) string {
			for _, k := range keys {
				if v, ok := meta[k].(string); ok && v != "" {
					return v
				}
			}
			return ""
		}
		m.Name = said("modelspec.title", "ss_output_name", "name")
		m.Architecture = said("modelspec.architecture", "architecture")
		m.Developer = said("modelspec.author")
		m.License = said("modelspec.license", "license")
		if b := said("ss_sd_model_name", "base_model", "modelspec.merged_from"); b != "" {
			m.Base = append(m.Base, b)
		}
	}
	if _, err := d.Token(); err != nil {
		return errors.New("its head is cut short")
	}
	return nil
}
