package lab

import "testing"

func TestNamed(t *testing.T) {
	for _, test := range []struct {
		run   string
		named bool
	}{
		{"", true},
		{".", true},
		{"TestNamed", true},
		{"(TestNamed|TestNoSuch)$", true},
		{"TestNamed/of-one-kind", true},
		{"TestNamd", false},
		{"TestNamd/of-one-kind", false},
		{"TestName$", false},
		{"(", false},
	} {
		if err := named(test.run); (err == nil) != test.named {
			t.Errorf("%q: %v", test.run, err)
		}
	}
}
