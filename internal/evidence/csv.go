package evidence

import (
	"encoding/csv"
	"io"
	"strings"
)

// CSV writes a table as RFC 4180 has it. A cell that a spreadsheet would take for a
// formula begins with an apostrophe: the texts come from files of others.
func CSV(w io.Writer, head []string, rows [][]string) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				cell = "'" + cell
			}
			safe[i] = cell
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
