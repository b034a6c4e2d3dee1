package kb

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A lineage names every family once, and the name tells which of several.
func TestLineage(t *testing.T) {
	k := loadSmall(t)
	for name, want := range map[string]string{"derived-on-base-tuned": "base tuned", "derived-on-base-7b": "base", "derived-7b": "?"} {
		m, ok := k.Model(name)
		if !ok || m.ID != "derived" {
			m = *k.model("derived")
		}
		var got []string
		for _, d := range k.Lineage(m, name) {
			if d.Unknown != "" {
				got = append(got, "?")
			} else {
				got = append(got, d.Model.ID)
			}
			if d.Confidence(func(f Fact) graph.Confidence { return f.Standing(day(t, "2026-11-25")) }).Firm() {
				t.Errorf("%s: a claimed link is firm", name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s comes from %v, want %s", name, got, want)
		}
	}
}

// Names that show one family and hide another.
func TestLineageTraps(t *testing.T) {
	k := open(t)
	if n := len(k.Models()); n < 110 {
		t.Errorf("%d families", n)
	}
	for name, want := range map[string]string{
		"lmsys/vicuna-13b-v1.5": "vicuna llama", "HuggingFaceH4/zephyr-7b-beta": "zephyr mistral", "zephyr:7b": "zephyr mistral",
		"deepseek-ai/DeepSeek-R1-Distill-Qwen-32B": "deepseek-distill qwen", "deepseek/deepseek-r1-distill-llama-70b:bf16": "deepseek-distill llama",
		"deepseek-r1:8b": "deepseek-distill ?", "deepseek-r1:671b": "deepseek", "us.deepseek.r1-v1:0": "deepseek", "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B": "deepseek-distill qwen",
		"openhermes-2.5-mistral-7b.Q4_K_M.gguf": "hermes mistral", "NousResearch/Hermes-3-Llama-3.1-8B": "hermes llama", "NousResearch/Nous-Hermes-2-Mixtral-8x7B-DPO": "hermes mistral",
		"codellama/CodeLlama-7b-hf": "llama", "intfloat/e5-mistral-7b-instruct": "e5-mistral mistral", "intfloat/multilingual-e5-large": "e5",
		"inceptionai/jais-adapted-70b-chat": "jais-adapted llama", "inceptionai/jais-family-30b-16k": "jais", "nvidia/Llama-3.1-Nemotron-70B-Instruct": "llama-nemotron llama",
		"nvidia/nemotron-4-340b": "nemotron", "allenai/Llama-3.1-Tulu-3-8B": "tulu llama", "allenai/OLMo-7B": "olmo", "perplexity-ai/r1-1776": "r1-1776 deepseek",
		"liuhaotian/llava-v1.5-7b": "llava ?", "llava-hf/llava-vicuna-13b": "llava vicuna llama", "projecte-aina/aguila-7b": "aguila falcon", "databricks/dolly-v2-12b": "dolly pythia",
		"VAGOsolutions/Llama-3.1-SauerkrautLM-8b-Instruct": "sauerkrautlm llama", "Almawave/Velvet-14B": "velvet", "speakleash/Bielik-7B-Instruct-v0.1": "bielik mistral",
	} {
		m, ok := k.Model(name)
		if !ok {
			t.Errorf("%s is not known", name)
			continue
		}
		got := m.ID
		for _, d := range k.Lineage(m, name) {
			if d.Unknown != "" {
				got += " ?"
			} else {
				got += " " + d.Model.ID
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// model returns a family by its id.
func (k *KB) model(id string) *Model {
	for i := range k.Models() {
		if k.Models()[i].ID == id {
			return &k.Models()[i]
		}
	}
	return nil
}

func TestBaseIsChecked(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"one_of: [tuned, base]", "one_of: [tuned, bse]", "did you mean base?"},
		{"one_of: [tuned, base]", "one_of: [base]", "write family: base"},
		{"one_of: [tuned, base]", "one_of: [tuned, base], family: base", "exactly one of"},
		{"one_of: [tuned, base]", "family: derived", "derives from derived itself"},
		{"match: ['base'], confidence: claimed", "match: ['base'], base: [{family: derived}], confidence: claimed", "derives from base itself"},
		{"one_of: [tuned, base]", "family: base, quote: x", "no source; cite one"},
	} {
		if _, err := Load(with(t, "models/x.yaml", c.old, c.new)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.new, err, c.want)
		}
	}
}
