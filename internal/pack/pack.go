// Package pack is the file in which evidence is handed over: a zip archive whose
// every file is named, with its digest, by a signed statement (in-toto Statement v1
// in an envelope of DSSE), so that whoever has the signer's public key verifies the
// whole without a network and without the machine that wrote it. docs/spec/pack.md
// is the format in words.
//
// What stands in a pack is decided elsewhere (package contents); here it is written
// in one order and with one time, and read within bounds.
package pack

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// The files that each pack has, besides what it holds.
const (
	ResultFile    = "result.json"
	PerimeterFile = "perimeter.yaml"
	InputsFile    = "inputs.json"
	SumsFile      = "SHA256SUMS"
	KeyFile       = "key.pem" // for other tools; nobody's trust rests on it

	statementName = "statement" // .json .dsse.json .pae .sig
	verdictName   = "verdict"
)

// signedNames are the forms in which a signed statement stands in a pack: as it is, in its
// envelope, and as the bytes and the signature that tools like openssl take.
func signedNames(name string) (statement, envelope, pae, sig string) {
	return name + ".json", name + ".dsse.json", name + ".pae", name + ".sig"
}

// The bounds of a pack. A reader holds a few small files in memory and counts the rest.
const (
	maxFiles     = 50_000
	maxName      = 512
	maxStatement = 64 << 20
	maxPerimeter = 16 << 20
	maxSmall     = 1 << 20   // an envelope's signature, a proof, a timestamp
	maxFile      = 4<<30 - 1 // its size has four bytes in an archive
	maxTotal     = 16 << 30
)

// checkName refuses names that an archive may hold and that must not be unpacked:
// absolute ones, ones that lead out of the folder, and ones that another system
// reads as something else.
func checkName(name string) error {
	switch {
	case name == "" || len(name) > maxName:
		return fmt.Errorf("a name has 1 to %d bytes", maxName)
	case !utf8.ValidString(name) || finding.Tame(name) != name || strings.ContainsAny(name, `\:*?"<>|`):
		return errors.New("the name has a character that systems read differently")
	case path.IsAbs(name) || path.Clean(name) != name || name == ".." || strings.HasPrefix(name, "../") || name == ".":
		return errors.New("the name leads out of the folder, or is not written as short as it can be")
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.TrimRight(part, ". ") != part {
			return errors.New("a part of the name ends with a dot or a blank, which some systems leave out")
		}
	}
	return nil
}
