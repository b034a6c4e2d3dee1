package inventory

import (
	"hash/maphash"
	"path"
	"strings"
)

// A sight says what layers above leave of an entry.
type sight int

const (
	visible  sight = iota
	shadowed       // a layer above has a file of its own there
	gone           // a layer above removed it, or put something else in its place
)

// An overlay knows what the layers that were read so far hide of those below.
// Layers come from the top, so whoever is seen first wins.
type overlay struct {
	seed  maphash.Seed
	layer int
	// files are all that were seen and are no folders, by the digest of their
	// path: an image has millions, and their names would cost hundreds of
	// megabytes. The value is the layer.
	files   map[uint64]int32
	folders map[uint64]int32
	removed map[string]int // by whiteouts, with the layer
	emptied map[string]int // opaque folders
	memo    map[string]bool
}

func newOverlay() *overlay {
	return &overlay{seed: maphash.MakeSeed(), files: map[uint64]int32{}, folders: map[uint64]int32{}, removed: map[string]int{}, emptied: map[string]int{}}
}

func (o *overlay) begin(layer int) { o.layer, o.memo = layer, map[string]bool{} }

// whiteout takes a removal: of one name, or of all that is in a folder. It
// hides what is in layers below, never in its own.
func (o *overlay) whiteout(dir, name string) {
	switch {
	case name == ".wh..opq":
		if _, above := o.emptied[dir]; !above {
			o.emptied[dir] = o.layer
		}
	case strings.HasPrefix(name, ".wh."): // notes of the file system itself
	default:
		if p := path.Join(dir, name); o.removed[p] == 0 {
			o.removed[p] = o.layer
		}
	}
}

// see takes an entry of the layer that is being read and says what is left of
// it; of one that is shadowed also by which layer.
func (o *overlay) see(name string, isDir bool) (by int, s sight) {
	if o.removed[name] > o.layer || o.below(path.Dir(name)) {
		return 0, gone
	}
	k := maphash.String(o.seed, name)
	if at, ok := o.files[k]; ok && int(at) > o.layer {
		return int(at), shadowed
	}
	if isDir {
		if _, ok := o.folders[k]; !ok {
			o.folders[k] = int32(o.layer)
		}
		return 0, visible
	}
	if at, ok := o.folders[k]; ok && int(at) > o.layer {
		return 0, gone
	}
	o.files[k] = int32(o.layer)
	return 0, visible
}

// below reports whether a layer above hides all that is in a folder.
func (o *overlay) below(dir string) bool {
	if dir == "." {
		return o.emptied[""] > o.layer
	}
	hidden, ok := o.memo[dir]
	if !ok {
		at, file := o.files[maphash.String(o.seed, dir)]
		hidden = o.emptied[dir] > o.layer || o.removed[dir] > o.layer || file && int(at) > o.layer || o.below(path.Dir(dir))
		o.memo[dir] = hidden
	}
	return hidden
}
