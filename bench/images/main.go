// Command images reads images or root file systems and says what it took:
// seconds of CPU and of the clock, and the most memory, per gigabyte of files.
//
//	go run ./bench/images image.tar
//	go run ./bench/images -packages -folder /
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/inventory"
	"github.com/bailiwick-dev/bailiwick/internal/oci"
	"github.com/bailiwick-dev/bailiwick/kb"
)

func main() {
	log.SetFlags(0)
	list := flag.Bool("packages", false, "list the packages")
	hosts := flag.Bool("hosts", false, "list the hosts of which something is known")
	folder := flag.Bool("folder", false, "the paths are root file systems")
	profile := flag.String("profile", "", "write a profile of the CPU there")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			log.Fatal(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			log.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	base, err := kb.Open()
	if err != nil {
		log.Fatal(err)
	}
	o := inventory.Options{Known: func(h string) bool { _, ok := base.Host(h); return ok }}
	for _, name := range flag.Args() {
		start, before := time.Now(), cpu()
		if *folder {
			inv := inventory.Folder(name, o)
			say(name, &inv, start, before, *list, *hosts)
			continue
		}
		set, err := oci.Open(context.Background(), name)
		if err != nil {
			log.Fatal(err)
		}
		for i := range set.Images {
			start, before := time.Now(), cpu()
			var layers []inventory.Layer
			for n := range set.Images[i].Layers {
				layers = append(layers, inventory.Layer{Open: set.Images[i].Layers[n].Open})
			}
			inv := inventory.Layers(layers, o)
			say(set.Images[i].Address(), &inv, start, before, *list, *hosts)
		}
		set.Close()
	}
}

func say(name string, inv *inventory.Inventory, start time.Time, before time.Duration, list, hosts bool) {
	wall, used := time.Since(start), cpu()-before
	gb := float64(inv.Bytes) / 1e9
	count := map[string]int{}
	for i := range inv.Packages {
		p := &inv.Packages[i]
		count[p.Ecosystem]++
		if list {
			fmt.Printf("%s\t%s\t%s\t%d\t%s\n", p.Ecosystem, p.Name, p.Version, p.Layer, p.Path)
		}
	}
	if hosts {
		for _, e := range inv.Endpoints {
			fmt.Printf("%s\t%s\t%v\t%s:%d\n", e.Host, e.Class, e.Vendored, e.Path, e.Line)
		}
	}
	for _, m := range inv.Models {
		log.Printf("model %s %s %s %v", m.Path, m.Format, m.Name, m.Base)
	}
	for _, p := range inv.Problems {
		log.Printf("problem in layer %d: %s: %s", p.Layer, p.Path, p.Message)
	}
	log.Printf("%s: %d files, %.2f GB, packages %v, %d models, %d endpoints and %d other hosts, %d problems", name, inv.Files, gb, count, len(inv.Models), len(inv.Endpoints), inv.Strangers, len(inv.Problems))
	log.Printf("%s: wall %.1f s, CPU %.1f s (%.2f s/GB), at most %d MB of memory", name, wall.Seconds(), used.Seconds(), used.Seconds()/gb, peak()>>20)
}

func cpu() time.Duration {
	u := usage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func peak() int64 { return usage().Maxrss << 10 }

func usage() *syscall.Rusage {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return &u
}
