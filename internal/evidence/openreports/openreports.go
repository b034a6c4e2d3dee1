// Package openreports hands a result out as reports that dashboards of clusters read.
// They are written by package report, as for bailiwick check.
package openreports

import (
	"embed"
	"io"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/report"
)

//go:embed *.yaml
var messages embed.FS

// Document is the kind of these reports.
var Document = evidence.Kind{Name: "openreports", Messages: messages, Exports: map[string]evidence.Export{
	"openreports": func(w io.Writer, c *evidence.Case, _ string) error {
		if err := c.Check(); err != nil {
			return err
		}
		return report.Write(w, "openreports", c.Result, report.Options{Version: c.Version})
	},
}}
