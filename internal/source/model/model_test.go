package model_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/model"
)

func write(t testing.TB, files map[string]string) []string {
	t.Helper()
	var out []string
	for name, src := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		if model.Match(name, func() []byte { return []byte(src) }) {
			out = append(out, name)
		}
	}
	return out
}

func tensors(head string) string {
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(head)))) + head
}

func said(f *graph.Facts) []string {
	var out []string
	for i := range f.Assets {
		a := &f.Assets[i]
		line := fmt.Sprintf("%s|%s|%s", a.Root, a.Address, a.Type)
		for _, name := range []string{"format", "parts", "name", "license", "code", "lacks"} {
			for _, rd := range a.Attrs.Read(name) {
				if rd.Unknown != "" {
					rd.Value = "?"
				}
				line += fmt.Sprintf(" %s=%v", name, rd.Value)
			}
		}
		out = append(out, line)
	}
	return out
}

// One model is one asset: parts, and the forms in which a library keeps it.
func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	files := write(t, map[string]string{
		"models/tuned/README.md":                        "---\nlicense: mit\nbase_model: mistralai/Mistral-7B-v0.1\n---\n",
		"models/tuned/config.json":                      `{"architectures": ["X"]}`,
		"models/tuned/model-00001-of-00002.safetensors": tensors(`{}`),
		"models/tuned/model-00002-of-00002.safetensors": tensors(`{}`),
		"models/tuned/pytorch_model.bin":                "\x80\x02cos\nsystem\n.",
		"models/tuned/adapter_model.safetensors":        tensors(`{}`),
		"models/tuned/model.Q4.gguf":                    "GGUF",
		"models/loose/a.safetensors":                    tensors(`{}`),
		"models/loose/b.safetensors":                    tensors(`{}`),
		"data/table.h5":                                 "\x89HDF\r\n",
		"data/TABLE.H5":                                 "\x89HDF\r\n",
		"data/net.h5":                                   "\x89HDF\r\nkeras_version",
		"data/paths.pth":                                "/usr/lib\n",
		"docs/README.md":                                "---\nlicense: mit\n---\n",
		"app/tests/load.py":                             "f(trust_remote_code=True)\n",
		"app/try.ipynb":                                 `{"nbformat": 4, "metadata": {"kernelspec": {"name": "python3", "language": "python"}}, "cells": [{"cell_type": "code", "source": ["M.from_pretrained('a/b', trust_remote_code=True)"]}]}`,
		"x.pkl":                                         "\x80\x02N.",
		"web/config.json":                               `{"port": 1}`,
	})
	f := model.Read(files)
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	got := said(&f)
	slices.Sort(got)
	want := []string{
		".|app/try.ipynb loads a/b|loader code=the code that comes with a/b (from_pretrained with trust_remote_code)",
		".|data/net.h5|weights format=keras parts=1 code=none lacks=a licence, where it comes from",
		".|x.pkl|pickle format=pickle parts=1 code=none lacks=a licence, where it comes from",
		"models|loose/a.safetensors|weights format=safetensors parts=1 code=none lacks=a licence, where it comes from",
		"models|loose/b.safetensors|weights format=safetensors parts=1 code=none lacks=a licence, where it comes from",
		"models|tuned/adapter_model.safetensors|weights format=safetensors parts=1 license=mit code=none lacks=nothing",
		"models|tuned/model-00001-of-00002.safetensors|weights format=safetensors parts=3 license=mit code=os.system lacks=nothing",
		"models|tuned/model.Q4.gguf|weights format=gguf parts=1 license=mit code=none lacks=?",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, "cut short") || f.Problems[0].Origin.File != "models/tuned/model.Q4.gguf" {
		t.Errorf("%v", f.Problems)
	}
	slices.Reverse(files)
	back := model.Read(files)
	if d := cmp.Diff(said(&f), said(&back)); d != "" {
		t.Errorf("the order of the files matters: %s", d)
	}
}

// What weakens a model, or lets it run code, is seen whatever stands before it.
func TestReadTraps(t *testing.T) {
	t.Chdir(t.TempDir())
	fixed := ", revision='" + strings.Repeat("a", 40) + "'"
	files := write(t, map[string]string{
		"a/config.json":       `{"architectures": "X", "auto_map": {"AutoModel": "m.X"}}`, // of another type than it should have
		"a/model.safetensors": tensors(`{}`),
		"b/config.json":       `{"architectures": ["X"], "time_step_limit": [0.0, Infinity, -Infinity, NaN], "x": "\"NaN", "auto_map": {"AutoModel": "m.X"}}`, // as Python writes it
		"b/model.safetensors": tensors(`{}`),
		"c/config.json":       `{"architectures": ["X"], "auto_map": {"AutoModel": "m.X"}`,
		"c/model.safetensors": tensors(`{}`),
		"d.py":                "M.from_pretrained('a/b', trust_remote_code=True" + fixed + ")\nM.from_pretrained('a/b', trust_remote_code=True)\n",
		"e/net.h5":            "\x89HDF\r\nkeras_version {\"class_name\": \"__lambda__\"}",
		"hub/models--acme--small/snapshots/1/model.safetensors": tensors(`{"__metadata__": {"format": "pt"}}`),
	})
	f := model.Read(files)
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	got := said(&f)
	slices.Sort(got)
	want := []string{
		".|a/model.safetensors|weights format=safetensors parts=1 code=the code m.X that its config.json names (auto_map) lacks=a licence, where it comes from",
		".|b/model.safetensors|weights format=safetensors parts=1 code=the code m.X that its config.json names (auto_map) lacks=a licence, where it comes from",
		".|c/model.safetensors|weights format=safetensors parts=1 code=? lacks=a licence, where it comes from",
		".|d.py loads a/b|loader code=the code that comes with a/b (from_pretrained with trust_remote_code)",
		".|e/net.h5|weights format=keras parts=1 code=a function that is kept within it (__lambda__) lacks=a licence, where it comes from",
		"hub/models--acme--small/snapshots|1/model.safetensors|weights format=safetensors parts=1 name=acme/small code=none lacks=a licence",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(f.Problems) != 1 || f.Problems[0].Origin.File != "c/config.json" {
		t.Errorf("%v", f.Problems)
	}
}

// The digest of weights is computed when somebody reads it, and not before.
func TestDigestLater(t *testing.T) {
	t.Chdir(t.TempDir())
	src := tensors(`{}`)
	f := model.Read(write(t, map[string]string{"m/a.safetensors": src, "m/b.safetensors": src}))
	if len(f.Assets) != 2 || len(f.Problems) > 0 {
		t.Fatalf("%+v", f)
	}
	if err := os.Remove("m/b.safetensors"); err != nil { // so that reading it late is seen
		t.Fatal(err)
	}
	if rds := f.Assets[0].Attrs.Read("sha256"); len(rds) != 1 || rds[0].Value != fmt.Sprintf("%x", sha256.Sum256([]byte(src))) {
		t.Errorf("%+v", rds)
	}
	if rds := f.Assets[1].Attrs.Read("sha256"); len(rds) != 1 || rds[0].Unknown == "" {
		t.Errorf("%+v", rds)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"GGUF\x03\x00\x00\x00", "---\nlicense: mit\nbase_model: a/b\n---\n", `{"architectures": ["X"], "auto_map": {"A": "b"}}`, "merge_method: linear\nmodels: [{model: a/b+c}]\n",
		`{"conformsTo": "http://mlcommons.org/croissant/1.0", "name": ["x"], "creator": [{"name": "y"}]}`, "from x import M\nM.load('a/b', trust_remote_code=True)\n", "\x80\x02cos\nsystem\n.",
		"version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("a", 64) + "\nsize 1\n"} {
		f.Add([]byte(s))
	}
	names := []string{"m.gguf", "README.md", "config.json", "adapter_config.json", "a.yaml", "a.json", "a.py", "a.pt", "a.ipynb", "model.safetensors", "model.sig"}
	f.Fuzz(func(t *testing.T, src []byte) {
		dir := t.TempDir()
		var files []string
		for _, n := range names {
			file := filepath.Join(dir, n)
			if err := os.WriteFile(file, src, 0o644); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		a, b := model.Read(files), model.Read(files)
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(said(&a), said(&b)); d != "" {
			t.Error(d)
		}
	})
}
