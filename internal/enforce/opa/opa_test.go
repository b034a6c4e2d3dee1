package opa_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/opa"
)

const inside = enforcetest.Sends + "  stack: {registries: [registry.clinic.example]}\n"

// TestBack: no source of ours reads data.json, so that only what is written is
// held to be the same each time, and not to be a thing that our sources fail on.
func TestBack(t *testing.T) {
	(&enforcetest.Back{Target: opa.Target, Perimeter: inside}).Run(t)
}

// TestData: the data says what is inside, and nothing else.
func TestData(t *testing.T) {
	b := enforcetest.Bounds(t, inside)
	files, err := opa.Target.Write(b)
	if err != nil {
		t.Fatal(err)
	}
	var head struct{ Revision string }
	if err := json.Unmarshal([]byte(enforcetest.File(files, "bundle/.manifest")), &head); err != nil || head.Revision != b.Perimeter.Digest {
		t.Errorf("%v: revision %q", err, head.Revision)
	}
	var data struct {
		Bailiwick struct {
			Perimeter struct {
				Hosts, Registries []string
				Clouds            map[string]struct {
					Open        bool
					Places      []string
					Geographies map[string]bool
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(enforcetest.File(files, "bundle/data.json")), &data); err != nil {
		t.Fatal(err)
	}
	p := data.Bailiwick.Perimeter
	aws := p.Clouds["aws"]
	for place, want := range map[string]bool{"eu-central-1": true, "eu-west-2": false, "us-east-1": false, "us-east-1-bos-1": false, "cn-north-1": false} {
		if slices.Contains(aws.Places, place) != want {
			t.Errorf("%s is listed: %v", place, !want)
		}
	}
	if !aws.Open || aws.Geographies["us"] || p.Clouds["azurerm"].Open {
		t.Errorf("%+v", aws)
	}
	if !slices.Equal(p.Hosts, []string{"api.scaleway.ai"}) || !slices.Equal(p.Registries, []string{"registry.clinic.example"}) {
		t.Errorf("%q, %q", p.Hosts, p.Registries)
	}
}

// TestUnmet: what no plan shows is an error that names the clause.
func TestUnmet(t *testing.T) {
	text := strings.Replace(inside, "[EU, aws]", "[EU], tolerate: [{operator: aws, data: [records], when: {key_holder: EU, cleartext: never}}]", 1)
	text = strings.Replace(text, "gdpr: special", "gdpr: special, keys: {holder: [EU]}", 1)
	var unmet *enforce.Unmet
	if _, err := opa.Target.Write(enforcetest.Bounds(t, text)); !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, "cleartext") {
		t.Errorf("%v", err)
	}
}
