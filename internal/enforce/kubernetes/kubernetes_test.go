package kubernetes_test

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/kubernetes"
)

func TestBack(t *testing.T) { admissiontest.Back(kubernetes.Target, `"%s"`).Run(t) }
