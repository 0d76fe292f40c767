package campaigns_test

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

var pixel = regexp.MustCompile(`https://mail\.boutique\.example/o/([\w-]+)`)

// unfolded is a message without the soft ends of lines of quoted-printable.
func unfolded(raw []byte) string {
	return strings.ReplaceAll(strings.ReplaceAll(string(raw), "=\r\n", ""), "=3D", "=")
}

// opening is a shop with a public part that counts opens, or not; got is what each
// address received.
func opening(t *testing.T, opens bool, test func(s *shop, got func(email string) string)) {
	var mu sync.Mutex
	kept := map[string][]byte{}
	inShop(t, nil, func(s *shop) {
		s.opt.Config.Public = campaigns.Public{URL: "https://mail.boutique.example", Opens: opens}
		s.keep = func(_, to string, raw []byte) {
			mu.Lock()
			defer mu.Unlock()
			kept[to] = bytes.Clone(raw)
		}
	}, func(s *shop) {
		test(s, func(email string) string {
			mu.Lock()
			defer mu.Unlock()
			return unfolded(kept[email])
		})
	})
}

func TestAnOpenIsCountedForTheCampaignAndKnownOfNobody(t *testing.T) {
	opening(t, true, func(s *shop, got func(string) string) {
		s.people(8)
		_, err := s.desk.EditContact(s.ctx, 8, s.card("8").Version, []campaigns.FieldChange{{Field: "tracking", Value: "refused"}})
		s.must(err)
		s.send(file{holdout: "share = 0.0"})
		pictures := map[string]int{}
		for i := 1; i <= 8; i++ {
			for _, m := range pixel.FindAllStringSubmatch(got(address(i)), -1) {
				pictures[m[1]]++
			}
		}
		if len(pictures) != 1 || pixel.MatchString(got(address(8))) {
			s.Fatalf("pictures %v: the same once for each who did not refuse", pictures)
		}
		token := ""
		for t, n := range pictures {
			if token = t; n != 7 {
				s.Errorf("%d messages have it", n)
			}
		}
		desk := s.desk.Outside()
		for _, hit := range []campaigns.PublicHit{
			{UserAgent: "Mozilla/5.0 (iPhone)"},
			{UserAgent: "Mozilla/5.0 (iPhone)"},
			{UserAgent: "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"},
			{Purpose: "prefetch", UserAgent: "Mozilla/5.0"},
			{Head: true, UserAgent: "Mozilla/5.0"},
		} {
			s.must(desk.Opened(s.ctx, token, hit))
		}
		if desk.Opened(s.ctx, strings.Repeat("A", 44), campaigns.PublicHit{}) == nil {
			s.Error("a token of nothing is counted")
		}
		s.until("counted", func() bool { r := s.status("noel").Responses; return r.Opens+r.MachineOpens >= 4 })
		if r := s.status("noel").Responses; r.Opens != 2 || r.MachineOpens != 2 || r.Clicks != 0 {
			s.Errorf("%+v", r)
		}
		// It is nobody's: no card, no segment, no date of a last sign of life.
		for i := 1; i <= 8; i++ {
			history, err := s.desk.History(s.ctx, address(i))
			s.must(err)
			for _, l := range history {
				if l.Kind == "open" {
					s.Errorf("%s: %+v", address(i), l)
				}
			}
		}
		all, err := s.desk.LatestResponses(s.ctx, "noel", 10)
		s.must(err)
		for _, r := range all {
			if r.Contact != 0 {
				s.Errorf("%+v", r)
			}
		}
		if _, err := s.desk.Count(s.ctx, `opened("noel")`); model.KindOf(err) != model.KindInvalid {
			s.Errorf("a segment sees opens: %v", err)
		}
	})
}

// The control: as it is without the setting, no message has a picture, and one of
// before is not counted.
func TestWithoutTheSettingNoOpenIsCounted(t *testing.T) {
	opening(t, false, func(s *shop, got func(string) string) {
		s.people(3)
		s.send(file{holdout: "share = 0.0"})
		for i := 1; i <= 3; i++ {
			if raw := got(address(i)); raw == "" || strings.Contains(raw, "/o/") || strings.Contains(raw, "<img") {
				s.Errorf("%s", raw)
			}
		}
		if r := s.status("noel").Responses; r.Opens+r.MachineOpens != 0 {
			s.Errorf("%+v", r)
		}
	})
}
