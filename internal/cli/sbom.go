package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/oci"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/internal/sbom"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/image"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A sbomCall is one call of the command.
type sbomCall struct {
	*env
	knowledge
	format, output, at, platform, advisories string
	perimeter                                string
	rootfs                                   bool

	nothing bool // no file of the folder was read
}

func sbomCommand(e *env) *cobra.Command {
	s := &sbomCall{env: e}
	cmd := &cobra.Command{
		Use:   "sbom [PATH|IMAGE]",
		Short: "Write a bill of materials with packages, models and the services that data goes to",
		Long: `sbom writes what a folder, an image or a root file system is made of: packages, weights of models, and the services that it
reaches, with who runs them and whose law that is. An image is a file (docker save, OCI layout), or docker://host/name:tag for one
in a registry; without a scheme a name is a path, and the network is not asked.

Exit codes: 0 written, 2 error, 3 written, but something could not be read, and the bill says that it is incomplete, or nothing was looked at.`,
		Example: "  bailiwick sbom .\n  bailiwick sbom app.tar --format spdx -o app.spdx.json\n  bailiwick sbom docker://registry.example/app:1\n  bailiwick sbom --rootfs / --osv advisories/\n  bailiwick sbom check --profile g7-ai bom.json",
		Args:    oneAtMost("path or image"),
		RunE: func(c *cobra.Command, args []string) error {
			return s.run(c.Context(), strings.Join(append(args, "."), "\x00"))
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.format, "format", "cyclonedx", "output format: "+strings.Join(sbom.Formats(), ", "))
	f.StringVarP(&s.output, "output", "o", "", "file to write (default: stdout)")
	f.StringVar(&s.at, "at", "", "day that the bill bears, and as of which law counts (default: today)")
	f.StringVar(&s.platform, "platform", "", "of an image for several platforms, this one: linux/amd64 (default: the only one, else linux/amd64)")
	f.StringVar(&s.advisories, "osv", "", "folder with a copy of the OSV database (PyPI/all.zip …), to name advisories; nothing is fetched")
	f.StringVar(&s.perimeter, "perimeter", "", "perimeter file, for the data classes of flows (default: the nearest perimeter.yaml upward from here, if there is one)")
	f.BoolVar(&s.rootfs, "rootfs", false, "the path is the root of a file system")
	s.knowledge.flags(cmd)
	cmd.AddCommand(sbomCheckCommand(e))
	return cmd
}

func (s *sbomCall) run(ctx context.Context, args string) error {
	name, _, _ := strings.Cut(args, "\x00")
	if !slices.Contains(sbom.Formats(), s.format) {
		return fmt.Errorf("there is no format %q; there are: %s", s.format, strings.Join(sbom.Formats(), ", "))
	}
	day, err := s.day(s.at)
	if err != nil {
		return err
	}
	base, _, err := s.open()
	if err != nil {
		return err
	}
	p := anyPerimeter()
	path := s.perimeter
	if path == "" {
		path, _ = perimeter.Find(".")
	}
	if path != "" {
		if p, err = perimeter.Load(path); err != nil {
			return err
		}
	}
	book, err := limits.New(base, p, day)
	if err != nil {
		return err
	}
	subject, facts, err := s.facts(ctx, name, base)
	if err != nil {
		return err
	}
	bill := sbom.Gather(sbom.Content{Subject: subject, Tool: Version(), At: day}, facts, resolve.New(base, p, book, day))
	if s.advisories != "" {
		gaps, err := advise(bill, s.advisories)
		if err != nil {
			return err
		}
		for _, g := range gaps {
			fmt.Fprintf(s.err, "bailiwick: advisories: %s\n", g)
		}
	}
	if err := s.write(bill); err != nil {
		return err
	}
	for _, g := range facts.Problems {
		fmt.Fprintf(s.err, "bailiwick: %s\n", finding.Tame(g.Origin.At()+": "+g.Message))
	}
	if s.nothing {
		fmt.Fprintln(s.err, "bailiwick: nothing was looked at: no file below the path is one that a source reads")
	}
	if len(facts.Problems) > 0 || s.nothing {
		return exit(exitUndecided)
	}
	return nil
}

func (s *sbomCall) write(c *sbom.Content) error {
	if s.output == "" {
		return sbom.Write(s.out, s.format, c)
	}
	return toFile(s.output, func(w io.Writer) error { return sbom.Write(w, s.format, c) })
}

// facts reads what the bill is about.
func (s *sbomCall) facts(ctx context.Context, name string, base *kb.KB) (sbom.Subject, *graph.Facts, error) {
	opt := image.Options{Known: func(host string) bool {
		_, ok := base.Host(host)
		return ok
	}}
	if err := exist([]string{name}); name == "" {
		return sbom.Subject{}, nil, err
	}
	if s.rootfs {
		if err := isFolder(name); err != nil {
			return sbom.Subject{}, nil, fmt.Errorf("--rootfs %s: %w", name, err)
		}
		inv := inventory.Folder(name, inventory.Options{Known: opt.Known})
		facts := &graph.Facts{}
		image.Add(facts, &inv, graph.Address(name), name)
		return sbom.Subject{Name: name}, facts, nil
	}
	_, remote := oci.Reference(name)
	info, err := os.Stat(name)
	switch {
	case !remote && err != nil && !strings.Contains(name, "://"):
		return sbom.Subject{}, nil, fmt.Errorf("%s: there is no such file or folder; an image in a registry is written docker://%s", name, name)
	case remote, err != nil, !info.IsDir(), isFile(name + "/oci-layout"):
		return s.image(ctx, name, opt)
	}
	if s.platform != "" {
		return sbom.Subject{}, nil, fmt.Errorf("--platform is for images, and %s is a folder: leave it out", name)
	}
	facts := all.Read([]string{name}, all.Options{Image: opt})
	s.nothing = len(facts.Files) == 0
	if own := filepath.ToSlash(filepath.Clean(s.output)); s.output != "" { // the bill of the last time says nothing new
		facts.Packages = slices.DeleteFunc(facts.Packages, func(p graph.Package) bool { return p.Origin.File == own })
		facts.Flows = slices.DeleteFunc(facts.Flows, func(f graph.Flow) bool { return f.Origin.File == own })
		facts.Problems = slices.DeleteFunc(facts.Problems, func(p graph.Problem) bool { return p.Origin.File == own })
	}
	return sbom.Subject{Name: subjectName(name)}, &facts, nil
}

func (s *sbomCall) image(ctx context.Context, name string, opt image.Options) (sbom.Subject, *graph.Facts, error) {
	set, err := oci.Open(ctx, name)
	if err != nil {
		return sbom.Subject{}, nil, err
	}
	defer set.Close()
	img, err := s.choose(set)
	if err != nil {
		return sbom.Subject{}, nil, fmt.Errorf("%s: %w", name, err)
	}
	facts := image.Facts(img, name, opt)
	for _, p := range set.Problems {
		facts.Problems = append(facts.Problems, graph.Problem{Origin: graph.Origin{File: name}, Message: p})
	}
	sub := sbom.Subject{Name: img.Name, Digest: img.Digest, Image: true, Created: img.Config.Created}
	if sub.Name == "" {
		sub.Name = subjectName(name)
	}
	if i := strings.LastIndexByte(sub.Name, ':'); i > strings.LastIndexByte(sub.Name, '/') {
		sub.Name, sub.Version = sub.Name[:i], sub.Name[i+1:]
	}
	return sub, &facts, nil
}

// choose picks the image of one platform.
func (s *sbomCall) choose(set *oci.Set) (*oci.Image, error) {
	want := s.platform
	if want == "" && len(set.Images) == 1 {
		return &set.Images[0], nil
	}
	if want == "" {
		want = "linux/amd64"
	}
	var have []string
	var found *oci.Image
	for i := range set.Images {
		have = append(have, set.Images[i].Platform)
		if set.Images[i].Platform == want && found == nil {
			found = &set.Images[i]
		}
	}
	if found == nil {
		return nil, fmt.Errorf("it holds no image for %s; there are: %s", want, strings.Join(have, ", "))
	}
	return found, nil
}
