package evidence

import "errors"

// ErrNothing says that an export would be empty, and that its format has no way to
// say so. Who writes all of them goes on without it.
var ErrNothing = errors.New("the document would be empty")

// ErrOneSystem says that a format holds one system, and that the case has another number.
var ErrOneSystem = errors.New("the format holds one system")
