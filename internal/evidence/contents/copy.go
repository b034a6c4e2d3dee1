package contents

import (
	"fmt"
	"io"
	"os"
)

// maxIncluded bounds a file that is included.
const maxIncluded = 1 << 30

// copy copies a file that must stay as long as it was.
func (f Included) copy(w io.Writer) error {
	from, err := os.Open(f.Path)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	if info.Size() > maxIncluded {
		return fmt.Errorf("it has more than %d bytes", maxIncluded)
	}
	n, err := io.Copy(w, io.LimitReader(from, info.Size()+1))
	if err == nil && n != info.Size() {
		err = fmt.Errorf("it changed while it was copied: try again")
	}
	return err
}
