package controls

import (
	"bytes"
	"fmt"
	"strings"
)

// names are the clouds as people call them, and where their controls are listed.
var names = map[string]string{
	"aws":    "AWS: digital sovereignty and data residency controls of Control Tower",
	"azure":  "Azure: Sovereign Landing Zone and Cloud for Sovereignty baselines",
	"google": "Google Cloud: constraints of Assured Workloads data boundaries",
}

// summary is the agreement as a number.
func summary(list []control, results []string) string {
	var parts []string
	agree, of := tally(list, results, "")
	for _, cloud := range clouds {
		a, n := tally(list, results, cloud)
		parts = append(parts, fmt.Sprintf("%s %d of %d", cloud, a, n))
	}
	return fmt.Sprintf("agreement: %d of %d controls (%s)", agree, of, strings.Join(parts, ", "))
}

// tally counts the controls of a cloud, or of all, that agree.
func tally(list []control, results []string, cloud string) (agree, of int) {
	for i := range list {
		if cloud != "" && list[i].Cloud != cloud {
			continue
		}
		of++
		if list[i].Rule != "" && results[i] == "" {
			agree++
		}
	}
	return agree, of
}

// page is docs/controls.md.
func page(list []control, results []string) []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, `# Controls of the clouds

Each large cloud offers controls of its own for sovereignty and residency. For every one that a configuration can keep or break there
is one small configuration that the control refuses and one that it lets be, and our rule must say the same. `+"`go test ./bench/controls -update`"+`
writes this page. A control that no rule of ours judges is listed with the reason. Agreeing says that the same configuration is refused, not that our rule
does the same: a control stops what is created in one account, a rule reads what was written.

`)
	fmt.Fprintf(&b, "**%s%s.**\n", strings.ToUpper(summary(list, results)[:1]), summary(list, results)[1:])
	for _, cloud := range clouds {
		a, n := tally(list, results, cloud)
		fmt.Fprintf(&b, "\n## %s\n\n%d of %d agree.\n\n| control | of | asks | our rule |\n|---|---|---|---|\n", names[cloud], a, n)
		for i := range list {
			if c := &list[i]; c.Cloud == cloud {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.ID, cell(c.Of), cell(c.Asks), cell(answer(c, results[i])))
			}
		}
	}
	return b.Bytes()
}

func answer(c *control, result string) string {
	switch {
	case c.Rule == "":
		return "none: " + c.Why
	case result != "":
		return "differs: " + result
	}
	return string(c.Rule)
}

// cell keeps a text in its column.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
