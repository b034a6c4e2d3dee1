package terraform

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
)

var (
	base64EncodeFunc = textFunc(1, cty.String, func(a []string) (cty.Value, error) {
		return cty.StringVal(base64.StdEncoding.EncodeToString([]byte(a[0]))), nil
	})
	base64DecodeFunc = textFunc(1, cty.String, func(a []string) (cty.Value, error) {
		b, err := base64.StdEncoding.DecodeString(a[0])
		if err != nil {
			return cty.NilVal, errors.New("the text is not base64")
		}
		return utf8Text(b)
	})
	base64GzipFunc   = textFunc(1, cty.String, gzipText)
	base64GunzipFunc = textFunc(1, cty.String, gunzipText)
	urlEncodeFunc    = textFunc(1, cty.String, func(a []string) (cty.Value, error) { return cty.StringVal(url.QueryEscape(a[0])), nil })
	urlDecodeFunc    = textFunc(1, cty.String, func(a []string) (cty.Value, error) {
		s, err := url.QueryUnescape(a[0])
		if err != nil {
			return cty.NilVal, err
		}
		return utf8Text([]byte(s))
	})
	textEncodeFunc = textFunc(2, cty.String, func(a []string) (cty.Value, error) {
		enc, err := charset(a[1])
		if err != nil {
			return cty.NilVal, err
		}
		b, err := enc.NewEncoder().Bytes([]byte(a[0]))
		if err != nil {
			return cty.NilVal, fmt.Errorf("the text cannot be written in %s", a[1])
		}
		return cty.StringVal(base64.StdEncoding.EncodeToString(b)), nil
	})
	textDecodeFunc = textFunc(2, cty.String, func(a []string) (cty.Value, error) {
		enc, err := charset(a[1])
		if err != nil {
			return cty.NilVal, err
		}
		b, err := base64.StdEncoding.DecodeString(a[0])
		if err != nil {
			return cty.NilVal, errors.New("the text is not base64")
		}
		if b, err = enc.NewDecoder().Bytes(b); err != nil || bytes.ContainsRune(b, utf8.RuneError) {
			return cty.NilVal, fmt.Errorf("the bytes are not %s", a[1])
		}
		return utf8Text(b)
	})
)

func charset(name string) (encoding.Encoding, error) {
	enc, err := ianaindex.IANA.Encoding(name)
	if err != nil || enc == nil {
		return nil, fmt.Errorf("the character encoding %q is not known", name)
	}
	return enc, nil
}

// utf8Text is a string value of bytes that must be text.
func utf8Text(b []byte) (cty.Value, error) {
	if !utf8.Valid(b) {
		return cty.NilVal, errors.New("the result is not UTF-8 text")
	}
	return cty.StringVal(string(b)), nil
}

func gzipText(a []string) (cty.Value, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, a[0]); err != nil {
		return cty.NilVal, fmt.Errorf("compress: %w", err)
	}
	if err := w.Flush(); err != nil { // the real tools flush too, which shows in the bytes
		return cty.NilVal, fmt.Errorf("compress: %w", err)
	}
	if err := w.Close(); err != nil {
		return cty.NilVal, fmt.Errorf("compress: %w", err)
	}
	return cty.StringVal(base64.StdEncoding.EncodeToString(b.Bytes())), nil
}

func gunzipText(a []string) (cty.Value, error) {
	b, err := base64.StdEncoding.DecodeString(a[0])
	if err != nil {
		return cty.NilVal, errors.New("the text is not base64")
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return cty.NilVal, errors.New("the bytes are not gzip")
	}
	out, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err != nil {
		return cty.NilVal, errors.New("the bytes are not gzip")
	}
	return utf8Text(out)
}
