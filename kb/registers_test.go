package kb

import (
	"strings"
	"testing"
)

func TestRequirements(t *testing.T) {
	k := open(t)
	all := k.Requirements()
	if len(all) < 150 {
		t.Fatalf("%d requirements", len(all))
	}
	instruments := map[string]int{}
	for i, r := range all {
		instruments[r.Instrument]++
		if i > 0 && all[i-1].ID >= r.ID {
			t.Errorf("%s is not sorted after %s", r.ID, all[i-1].ID)
		}
		if got, ok := k.Requirement(r.ID); !ok || got.ID != r.ID {
			t.Errorf("%s is not found by its id", r.ID)
		}
	}
	for _, want := range []string{"GDPR", "AIA", "NIS2", "DORA", "DATAACT", "EUCSF", "C3A", "CADA", "SNC", "C5"} {
		if instruments[want] == 0 {
			t.Errorf("no clause of %s", want)
		}
	}
	if _, ok := k.Requirement("GDPR_ART_444"); ok {
		t.Error("an unknown clause was found")
	}
	// A foreign access law is an exposure of operators, never a requirement.
	for _, l := range k.Laws() {
		for _, r := range all {
			if string(r.ID) == string(l.ID) {
				t.Errorf("%s is a law and a requirement", l.ID)
			}
		}
	}
}

func TestRequirementTraps(t *testing.T) {
	k := open(t)
	r, _ := k.Requirement("GDPR_ART_44")
	if r.Addressee != "both" || r.Territory[0] != "EEA" || r.Status != "in-force" || !strings.HasPrefix(r.Quote, "Any transfer of personal data") {
		t.Errorf("GDPR_ART_44: %+v", r)
	}
	if r, _ := k.Requirement("AIA_ART_12"); r.Status != "deferred" || r.From != "2027-12-02" || r.Dates["annex-i"] != "2028-08-02" {
		t.Errorf("AIA_ART_12: %+v", r)
	}
	for _, r := range k.Requirements() {
		switch r.Instrument {
		case "C3A", "SNC", "C5", "CADA", "DATAACT", "EUCSF", "GAIAX":
			if r.Addressee != "provider" {
				t.Errorf("%s binds providers, not %s", r.ID, r.Addressee)
			}
		}
		if r.Instrument == "CADA" && (r.Status != "proposed" || r.From != "") {
			t.Errorf("%s is a proposal: %s %s", r.ID, r.Status, r.From)
		}
	}
}

func TestModels(t *testing.T) {
	k := open(t)
	if n := len(k.Models()); n < 25 {
		t.Errorf("%d families", n)
	}
	for name, want := range map[string]string{
		"anthropic.claude-3-5-sonnet-20240620-v1:0": "claude", "eu.anthropic.claude-sonnet-4-20250514-v1:0": "claude",
		"mistralai/Mistral-7B-Instruct-v0.3": "mistral", "mistral.mixtral-8x7b-instruct-v0:1": "mistral", "codestral-latest": "mistral",
		"gpt-4o": "gpt", "gpt-4.1-mini": "gpt", "text-embedding-3-large": "gpt", "o3-mini": "gpt", "openai.gpt-oss-120b-1:0": "gpt",
		"meta-llama/Llama-3.1-8B": "llama", "meta.llama3-70b-instruct-v1:0": "llama", "us.meta.llama4-scout-17b-instruct-v1:0": "llama",
		"gemini-2.5-pro": "gemini", "google/gemma-2-9b": "gemma", "amazon.titan-embed-text-v2:0": "titan", "amazon.nova-pro-v1:0": "titan",
		"cohere.command-r-plus-v1:0": "command", "ai21.jamba-1-5-large-v1:0": "jurassic", "Qwen/Qwen2.5-72B-Instruct": "qwen",
		"deepseek-ai/DeepSeek-R1": "deepseek", "deepseek.r1-v1:0": "deepseek", "tiiuae/falcon-40b": "falcon", "bigscience/bloom": "bloom",
		"luminous-supreme": "luminous", "stability.stable-diffusion-xl-v1": "stable-diffusion", "black-forest-labs/FLUX.1-dev": "flux",
		"openai/whisper-large-v3": "whisper", "BAAI/bge-m3": "bge", "intfloat/multilingual-e5-large": "e5", "microsoft/Phi-3-mini": "phi",
		"ibm/granite-13b-chat": "granite", "ibm-granite/granite-3.1-8b": "granite", "nvidia/nemotron-4-340b": "nemotron",
		"openGPT-X/Teuken-7B-instruct": "teuken", "swiss-ai/Apertus-70B": "apertus", "OpenLLM-France/Lucie-7B": "lucie",
		"utter-project/EuroLLM-9B": "eurollm", "BSC-LT/salamandra-7b": "salamandra", "AI-Sweden-Models/gpt-sw3-6.7b": "gpt-sw3",
		"grok-3": "grok", "kimi-k2": "kimi", "zai-org/GLM-4.5": "glm",
	} {
		m, ok := k.Model(name)
		if !ok || m.ID != want {
			t.Errorf("%s is %q (%v), want %s", name, m.ID, ok, want)
		}
	}
	for _, name := range []string{"", "our-own-model", "clinic-triage-7b", "collaboration", "philosophy"} {
		if m, ok := k.Model(name); ok {
			t.Errorf("%q is taken for %s", name, m.ID)
		}
	}
}

// A fine-tune that names its base as well is itself.
func TestModelMostSpecific(t *testing.T) {
	k := loadSmall(t)
	if m, _ := k.Model("BASE-Tuned-7b"); m.ID != "tuned" {
		t.Errorf("got %s", m.ID)
	}
	if m, _ := k.Model("base-7b"); m.ID != "base" {
		t.Errorf("got %s", m.ID)
	}
}

func TestOperators(t *testing.T) {
	k := loadSmall(t)
	o, ok := k.Operator("acme")
	if !ok || o.Seat != "DE" || o.Control[0].Country != "US" || o.Cited == nil || o.Cited.Address != "example.org/register" {
		t.Errorf("acme: %+v", o)
	}
	if _, ok := k.Operator("acm"); ok {
		t.Error("an unknown operator was found")
	}
	if len(k.Operators()) != 2 {
		t.Errorf("operators: %v", k.Operators())
	}
}
