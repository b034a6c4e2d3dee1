package inventory

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// rpmDB reads the packages of rpm from any of the three forms that its database
// had: Berkeley DB until 2020, then SQLite or its own.
func rpmDB(r io.ReaderAt, size int64) ([]graph.Package, error) {
	head := make([]byte, 100)
	if n, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) || n < 32 {
		if size == 0 {
			return nil, nil // a database that was made and never used
		}
		return nil, errors.New("it is cut short")
	}
	var out []graph.Package
	add := func(blob []byte) error {
		p, err := rpmHeader(blob)
		if err == nil && p.Name != "gpg-pubkey" { // a key that rpm trusts, kept as if it were a package
			out = append(out, p)
		}
		return err
	}
	var err error
	switch {
	case strings.HasPrefix(string(head), "SQLite format 3\x00"):
		err = sqliteBlobs(r, size, "Packages", add)
	case strings.HasPrefix(string(head), "RpmP"):
		err = ndbBlobs(r, size, add)
	case binary.LittleEndian.Uint32(head[12:]) == hashMagic, binary.BigEndian.Uint32(head[12:]) == hashMagic:
		err = hashBlobs(r, size, add)
	default:
		err = errors.New("it has none of the known forms (SQLite, ndb, Berkeley DB hash)")
	}
	return out, err
}

// Tags of a header, as rpm numbers them.
const (
	tagName      = 1000
	tagVersion   = 1001
	tagRelease   = 1002
	tagEpoch     = 1003
	tagVendor    = 1011
	tagLicense   = 1014
	tagArch      = 1022
	tagSourceRPM = 1044
)

// rpmHeader reads a header: two counts, an index of 16 bytes an entry, and the
// store that the index points into.
func rpmHeader(b []byte) (graph.Package, error) {
	var p graph.Package
	if len(b) < 8 {
		return p, errors.New("a header is cut short")
	}
	entries, size := uint64(binary.BigEndian.Uint32(b)), uint64(binary.BigEndian.Uint32(b[4:]))
	if entries > 65_536 || 8+16*entries+size > uint64(len(b)) {
		return p, fmt.Errorf("a header of %d entries and %d bytes does not fit into %d bytes", entries, size, len(b))
	}
	store := b[8+16*entries:]
	tags := map[uint32]string{}
	for e := b[8 : 8+16*entries]; len(e) >= 16; e = e[16:] {
		tag, typ, at := binary.BigEndian.Uint32(e), binary.BigEndian.Uint32(e[4:]), binary.BigEndian.Uint32(e[8:])
		if uint64(at) >= uint64(len(store)) {
			continue
		}
		switch rest := store[at:]; typ {
		case 4: // numbers
			if tag == tagEpoch && len(rest) >= 4 {
				tags[tag] = strconv.FormatUint(uint64(binary.BigEndian.Uint32(rest)), 10)
			}
		case 6, 8, 9: // one text, several, in several languages
			text, _, _ := strings.Cut(string(rest[:min(len(rest), 4096)]), "\x00")
			tags[tag] = text
		}
	}
	p = graph.Package{Ecosystem: "rpm", Name: tags[tagName], Version: tags[tagVersion], Supplier: tags[tagVendor]}
	if p.Name == "" || p.Version == "" {
		return p, errors.New("a header names no package")
	}
	if tags[tagRelease] != "" {
		p.Version += "-" + tags[tagRelease]
	}
	if tags[tagLicense] != "" {
		p.Licenses = []string{tags[tagLicense]}
	}
	p.PURL = "arch=" + tags[tagArch] + "&epoch=" + tags[tagEpoch] + "&upstream=" + tags[tagSourceRPM]
	return p, nil
}

// ndbBlobs reads rpm's own form: slots of 16 bytes that say where the header of
// a package is, in blocks of 16 bytes.
func ndbBlobs(r io.ReaderAt, size int64, f func([]byte) error) error {
	head := make([]byte, 32)
	if _, err := r.ReadAt(head, 0); err != nil {
		return errors.New("it is cut short")
	}
	pages := int64(binary.LittleEndian.Uint32(head[12:]))
	if pages < 1 || pages*4096 > size {
		return errors.New("its table of slots does not fit")
	}
	slots := make([]byte, pages*4096)
	if _, err := r.ReadAt(slots, 0); err != nil {
		return errors.New("it is cut short")
	}
	for s := slots[32:]; len(s) >= 16; s = s[16:] {
		if string(s[:4]) != "Slot" {
			return errors.New("a slot is broken")
		}
		if binary.LittleEndian.Uint32(s[4:]) == 0 {
			continue // free
		}
		at, blocks := int64(binary.LittleEndian.Uint32(s[8:]))*16, int64(binary.LittleEndian.Uint32(s[12:]))*16
		if at+blocks > size || blocks < 16 || blocks > textLimit {
			return errors.New("a slot points out of it")
		}
		blob := make([]byte, blocks)
		if _, err := r.ReadAt(blob, at); err != nil {
			return errors.New("it is cut short")
		}
		n := int64(binary.LittleEndian.Uint32(blob[12:]))
		if string(blob[:4]) != "BlbS" || n+16 > blocks {
			return errors.New("a header is broken")
		}
		if err := f(blob[16 : 16+n]); err != nil {
			return err
		}
	}
	return nil
}
