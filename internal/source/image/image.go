// Package image is the source of container images that lie in files: a tar or
// folder in the OCI layout, and what docker save writes. It says that there is
// an image, what its configuration sets, which packages and weights are in it
// and which hosts its files name. An image that only a registry has is fetched
// by nobody here.
package image

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/oci"
	"github.com/bailiwick-dev/bailiwick/internal/pkgindex"
)

// Language is whose words the types of these assets are.
const Language = "image"

// Options says what the files alone do not.
type Options struct {
	// Known says of a host whether anything is known about it. Without it no
	// host in a file becomes a flow.
	Known func(host string) bool
	// Run says what an image does when it runs, where somebody can tell: from a
	// sandbox, or from records of one. Nil where nobody can.
	Run func(i *oci.Image) ([]graph.Flow, []graph.Problem)
}

// Match reports whether a file is an image, or the mark of a folder that is one.
func Match(p string, head func() []byte) bool {
	switch base := path.Base(filepath.ToSlash(p)); {
	case base == "oci-layout":
		return true
	case path.Ext(base) == ".tar":
		return oci.IsArchive(head())
	}
	return false
}

// Read reads the images. Those in one call are also each other's list of base
// images.
func Read(files []string, o Options) graph.Facts {
	var f graph.Facts
	var all []found
	for _, file := range files {
		file = filepath.ToSlash(file)
		f.Files = append(f.Files, file)
		at := file
		if path.Base(file) == "oci-layout" {
			at = path.Dir(file)
		}
		set, err := oci.Local(filepath.FromSlash(at))
		if err != nil {
			if !errors.Is(err, oci.ErrNoImage) {
				f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: file}, Message: strings.TrimPrefix(err.Error(), "open image "+at+": ")})
			}
			continue
		}
		defer set.Close()
		for _, p := range set.Problems {
			f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: file}, Message: p})
		}
		for i := range set.Images {
			all = append(all, found{&set.Images[i], file})
		}
	}
	for _, i := range all {
		i.read(&f, all, o)
	}
	return f
}

// Add adds the packages and problems of an inventory that was made elsewhere,
// such as of a root file system.
func Add(f *graph.Facts, inv *inventory.Inventory, in graph.Address, file string) {
	for n := range inv.Packages {
		p := inv.Packages[n]
		p.In, p.Root, p.Origin = in, file, graph.Origin{File: file}
		f.Packages = append(f.Packages, p)
	}
	for n := range inv.Models {
		m := &inv.Models[n]
		f.Assets = append(f.Assets, graph.Asset{Address: in + "/" + graph.Address(m.Path), Language: weights.Language, Type: weights.Type, Root: file, Partial: m.Why,
			Attrs: m.Attrs(string(in), graph.Origin{File: file}), Origin: graph.Origin{File: file}})
	}
	for _, p := range inv.Problems {
		f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: file}, Message: "/" + p.Path + ": " + p.Message})
	}
}

// A found image is one of a file.
type found struct {
	img  *oci.Image
	file string
}

// Facts are those of one image that was opened elsewhere, such as at a registry.
func Facts(img *oci.Image, file string, o Options) graph.Facts {
	var f graph.Facts
	i := found{img, file}
	i.read(&f, nil, o)
	return f
}

func (i found) origin(line int) graph.Origin { return graph.Origin{File: i.file, Line: line} }

func (i found) read(f *graph.Facts, all []found, o Options) {
	kept := func(p string) bool { return pkgindex.Match(p) }
	inv := inventory.Layers(layers(i.img), inventory.Options{Known: o.Known, Keep: kept})
	address := graph.Address(i.img.Address())
	f.Blocks++
	for _, p := range inv.Problems {
		f.Problems = append(f.Problems, graph.Problem{Origin: i.origin(0), Message: i.where(p) + p.Message})
	}
	for n := range inv.Packages {
		p := inv.Packages[n]
		p.In, p.Root, p.Origin = address, i.file, i.origin(0)
		f.Packages = append(f.Packages, p)
	}
	if name, tag := repository(i.img.Name); name != "" { // an image is a package too: of its registry
		f.Packages = append(f.Packages, graph.Package{Ecosystem: string(ecosystem.OCI), Name: name, Version: tag, In: address, Root: i.file, Origin: i.origin(0)})
	}
	var partial string
	if len(inv.Problems) > 0 {
		partial = fmt.Sprintf("%d parts of the image could not be read", len(inv.Problems))
	}
	f.Assets = append(f.Assets, graph.Asset{Address: address, Language: Language, Type: "image", Root: i.file, Partial: partial,
		Attrs: describe(i.img, &inv, i.base(all, inv.OS)).Reader(i.file), Origin: i.origin(0)})
	for n := range inv.Models {
		m := &inv.Models[n]
		f.Assets = append(f.Assets, graph.Asset{Address: address + "/" + graph.Address(m.Path), Language: weights.Language, Type: weights.Type, Root: i.file, Partial: m.Why,
			Attrs: m.Attrs(string(address), i.origin(0)), Origin: i.origin(0)})
	}
	f.Flows = append(f.Flows, i.flows(&inv, address)...)
	if o.Run != nil {
		flows, problems := o.Run(i.img)
		f.Flows, f.Problems = append(f.Flows, flows...), append(f.Problems, problems...)
	}
}

// repository takes the tag from the name of an image.
func repository(name string) (repo, tag string) {
	name, _, _ = strings.Cut(name, "@")
	if at := strings.LastIndexByte(name, ':'); at > strings.LastIndexByte(name, '/') {
		return name[:at], name[at+1:]
	}
	return name, ""
}

// where names the place of a problem within the image.
func (i found) where(p inventory.Problem) string {
	if p.Path == "" {
		return fmt.Sprintf("layer %d of %s: ", p.Layer, i.img.Address())
	}
	return fmt.Sprintf("/%s in layer %d of %s: ", p.Path, p.Layer, i.img.Address())
}

func layers(img *oci.Image) []inventory.Layer {
	var out []inventory.Layer
	for n := range img.Layers {
		l := &img.Layers[n]
		layer := inventory.Layer{Open: l.Open}
		for _, format := range []string{"gguf", "safetensors"} { // artifacts of models keep their weights as layers
			if strings.Contains(l.MediaType, format) && !strings.Contains(l.MediaType, "tar") {
				layer.File = fmt.Sprintf("layer-%d.%s", n+1, format)
			}
		}
		out = append(out, layer)
	}
	return out
}

// flows are the places that the files of an image name: where its package
// managers fetch from, and hosts in its own configuration and source code.
// Hosts in packages say what could be called, not what is: they are counted
// with the image.
func (i found) flows(inv *inventory.Inventory, from graph.Address) []graph.Flow {
	var out []graph.Flow
	add := func(x pkgindex.Index, via string) {
		if x.Off {
			return
		}
		out = append(out, graph.Flow{From: from, To: graph.Address(x.URL), Unknown: x.Unknown, State: graph.Planned, Purpose: "registry", Via: via, Root: i.file, Origin: i.origin(0)})
	}
	for _, v := range i.img.Config.Env {
		name, value, _ := strings.Cut(v, "=")
		for _, x := range pkgindex.Env(name, value) {
			add(x, "the variable "+name+" of the image")
		}
	}
	for _, k := range inv.Kept {
		for _, x := range pkgindex.Parse(k.Path, k.Src) {
			add(x, fmt.Sprintf("%s in /%s:%d of layer %d", x.Setting, k.Path, x.Line, k.Layer))
		}
	}
	named := map[graph.Address]bool{}
	for n := range out {
		named[host(out[n].To)] = true
	}
	for _, e := range inv.Endpoints {
		if e.Vendored || e.Class != inventory.InConfig && e.Class.String() != "source" || named[graph.Address(e.Host)] {
			continue
		}
		out = append(out, graph.Flow{From: from, To: graph.Address(e.Host), State: graph.Planned, Purpose: "data",
			Via: fmt.Sprintf("%s: /%s:%d of layer %d", e.Class, e.Path, e.Line, e.Layer), Root: i.file, Origin: i.origin(0)})
	}
	slices.SortStableFunc(out, func(a, b graph.Flow) int {
		return strings.Compare(string(a.To)+"\x00"+a.Purpose+"\x00"+a.Via, string(b.To)+"\x00"+b.Purpose+"\x00"+b.Via)
	})
	return slices.CompactFunc(out, func(a, b graph.Flow) bool { return a.To == b.To && a.Purpose == b.Purpose && a.To != "" })
}

func host(to graph.Address) graph.Address {
	_, rest, ok := strings.Cut(string(to), "://")
	if !ok {
		return to
	}
	h, _, _ := strings.Cut(rest, "/")
	h, _, _ = strings.Cut(h, ":")
	return graph.Address(h)
}
