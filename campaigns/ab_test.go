package campaigns_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

// tested is a campaign with a test of two wordings, each for 10 % of the people.
func tested(name string) file {
	return file{name: name, more: "[ab]\nshare = 0.2\nmetric = \"revenue\"\ndelay = \"4h\"\n[[ab.variant]]\nname = \"b\"\nsubject = \"Autre sujet\"\n"}
}

// untilTested waits until everybody in the cells of a test has an answer.
func (s *shop) untilTested(name string) {
	s.Helper()
	s.until("the cells are sent", func() bool { return !s.campaign(name).AB.TestedAt.IsZero() })
}

var subjectLine = regexp.MustCompile(`(?m)^Subject: (.*)\r$`)

// subjects notes which subject each person read.
func (s *shop) subjects() func() map[string]string {
	var mu sync.Mutex
	read := map[string]string{}
	s.keep = func(_, to string, data []byte) {
		mu.Lock()
		defer mu.Unlock()
		if m := subjectLine.FindSubmatch(data); m != nil {
			read[to] = string(m[1])
		}
	}
	return func() map[string]string {
		mu.Lock()
		defer mu.Unlock()
		out := map[string]string{}
		for k, v := range read {
			out[k] = v
		}
		return out
	}
}

// underTest starts the test of two wordings over 1,000 people: 900 planned, 90
// in each cell, 720 who wait.
func (s *shop) underTest() (read func() map[string]string) {
	s.Helper()
	read = s.subjects()
	s.people(1000)
	s.write(tested("noel"))
	s.start("noel")
	s.untilTested("noel")
	return read
}

// cell lists the people of a cell, by address.
func (s *shop) cell(c model.Cell) (who []string) {
	s.Helper()
	s.must(s.store.Ledger().Lines(s.ctx, s.campaign("noel").ID, everyState(), func(r model.Recipient) error {
		if r.Cell == c {
			p, err := s.store.Contacts().Get(s.ctx, r.Contact)
			who = append(who, p.Email)
			return err
		}
		return nil
	}))
	return who
}

func everyState() (all []model.State) {
	for st := range model.States {
		all = append(all, model.State(st))
	}
	return all
}

func TestATestOfWordingsSendsItsCellsAndLetsTheRestWait(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		read := s.underTest()
		time.Sleep(time.Minute)
		by := map[string]int{}
		for _, subject := range read() {
			by[subject]++
		}
		if d := cmp.Diff(map[string]int{"Bonjour": 90, "Autre sujet": 90}, by); d != "" {
			s.Errorf("who read which subject: %s", d)
		}
		st := s.status("noel")
		ab := st.AB
		if st.State != model.Running || st.Waiting != 720 || ab == nil || ab.Decided || ab.Waits || ab.DecidesAt == nil || ab.Metric != "revenue" {
			s.Fatalf("%+v %+v", st, ab)
		}
		if !ab.DecidesAt.Equal(s.campaign("noel").AB.TestedAt.Add(4 * time.Hour)) {
			s.Errorf("decides at %v", ab.DecidesAt)
		}
		want := []model.VariantStatus{{Name: "a", Subject: "Bonjour", Planned: 90, Accepted: 90}, {Name: "b", Subject: "Autre sujet", Planned: 90, Accepted: 90}}
		if d := cmp.Diff(want, ab.Variants); d != "" {
			s.Errorf("nothing is to be seen before the verdict: %s", d)
		}
		proof, err := s.desk.VerifyHoldout(s.ctx, "noel")
		if err != nil || !proof.Replayed || proof.HeldOut != 100 || proof.Touched != 0 {
			s.Errorf("the zone blanche: %+v %v", proof, err)
		}
	})
}

func TestTheBetterWordingGoesToTheRest(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		read := s.underTest()
		for i, who := range s.cell(2) {
			if i < 40 {
				s.buy(fmt.Sprint("b", i), who, model.DateOf(s.now(), paris), 3000)
			}
		}
		for i, who := range s.cell(1) {
			if i < 10 {
				s.buy(fmt.Sprint("a", i), who, model.DateOf(s.now(), paris), 3000)
			}
		}
		head := s.head()
		s.skip(4 * time.Hour)
		st := s.end("noel")
		if st.Accepted != 900 || st.AB.Verdict != model.ABBetter || st.AB.Winner != "b" || !st.AB.Decided || st.AB.Waits {
			s.Fatalf("%+v %+v", st, st.AB)
		}
		v := st.AB.Variants
		if v[1].Value == nil || math.Abs(*v[1].Value-40*30.0/90) > 1e-9 || v[1].Range == nil || v[1].Range[0] >= *v[1].Value || *v[0].Value > *v[1].Value {
			s.Errorf("%+v", v)
		}
		others := 0
		for _, subject := range read() {
			if subject == "Autre sujet" {
				others++
			}
		}
		if others != 90+720 {
			s.Errorf("%d people read the better subject", others)
		}
		s.once("noel")
		if got := s.acts(head, "campaign:noel"); len(got) == 0 || got[0] != "blanche campaign.verdict" {
			s.Errorf("the audit says %v", got)
		}
		if n := s.events("deliver.event.ab_better"); n != 1 {
			s.Errorf("told %d times", n)
		}
	})
}

func TestNoDifferenceIsAVerdictAndSomebodyChooses(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		read := s.underTest()
		for c := range model.Cell(3) {
			for i, who := range s.cell(c) {
				if i < 20 {
					s.buy(fmt.Sprint(c, i), who, model.DateOf(s.now(), paris), 3000)
				}
			}
		}
		s.refused(s.desk.ChooseVariant(s.ctx, "noel", "z"), model.KindInvalid, "campaign.unknown_variant")
		s.skip(4 * time.Hour)
		time.Sleep(time.Hour)
		st := s.status("noel")
		if st.State != model.Running || st.Waiting != 720 || st.AB.Verdict != model.ABNoDifference || !st.AB.Waits || st.AB.Decided {
			s.Fatalf("%+v %+v", st, st.AB)
		}
		if today, err := s.desk.Today(s.ctx); err != nil || len(today.Choose) != 1 || today.Choose[0] != "noel" {
			s.Errorf("the first screen: %+v %v", today.Choose, err)
		}
		if n := s.events("deliver.event.ab_no_difference"); n != 1 {
			s.Errorf("told %d times", n)
		}
		s.must(s.as(ines).ChooseVariant(s.ctx, "noel", "b"))
		st = s.end("noel")
		if c := s.campaign("noel").AB; c.By != "ines" || c.Verdict != model.ABChosen || st.Accepted != 900 || st.AB.Winner != "b" {
			s.Errorf("%+v %+v", c, st)
		}
		others := 0
		for _, subject := range read() {
			if subject == "Autre sujet" {
				others++
			}
		}
		if others != 90+720 {
			s.Errorf("%d people read what was chosen", others)
		}
		s.once("noel")
		s.refused(s.desk.ChooseVariant(s.ctx, "noel", "a"), model.KindRefused, "campaign.wrong_state")
	})
}

func TestWhatIsChosenEarlyStays(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.underTest()
		s.must(s.desk.SetRate(s.ctx, "noel", 1))
		s.must(s.desk.ChooseVariant(s.ctx, "noel", "b"))
		s.refused(s.desk.ChooseVariant(s.ctx, "noel", "a"), model.KindRefused, "campaign.test_decided")
		s.skip(5 * time.Hour)
		time.Sleep(time.Minute)
		if ab := s.campaign("noel").AB; ab.Verdict != model.ABChosen || ab.Winner != 2 {
			s.Errorf("the figures overruled a person: %+v", ab)
		}
		s.write(file{name: "sans"})
		s.refused(s.desk.ChooseVariant(s.ctx, "sans", "a"), model.KindRefused, "campaign.no_test")
	})
}

func TestATestOutlivesItsProcess(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Continue = true }, func(s *shop) {
		read := s.subjects()
		s.people(1000)
		slow := tested("noel")
		slow.send = "rate = 20.0"
		s.write(slow)
		s.start("noel")
		time.Sleep(5 * time.Second) // in the middle of the cells
		s.reopen(true)
		s.untilTested("noel")
		s.reopen(true)
		time.Sleep(time.Minute)
		if n := len(read()); n != 180 {
			s.Fatalf("%d people got a message before the verdict", n)
		}
		tested := s.campaign("noel").AB.TestedAt
		for i, who := range s.cell(1) {
			if i < 40 {
				s.buy(fmt.Sprint("a", i), who, model.DateOf(s.now(), paris), 3000)
			}
		}
		s.close()
		s.skip(10 * time.Hour) // the hour of the verdict passes while nothing runs
		s.open()
		s.must(s.desk.SetRate(s.ctx, "noel", 0))
		st := s.end("noel")
		if st.Accepted != 900 || st.AB.Winner != "a" || !s.campaign("noel").AB.TestedAt.Equal(tested) {
			s.Errorf("%+v %+v", st, st.AB)
		}
		s.once("noel")
	})
}

func TestAPausedTestDecidesAndTheRestLeaveWhenItGoesOn(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.underTest()
		s.must(s.desk.Pause(s.ctx, "noel"))
		for i, who := range s.cell(1) {
			if i < 40 {
				s.buy(fmt.Sprint("a", i), who, model.DateOf(s.now(), paris), 3000)
			}
		}
		// The words of a variant may change, what the test is may not.
		other := tested("noel")
		other.more = strings.Replace(other.more, "0.2", "0.4", 1)
		_, err := s.desk.EditCampaign(s.ctx, "noel", other.source(), nil)
		s.refused(err, model.KindRefused, "campaign.frozen")
		s.skip(4 * time.Hour)
		time.Sleep(time.Minute)
		if st := s.status("noel"); st.State != model.Paused || st.Waiting != 720 || st.AB.Winner != "a" {
			s.Fatalf("%+v %+v", st, st.AB)
		}
		s.must(s.desk.Resume(s.ctx, "noel"))
		if st := s.end("noel"); st.Accepted != 900 {
			s.Errorf("%+v", st)
		}
		s.once("noel")
	})
}

func TestATestByClicksIsRefusedWhereNoClickIsRecorded(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(100)
		for name, c := range map[string]struct{ from, to, code string }{
			"clics": {`"revenue"`, `"clicks"`, "ab_no_clicks"},
			"trop":  {"share = 0.2", "share = 0.01", "ab_nobody"},
		} {
			f := tested(name)
			f.more = strings.Replace(f.more, c.from, c.to, 1)
			s.write(f)
			s.refused(s.desk.Start(s.ctx, name, 90), model.KindRefused, "campaign.blocked name="+name+" n=1 first="+c.code)
			list, err := s.desk.CheckCampaign(s.ctx, name)
			s.must(err)
			for _, l := range list.Lines {
				if l.Code == c.code && l.Repair != model.RepairTest {
					s.Errorf("%s is repaired at %q", l.Code, l.Repair)
				}
			}
		}
	})
}

func TestALateNoticeOfATestChangesNothing(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.underTest()
		at := s.campaign("noel").AB.TestedAt
		time.Sleep(time.Minute)
		s.desk.Tell(worker.Notice{Kind: worker.NoticeCells, Name: "noel"})
		if !s.campaign("noel").AB.TestedAt.Equal(at) {
			s.Error("the end of the test moved")
		}
	})
}

func TestTheClockOfALaunchRunsFromTheRequestToTheFirstMessage(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Config.Pressure.MaxMessages = 0 }, func(s *shop) {
		s.people(20)
		for i, minutes := range []int{50, 20, 35} {
			name := fmt.Sprint("c", i)
			s.write(file{name: name, more: fmt.Sprintf("requested = %q\n", s.now().Add(-time.Duration(minutes)*time.Minute).Format(time.RFC3339))})
			s.start(name)
			s.end(name)
			s.until("the first message is noted", func() bool { return !s.campaign(name).FirstAcceptedAt.IsZero() })
			st, first := s.status(name), s.campaign(name).FirstAcceptedAt
			if st.RequestedAt == nil || st.FirstAcceptedAt == nil || first.Sub(*st.StartedAt).Abs() > time.Second {
				s.Fatalf("%+v", st)
			}
			s.desk.Tell(worker.Notice{Kind: worker.NoticeFirst, Name: name})
			if !s.campaign(name).FirstAcceptedAt.Equal(first) {
				s.Error("the first message is another one")
			}
			time.Sleep(time.Second)
		}
		today, err := s.desk.Today(s.ctx)
		s.must(err)
		l := today.Launch
		if l.N != 3 || l.Last.Round(time.Minute) != 35*time.Minute || l.Median.Round(time.Minute) != 35*time.Minute {
			s.Errorf("%+v", l)
		}
	})
}
