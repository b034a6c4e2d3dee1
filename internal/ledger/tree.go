package ledger

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A tile holds the nodes of one subtree of height eight, from its 256 leaves
// up to its root. Nodes are set once, when both their children are, and never
// change.
type tile [2*c2sp.TileWidth - 1]tlog.Hash

// tileHeight is the height of a tile: two to the eighth is [c2sp.TileWidth].
const tileHeight = 8

// node is where the i-th node of height h stands in a tile.
func node(h int, i int64) int64 { return 2*c2sp.TileWidth - 2*c2sp.TileWidth>>h + i }

// A row is one level of tiles. Its hashes stand in a file, one after the
// other, so that tile N begins at byte N*8192; what is beside in memory is the
// tiles that the last batch touched, from which the proofs of its entries are
// made.
type row struct {
	file  *os.File
	count int64 // hashes in the row
	first int64 // index of tiles[0]
	tiles []*tile
	dirty []byte // hashes that the file has not yet
}

// A tree is the Merkle tree of RFC 6962 over all entries.
type tree struct {
	size int64
	rows []*row
	file func(level int) (*os.File, error) // opens the file of a row; nil where there is none
}

// view is what of a tree is needed to prove the entries of one batch. It
// shares tiles with the tree and reads only nodes that do not change.
type view struct {
	size  int64
	rows  []row
	parts []part // the smallest, which is the rightmost, first
}

// A part is one of the complete subtrees that a tree consists of: of its size
// in binary, each digit that is one.
type part struct {
	level int
	index int64
	root  tlog.Hash
	rest  tlog.Hash // of this part and all that is right of it
}

// begin drops the tiles that the next batch cannot touch.
func (t *tree) begin() {
	for _, r := range t.rows {
		keep := r.count >> tileHeight
		r.tiles = r.tiles[keep-r.first:]
		r.first = keep
	}
}

// append adds a leaf.
func (t *tree) append(leaf tlog.Hash) error {
	t.size++
	for level := 0; ; level++ {
		if level == len(t.rows) {
			if err := t.addRow(); err != nil {
				return err
			}
		}
		root, full := t.rows[level].append(leaf)
		if !full {
			return nil
		}
		leaf = root
	}
}

// append adds a hash to a row; when it fills a tile the tile's root is
// returned for the row above.
func (r *row) append(leaf tlog.Hash) (root tlog.Hash, full bool) {
	if at := r.count>>tileHeight - r.first; at == int64(len(r.tiles)) {
		r.tiles = append(r.tiles, new(tile))
	}
	nodes := r.tiles[r.count>>tileHeight-r.first]
	i := r.count % c2sp.TileWidth
	nodes[i] = leaf
	r.dirty = append(r.dirty, leaf[:]...)
	r.count++
	for h := 0; h < tileHeight; h++ {
		if i&1 == 0 {
			return tlog.Hash{}, false
		}
		nodes[node(h+1, i>>1)] = tlog.NodeHash(nodes[node(h, i-1)], nodes[node(h, i)])
		i >>= 1
	}
	return nodes[node(tileHeight, 0)], true
}

func (t *tree) addRow() error {
	r := &row{}
	if t.file != nil {
		var err error
		if r.file, err = t.file(len(t.rows)); err != nil {
			return err
		}
	}
	t.rows = append(t.rows, r)
	return nil
}

// rowFiles opens the rows of a folder for writing.
func rowFiles(dir string) func(int) (*os.File, error) {
	return func(level int) (*os.File, error) {
		return os.OpenFile(filepath.Join(dir, strconv.Itoa(level)), os.O_RDWR|os.O_CREATE, 0o600)
	}
}

// flush gives the new hashes to the files. They are not synced: all of them
// can be worked out from the entries.
func (t *tree) flush() error {
	for _, r := range t.rows {
		if len(r.dirty) == 0 {
			continue
		}
		at := r.count*tlog.HashSize - int64(len(r.dirty))
		if _, err := r.file.WriteAt(r.dirty, at); err != nil {
			return err
		}
		r.dirty = r.dirty[:0]
	}
	return nil
}

// dirtyBytes is about how much flush has to write.
func (t *tree) dirtyBytes() int {
	if len(t.rows) == 0 {
		return 0
	}
	return len(t.rows[0].dirty)
}

func (t *tree) files() []*os.File {
	files := make([]*os.File, len(t.rows))
	for i, r := range t.rows {
		files[i] = r.file
	}
	return files
}

func (t *tree) close() {
	for _, r := range t.rows {
		r.file.Close()
	}
}

func (t *tree) view() view {
	v := view{size: t.size, rows: make([]row, len(t.rows))}
	for i, r := range t.rows {
		v.rows[i] = row{count: r.count, first: r.first, tiles: r.tiles}
	}
	v.split()
	return v
}

// at is the node of that level (0 is the leaves) and index.
func (v *view) at(level int, index int64) tlog.Hash {
	r, h := &v.rows[level/tileHeight], level%tileHeight
	n := index >> (tileHeight - h)
	return r.tiles[n-r.first][node(h, index-n<<(tileHeight-h))]
}

// split works the parts out, and with them the root: every proof of the batch
// shares what is hashed here.
func (v *view) split() {
	for level := 0; v.size>>level > 0; level++ {
		n := v.size >> level
		if n&1 == 0 {
			continue
		}
		p := part{level: level, index: n - 1, root: v.at(level, n-1)}
		if p.rest = p.root; len(v.parts) > 0 {
			p.rest = tlog.NodeHash(p.root, v.parts[len(v.parts)-1].rest)
		}
		v.parts = append(v.parts, p)
	}
}

func (t *tree) root() tlog.Hash {
	v := t.view()
	return v.root()
}

// root is the root of the whole tree.
func (v *view) root() tlog.Hash {
	if len(v.parts) == 0 {
		return c2sp.EmptyRoot
	}
	return v.parts[len(v.parts)-1].rest
}

// prove is the inclusion proof of entry i, which is one of the view's batch:
// the sibling hashes from the leaf up (RFC 6962, 2.1.1). Its part's siblings
// come first, then what is right of that part as one hash, then the parts left
// of it.
func (v *view) prove(i int64) tlog.RecordProof {
	at := slices.IndexFunc(v.parts, func(p part) bool { return i>>p.level == p.index })
	level := v.parts[at].level
	proof := make(tlog.RecordProof, 0, level+len(v.parts)-at)
	for l := range level {
		proof = append(proof, v.at(l, i>>l^1))
	}
	if at > 0 {
		proof = append(proof, v.parts[at-1].rest)
	}
	for _, p := range v.parts[at+1:] {
		proof = append(proof, p.root)
	}
	return proof
}

// loadTree reads the rows of a tree of that size back, as far as the next batch
// needs them. Of all that stands left of the right edge nothing is read.
func loadTree(dir string, size int64) (*tree, error) {
	t := &tree{file: rowFiles(dir), size: size}
	for level := 0; level == 0 || size>>(tileHeight*level) > 0; level++ {
		if err := t.addRow(); err != nil {
			t.close()
			return nil, err
		}
		r := t.rows[level]
		count := size >> (tileHeight * level)
		r.count = count - count%c2sp.TileWidth
		r.first = r.count >> tileHeight
		b := make([]byte, (count-r.count)*tlog.HashSize)
		if _, err := r.file.ReadAt(b, r.count*tlog.HashSize); err != nil {
			t.close()
			return nil, fmt.Errorf("tree of %s: level %d: %w", dir, level, err)
		}
		for ; len(b) > 0; b = b[tlog.HashSize:] {
			r.append(tlog.Hash(b))
		}
		r.dirty = nil
	}
	return t, nil
}
