package model

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestAMaskedAddressTellsNobodyWhoItIs(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"jeanne.martin@domaine.fr":     "j***@d***.fr",
		"a@b.example":                  "***@b***.example",
		"élodie@boutique-é.co.example": "é***@b***.example",
		`"jean d"@shop.example`:        "j***@s***.example",
		"root@localhost":               "r***@l***",
		"x@y@shop.example.":            "x***@s***.example",
		"no address":                   "***",
		"":                             "***",
	} {
		if got := MaskEmail(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func TestNoWayOfPrintingShowsASecretOrAnAddress(t *testing.T) {
	t.Parallel()
	type box struct {
		Mail   Email
		Key    Secret
		hidden Secret
	}
	b := box{"canary@shop.example", NewSecret("canary-key"), NewSecret("canary-key")}
	document, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	printed := []string{string(document)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		printed = append(printed, fmt.Sprintf(verb, b), fmt.Sprintf(verb, &b), fmt.Sprintf(verb, b.Mail), fmt.Sprintf(verb, b.hidden))
	}
	for _, p := range printed {
		if strings.Contains(p, "canary") || strings.Contains(p, fmt.Sprintf("%x", "canary")) {
			t.Errorf("it shows: %s", p)
		}
	}
	if b.hidden.Reveal() != "canary-key" || (Secret{}).Reveal() != "" || string(b.Mail) != "canary@shop.example" {
		t.Error("the owner cannot read it any more")
	}
}
