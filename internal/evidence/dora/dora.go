// Package dora writes the register of information on contractual arrangements on the
// use of ICT services (Regulation (EU) 2022/2554, art. 28(3)), after the templates
// B_01 to B_07 and B_99 of Commission Implementing Regulation (EU) 2024/2956. What
// the infrastructure, the traffic and dated records show is filled in; what contracts
// and the entity itself say is asked.
package dora

import (
	"embed"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the register is made.
var Document = evidence.Kind{Name: "dora", Messages: messages, Write: write, Exports: map[string]evidence.Export{"csv": writeCSV},
	Whole: "DORA art. 28(3) asks for one register of all arrangements of the financial entity"}

func write(b *evidence.Builder) error {
	r := newRegister(b)
	b.Paragraph(b.Fixed("about"), b.Fixed("about.codes"))
	b.Paragraph(b.Ask("register-codes", ""))
	b.Unread()
	r.make()
	r.pageEntities()
	r.pageContracts()
	r.pageServices()
	r.pageParties()
	r.pageProviders()
	r.pageFunctions()
	r.pageAssessments()
	r.pageDefinitions()
	r.pageStrays()
	r.pageFetched()
	return nil
}
