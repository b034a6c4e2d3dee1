// Command tfstub is a plugin for Terraform and OpenTofu that knows the arguments
// of real ones and makes nothing: it lets tests plan modules without a cloud. It
// is the plugin that its own file name says: terraform-provider-aws is aws.
//
// It has a go.mod of its own, so that the plugin protocol is no dependency of
// the product.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

func main() {
	name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-"), "_")
	p, err := read(name)
	if err == nil {
		err = tf6server.Serve("bailiwick.invalid/test/"+name, func() tfprotov6.ProviderServer { return &server{plugin: p} })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
