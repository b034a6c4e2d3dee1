package nvidia_test

import (
	"crypto/x509"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/nvidia"
)

// TestNeedsOfStrangers holds that who sends evidence does not choose whom the
// fetcher asks, nor for what.
func TestNeedsOfStrangers(t *testing.T) {
	vendor := mint.NewNVIDIA()
	for address, want := range map[string]string{
		"":                                     "http://ocsp.ndis.nvidia.com",
		"http://ocsp2.ndis.nvidia.com/x":       "http://ocsp2.ndis.nvidia.com/x",
		"http://169.254.169.254/latest":        "http://ocsp.ndis.nvidia.com",
		"http://nvidia.com.evil.example/":      "http://ocsp.ndis.nvidia.com",
		"http://evilnvidia.com/":               "http://ocsp.ndis.nvidia.com",
		"http://a.nvidia.com:8080/":            "http://ocsp.ndis.nvidia.com",
		"http://evil@a.nvidia.com/":            "http://ocsp.ndis.nvidia.com",
		"file://a.nvidia.com/etc/passwd":       "http://ocsp.ndis.nvidia.com",
		"http://a.nvidia.com/';touch /tmp/x;'": "http://ocsp.ndis.nvidia.com",
	} {
		e := vendor.GPU().Report(good())
		c := *e.Certificates[2]
		if address != "" {
			c.OCSPServer = []string{address}
		}
		e.Certificates = []*x509.Certificate{&c, e.Certificates[3]}
		needs, err := nvidia.Needs(e, nil)
		if err != nil || len(needs) != 3 && len(needs) != 4 || needs[2].URL != want {
			t.Errorf("%q: %+v, %v", address, needs, err)
		}
	}
	for _, driver := range []string{"", "../../x", "1?a=b", "1 2", "1'", strings.Repeat("1", 99)} {
		m := good()
		m.Driver = driver
		if needs, err := nvidia.Needs(vendor.GPU().Report(m), nil); err == nil {
			t.Errorf("driver %q: %v", driver, needs)
		}
	}
}
