package ingest

import "runtime/debug"

// Streaming makes the garbage collector fit for what a run does: little is
// held, and much passes through. Memory stays below 256 MiB as long as what is
// held does. Call what it returns when the run is over.
func Streaming() (restore func()) {
	percent, limit := debug.SetGCPercent(400), debug.SetMemoryLimit(256<<20)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}
