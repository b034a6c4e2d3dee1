package oscal

// The types below are the parts of the OSCAL 1.2 models that a case can fill. They
// are written down here because what generates them from the schema is many times
// larger, and writes fields that are empty.
// https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/
type (
	metadata struct {
		Title        string        `json:"title"`
		LastModified string        `json:"last-modified"`
		Version      string        `json:"version"`
		OSCAL        string        `json:"oscal-version"`
		Props        []property    `json:"props,omitempty"`
		Links        []link        `json:"links,omitempty"`
		Roles        []role        `json:"roles,omitempty"`
		Parties      []party       `json:"parties,omitempty"`
		Responsible  []responsible `json:"responsible-parties,omitempty"`
	}
	role struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
	party struct {
		UUID  string     `json:"uuid"`
		Type  string     `json:"type"`
		Name  string     `json:"name"`
		Mail  []string   `json:"email-addresses,omitempty"`
		Props []property `json:"props,omitempty"`
	}
	responsible struct {
		Role    string   `json:"role-id"`
		Parties []string `json:"party-uuids"`
	}
	property struct {
		Name    string `json:"name"`
		NS      string `json:"ns,omitempty"`
		Value   string `json:"value"`
		Class   string `json:"class,omitempty"`
		Remarks string `json:"remarks,omitempty"`
	}
	link struct {
		Href string `json:"href"`
		Rel  string `json:"rel,omitempty"`
	}
	backMatter struct {
		Resources []resource `json:"resources"`
	}
	resource struct {
		UUID        string     `json:"uuid"`
		Title       string     `json:"title"`
		Description string     `json:"description,omitempty"`
		Props       []property `json:"props,omitempty"`
		Links       []rlink    `json:"rlinks,omitempty"`
	}
	rlink struct {
		Href   string `json:"href"`
		Hashes []hash `json:"hashes,omitempty"`
	}
	hash struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"value"`
	}
)

// Components and what they implement.
type (
	component struct {
		UUID        string           `json:"uuid"`
		Type        string           `json:"type"`
		Title       string           `json:"title"`
		Description string           `json:"description"`
		Props       []property       `json:"props,omitempty"`
		Status      *state           `json:"status,omitempty"` // in results only
		Implements  []implementation `json:"control-implementations,omitempty"`
	}
	state struct {
		State   string `json:"state"`
		Remarks string `json:"remarks,omitempty"`
	}
	implementation struct {
		UUID         string        `json:"uuid"`
		Source       string        `json:"source"`
		Description  string        `json:"description"`
		Requirements []implemented `json:"implemented-requirements"`
	}
	implemented struct {
		UUID        string     `json:"uuid"`
		Control     string     `json:"control-id"`
		Description string     `json:"description"`
		Props       []property `json:"props,omitempty"`
	}
	inventoryItem struct {
		UUID        string     `json:"uuid"`
		Description string     `json:"description"`
		Props       []property `json:"props,omitempty"`
		Components  []usesPart `json:"implemented-components,omitempty"`
	}
	usesPart struct {
		Component string `json:"component-uuid"`
	}
	assets struct {
		Components []component `json:"components"`
		Platforms  []platform  `json:"assessment-platforms"`
	}
	platform struct {
		UUID  string     `json:"uuid"`
		Title string     `json:"title"`
		Uses  []usesPart `json:"uses-components,omitempty"`
	}
)

// What was seen, and what it comes to.
type (
	origin struct {
		Actors []actor `json:"actors"`
	}
	actor struct {
		Type string `json:"type"`
		UUID string `json:"actor-uuid"`
	}
	subjectRef struct {
		UUID  string     `json:"subject-uuid"`
		Type  string     `json:"type"`
		Props []property `json:"props,omitempty"`
	}
	foundObservation struct {
		UUID string `json:"observation-uuid"`
	}
	foundRisk struct {
		UUID string `json:"risk-uuid"`
	}
	found struct {
		UUID         string             `json:"uuid"`
		Title        string             `json:"title"`
		Description  string             `json:"description"`
		Props        []property         `json:"props,omitempty"`
		Origins      []origin           `json:"origins,omitempty"`
		Target       target             `json:"target"`
		Observations []foundObservation `json:"related-observations,omitempty"`
		Risks        []foundRisk        `json:"related-risks,omitempty"`
	}
	target struct {
		Type   string     `json:"type"`
		ID     string     `json:"target-id"`
		Title  string     `json:"title,omitempty"`
		Props  []property `json:"props,omitempty"`
		Status objective  `json:"status"`
	}
	objective struct {
		State   string `json:"state"`
		Reason  string `json:"reason,omitempty"`
		Remarks string `json:"remarks,omitempty"`
	}
	risk struct {
		UUID         string             `json:"uuid"`
		Title        string             `json:"title"`
		Description  string             `json:"description"`
		Statement    string             `json:"statement"`
		Props        []property         `json:"props,omitempty"`
		Status       string             `json:"status"`
		Origins      []origin           `json:"origins,omitempty"`
		Deadline     string             `json:"deadline,omitempty"`
		Remediations []response         `json:"remediations,omitempty"`
		Observations []foundObservation `json:"related-observations,omitempty"`
	}
	response struct {
		UUID        string     `json:"uuid"`
		Lifecycle   string     `json:"lifecycle"`
		Title       string     `json:"title"`
		Description string     `json:"description"`
		Props       []property `json:"props,omitempty"`
	}
	selections struct {
		Selections []selection `json:"control-selections"`
	}
	selection struct {
		Include []selected `json:"include-controls,omitempty"`
		All     *struct{}  `json:"include-all,omitempty"`
	}
	selected struct {
		Control string `json:"control-id"`
	}
	systemID struct {
		Type string `json:"identifier-type"`
		ID   string `json:"id"`
	}
	poamItem struct {
		UUID         string             `json:"uuid"`
		Title        string             `json:"title"`
		Description  string             `json:"description"`
		Props        []property         `json:"props,omitempty"`
		Origins      []origin           `json:"origins,omitempty"`
		Observations []foundObservation `json:"related-observations,omitempty"`
		Risks        []foundRisk        `json:"related-risks,omitempty"`
	}
)
