package campaigns_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

var checkKey = regexp.MustCompile(`(?m)^([a-z_]+) = `)

func TestEveryLineOfThePreflightNamesItsRepair(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../ui/i18n/catalog/en/check.toml")
	if err != nil {
		t.Fatal(err)
	}
	well := map[string]bool{"audience": true, "holdout": true, "relay": true, "public": true, "message_ok": true, "in_variant": true, "universal": true} // nothing to repair
	files, err := filepath.Glob("compose/*.go")
	if err != nil {
		t.Fatal(err)
	}
	message := "" // whose lines are repaired where they are found
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		message += string(text)
	}
	tried := 0
	table, _, _ := strings.Cut(string(source), "\n[check.")
	for _, key := range checkKey.FindAllStringSubmatch(table, -1) {
		if strings.HasSuffix(key[1], "_hint") || well[key[1]] || strings.Contains(message, `"`+key[1]+`"`) {
			continue
		}
		if tried++; campaigns.Repairs()[key[1]] == "" {
			t.Errorf("%s is repaired nowhere", key[1])
		}
	}
	if tried < 8 {
		t.Errorf("only %d lines were tried", tried)
	}
}

func TestWhatBlocksIsRepairedWhereItStands(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.opt.Config.Sender.Unsubscribe = ""
		s.opt.Config.Approval = 10
	}, func(s *shop) {
		s.people(40)
		s.relay.SetDown(true)
		bad := tested("noel")
		bad.more = strings.Replace(bad.more, "Autre sujet", "Autre {{ contact.surnom }}", 1)
		bad.body = "Bonjour {{ contact.sobriquet }} http://boutique.example/\n"
		s.write(bad)
		list, err := s.desk.CheckCampaign(s.ctx, "noel")
		s.must(err)
		got := map[string]model.Repair{}
		for _, l := range list.Lines {
			code := l.Code
			if l.Variant != "" {
				code += " of " + l.Variant
			}
			got[code] = l.Repair
			if l.Level == model.LevelStop && l.Repair == "" {
				s.Errorf("%s blocks, and is repaired nowhere", l.Code)
			}
		}
		for code, want := range map[string]model.Repair{
			"unknown_variable": model.RepairBody, "unknown_variable of b": model.RepairTest, "no_unsubscribe": model.RepairSender,
			"relay_down": model.RepairRelay, "approval": model.RepairApproval,
		} {
			if got[code] != want {
				s.Errorf("%s is repaired at %q, want %q", code, got[code], want)
			}
		}
	})
}
