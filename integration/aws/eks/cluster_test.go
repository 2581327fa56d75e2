package eks_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

func TestTheOptionsOfClusters(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t).WithoutControlPlanes()
	s := settings()
	life := a.Life(t, "options", program(a, &s))
	life.Up()
	life.Destroy()
}
