package kbs_test

import (
	"encoding/binary"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// sevJSON writes a report as the Rust crate sev does; in TestCorpusClient that
// crate itself writes them.
func sevJSON(e attest.Evidence) any {
	b := e.Report
	u32, u64 := binary.LittleEndian.Uint32, binary.LittleEndian.Uint64
	numbers := func(at, n int) []int {
		out := make([]int, n)
		for i := range out {
			out[i] = int(b[at+i])
		}
		return out
	}
	turin := b[0x188] >= 0x1A
	tcb := func(at int) any {
		if turin {
			return map[string]any{"fmc": b[at], "bootloader": b[at+1], "tee": b[at+2], "snp": b[at+3], "microcode": b[at+7]}
		}
		return map[string]any{"fmc": nil, "bootloader": b[at], "tee": b[at+1], "snp": b[at+6], "microcode": b[at+7]}
	}
	build := func(at int) any {
		return map[string]any{"build": b[at], "minor": b[at+1], "major": b[at+2]}
	}
	r := map[string]any{
		"version": u32(b), "guest_svn": u32(b[4:]), "policy": u64(b[8:]), "family_id": numbers(0x10, 16), "image_id": numbers(0x20, 16),
		"vmpl": u32(b[0x30:]), "sig_algo": u32(b[0x34:]), "current_tcb": tcb(0x38), "plat_info": u64(b[0x40:]), "key_info": u32(b[0x48:]),
		"report_data": numbers(0x50, 64), "measurement": numbers(0x90, 48), "host_data": numbers(0xC0, 32), "id_key_digest": numbers(0xE0, 48),
		"author_key_digest": numbers(0x110, 48), "report_id": numbers(0x140, 32), "report_id_ma": numbers(0x160, 32), "reported_tcb": tcb(0x180),
		"cpuid_fam_id": nil, "cpuid_mod_id": nil, "cpuid_step": nil, "chip_id": numbers(0x1A0, 64), "committed_tcb": tcb(0x1E0),
		"current": build(0x1E8), "committed": build(0x1EC), "launch_tcb": tcb(0x1F0), "launch_mit_vector": nil, "current_mit_vector": nil,
		"signature": map[string]any{"r": numbers(0x2A0, 72), "s": numbers(0x2A0+72, 72)},
	}
	if u32(b) > 2 {
		r["cpuid_fam_id"], r["cpuid_mod_id"], r["cpuid_step"] = b[0x188], b[0x189], b[0x18A]
	}
	if u32(b) > 4 {
		r["launch_mit_vector"], r["current_mit_vector"] = u64(b[0x1F8:]), u64(b[0x200:])
	}
	var chain []any
	for _, c := range e.Certificates {
		data := make([]int, len(c.Raw))
		for i, x := range c.Raw {
			data[i] = int(x)
		}
		chain = append(chain, map[string]any{"cert_type": "VCEK", "data": data})
	}
	chain = append(chain, map[string]any{"cert_type": map[string]string{"OTHER": "00000000-0000-0000-0000-000000000001"}, "data": []int{1, 2}})
	return map[string]any{"attestation_report": r, "cert_chain": chain}
}
