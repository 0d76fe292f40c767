package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

func testWitness(t *testing.T, fresh func(*testing.T) Opener) {
	for name, test := range map[string]func(*testing.T, *folder){
		"AnEditOfAContactIsNotedFieldByField":     witnessContact,
		"TheLifeOfACampaignIsNoted":               witnessCampaign,
		"SegmentsAndOperatorsAreNoted":            witnessOthers,
		"WhatIsRefusedOrUnchangedLeavesNoLine":    witnessNothing,
		"WhatNobodyAnswersForLeavesNoLine":        witnessNobody,
		"ALongTextIsNotedByItsBeginningAndItsSum": witnessLong,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, testFolder(t, fresh))
		})
	}
}

// noted compares the last line with what it must say.
func noted(t *testing.T, f *folder, act, object string, changes ...model.FieldAudit) {
	t.Helper()
	h := head(t, f)
	all := chain(t, f, h.Seq)
	want := model.AuditEntry{
		At: start, Who: "ines", Role: model.Manager, From: "192.0.2.7", Reason: "asked by phone", Act: act, Object: object, Changes: changes,
	}
	if len(all) != 1 {
		t.Fatalf("%d lines from %d on", len(all), h.Seq)
	}
	if diff := cmp.Diff(want, all[0].Entry); diff != "" {
		t.Errorf("noted (-want +got):\n%s", diff)
	}
	intact(t, f, int(h.Seq), h)
}

func witnessContact(t *testing.T, f *folder) {
	id := merge(t, f, full())[0].ID
	edit := func(version uint64, do func(*model.Contact)) {
		t.Helper()
		c, err := f.Contacts().Edit(by("contact.edit"), id, version, start.Add(time.Hour), func(c *model.Contact) error { do(c); return nil })
		must(t, c, err)
	}
	edit(1, func(c *model.Contact) {
		c.City, c.Birth, c.Points, c.Basis = "Brest", 0, 0, model.BasisNone
		c.Tags = append(c.Tags, "aaa")
		c.SetAttr("pet", "")
		c.SetAttr("size", "40")
	})
	noted(t, f, "contact.edit", "contact:1",
		model.FieldAudit{Field: "city", Before: "Bourg", After: "Brest"},
		model.FieldAudit{Field: "birth", Before: "1961-02-28"},
		model.FieldAudit{Field: "points", Before: "-12"},
		model.FieldAudit{Field: "tags", Before: "bio, vip", After: "aaa, bio, vip"},
		model.FieldAudit{Field: "basis", Before: "consent", After: "none"},
		model.FieldAudit{Field: "attr.pet", Before: "chat"},
		model.FieldAudit{Field: "attr.size", Before: "38", After: "40"})
	edit(2, func(c *model.Contact) { c.Email = "lea@mail.example" })
	noted(t, f, "contact.edit", "contact:1", model.FieldAudit{Field: "email", Before: "Léa.Martin@mail.example", After: "lea@mail.example"})
}

func witnessCampaign(t *testing.T, f *folder) {
	c := model.Campaign{Name: "noel", NotSent: map[string]int{"opposed": 3}}
	c.Spec.Subject = "Noël"
	c, err := f.Campaigns().Create(by("campaign.new"), c)
	must(t, c, err)
	noted(t, f, "campaign.new", "campaign:noel",
		model.FieldAudit{Field: "name", After: "noel"}, model.FieldAudit{Field: "subject", After: "Noël"},
		model.FieldAudit{Field: "state", After: "draft"}, model.FieldAudit{Field: "not_sent.opposed", After: "3"})
	c, err = f.Campaigns().Update(by("campaign.approve"), "noel", func(c *model.Campaign) error {
		c.State, c.ApprovedAt, c.Spec.Body, c.Spec.Share = model.Approved, start, "# Bonjour", 0.1
		c.NotSent["opposed"] = 4 // in place
		return nil
	})
	must(t, c, err)
	noted(t, f, "campaign.approve", "campaign:noel",
		model.FieldAudit{Field: "body", After: "9 B, sha256 ba4b84ff5870"}, model.FieldAudit{Field: "share", After: "0.1"},
		model.FieldAudit{Field: "state", Before: "draft", After: "approved"}, model.FieldAudit{Field: "approved", After: "2026-11-22T09:00:00Z"},
		model.FieldAudit{Field: "not_sent.opposed", Before: "3", After: "4"})
}

func witnessOthers(t *testing.T, f *folder) {
	must(t, 0, f.Segments().Save(by("segment.save"), model.Segment{Name: "été", Rule: "city = Brest"}))
	noted(t, f, "segment.save", "segment:été", model.FieldAudit{Field: "name", After: "été"}, model.FieldAudit{Field: "rule", After: "city = Brest"})
	must(t, 0, f.Segments().Save(by("segment.save"), model.Segment{Name: "été", Rule: "city = Bourg"}))
	noted(t, f, "segment.save", "segment:été", model.FieldAudit{Field: "rule", Before: "city = Brest", After: "city = Bourg"})
	must(t, 0, f.Segments().Delete(by("segment.delete"), "été"))
	noted(t, f, "segment.delete", "segment:été", model.FieldAudit{Field: "name", Before: "été"}, model.FieldAudit{Field: "rule", Before: "city = Bourg"})

	o, err := f.Operators().Put(by("team.add"), operator("max", "SHA256:b", "SHA256:a"))
	must(t, o, err)
	keys := "SHA256:a max@laptop, SHA256:b max@laptop"
	noted(t, f, "team.add", "operator:max", model.FieldAudit{Field: "name", After: "max"},
		model.FieldAudit{Field: "role", After: "operator"}, model.FieldAudit{Field: "keys", After: keys})
	o.Role, o.Keys = model.Viewer, nil
	o, err = f.Operators().Put(by("team.role"), o)
	must(t, o, err)
	noted(t, f, "team.role", "operator:max", model.FieldAudit{Field: "role", Before: "operator", After: "viewer"}, model.FieldAudit{Field: "keys", Before: keys})
	must(t, 0, f.Operators().Delete(by("team.remove"), "max"))
	noted(t, f, "team.remove", "operator:max", model.FieldAudit{Field: "name", Before: "max"}, model.FieldAudit{Field: "role", Before: "viewer"})
}

// witnessNothing: a line is there if and only if the change is.
func witnessNothing(t *testing.T, f *folder) {
	id := merge(t, f, full(), model.Contact{Email: "max@mail.example"})[0].ID
	must(t, 0, f.Segments().Save(ctx, model.Segment{Name: "a", Rule: "b"}))
	c, err := f.Campaigns().Create(ctx, model.Campaign{Name: "noel"})
	must(t, c, err)
	o := put(t, f, operator("ines", "SHA256:a"))
	no := errors.New("no")
	edit := func(version uint64, do func(*model.Contact) error) error {
		_, err := f.Contacts().Edit(by("contact.edit"), id, version, start, do)
		return err
	}
	wantIs(t, "an edit that refuses", edit(1, func(c *model.Contact) error { c.City = "Brest"; return no }), no)
	wantIs(t, "an older version", edit(9, func(c *model.Contact) error { c.City = "Brest"; return nil }), store.ErrChanged)
	wantIs(t, "an address of somebody else", edit(1, func(c *model.Contact) error { c.Email = "max@mail.example"; return nil }), store.ErrExists)
	must(t, 0, edit(1, func(*model.Contact) error { return nil }))
	_, err = f.Campaigns().Update(by("campaign.edit"), "noel", func(c *model.Campaign) error { c.State = model.Running; return no })
	wantIs(t, "an update that refuses", err, no)
	_, err = f.Campaigns().Update(by("campaign.edit"), "noel", func(*model.Campaign) error { return nil })
	must(t, 0, err)
	_, err = f.Campaigns().Create(by("campaign.new"), model.Campaign{Name: "noel"})
	wantIs(t, "a name that is taken", err, store.ErrExists)
	must(t, 0, f.Segments().Save(by("segment.save"), model.Segment{Name: "a", Rule: "b", Updated: start}))
	wantIs(t, "a segment that is not", f.Segments().Delete(by("segment.delete"), "z"), store.ErrNotFound)
	_, err = f.Operators().Put(by("team.add"), operator("max", "SHA256:a"))
	wantIs(t, "a key of somebody else", err, store.ErrExists)
	put(t, f, o)
	intact(t, f, 0)
}

func witnessNobody(t *testing.T, f *folder) {
	id := merge(t, f, full())[0].ID
	_, err := f.Contacts().Edit(ctx, id, 1, start, func(c *model.Contact) error { c.City = "Brest"; return nil })
	must(t, 0, err)
	must(t, 0, f.Segments().Save(ctx, model.Segment{Name: "a", Rule: "b"}))
	put(t, f, operator("ines"))
	intact(t, f, 0)
}

func witnessLong(t *testing.T, f *folder) {
	long := strings.Repeat("é", 5000)
	for _, end := range []string{"a", "b"} {
		must(t, 0, f.Segments().Save(by("segment.save"), model.Segment{Name: "s", Rule: long + end}))
	}
	line := chain(t, f, 2)[0].Entry.Changes[0]
	if line.Before == line.After || len(line.Before) > 400 || !strings.HasPrefix(line.Before, "ééé") || !strings.HasSuffix(line.Before, ")") {
		t.Errorf("%q, then %q", line.Before, line.After)
	}
}
