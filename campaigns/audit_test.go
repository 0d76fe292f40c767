package campaigns_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/campaigns/worker"
	"blanche/model"
)

// as is the desk of a person of the shop.
func (s *shop) as(who model.Actor) campaigns.Desk { return s.desk.As(who) }

// lines are those of the audit after a number, the oldest first.
func (s *shop) lines(after uint64) []model.AuditLine {
	s.Helper()
	var all []model.AuditLine
	s.must(s.store.Audit().Lines(s.ctx, after+1, func(l *model.AuditLine) error {
		all = append(all, *l)
		return nil
	}))
	return all
}

func (s *shop) head() uint64 {
	s.Helper()
	h, err := s.store.Audit().Head(s.ctx)
	s.must(err)
	return h.Seq
}

// deed does one thing in a shop that has forty people and the campaign "noel",
// checked.
type deed struct {
	prepare func(*shop)
	do      func(*shop, context.Context, campaigns.Desk) error
	object  string
}

// deeds has one for each method of the desk that changes something or takes
// something out.
func deeds() map[string]deed {
	named := func(do func(campaigns.Desk, context.Context, string) error) deed {
		return deed{do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return do(d, ctx, "noel") }, object: "campaign:noel"}
	}
	prepared := func(d deed, prepare func(*shop)) deed {
		d.prepare = prepare
		return d
	}
	slow := func(s *shop) {
		s.must(s.desk.SetRate(s.ctx, "noel", 1))
		s.start("noel")
	}
	team := func(s *shop) {
		_, err := s.desk.AddOperator(s.ctx, "sophie", model.Viewer, []string{"ssh-test sophie"})
		s.must(err)
	}
	nantes := func(s *shop) {
		_, err := s.desk.SaveSegment(s.ctx, "nantes", `city = "Nantes"`)
		s.must(err)
	}
	frozen := func(s *shop) {
		_, err := s.desk.Freeze(s.ctx, "noel-26", `city = "Nantes"`)
		s.must(err)
	}
	return map[string]deed{
		"EditContact": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.EditContact(ctx, 3, 1, []campaigns.FieldChange{{Field: "city", Value: "Lyon"}})
			return err
		}, object: "contact:3"},
		"Oppose": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return d.Oppose(ctx, address(4), "appel") }, object: "contact:4"},
		"Import": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.Import(ctx, campaigns.ImportRequest{Kind: "contacts", Name: "neufs.csv", Source: strings.NewReader("email\nneuf@clients.example\n"), Basis: model.BasisConsent, BasisSource: "x"})
			return err
		}, object: "folder"},
		"SaveMapping": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.SaveMapping(ctx, model.FileMapping{Name: "caisse", Kind: "contacts", Titles: []string{"Mél"}})
		}, object: "mapping:caisse"},
		"DeleteMapping": {prepare: func(s *shop) {
			s.must(s.desk.SaveMapping(s.ctx, model.FileMapping{Name: "caisse", Kind: "contacts", Titles: []string{"Mél"}}))
		}, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return d.DeleteMapping(ctx, "caisse") }, object: "mapping:caisse"},
		"EachContact": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachContact(ctx, `zone = "A"`, func(*campaigns.ContactRow) error { return nil })
		}, object: "folder"},
		"EachChosen": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachChosen(ctx, []model.ContactID{1, 2}, func(*campaigns.ContactRow) error { return nil })
		}, object: "folder"},
		"EachAudit": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachAudit(ctx, func(*model.AuditLine) error { return nil })
		}, object: "folder"},
		"TagContacts": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.TagContacts(ctx, campaigns.Tagging{Tag: "salon", Add: []model.ContactID{1}}, nil)
			return err
		}, object: "contact:1"},
		"EachOrder": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachOrder(ctx, "", func(*model.Order) error { return nil })
		}, object: "folder"},
		"EachConsent": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachConsent(ctx, "", func(*campaigns.ActOf) error { return nil })
		}, object: "folder"},
		"EachPoints": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachPoints(ctx, "", func(*campaigns.PointsOf) error { return nil })
		}, object: "folder"},
		"EachMessage": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachMessage(ctx, `zone = "A"`, func(*campaigns.MessageLine) error { return nil })
		}, object: "folder"},
		"EachResponse": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachResponse(ctx, "", func(*campaigns.ResponseLine) error { return nil })
		}, object: "folder"},
		"EachCampaign": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachCampaign(ctx, func(*model.Campaign) error { return nil })
		}, object: "folder"},
		"EachMerge": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachMerge(ctx, func(*campaigns.MergeLine) error { return nil })
		}, object: "folder"},
		"EachSegment": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachSegment(ctx, func(*model.Segment) error { return nil })
		}, object: "folder"},
		"EachRecipient": prepared(deed{do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachRecipient(ctx, "noel", "", func(*campaigns.ArmLine) error { return nil })
		}, object: "campaign:noel"}, slow),
		"SaveSegment": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.SaveSegment(ctx, "nantes", `city = "Nantes"`)
			return err
		}, object: "segment:nantes"},
		"CopySegment": {prepare: nantes, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.CopySegment(ctx, "nantes", "ouest")
			return err
		}, object: "segment:ouest"},
		"DeleteSegment": {prepare: nantes, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return d.DeleteSegment(ctx, "nantes") }, object: "segment:nantes"},
		"Freeze": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.Freeze(ctx, "noel-26", `city = "Nantes"`)
			return err
		}, object: "snapshot:noel-26"},
		"EachFrozen": {prepare: frozen, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.EachFrozen(ctx, "noel-26", func(*campaigns.ContactRow) error { return nil })
		}, object: "snapshot:noel-26"},
		"DeleteFrozen": {prepare: frozen, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return d.DeleteFrozen(ctx, "noel-26") }, object: "snapshot:noel-26"},
		"MergeContacts": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.MergeContacts(ctx, campaigns.MergeRequest{Keep: address(4), Gone: address(5)})
			return err
		}, object: "contact:5"},
		"UnmergeContact": {prepare: func(s *shop) {
			_, err := s.desk.MergeContacts(s.ctx, campaigns.MergeRequest{Keep: address(4), Gone: address(5)})
			s.must(err)
		}, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.UnmergeContact(ctx, address(5))
			return err
		}, object: "contact:5"},
		"ApartContacts": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.ApartContacts(ctx, address(4), address(5))
		}, object: "contact:4"},
		"NewCampaign": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.NewCampaign(ctx, file{name: "soldes"}.source(), nil)
			return err
		}, object: "campaign:soldes"},
		"EditCampaign": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.EditCampaign(ctx, "noel", file{body: "Autre chose.\n"}.source(), nil)
			return err
		}, object: "campaign:noel"},
		"CloneCampaign": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.CloneCampaign(ctx, "noel", "noel-2")
			return err
		}, object: "campaign:noel-2"},
		"RecordCampaign": {do: func(s *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.RecordCampaign(ctx, campaigns.RecordRequest{
				Name: "ailleurs", Source: strings.NewReader("email,arm\n" + address(1) + ",target\n" + address(2) + ",holdout\n"), StartedAt: s.now().Add(-time.Hour),
			})
			return err
		}, object: "campaign:ailleurs"},
		"CheckCampaign": prepared(deed{do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.CheckCampaign(ctx, "soldes")
			return err
		}, object: "campaign:soldes"}, func(s *shop) { s.write(file{name: "soldes"}) }),
		"TestSend": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.TestSend(ctx, "noel", "", "moi@boutique.example")
		}, object: "campaign:noel"},
		"Approve": named(campaigns.Desk.Approve),
		"Schedule": prepared(named(campaigns.Desk.Schedule), func(s *shop) {
			_, err := s.desk.EditCampaign(s.ctx, "noel", file{send: `start = "2026-11-24T08:00:00+01:00"`}.source(), nil)
			s.must(err)
		}),
		"Start": {do: func(s *shop, ctx context.Context, d campaigns.Desk) error {
			return d.Start(ctx, "noel", s.planned("noel"))
		}, object: "campaign:noel"},
		"StartIn": {do: func(s *shop, ctx context.Context, d campaigns.Desk) error {
			return d.StartIn(ctx, "noel", s.planned("noel"), time.Minute)
		}, object: "campaign:noel"},
		"Hold": prepared(named(campaigns.Desk.Hold), func(s *shop) {
			s.must(s.desk.StartIn(s.ctx, "noel", s.planned("noel"), time.Minute))
		}),
		"ChooseVariant": prepared(deed{do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			return d.ChooseVariant(ctx, "essai", "b")
		}, object: "campaign:essai"}, func(s *shop) {
			essai := tested("essai")
			essai.send = "rate = 1.0"
			s.write(essai)
			s.start("essai")
			s.desk.Tell(worker.Notice{Kind: worker.NoticeCells, Name: "essai"})
		}),
		"Complain": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return d.Complain(ctx, address(4), "") }, object: "contact:4"},
		"Feedback": prepared(deed{do: func(s *shop, ctx context.Context, d campaigns.Desk) error {
			email := slices.Sorted(maps.Keys(s.relay.Kept()))[0]
			history, err := s.desk.History(s.ctx, email)
			s.must(err)
			id := history[slices.IndexFunc(history, func(l model.HistoryLine) bool { return l.Kind == "message" })].Ref
			_, err = d.Feedback(ctx, answering(report("bonjour@boutique.example", email, "5.1.1", "no such user"), id), nil)
			return err
		}, object: "contact:1"}, func(s *shop) {
			s.send(file{name: "ancien", audience: `email contains "p0001"`, holdout: "share = 0.0"})
		}),
		"TakeVendor": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.TakeVendor(ctx, "brevo", []byte(`{"event":"spam","email":"`+address(4)+`"}`))
			return err
		}, object: "contact:4"},
		"RecordConsent": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.RecordConsent(ctx, address(4), campaigns.ConsentEntry{Purpose: model.TrackingUse, Choice: model.Declined, Source: "appel"})
			return err
		}, object: "contact:4"},
		"Access": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.Access(ctx, address(4))
			return err
		}, object: "contact:4"},
		"Erase": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.Erase(ctx, address(4), campaigns.EraseRequest{Confirm: address(4)})
			return err
		}, object: "contact:4"},
		"Retention": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.Retention(ctx)
			return err
		}, object: "folder"},
		"RunRetention": {prepare: func(s *shop) { s.bring("email;consent_date\nvieux@clients.example;2020-01-05\n", model.BasisConsent) }, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.RunRetention(ctx, 1)
			return err
		}, object: "folder"},
		"SetLane": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			rate := 3.0
			_, err := d.SetLane(ctx, "orange", campaigns.LaneChange{Rate: &rate})
			return err
		}, object: "pacing"},
		"SetWarmUp": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.SetWarmUp(ctx, 500, 0.5)
			return err
		}, object: "pacing"},
		"Pause": prepared(named(campaigns.Desk.Pause), slow),
		"Resume": prepared(named(campaigns.Desk.Resume), func(s *shop) {
			slow(s)
			s.must(s.desk.Pause(s.ctx, "noel"))
		}),
		"SetRate": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return d.SetRate(ctx, "noel", 7) }, object: "campaign:noel"},
		"Cancel":  named(campaigns.Desk.Cancel),
		"ResolveUncertain": prepared(deed{do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.ResolveUncertain(ctx, "noel", false)
			return err
		}, object: "campaign:noel"}, slow),
		"SendAgain": prepared(deed{do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.SendAgain(ctx, "noel")
			return err
		}, object: "campaign:noel"}, func(s *shop) {
			slow(s)
			s.must(s.desk.Pause(s.ctx, "noel"))
			s.refuse("noel", "552 5.2.2")
		}),
		"AddOperator": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.AddOperator(ctx, "sophie", model.Viewer, []string{"ssh-test sophie"})
			return err
		}, object: "operator:sophie"},
		"SetRole": {prepare: team, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.SetRole(ctx, "sophie", model.DPO)
			return err
		}, object: "operator:sophie"},
		"SetKeys": {prepare: team, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.SetKeys(ctx, "sophie", []string{"ssh-test two"}, nil)
			return err
		}, object: "operator:sophie"},
		"RemoveOperator": {prepare: team, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return d.RemoveOperator(ctx, "sophie") }, object: "operator:sophie"},
		"AddToken": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, _, err := d.AddToken(ctx, "caisse", model.Scopes(), time.Time{})
			return err
		}, object: "token:caisse"},
		"RevokeToken": {prepare: func(s *shop) {
			_, _, err := s.desk.AddToken(s.ctx, "caisse", model.Scopes(), time.Time{})
			s.must(err)
		}, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return d.RevokeToken(ctx, "caisse") }, object: "token:caisse"},
		"TakeItems": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.TakeItems(ctx, campaigns.ItemRequest{Kind: model.ScopeContacts, Items: []map[string]json.RawMessage{{"email": json.RawMessage(`"neuf@clients.example"`)}}})
			return err
		}, object: "folder"},
		"RetryHooks": {prepare: withDeadLetter, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.RetryHooks(ctx, nil)
			return err
		}, object: "hook:erp"},
		"DropHooks": {prepare: withDeadLetter, do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.DropHooks(ctx, nil)
			return err
		}, object: "hook:erp"},
		"Arm": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error { return d.Arm(ctx) }, object: "folder"},
		"Backup": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.Backup(ctx, io.Discard, campaigns.BackupRequest{})
			return err
		}, object: "folder"},
		"CopyTo": {do: func(s *shop, ctx context.Context, d campaigns.Desk) error {
			return d.CopyTo(ctx, s.TempDir())
		}, object: "folder"},
		"Compact": {do: func(_ *shop, ctx context.Context, d campaigns.Desk) error {
			_, err := d.Compact(ctx)
			return err
		}, object: "folder"},
	}
}

func TestWhateverChangesOrLeavesHasALineInTheAudit(t *testing.T) {
	t.Parallel()
	all, acts := deeds(), campaigns.Acts()
	if missing := slices.DeleteFunc(slices.Sorted(maps.Keys(acts)), func(m string) bool { _, ok := all[m]; return ok }); len(missing) > 0 {
		t.Errorf("these change something and are not tried: %v", missing)
	}
	for method, action := range campaigns.Guards() {
		if _, writes := acts[method]; writes == action.Reads() && method != "LookAtFile" && method != "CheckRelay" && method != "Aside" && method != "Check" {
			t.Errorf("%s stands under %s: noted %v", method, action, writes)
		}
	}
	who := model.Actor{Name: "ines", Role: model.Admin, From: "192.0.2.7"}
	for method, d := range all {
		t.Run(method, func(t *testing.T) {
			inShop(t, nil, func(s *shop) { s.opt.ParseKey = readKey }, func(s *shop) {
				s.people(40)
				s.write(file{})
				s.planned("noel")
				if d.prepare != nil {
					d.prepare(s)
				}
				time.Sleep(time.Second)
				before, at := s.head(), s.now()
				switch method { // nothing to rehearse: it shows, or it copies
				case "EachContact", "EachOrder", "EachRecipient", "EachChosen", "EachAudit", "Backup", "CopyTo", "Compact", "Import":
				default:
					s.must(d.do(s, campaigns.Rehearse(s.ctx), s.as(who)))
					if n := s.mine(before, who); len(n) != 0 {
						s.Fatalf("a rehearsal left %+v", n)
					}
				}
				s.must(d.do(s, campaigns.Because(s.ctx, "demandé par téléphone"), s.as(who)))
				mine := s.mine(before, who)
				if len(mine) == 0 {
					s.Fatal("nothing in the audit")
				}
				last := mine[len(mine)-1].Entry
				if last.Act != acts[method] || last.Object != d.object || last.Role != who.Role || last.From != who.From || last.Reason != "demandé par téléphone" || last.At.Before(at.Truncate(time.Second)) {
					s.Errorf("%+v", last)
				}
				for _, l := range mine {
					if strings.Contains(l.Entry.Object, "@") {
						s.Errorf("an address in %s", l.Entry.Object)
					}
				}
				if proof, err := s.as(who).VerifyAudit(s.ctx); err != nil || !proof.Intact {
					s.Errorf("%+v, %v", proof, err)
				}
			})
		})
	}
}

// mine are the lines of a person after a number.
func (s *shop) mine(after uint64, who model.Actor) []model.AuditLine {
	s.Helper()
	return slices.DeleteFunc(s.lines(after), func(l model.AuditLine) bool { return l.Entry.Who != who.Name })
}

func changesOf(l model.AuditLine) map[string]string {
	out := map[string]string{}
	for _, c := range l.Entry.Changes {
		out[c.Field] = c.After
	}
	return out
}

// acts are what was done to an object since a number, in order, and by whom.
func (s *shop) acts(after uint64, object string) []string {
	s.Helper()
	var all []string
	for _, l := range s.lines(after) {
		if l.Entry.Object == object {
			all = append(all, l.Entry.Who+" "+l.Entry.Act)
		}
	}
	return all
}

func TestTheLifeOfACampaignIsToldWithWhoDidWhat(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(40)
		d := s.as(ines)
		_, err := d.NewCampaign(s.ctx, file{}.source(), nil)
		s.must(err)
		list, err := d.CheckCampaign(s.ctx, "noel")
		s.must(err)
		s.must(d.Start(s.ctx, "noel", list.Planned))
		_, err = d.Wait(s.ctx, "noel", 100*time.Millisecond, func(model.Status) {})
		s.must(err)
		want := []string{"ines campaign.new", "ines campaign.check", "ines campaign.draw", "ines campaign.start", "blanche campaign.done"}
		if got := s.acts(0, "campaign:noel"); !slices.Equal(got, want) {
			s.Errorf("%v", got)
		}
		for _, l := range s.lines(0) {
			if c := changesOf(l); l.Entry.Act == "campaign.draw" && (c["held_out"] != "4" || c["target"] != "40" || c["draw"] == "") {
				s.Errorf("the draw says %v", c)
			}
		}
	})
}

func TestWhatTheClockAndTheGuardDoIsDoneByNobodyElse(t *testing.T) {
	inShop(t, relay.Shares{Refuse: 1}.Behave(1), nil, func(s *shop) {
		s.people(1000)
		d := s.as(ines)
		_, err := d.NewCampaign(s.ctx, file{send: `start = "2026-11-23T10:00:00+01:00"`}.source(), nil)
		s.must(err)
		s.must(d.Schedule(s.ctx, "noel"))
		before := s.head()
		s.skip(time.Hour)
		s.until("the guard pauses it", func() bool { return s.campaign("noel").State == model.Paused })
		time.Sleep(time.Second)
		want := []string{"blanche campaign.draw", "blanche campaign.start", "blanche campaign.guard"}
		if got := s.acts(before, "campaign:noel"); !slices.Equal(got, want) {
			s.Errorf("%v", got)
		}
	})
}

func TestAnImportSaysWhichFileCameInAndAnExportHowManyLeft(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		d := s.as(ines)
		text := "email;ville\na@clients.example;Nantes\nb@clients.example;Lyon\n"
		for name, source := range map[string]io.Reader{"seeks": strings.NewReader(text), "streams": io.MultiReader(bytes.NewBufferString(text))} {
			_, err := d.Import(s.ctx, campaigns.ImportRequest{Kind: "contacts", Name: name + ".csv", Source: source, Basis: model.BasisConsent, BasisSource: "x"})
			s.must(err)
			lines := s.lines(s.head() - 1)
			if begun := s.lines(s.head() - 2)[0].Entry; begun.Act != "contact.import_begin" || begun.Who != "ines" {
				s.Errorf("%s: a death in between would leave no trace: %+v", name, begun)
			}
			sum := "1767f0e547bcb67cd21bc71879383372d2a8f4d138edfba20b1cc2ff38dc1c7b" // of sha256sum
			if c := changesOf(lines[0]); c["sha256"] != sum || c["rows"] != "2" || c["file"] != name+".csv" || c["kind"] != "contacts" {
				s.Errorf("%s: %v", name, c)
			}
		}
		before := s.head()
		_, err := d.Import(s.ctx, campaigns.ImportRequest{Kind: "contacts", Name: "essai.csv", Source: strings.NewReader(text), Basis: model.BasisConsent, BasisSource: "x", DryRun: true})
		s.must(err)
		if s.head() != before {
			s.Error("a dry run is in the audit")
		}
		s.must(d.EachContact(s.ctx, `city = "Lyon"`, func(*campaigns.ContactRow) error { return nil }))
		if c := changesOf(s.lines(before)[0]); c["n"] != "1" || c["rule"] != `city = "Lyon"` {
			s.Errorf("%v", c)
		}
		if err := d.EachContact(s.ctx, "", func(*campaigns.ContactRow) error { return errDisk }); err == nil {
			s.Error("no error")
		}
		if c := changesOf(s.lines(before + 1)[0]); c["n"] != "1" || c["interrupted"] != "true" {
			s.Errorf("what left before it was cut short: %v", c)
		}
	})
}

func TestComingAndGoingAreNotedOnce(t *testing.T) {
	t.Parallel()
	s := bare(t, nil)
	left, err := s.As(ines).Arrived(t.Context(), "screens")
	if err != nil {
		t.Fatal(err)
	}
	left()
	left()
	lines, err := s.As(owner).AuditLines(t.Context(), campaigns.AuditQuery{Object: "session"})
	if err != nil || len(lines) != 2 || lines[0].Entry.Act != "session.close" || lines[1].Entry.Act != "session.open" || lines[1].Entry.From != ines.From {
		t.Errorf("%+v, %v", lines, err)
	}
}

func TestTheAuditIsAskedByWhoWhatWhereAndWhen(t *testing.T) {
	t.Parallel()
	s := bare(t, nil)
	began := time.Now().Add(-time.Second)
	for _, who := range []model.Actor{owner, ines} {
		for _, name := range []string{"vip", "nantes", "lyon"} {
			if _, err := s.As(who).SaveSegment(t.Context(), name, `city = "`+name+who.Name+`"`); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.As(who).Arrived(t.Context(), "screens"); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		q    campaigns.AuditQuery
		want int
	}{
		"all":                  {campaigns.AuditQuery{}, 8},
		"two":                  {campaigns.AuditQuery{N: 2}, 2},
		"before the fourth":    {campaigns.AuditQuery{Before: 4}, 3},
		"by somebody":          {campaigns.AuditQuery{Who: "INES"}, 4},
		"by nobody":            {campaigns.AuditQuery{Who: "ine"}, 0},
		"a kind of act":        {campaigns.AuditQuery{Act: "segment"}, 6},
		"an act":               {campaigns.AuditQuery{Act: "session.open"}, 2},
		"half a word":          {campaigns.AuditQuery{Act: "seg"}, 0},
		"about something":      {campaigns.AuditQuery{Object: "segment:vip"}, 2},
		"about it, before":     {campaigns.AuditQuery{Object: "segment:vip", Before: 5}, 1},
		"with a text":          {campaigns.AuditQuery{Text: "NANTESpaul"}, 2}, // its line, and the one that changed it
		"since":                {campaigns.AuditQuery{Since: began}, 8},
		"since later":          {campaigns.AuditQuery{Since: began.Add(time.Hour)}, 0},
		"everything at a time": {campaigns.AuditQuery{Who: "ines", Act: "segment.save", Object: "segment:lyon", Text: "paul", Since: began}, 1},
	} {
		lines, err := s.As(owner).AuditLines(t.Context(), c.q)
		if err != nil || len(lines) != c.want {
			t.Errorf("%s: %d lines, want %d: %v", name, len(lines), c.want, err)
		}
		if !slices.IsSortedFunc(lines, func(a, b model.AuditLine) int { return int(b.Seq) - int(a.Seq) }) {
			t.Errorf("%s: not the newest first", name)
		}
	}
}
