package graph

// Papers are what registers and documents say about an asset, an operator or a
// system: what no file of the infrastructure shows.
type Papers struct {
	// Documents are the newest of each fact that have not ended.
	Documents map[string]Document `json:"documents,omitempty"`
	Ownership *Ownership          `json:"ownership,omitempty"` // of an operator
	Services  []Service           `json:"services,omitempty"`  // of an operator: what is used, sorted
	Volume    *Volume             `json:"volume,omitempty"`    // of a budget
	Outbound  []Outbound          `json:"outbound,omitempty"`  // rules of the countries that the data is from, sorted
	Because   []string            `json:"-"`                   // of all but the documents
}

// A Document is one that the perimeter names.
type Document struct {
	Age       int       `json:"age"` // days since it was so; negative where that is not said
	Value     []string  `json:"value"`
	Countries []Country `json:"-"` // of an attestation: where its verifier is
	Inside    bool      `json:"inside"`
	Because   string    `json:"-"`
	Origin    Origin    `json:"-"`
}

// Ownership is who owns an operator, as regimes ask that count shares or control.
// Shares are in percent.
type Ownership struct {
	Seat     string  `json:"seat"`     // inside or outside of the EU, or unsure
	Control  string  `json:"control"`  // of everyone who controls it: the same
	Shares   bool    `json:"shares"`   // some are known
	Firm     bool    `json:"firm"`     // all that is known of them is cited or documented
	Largest  float64 `json:"largest"`  // of one holder outside of the EU
	Together float64 `json:"together"` // of all of these
	Rest     float64 `json:"rest"`     // of which nobody says who has them
	Veto     string  `json:"veto"`     // none, outside, or unsure
	// Age is that of what the shares rest on, ControlAge of what seat and control
	// do, in days; negative where nobody says.
	Age        int `json:"age"`
	ControlAge int `json:"control_age"`
}

// A Service is a kind of service in one region that is used of an operator.
type Service struct {
	Name   string `json:"name"` // its type, or the host
	Kind   Kind   `json:"kind"`
	Region string `json:"region"`
	// Certificates say by scheme how well a certificate stands for it: valid;
	// claimed, or without an end; ended; other, of another scope.
	Certificates map[string]string `json:"certificates"`
}

// Volume is what was seen of the traffic that a budget is about.
type Volume struct {
	Limit      int64   `json:"limit"`
	Per        int     `json:"per"` // days
	Sent       int64   `json:"sent"`
	Perhaps    int64   `json:"perhaps"`    // sent to where nobody knows, or by whom
	Unmeasured int     `json:"unmeasured"` // flows of which no bytes are known
	Incomplete bool    `json:"incomplete"`
	Days       float64 `json:"days"` // that the records span; negative where they have no times
	From       string  `json:"from"`
	To         string  `json:"to"`
	Words      string  `json:"words"` // the limit, as written
}

// Outbound is one country whose rules for what leaves reach the data.
type Outbound struct {
	Country  Country  `json:"country"`
	Personal bool     `json:"personal"`
	Said     bool     `json:"said"` // the perimeter says how it is to be handled
	Handling []string `json:"handling"`
	Cleared  bool     `json:"cleared"` // a document meets the rules, for every class
}
