package kb

import "slices"

// A Client is what a library calls when a program asks it to, a fact of its own:
// part of a record of kb/packages/<subject>.yaml.
type Client struct {
	Fact `yaml:",inline"`
	// Imports are the modules by which programs know it, in the spelling of their
	// language with dots for ::. {service} in one stands for a name of the service.
	// Absent: the name of the package.
	Imports []string `yaml:"imports,omitempty" json:"imports,omitempty"`
	// Makes are the names in them that call it: classes, functions, methods; a
	// star at the end or the beginning stands for any. Absent: to import it is to use it.
	Makes []string `yaml:"makes,omitempty" json:"makes,omitempty"`
	// Host is called when nothing else is said. {region} and {service} stand for
	// what arguments say. Empty: only the address that the program gives is called.
	Host    string `yaml:"host,omitempty" json:"host,omitempty"`
	Purpose string `yaml:"purpose,omitempty" json:"purpose,omitempty"` // a word of TargetPurposes; model when absent
	// Address, Region, Service and Named are the arguments that say so, where the
	// usual ones ([ClientWords]) do not; a number is a position.
	Address []string `yaml:"address,omitempty" json:"address,omitempty"`
	Region  []string `yaml:"region,omitempty" json:"region,omitempty"`
	Service []string `yaml:"service,omitempty" json:"service,omitempty"`
	Named   []string `yaml:"named,omitempty" json:"named,omitempty"` // the model, data set or repository
	// Env are variables of the environment that say the address, where none is given.
	Env []string `yaml:"env,omitempty" json:"env,omitempty"`
	// Services are the names of services that this is true of, and how they stand
	// in a host: {bedrockruntime: bedrock-runtime}.
	Services map[string]string `yaml:"services,omitempty" json:"services,omitempty"`
	// Prefixes are what stands before a slash or a colon in the name of a model,
	// and whom it leads to: {openai: api.openai.com}.
	Prefixes map[string]string `yaml:"prefixes,omitempty" json:"prefixes,omitempty"`
	// Routed says that the name of the model leads to the host by the prefixes
	// that some record of the register has.
	Routed bool `yaml:"routed,omitempty" json:"routed,omitempty"`
	// Seals says that the call encrypts before anything is sent, and who has the
	// key: "customer", nobody else; "named", whom the program names elsewhere; or
	// the operator whose key service it uses.
	Seals string `yaml:"seals,omitempty" json:"seals,omitempty"`
}

// ClientWords are the names that arguments usually have.
var ClientWords = struct{ Address, Region, Named []string }{
	Address: []string{"base_url", "baseURL", "baseUrl", "BaseURL", "api_base", "apiBase", "openai_api_base", "anthropic_api_url", "azure_endpoint", "azureOpenAIEndpoint", "endpoint", "Endpoint", "endpoint_url", "endpointUrl", "endpointOverride", "api_endpoint", "host", "Host", "url", "server_url", "serverURL", "api_url", "apiUrl", "dsn", "basePath", "configuration", "withBaseUrl", "with_api_base", "with_base_url", "resourceName"},
	Region:  []string{"region_name", "region", "Region", "location", "aws_region", "awsRegion", "regionName"},
	Named:   []string{"model", "model_name", "modelName", "model_id", "modelId", "Model", "ModelId", "deployment_name", "azure_deployment", "modelID"},
}

// compact leaves out of the calls what the record says already; full puts it
// back. There are many calls, and they are read with their package.
func (p *Package) compact() {
	p.Calls = slices.Clone(p.Calls)
	for i := range p.Calls {
		if c := &p.Calls[i]; c.AsOf == p.AsOf && c.ReviewBy == p.ReviewBy {
			c.AsOf, c.ReviewBy = "", ""
		}
	}
}

func (p *Package) full() {
	for i := range p.Calls {
		if c := &p.Calls[i]; c.AsOf == "" && c.ReviewBy == "" {
			c.AsOf, c.ReviewBy = p.AsOf, p.ReviewBy
		}
	}
}
