package diagram

import (
	"encoding/json"
	"io"
)

// Schema names the JSON form of a map and its version.
const Schema = "bailiwick/map/v1"

// writeJSON writes the map as it is, an element a line.
func writeJSON(w io.Writer, m *Map) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(struct {
		Schema string `json:"schema"`
		*Map
	}{Schema, m})
}
