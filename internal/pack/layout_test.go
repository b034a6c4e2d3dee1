package pack_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/pack"
)

// A member is a file of an archive, with the bytes that stand around it.
type member struct {
	packed                   []byte
	local, descriptor, entry []byte // name and extra fields are at the ends of local and entry
}

var le = binary.LittleEndian

// taken takes an archive apart, into members that [joined] puts together again.
func taken(t testing.TB, b []byte) []*member {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out []*member
	for _, f := range z.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, packed(t, f.Name, content))
	}
	return out
}

func packed(t testing.TB, name string, content []byte) *member {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m := &member{packed: b.Bytes(), local: make([]byte, 30), descriptor: make([]byte, 16), entry: make([]byte, 46)}
	copy(m.local, "PK\x03\x04\x14\x00\x08\x08\x08\x00") // a descriptor follows, the name is UTF-8, deflated
	copy(m.entry, "PK\x01\x02\x14\x03\x14\x00\x08\x08\x08\x00")
	le.PutUint16(m.local[26:], uint16(len(name)))
	le.PutUint16(m.entry[28:], uint16(len(name)))
	le.PutUint32(m.entry[38:], 0o100644<<16)
	copy(m.descriptor, "PK\x07\x08")
	le.PutUint32(m.descriptor[4:], crc32.ChecksumIEEE(content))
	le.PutUint32(m.descriptor[8:], uint32(len(m.packed)))
	le.PutUint32(m.descriptor[12:], uint32(len(content)))
	copy(m.entry[16:], m.descriptor[4:])
	m.local = append(m.local, name...)
	m.entry = append(m.entry, name...)
	return m
}

// joined puts an archive together; before stands between the files and the directory, after
// behind the last entry of the directory, and end edits the last record.
func joined(members []*member, before, after []byte, end func(record []byte, directory int) []byte) []byte {
	var b, dir []byte
	for _, m := range members {
		le.PutUint32(m.entry[42:], uint32(len(b)))
		dir = append(dir, m.entry...)
		b = append(append(append(b, m.local...), m.packed...), m.descriptor...)
	}
	b = append(b, before...)
	begin := len(b)
	b = append(append(b, dir...), after...)
	record := make([]byte, 22)
	copy(record, "PK\x05\x06")
	le.PutUint16(record[8:], uint16(len(members)))
	le.PutUint16(record[10:], uint16(len(members)))
	le.PutUint32(record[12:], uint32(len(b)-begin))
	le.PutUint32(record[16:], uint32(begin))
	if end != nil {
		record = end(record, begin)
	}
	return append(b, record...)
}

// large turns a last record into those of an archive of more than 4 GiB.
func large(at int) func(record []byte, begin int) []byte {
	return func(record []byte, begin int) []byte {
		r := make([]byte, 56+20)
		copy(r, "PK\x06\x06\x2c")
		le.PutUint64(r[24:], uint64(le.Uint16(record[8:])))
		le.PutUint64(r[32:], uint64(le.Uint16(record[10:])))
		le.PutUint64(r[40:], uint64(le.Uint32(record[12:])))
		le.PutUint64(r[48:], uint64(begin))
		copy(r[56:], "PK\x06\x07")
		le.PutUint64(r[64:], uint64(at))
		le.PutUint32(r[72:], 1)
		le.PutUint32(record[16:], 1<<32-1)
		return append(r, record...)
	}
}

// TestLayout builds archives of which programs read different things: each is refused,
// though all that is signed stands in it.
func TestLayout(t *testing.T) {
	good := written(t, nil, "A/one.txt")
	const victim = 3 // A/one.txt
	unicodePath := append([]byte("\x75\x70\x09\x00\x01"), "....evil"...)
	extra := func(m *member, field []byte) {
		le.PutUint16(m.entry[30:], uint16(len(field)))
		m.entry = append(m.entry, field...)
	}
	localExtra := func(m *member, field []byte) {
		le.PutUint16(m.local[28:], uint16(len(field)))
		m.local = append(m.local, field...)
	}
	hidden := func() []byte { return joined([]*member{packed(t, "evil.txt", []byte("evil"))}, nil, nil, nil) }
	for name, edit := range map[string]func(m *member) (before, after []byte){
		"bytes before the directory":                  func(*member) ([]byte, []byte) { return hidden(), nil },
		"bytes in the directory":                      func(*member) ([]byte, []byte) { return nil, []byte("PK\x05\x05 signature") },
		"another name in the directory's extra field": func(m *member) ([]byte, []byte) { extra(m, unicodePath); return nil, nil },
		"another name in the header's extra field":    func(m *member) ([]byte, []byte) { localExtra(m, unicodePath); return nil, nil },
		"an extra field that is cut":                  func(m *member) ([]byte, []byte) { extra(m, []byte("\x55\x54\x09\x00\x01")); return nil, nil },
		"a comment": func(m *member) ([]byte, []byte) {
			le.PutUint16(m.entry[32:], 4)
			m.entry = append(m.entry, "evil"...)
			return nil, nil
		},
		"another size in the header":         func(m *member) ([]byte, []byte) { le.PutUint32(m.local[18:], 1); return nil, nil },
		"another checksum in the header":     func(m *member) ([]byte, []byte) { le.PutUint32(m.local[14:], 1); return nil, nil },
		"another size behind the content":    func(m *member) ([]byte, []byte) { m.descriptor[8]++; return nil, nil },
		"another checksum in the directory":  func(m *member) ([]byte, []byte) { m.descriptor[4]++; m.entry[16]++; return nil, nil },
		"another way of packing":             func(m *member) ([]byte, []byte) { m.local[8], m.entry[10] = 12, 12; return nil, nil },
		"another way of packing in the head": func(m *member) ([]byte, []byte) { m.local[8] = 0; return nil, nil },
		"encrypted headers":                  func(m *member) ([]byte, []byte) { m.local[7] |= 0x20; m.entry[9] |= 0x20; return nil, nil },
		"a link of another system": func(m *member) ([]byte, []byte) {
			m.entry[5] = 16 // BeOS, whose links unzip makes too
			le.PutUint32(m.entry[38:], 0o120777<<16)
			return nil, nil
		},
		"a folder of DOS": func(m *member) ([]byte, []byte) { m.entry[5] = 0; m.entry[38] = 0x10; return nil, nil },
		"files behind the end of the content": func(m *member) ([]byte, []byte) {
			m.packed = append(m.packed, hidden()...)
			le.PutUint32(m.entry[20:], uint32(len(m.packed)))
			le.PutUint32(m.descriptor[8:], uint32(len(m.packed)))
			return nil, nil
		},
	} {
		for _, big := range []bool{false, true} {
			members := taken(t, good)
			before, after := edit(members[victim])
			var end func([]byte, int) []byte
			if big {
				whole := joined(members, before, after, nil)
				end = large(len(whole) - 22)
			}
			b := joined(members, before, after, end)
			p, err := pack.Open(bytes.NewReader(b), int64(len(b)))
			if err == nil && pack.Verify(p, trust()).Verified {
				t.Errorf("%s (records of large archives: %v): it verifies", name, big)
			}
		}
	}
	members := taken(t, good)
	if r := verify(t, joined(members, nil, nil, nil), trust()); !r.Verified {
		t.Errorf("as it was: %v", r.Faults)
	}
	if r := verify(t, joined(members, nil, nil, large(len(joined(members, nil, nil, nil))-22)), trust()); !r.Verified {
		t.Errorf("as it was, as large archives are: %v", r.Faults)
	}
	// A name that is not ASCII needs the flag that says how to read it.
	umlaut := taken(t, written(t, nil, "A/über.txt"))
	if r := verify(t, joined(umlaut, nil, nil, nil), trust()); !r.Verified {
		t.Errorf("a name with an umlaut: %v", r.Faults)
	}
	umlaut[victim].local[7], umlaut[victim].entry[9] = 0, 0
	if r := verify(t, joined(umlaut, nil, nil, nil), trust()); r.Verified {
		t.Error("a name that depends on the code page verifies")
	}
}

// TestHeaderFirst reads an archive whose sizes stand before the content, as some programs
// pack anew: it verifies, unless they are others than in the directory.
func TestHeaderFirst(t *testing.T) {
	members := taken(t, written(t, nil))
	for _, m := range members {
		m.local[6], m.entry[8] = 0, 0
		copy(m.local[14:], m.entry[16:28])
		m.descriptor = nil
	}
	if r := verify(t, joined(members, nil, nil, nil), trust()); !r.Verified {
		t.Fatalf("%v", r.Faults)
	}
	for _, at := range []int{14, 18, 22} {
		members[0].local[at]++
		if r := verify(t, joined(members, nil, nil, nil), trust()); r.Verified {
			t.Errorf("another number at %d of the header verifies", at)
		}
		members[0].local[at]--
	}
}

// TestManyFiles refuses an archive with more files than packs have, and one whose directory
// is larger than they need, before its directory is read.
func TestManyFiles(t *testing.T) {
	m := packed(t, "x", nil)
	many := make([]*member, 50_001)
	for i := range many {
		many[i] = m
	}
	b := joined(many, nil, nil, nil)
	if _, err := pack.Open(bytes.NewReader(b), int64(len(b))); err == nil || !strings.Contains(err.Error(), "50000 files at most") {
		t.Errorf("%v", err)
	}
	b = joined([]*member{m}, nil, slices.Repeat([]byte("PK\x01\x02"), 1000), nil)
	if _, err := pack.Open(bytes.NewReader(b), int64(len(b))); err == nil || !strings.Contains(err.Error(), "its directory has 1 files and") {
		t.Errorf("%v", err)
	}
}
