package e2e

import "testing"

func init() {
	formedTests = map[string]func(*testing.T){
		"TestApplyAgain":      TestApplyAgain,
		"TestBrokenSettings":  TestBrokenSettings,
		"TestDiskLost":        TestDiskLost,
		"TestDiskNotMounted":  TestDiskNotMounted,
		"TestEveryPodDeleted": TestEveryPodDeleted,
		"TestLinkCut":         TestLinkCut,
		"TestNodeLost":        TestNodeLost,
		"TestRackDark":        TestRackDark,
		"TestRestartStops":    TestRestartStops,
		"TestRollingRestart":  TestRollingRestart,
	}
}

// TestInside is no test of its own: inside of a shared world it runs the others.
func TestInside(t *testing.T) {
	if !inside() {
		t.Skip("runs the tests of a formed ring, inside of their world")
	}
	serveTests(t)
	if formedWorld != nil {
		formedWorld.TB = t
		formedWorld.end()
	}
}
