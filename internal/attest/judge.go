package attest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

func (x *Exam) judgeKind() {
	if len(x.Policy.Kinds) > 0 && !slices.Contains(x.Policy.Kinds, x.evidence.Kind) {
		x.Refuse(CheckKind, "", "the policy takes %q, this is %s", x.Policy.Kinds, x.evidence.Kind)
	}
}

func (x *Exam) judgeNonce() {
	if x.ReportData == nil {
		x.Unknown(CheckNonce, AcceptReplay, "nobody said what the report must have signed along, so it may be an old one, or another's: give the nonce that was asked for")
		return
	}
	if bytes.Count(x.ReportData, []byte{0}) == len(x.ReportData) {
		x.Refuse(CheckNonce, "", "a nonce of zeros only, or of no bytes, asks for nothing: reports that nobody asked for have the same")
		return
	}
	want := hex.EncodeToString(x.ReportData)
	got := x.Claims.ReportData
	if len(want) > len(got) || want+strings.Repeat("0", len(got)-len(want)) != got {
		x.Refuse(CheckNonce, "", "the report signed %.144q, but %.144q was asked for: it is an old report, or another's; ask for a new one", got, want)
		return
	}
	x.Pass(CheckNonce, "the report signed what was asked for")
}

func (x *Exam) judgeDebug() {
	if x.Claims.Debug {
		x.Refuse(CheckDebug, AcceptDebug, "debug is on: the host can read and change the memory of the guest; start it without")
		return
	}
	if x.evidence.Kind != NVIDIA { // there it is part of the mode
		x.Pass(CheckDebug, "debug is off")
	}
}

func (x *Exam) judgeMeasurements() {
	kind := x.evidence.Kind
	wanted, names := x.Policy.Measurements[kind], measurementNames[kind]
	x.judgeValues(CheckMeasurement, wanted, x.Claims.Measurements, "other software runs, or the policy is of another build")
	main := names.names[:names.primary]
	switch {
	case len(main) > 0 && !slices.ContainsFunc(main, func(n string) bool { return len(wanted[n]) > 0 }):
		x.Unknown(CheckMeasurement, AcceptSoftware, "the policy does not say which software may run: name %s below measurements: %s", strings.Join(main, " or "), kind)
	case kind == TDX && len(wanted["rtmr1"]) == 0 && len(wanted["rtmr2"]) == 0:
		// Some firmware holds its kernel, so this is no fault; whoever reads the verdict must know it.
		x.Pass(CheckMeasurement, "mrtd is the firmware alone: unless it holds the kernel, any kernel and disk are taken; name rtmr1 and rtmr2 to ask for them")
	case kind == SGX && len(wanted["mrenclave"]) == 0 && len(wanted["isvprodid"]) == 0:
		x.Unknown(CheckMeasurement, AcceptSoftware, "the policy names who signed the enclave, but not which of his enclaves it may be: name isvprodid below measurements: sgx, too")
	}
}

func (x *Exam) judgeFacts() {
	x.judgeValues(CheckFacts, x.Policy.Facts[x.evidence.Kind], x.Claims.Facts, "change the machine, or allow the value")
}

// judgeValues asks that each value that the policy names is one of the allowed.
func (x *Exam) judgeValues(check CheckName, wanted map[string][]string, have map[string]string, instead string) {
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		got, ok := have[name]
		if ok && slices.ContainsFunc(wanted[name], func(v string) bool { return strings.EqualFold(v, got) }) {
			x.Pass(check, "%s is one of the %d allowed", name, len(wanted[name]))
			continue
		}
		because := instead
		if check == CheckMeasurement && ok && !slices.ContainsFunc(wanted[name], func(v string) bool { return len(v) == len(got) }) {
			because = fmt.Sprintf("none of them has %d digits, so they were not copied whole", len(got))
		}
		x.Refuse(check, "", "%s is %.128q, which is none of the %d that the policy allows: %s", name, got, len(wanted[name]), because)
	}
}

// judgeMinimum holds security versions against the policy's. What statuses
// of Intel say, its verifiers have asked before.
func (x *Exam) judgeMinimum() {
	minimum := x.Policy.TCB.Minimum[x.evidence.Kind]
	for _, part := range slices.Sorted(maps.Keys(minimum)) {
		got, ok := x.Claims.TCB.Parts[part]
		switch {
		case !ok:
			x.Unknown(CheckTCB, "", "the policy asks for a minimum of %q, which the evidence does not have; there are %q", part, slices.Sorted(maps.Keys(x.Claims.TCB.Parts)))
		case got < minimum[part]:
			x.Refuse(CheckTCB, "", "%s is at %d, below the minimum of %d: update the machine's firmware", part, got, minimum[part])
		default:
			x.Pass(CheckTCB, "%s is at %d, at least %d", part, got, minimum[part])
		}
	}
	if x.evidence.Kind == SNP && len(minimum) == 0 && x.Policy.TCB.Since != "" {
		x.Unknown(CheckTCB, "", "the policy asks for a level since %s, and AMD publishes no dates of levels: write a minimum below tcb: minimum: snp", x.Policy.TCB.Since)
		return
	}
	if x.evidence.Kind == SNP && len(minimum) == 0 {
		x.Unknown(CheckTCB, AcceptLevel, "AMD publishes no status of a level, and the policy has no minimum: write one below tcb: minimum: snp")
	}
}

// passed says whether a check was asked and never answered but well.
func (x *Exam) passed(name CheckName) bool {
	asked := false
	for _, c := range x.checks {
		if c.Name == name {
			if asked = c.Status == finding.VerdictPass; !asked {
				return false
			}
		}
	}
	return asked
}

func (x *Exam) judgePlace() Place {
	where := Place{Grade: Unknown, Because: "nothing is known of where chips stand: give a signed list of places; a quote alone does not say it"}
	switch {
	case x.Claims.Chip.ID == "":
		where.Because = "the report does not say which chip made it: the host masks it"
	case x.Places != nil:
		where = x.Places.Locate(x.Claims.Chip, x.Now)
	}
	want := x.Policy.Place
	if want == nil {
		return where
	}
	bad := func(what, got string, allowed []string) bool {
		if len(allowed) == 0 || slices.Contains(allowed, got) {
			return false
		}
		x.Refuse(CheckPlace, "", "the chip stands at %s, %s %s; the policy allows %q", where.Site, what, got, allowed)
		return true
	}
	switch {
	case where.Grade == Unknown && want.Grade != Unknown:
		x.Unknown(CheckPlace, "", "%s", where.Because)
	case !where.Grade.AtLeast(want.Grade):
		x.Refuse(CheckPlace, "", "the place is only %s, the policy asks for %s: enrol the chip", where.Grade, want.Grade)
	case bad("country", where.Country, want.Countries) || bad("operator", where.Operator, want.Operators) || bad("site", where.Site, want.Sites):
	default:
		x.Pass(CheckPlace, "%s: %s", where.Grade, where.Because)
	}
	return where
}
