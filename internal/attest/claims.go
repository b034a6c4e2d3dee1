package attest

// Claims are what the evidence says, once its signature is verified.
type Claims struct {
	Product string `json:"product,omitempty"` // Milan, Genoa, Turin, H100 …
	Version int    `json:"version"`           // of the format
	// Measurements are digests of what runs, in lower-case hex, by the name
	// that the vendor gives them.
	Measurements map[string]string `json:"measurements"`
	// ReportData is what the requester had signed along: a nonce, or a digest
	// that binds a key, in lower-case hex.
	ReportData string `json:"report_data"`
	Debug      bool   `json:"debug"` // the host can read the guest's memory
	TCB        TCB    `json:"tcb"`
	Chip       Chip   `json:"chip"`
	// Facts are what one kind only says: versions, flags, levels.
	Facts map[string]string `json:"facts,omitempty"`
}

// TCB is how recent the firmware and microcode below the guest are.
type TCB struct {
	// Status is Intel's word: UpToDate, OutOfDate … AMD and NVIDIA give none.
	Status string `json:"status,omitempty"`
	// Date is when Intel made the level known, YYYY-MM-DD.
	Date       string   `json:"date,omitempty"`
	Advisories []string `json:"advisories,omitempty"`
	// Parts are the security versions, by part.
	Parts map[string]int `json:"parts,omitempty"`
}

// Chip is the identity of one device, as the vendor certified it.
type Chip struct {
	Kind Kind `json:"kind"`
	// ID is the CHIP_ID of AMD, the PPID of Intel, the SHA-256 of the public
	// key in the identity certificate of a GPU; in lower-case hex, empty when
	// the host masks it.
	ID string `json:"id,omitempty"`
	// Family is Intel's FMSPC: it names a model, not a chip.
	Family string `json:"family,omitempty"`
}

// measurementNames are the measurements that a policy may name, by kind. The
// first ones, up to primary, say what runs: a policy without any of them
// says nothing about the software.
var measurementNames = map[Kind]struct {
	names   []string
	primary int
}{
	SNP:    {[]string{"measurement", "host_data", "id_key_digest", "author_key_digest", "family_id", "image_id"}, 1},
	TDX:    {[]string{"mrtd", "rtmr0", "rtmr1", "rtmr2", "rtmr3", "mrconfigid", "mrowner", "mrownerconfig", "mrseam", "mrsignerseam", "mrservicetd"}, 1},
	SGX:    {[]string{"mrenclave", "mrsigner", "isvprodid"}, 2},
	NVIDIA: {[]string{}, 0}, // NVIDIA's manifests hold them
}

// factNames are the facts that a policy may name, by kind.
var factNames = map[Kind][]string{
	SNP:    {"vmpl", "guest_svn", "policy", "smt", "single_socket", "platform_info", "cloud"},
	TDX:    {"attributes", "xfam"},
	SGX:    {"attributes"},
	NVIDIA: {"driver", "vbios", "feature"},
}
