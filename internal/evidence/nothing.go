package evidence

import "errors"

// ErrNothing says that an export would be empty, and that its format has no way to
// say so. Who writes all of them goes on without it.
var ErrNothing = errors.New("the document would be empty")
