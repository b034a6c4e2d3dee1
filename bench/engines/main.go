// Engines asks container engines' own packages where they would fetch an image
// from, with the configuration below a folder as root: containerd by hosts.toml,
// Podman and CRI-O by registries.conf and policy.json, Compose by a file of its own.
// It is a module of its own, so that what these packages need is needed here only.
//
//	engines ROOT COMPOSE IMAGE...
//
// The first line is what Compose makes of its file: the images that it runs. Each
// image gives two more: what containerd asks, and what Podman pulls from. Where one of them would not, the line says refused and why.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/containerd/containerd/v2/core/remotes/docker/config"
	"go.podman.io/image/v5/docker"
	"go.podman.io/image/v5/pkg/sysregistriesv2"
	"go.podman.io/image/v5/signature"
	"go.podman.io/image/v5/types"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "engines ROOT COMPOSE IMAGE...")
		os.Exit(2)
	}
	root := os.Args[1]
	fmt.Println("compose", compose(os.Args[2]))
	for _, image := range os.Args[3:] {
		fmt.Printf("%s containerd %s\n", image, said(containerd(root, image)))
		fmt.Printf("%s podman %s\n", image, said(podman(root, image)))
	}
}

func said(where []string, err error) string {
	if err != nil {
		return "refused " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return strings.Join(where, " ")
}

// compose loads a file as Compose does: variables from .env beside it.
func compose(file string) string {
	o, err := cli.NewProjectOptions([]string{file}, cli.WithWorkingDirectory(filepath.Dir(file)), cli.WithEnvFiles(), cli.WithDotEnv)
	if err != nil {
		return said(nil, err)
	}
	project, err := o.LoadProject(context.Background())
	if err != nil {
		return said(nil, err)
	}
	var images []string
	for _, name := range project.ServiceNames() {
		image := project.Services[name].Image
		if _, err := docker.ParseReference("//" + image); err != nil { // Docker asks no registry for it
			return said(nil, err)
		}
		images = append(images, image)
	}
	return said(images, nil)
}

// containerd lists the addresses that it asks for an image, in turn.
func containerd(root, image string) ([]string, error) {
	host, _, _ := strings.Cut(image, "/")
	hosts := config.ConfigureHosts(context.Background(), config.HostOptions{HostDir: config.HostDirFromRoot(filepath.Join(root, "etc/containerd/certs.d"))})
	list, err := hosts(host)
	var out []string
	for _, h := range list {
		out = append(out, h.Scheme+"://"+h.Host+h.Path)
	}
	return out, err
}

// podman lists what an image is pulled from, in turn; where the policy takes none of
// that name, it is refused.
func podman(root, image string) ([]string, error) {
	system := &types.SystemContext{
		SystemRegistriesConfPath:    os.DevNull,
		SystemRegistriesConfDirPath: filepath.Join(root, "etc/containers/registries.conf.d"),
		SignaturePolicyPath:         filepath.Join(root, "etc/containers/policy.json"),
	}
	search, err := sysregistriesv2.UnqualifiedSearchRegistries(system)
	if err != nil || len(search) > 0 {
		return nil, fmt.Errorf("names without a registry are looked for in %v: %w", search, err)
	}
	ref, err := docker.ParseReference("//" + image)
	if err != nil {
		return nil, err
	}
	if err := allowed(system, ref); err != nil {
		return nil, err
	}
	r, err := sysregistriesv2.FindRegistry(system, image)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return []string{image}, nil
	}
	if r.Blocked {
		return nil, fmt.Errorf("blocked by %s", r.Prefix)
	}
	sources, err := r.PullSourcesFromReference(ref.DockerReference())
	var out []string
	for _, s := range sources {
		out = append(out, s.Reference.String())
	}
	return out, err
}

// allowed asks the policy whether images of the name may run, unsigned.
func allowed(system *types.SystemContext, ref types.ImageReference) error {
	policy, err := signature.DefaultPolicy(system)
	if err != nil {
		return err
	}
	p, err := signature.NewPolicyContext(policy)
	if err != nil {
		return err
	}
	defer p.Destroy() //nolint:errcheck // it holds nothing
	ok, err := p.IsRunningImageAllowed(context.Background(), unsigned{ref})
	if err == nil && !ok {
		err = fmt.Errorf("the policy rejects it")
	}
	return err
}

// unsigned is an image of a name, of which the policy sees no more.
type unsigned struct{ ref types.ImageReference }

func (u unsigned) Reference() types.ImageReference { return u.ref }
func (u unsigned) Manifest(context.Context) ([]byte, string, error) {
	return nil, "", nil
}
func (u unsigned) Signatures(context.Context) ([][]byte, error) { return nil, nil }
