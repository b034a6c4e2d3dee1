//go:build real

package nvidia_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest/nvidia"
)

// TestManifestCorpus holds the manifests that NVIDIA's own verifiers are tested
// with: those that NVIDIA signed, and those that its tests spoilt.
func TestManifestCorpus(t *testing.T) {
	sdk := filepath.Join("attestation-sdk", "nv-attestation-sdk-cpp", "unit-tests", "testdata")
	samples := filepath.Join("nvtrust", "guest_tools", "gpu_verifiers", "local_gpu_verifier", "src", "verifier", "samples")
	n := 0
	for _, pattern := range []string{filepath.Join(samples, "*.swidtag"), filepath.Join(sdk, "*.xml"), filepath.Join(sdk, "sample_rims", "*.xml")} {
		files, err := filepath.Glob(filepath.Join(os.Getenv("CORPUS"), pattern))
		if err != nil || os.Getenv("CORPUS") == "" || len(files) == 0 {
			t.Fatalf("CORPUS holds no %s: fetch the repositories that docs/corpus.md names", pattern)
		}
		for _, f := range files {
			n++
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			_, err = nvidia.ParseManifest(b)
			if got, want := err == nil, !spoiltFiles[filepath.Base(f)]; got != want {
				t.Errorf("%s: signed by NVIDIA is %v, want %v: %v", filepath.Base(f), got, want, err)
			}
			if err != nil && !strings.Contains(err.Error(), "altered") {
				t.Errorf("%s: %v", filepath.Base(f), err)
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d manifests were found", n)
	}
}

// spoiltFiles are those whose signature NVIDIA's tests broke. What they call a
// mismatch of measurements they made by editing a signed file.
var spoiltFiles = map[string]bool{
	"incorrect_signature_driver_rim.xml":                               true,
	"NV_GPU_DRIVER_GH100_535.86.09_measurement_mismatch.xml":           true,
	"NV_GPU_DRIVER_GH100_570.124.03_expired.xml":                       true,
	"NV_SWITCH_BIOS_5612_0002_890_9610550001_invalid_signature.xml":    true,
	"NV_SWITCH_BIOS_5612_0002_890_9610550001_measurement_mismatch.xml": true,
}
