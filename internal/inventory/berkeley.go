package inventory

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The hash form of Berkeley DB, as far as rpm used it: pages of keys and values
// in turn, where a value that does not fit stands on a chain of pages of its own.
const (
	hashMagic    = 0x061561
	pageOverflow = 7
	pageHash     = 13
	pageUnsorted = 2
	itemHere     = 1
	itemElsewere = 3
	pageHeader   = 26
)

func hashBlobs(r io.ReaderAt, size int64, f func([]byte) error) error {
	meta := make([]byte, 72)
	if _, err := r.ReadAt(meta, 0); err != nil {
		return errors.New("it is cut short")
	}
	var order binary.ByteOrder = binary.LittleEndian
	if binary.BigEndian.Uint32(meta[12:]) == hashMagic {
		order = binary.BigEndian
	}
	pageSize := int64(order.Uint32(meta[20:]))
	if pageSize < 512 || pageSize > 65_536 || pageSize&(pageSize-1) != 0 {
		return fmt.Errorf("pages of %d bytes are not possible", pageSize)
	}
	page := make([]byte, pageSize)
	for at := pageSize; at+pageSize <= size; at += pageSize {
		if _, err := r.ReadAt(page, at); err != nil {
			return errors.New("it is cut short")
		}
		if typ := page[25]; typ != pageHash && typ != pageUnsorted {
			continue
		}
		n := int(order.Uint16(page[20:]))
		if pageHeader+2*n > len(page) {
			return errors.New("a page is broken")
		}
		end := len(page) // items stand from the end of the page downwards
		for i := range n {
			off := int(order.Uint16(page[pageHeader+2*i:]))
			if off < pageHeader || off >= end {
				return errors.New("a page is broken")
			}
			item := page[off:end]
			end = off
			if i%2 == 0 {
				continue // a key
			}
			blob, err := hashValue(r, size, pageSize, order, item)
			if err != nil {
				return err
			}
			if len(blob) < 16 {
				continue // the counter that rpm keeps beside its packages
			}
			if err := f(blob); err != nil {
				return err
			}
		}
	}
	return nil
}

func hashValue(r io.ReaderAt, size, pageSize int64, order binary.ByteOrder, item []byte) ([]byte, error) {
	switch item[0] {
	case itemHere:
		return item[1:], nil
	case itemElsewere:
	default:
		return nil, fmt.Errorf("an item of kind %d is not known", item[0])
	}
	if len(item) < 12 {
		return nil, errors.New("an item is cut short")
	}
	no, want := int64(order.Uint32(item[4:])), int64(order.Uint32(item[8:]))
	if want > textLimit || want > size {
		return nil, fmt.Errorf("a header of %d bytes is not possible", want)
	}
	out, page := make([]byte, 0, want), make([]byte, pageSize)
	for no != 0 && int64(len(out)) < want {
		if _, err := r.ReadAt(page, no*pageSize); err != nil {
			return nil, errors.New("a chain of pages leads out of it")
		}
		n := int64(order.Uint16(page[22:]))
		if page[25] != pageOverflow || n == 0 || pageHeader+n > pageSize {
			return nil, errors.New("a chain of pages is broken")
		}
		out = append(out, page[pageHeader:pageHeader+n]...)
		no = int64(order.Uint32(page[16:]))
	}
	if int64(len(out)) != want {
		return nil, errors.New("a chain of pages ends early")
	}
	return out, nil
}
