package inventory_test

import (
	"encoding/binary"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/inventory"
)

// header is one of rpm's with three texts and an epoch.
func header(name, version, release string) []byte {
	var index, store []byte
	entry := func(tag, typ uint32, value []byte) {
		for _, n := range []uint32{tag, typ, uint32(len(store)), 1} {
			index = binary.BigEndian.AppendUint32(index, n)
		}
		store = append(store, value...)
	}
	entry(1003, 4, binary.BigEndian.AppendUint32(nil, 2))
	entry(1000, 6, []byte(name+"\x00"))
	entry(1001, 6, []byte(version+"\x00"))
	entry(1002, 6, []byte(release+"\x00"))
	entry(1014, 6, []byte("MIT\x00"))
	entry(1022, 6, []byte("noarch\x00"))
	b := binary.BigEndian.AppendUint32(nil, uint32(len(index)/16))
	b = binary.BigEndian.AppendUint32(b, uint32(len(store)))
	return append(append(b, index...), store...)
}

// ndb writes headers in rpm's own form.
func ndb(headers [][]byte) []byte {
	const pages = 1
	slots := append([]byte("RpmP"), make([]byte, 4096*pages-4)...)
	binary.LittleEndian.PutUint32(slots[12:], pages)
	out := []byte{}
	for i := range 4096*pages/16 - 2 {
		slot := slots[32+16*i:]
		copy(slot, "Slot")
		if i >= len(headers) {
			continue
		}
		blob := append([]byte("BlbS"), make([]byte, 12)...)
		binary.LittleEndian.PutUint32(blob[12:], uint32(len(headers[i])))
		blob = append(blob, headers[i]...)
		for len(blob)%16 != 0 {
			blob = append(blob, 0)
		}
		binary.LittleEndian.PutUint32(slot[4:], uint32(i+1))
		binary.LittleEndian.PutUint32(slot[8:], uint32((len(slots)+len(out))/16))
		binary.LittleEndian.PutUint32(slot[12:], uint32(len(blob)/16))
		out = append(out, blob...)
	}
	return append(slots, out...)
}

func TestRPM(t *testing.T) {
	src := ndb([][]byte{header("a", "1.0", "2.el9"), header("gpg-pubkey", "ab", "cd"), header("b", "3", "4")})
	inv := inventory.Layers([]inventory.Layer{layer(t, "usr/lib/sysimage/rpm/Packages.db", string(src), "etc/os-release", "ID=rocky\nVERSION_ID=9\n")}, inventory.Options{})
	same(t, &inv, "rpm a 1.0-2.el9 1", "rpm b 3-4 1")
	if p := inv.Packages[0]; p.PURL != "pkg:rpm/rocky/a@1.0-2.el9?arch=noarch&distro=rocky-9&epoch=2" || p.Licenses[0] != "MIT" {
		t.Errorf("%+v", p)
	}
}

// No database makes the reader panic or run without end.
func FuzzRPM(f *testing.F) {
	f.Add(ndb([][]byte{header("a", "1", "2")}))
	sqlite := append([]byte("SQLite format 3\x00\x02\x00"), make([]byte, 1100)...)
	sqlite[100] = 0x0d
	f.Add(sqlite)
	berkeley := make([]byte, 2048)
	binary.LittleEndian.PutUint32(berkeley[12:], 0x061561)
	binary.LittleEndian.PutUint32(berkeley[20:], 512)
	berkeley[512+25] = 13
	f.Add(berkeley)
	f.Fuzz(func(t *testing.T, src []byte) {
		inv := inventory.Layers([]inventory.Layer{layer(t, "var/lib/rpm/Packages", string(src))}, inventory.Options{})
		for _, p := range inv.Packages {
			if p.Name == "" || p.Version == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}
