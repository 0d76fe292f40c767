package campaigns_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// Two people chose nothing: they are the control of every exclusion here.
const wishers = `email;attr.frequency;attr.subjects
rien@clients.example;;
tout@clients.example;all;nouveautés|ventes
semaine@clients.example;weekly;
mois@clients.example;monthly;
ventes@clients.example;;ventes
aucun@clients.example;;-
`

func withSubjects(s *shop) { s.opt.Config.Public.Subjects = []string{"nouveautés", "ventes"} }

// excluded is who a campaign would leave out, by reason.
func (s *shop) excluded(name string) (who map[string]string, e model.Exclusions) {
	s.Helper()
	list, err := s.desk.CheckCampaign(s.ctx, name)
	s.must(err)
	who = map[string]string{}
	for _, one := range []string{"rien", "tout", "semaine", "mois", "ventes", "aucun"} {
		r, err := s.desk.Consents(s.ctx, one+"@clients.example", name)
		s.must(err)
		if !r.MaySend {
			who[one] = r.SendReason
		}
	}
	if len(who) != list.Excluded.Total() {
		s.Errorf("%s: the card says %v, the preflight %+v", name, who, list.Excluded)
	}
	return who, list.Excluded
}

func TestWhoChoseHowOftenGetsNoMore(t *testing.T) {
	inShop(t, nil, withSubjects, func(s *shop) {
		s.bring(wishers, model.BasisConsent)
		if st := s.send(file{name: "un", holdout: "share = 0.0"}); st.Accepted != 5 { // but for who wants no subject
			s.Fatalf("%+v", st)
		}
		for _, c := range []struct {
			days int
			want map[string]string
		}{
			{1, map[string]string{"aucun": "topic", "semaine": "frequency", "mois": "frequency"}},
			{7, map[string]string{"aucun": "topic", "mois": "frequency"}},
			{23, map[string]string{"aucun": "topic"}},
		} {
			s.days(c.days)
			name := "apres-" + s.now().Format("0102")
			s.write(file{name: name, holdout: "share = 0.0"})
			who, e := s.excluded(name)
			if len(who) != len(c.want) || who["semaine"] != c.want["semaine"] || who["mois"] != c.want["mois"] || who["aucun"] != "topic" || e.Topic != 1 {
				s.Errorf("%d days on: %v, want %v", c.days, who, c.want)
			}
			n, err := s.desk.Count(s.ctx, `email contains "clients"`)
			if s.must(err); n.Sendable != 6-len(c.want) {
				s.Errorf("%+v", n)
			}
		}
	})
}

func TestWhoLeftASubjectOutGetsNoCampaignAboutIt(t *testing.T) {
	inShop(t, nil, withSubjects, func(s *shop) {
		s.bring(wishers, model.BasisConsent)
		s.write(file{name: "neuf", more: `topic = "Nouveautés"`, holdout: "share = 0.0"})
		who, e := s.excluded("neuf")
		if len(who) != 2 || who["ventes"] != "topic" || who["aucun"] != "topic" || e.Topic != 2 {
			s.Errorf("%v, %+v", who, e)
		}
		s.start("neuf")
		if st := s.end("neuf"); st.Planned != 4 || st.Accepted != 4 {
			s.Errorf("%+v", st)
		}
		// A campaign that names no subject, or one that nobody can choose, is told.
		for more, code := range map[string]string{"": "topic_none", `topic = "soldes"`: "topic_unknown", `topic = "ventes"`: ""} {
			name := "sujet" + strings.ReplaceAll(strings.TrimPrefix(code, "topic"), "_", "-")
			s.write(file{name: name, more: more})
			list, err := s.desk.CheckCampaign(s.ctx, name)
			s.must(err)
			at := slices.IndexFunc(list.Lines, func(l model.CheckLine) bool { return l.Code == "topic_none" || l.Code == "topic_unknown" })
			if at < 0 && code != "" || at >= 0 && list.Lines[at].Code != code {
				s.Errorf("%q: %+v", more, list.Lines)
			}
		}
	})
}

// The worker asks once more: what was chosen after the draw holds for what has not
// left.
func TestWhatIsChosenAfterTheDrawHoldsForWhatHasNotLeft(t *testing.T) {
	inShop(t, nil, withSubjects, func(s *shop) {
		s.bring("email\nrien@clients.example\nmois@clients.example\nventes@clients.example\n", model.BasisConsent)
		s.send(file{name: "un", holdout: "share = 0.0"})
		s.write(file{name: "deux", more: `topic = "nouveautés"`, holdout: "share = 0.0", send: `hours = "11:00-12:00"`})
		s.must(s.desk.Start(s.ctx, "deux", s.planned("deux")))
		time.Sleep(time.Minute)
		for email, said := range map[string]campaigns.ConsentEntry{"mois": {Purpose: model.HowOften, Wish: "monthly"}, "ventes": {Purpose: model.AboutWhat, Wish: "ventes"}} {
			said.Choice, said.Source = model.Chosen, "appel"
			_, err := s.desk.RecordConsent(s.ctx, email+"@clients.example", said)
			s.must(err)
		}
		s.skip(2 * time.Hour)
		st := s.end("deux")
		if st.Accepted != 1 || st.Excluded != 2 {
			s.Fatalf("%+v", st)
		}
		for email, reason := range map[string]string{"mois": "frequency", "ventes": "topic"} {
			h, err := s.desk.History(s.ctx, email+"@clients.example")
			s.must(err)
			if !slices.ContainsFunc(h, func(l model.HistoryLine) bool { return l.Campaign == "deux" && l.Detail == reason }) && !slices.ContainsFunc(h, func(l model.HistoryLine) bool { return l.Campaign == "deux" && l.Detail == "excluded" }) {
				s.Errorf("%s: %+v", email, h)
			}
		}
	})
}

// A wish that somebody said on the telephone is written down with who said so, when,
// by which way and who typed it; a correction without that is refused, and so is
// what nobody could choose on the page of preferences.
func TestAWishIsWrittenWithWhatProvesIt(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false; withSubjects(s) }, func(s *shop) {
		s.bring("email;city\nlea@clients.example;Nantes\n", model.BasisConsent)
		lea := s.card("lea@clients.example")
		for field, value := range map[string]string{"attr.frequency": "monthly", "attr.subjects": "ventes"} {
			_, err := s.desk.EditContact(s.ctx, lea.ID, lea.Version, []campaigns.FieldChange{{Field: field, Value: value}})
			s.refused(err, model.KindRefused, "contact.wish_needs_proof")
		}
		record := func(e campaigns.ConsentEntry) error {
			e.Choice, e.Channel = model.Chosen, model.ByPhone
			_, err := s.as(owner).RecordConsent(s.ctx, "lea@clients.example", e)
			return err
		}
		s.refused(record(campaigns.ConsentEntry{Purpose: model.HowOften, Wish: "monthly"}), model.KindInvalid, "consent.needs_source")
		s.refused(record(campaigns.ConsentEntry{Purpose: model.HowOften, Wish: "never", Source: "appel"}), model.KindInvalid, "consent.bad_frequency")
		s.refused(record(campaigns.ConsentEntry{Purpose: model.AboutWhat, Wish: "météo", Source: "appel"}), model.KindInvalid, "consent.bad_subject")
		_, err := s.as(owner).RecordConsent(s.ctx, "lea@clients.example", campaigns.ConsentEntry{Purpose: model.HowOften, Choice: model.Granted, Source: "x", Wording: "y"})
		s.refused(err, model.KindInvalid, "consent.informed_of")
		at := s.now().Add(-24 * time.Hour)
		s.must(record(campaigns.ConsentEntry{Purpose: model.HowOften, Wish: "Mois", Source: "appel du 22", At: at}))
		s.must(record(campaigns.ConsentEntry{Purpose: model.AboutWhat, Wish: "Ventes", Source: "appel du 22"}))
		card := s.card("lea@clients.example")
		w := model.WishOf(&card.Contact)
		if w.Every != 30 || len(w.Subjects) != 1 || card.Basis != lea.Basis || !card.BasisAt.Equal(lea.BasisAt) || card.Tracking != lea.Tracking {
			s.Errorf("%+v %+v", w, card.Contact)
		}
		s.reopen(false)
		r, err := s.as(owner).Access(s.ctx, "lea@clients.example")
		s.must(err)
		var told []string
		for _, l := range r.Consents.Acts {
			if l.Purpose.IsWish() {
				told = append(told, fmt.Sprint(l.Purpose, " ", l.Act, " ", l.Wording, " ", l.Source, " ", l.Operator, " ", l.Channel, " ", l.At.Equal(at)))
			}
		}
		if want := []string{"frequency chosen monthly appel du 22 " + owner.Name + " phone true", "subjects chosen ventes appel du 22 " + owner.Name + " phone false"}; !slices.Equal(told, want) {
			s.Errorf("%q", told)
		}
	})
}
