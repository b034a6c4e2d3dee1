package code

import (
	"slices"
	"strings"
)

// signalled are words of data about people. They stand for a category; with a
// star GDPR article 9 protects it.
var signalled = map[string]string{
	"patient": "health*", "diagnosis": "health*", "diagnoses": "health*", "medical": "health*", "medication": "health*", "clinical": "health*", "symptom": "health*", "symptoms": "health*", "icd10": "health*",
	"religion": "belief*", "ethnicity": "origin*", "biometric": "biometric*", "fingerprint": "", "genome": "genetic*", "genetic": "genetic*", "sexual": "sex life*", "union": "",
	"email": "contact", "phone": "contact", "address": "", "ssn": "identifier", "passport": "identifier", "iban": "financial", "salary": "financial", "creditcard": "financial", "birthdate": "demographic", "birthday": "demographic", "surname": "name", "lastname": "name", "firstname": "name",
}

// signals are the categories of data that are named in the function around a
// block: what a person should look at, no proof.
func (p *program) signals(block int) string {
	if block < 0 {
		return ""
	}
	var out []string
	note := func(name string) {
		for _, w := range split(name) {
			if c := signalled[w]; c != "" && !slices.Contains(out, w+" ("+c+")") && len(out) < 4 {
				out = append(out, w+" ("+c+")")
			}
		}
	}
	b := &p.file.Blocks[block]
	note(b.Name)
	for i := range p.file.Assigns {
		if p.file.Assigns[i].Block == block {
			note(p.file.Assigns[i].Name)
		}
	}
	for i := range p.file.Strings {
		if s := &p.file.Strings[i]; s.Block == block && len(s.Text) < 60 {
			note(s.Text)
		}
	}
	if len(out) == 0 {
		return ""
	}
	slices.Sort(out)
	return "; near it: " + strings.Join(out, ", ")
}

// split takes a name apart: patientEmail, patient_email.
func split(name string) []string {
	var out []string
	word := []byte{}
	for i := range len(name) {
		c := name[i]
		upper := c >= 'A' && c <= 'Z'
		switch {
		case upper && len(word) > 0 && !(word[len(word)-1] >= 'A' && word[len(word)-1] <= 'Z'), !upper && (c < 'a' || c > 'z') && (c < '0' || c > '9'):
			out, word = append(out, strings.ToLower(string(word))), word[:0]
		}
		if upper || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			word = append(word, c)
		}
	}
	return append(out, strings.ToLower(string(word)))
}
