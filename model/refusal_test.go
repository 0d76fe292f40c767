package model_test

import (
	"testing"

	"blanche/model"
)

func TestOnlyARefusalThatIsNotAboutTheAddressMayPass(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"expired":     true,
		"552 5.2.2":   true,
		"550 5.7.1":   true,
		"550 5.7.26":  true,
		"552 5.3.4":   true,
		"554 5.6.0":   true,
		"550 5.1.8":   true, // of the sender
		"552":         true,
		"554":         true,
		"554 5.0.0":   true,
		"550 5.1.1":   false,
		"550 5.1.10":  false,
		"553 5.1.3":   false,
		"550 5.2.1":   false,
		"550 5.4.1":   false,
		"550 5.5.0":   false,
		"550 5.7.17":  false,
		"550 5.0.0":   false,
		"550":         false,
		"551":         false,
		"556":         false,
		"":            false,
		"interrupted": false,
		"opposed":     false,
		"450 4.2.2":   false,
	} {
		if got := model.RefusalMayPass(code); got != want {
			t.Errorf("%q may pass: %v, want %v", code, got, want)
		}
	}
}
