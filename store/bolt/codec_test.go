package bolt

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
)

func drawContact(t *rapid.T) model.Contact {
	text, date := rapid.String(), rapid.Int32()
	instant := rapid.Custom(func(t *rapid.T) time.Time { return fromMillis(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "ms")) })
	c := model.Contact{
		Version: rapid.Uint64().Draw(t, "version"), Points: rapid.Int64().Draw(t, "points"), Orders: rapid.Uint32().Draw(t, "orders"),
		Spend: model.Cents(rapid.Int64().Draw(t, "spend")), FirstOrder: model.Date(date.Draw(t, "first")), LastOrder: model.Date(date.Draw(t, "last")),
		Birth: model.Date(date.Draw(t, "birth")), Created: instant.Draw(t, "created"), Updated: instant.Draw(t, "updated"), BasisAt: instant.Draw(t, "basis"),
		Kind: model.Kind(rapid.IntRange(0, 1).Draw(t, "kind")), Basis: model.Basis(rapid.IntRange(0, 3).Draw(t, "basis")),
		Tracking: model.Tracking(rapid.IntRange(0, 2).Draw(t, "tracking")),
	}
	for _, s := range contactTexts(&c) {
		*s = text.Draw(t, "text")
	}
	for range rapid.IntRange(0, 3).Draw(t, "tags") {
		c.Tags = append(c.Tags, text.Draw(t, "tag"))
	}
	for range rapid.IntRange(0, 3).Draw(t, "attrs") {
		c.Attrs = append(c.Attrs, model.Attr{Name: text.Draw(t, "name"), Value: text.Draw(t, "value")})
	}
	return c
}

func TestAContactIsReadAsItWasWrittenWithItsUnknownTail(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want, tail := drawContact(t), rapid.String().Draw(t, "tail")
		var got model.Contact
		gotTail, err := decodeContact(&got, appendContact(nil, &want, tail))
		if diff := cmp.Diff(want, got); err != nil || gotTail != tail || diff != "" {
			t.Fatalf("%v, tail %q (-want +got):\n%s", err, gotTail, diff)
		}
	})
}

func TestATailOfALaterVersionSurvivesAnImport(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	c := model.Contact{ID: 1, Version: 1, Email: "a@mail.example"}
	put := func(tail string) { writeContact(t, e, &c, tail) }
	put("from the future")
	rows := []model.Contact{{Email: "a@mail.example", City: "Lyon"}}
	if _, err := e.Contacts().Merge(t.Context(), rows, start); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Orders().Put(t.Context(), []model.Order{{ID: "1", Email: "a@mail.example", Total: 100}}); err != nil {
		t.Fatal(err)
	}
	got, tail := readContact(t, e, 1)
	if tail != "from the future" || got.City != "Lyon" || got.Spend != 100 {
		t.Errorf("tail %q, contact %+v", tail, got)
	}
}

// The decoders read what a checksum vouches for, and still must not trust it:
// no panic, no memory beyond the size of the record, and what they accept is
// written back as the same bytes (but for varints that were too long).
func FuzzContact(f *testing.F) {
	f.Add(appendContact(nil, &model.Contact{Email: "a@mail.example", Tags: []string{"x"}, Attrs: []model.Attr{{Name: "n", Value: "v"}}}, "tail"))
	f.Add([]byte{contactVersion})
	f.Fuzz(func(t *testing.T, body []byte) {
		var c, again model.Contact
		tail, err := decodeContact(&c, body)
		if err != nil {
			return
		}
		_ = c.Kind.String() + c.Basis.String() + c.Tracking.String()
		if _, err := decodeContact(&again, appendContact(nil, &c, tail)); err != nil || !cmp.Equal(c, again) {
			t.Errorf("%+v became %+v, %v", c, again, err)
		}
	})
}

func FuzzOrder(f *testing.F) {
	f.Add(appendOrder(nil, &model.Order{Source: "web", ID: "1", Total: -5, Day: 3}))
	f.Fuzz(func(t *testing.T, body []byte) {
		var o, again model.Order
		if decodeOrder(&o, body) != nil {
			return
		}
		_ = o.Status.String()
		if err := decodeOrder(&again, appendOrder(nil, &o)); err != nil || o != again {
			t.Errorf("%+v became %+v, %v", o, again, err)
		}
	})
}

func FuzzPages(f *testing.F) {
	f.Add(appendPlanPage(nil, []model.Planned{{Contact: 1}, {Contact: 900, Lane: 3}}))
	f.Add([]byte(newStatePage(3)))
	f.Add(appendHeldPage(nil, []model.HeldOut{{Contact: 4, Stratum: "a"}}))
	f.Add(appendException(nil, exception{attempts: 2, next: start, code: "451", text: "é"}))
	f.Fuzz(func(t *testing.T, body []byte) {
		if ids, err := planContacts(nil, body); err == nil {
			lanes, err := planClasses(body)
			if err != nil || len(lanes) != len(ids) {
				t.Errorf("%d lanes of %d, %v", len(lanes), len(ids), err)
			}
		}
		if p, err := openStatePage(body); err == nil {
			for i := range p.len() {
				_, _, _ = p.state(i).String(), p.version(i), p.at(i)
			}
		}
		_, _ = decodeHeldPage(nil, body)
		_, _ = decodeHead(body)
		_, _ = decodeLogLine(body)
		_, _ = decodeSuppression(body)
		if x, err := decodeException(body); err == nil {
			if again, err := decodeException(appendException(nil, x)); err != nil || x != again {
				t.Errorf("%+v became %+v, %v", x, again, err)
			}
		}
	})
}

func TestAnEnvelopeBelongsToItsPlace(t *testing.T) {
	t.Parallel()
	value := tableContact.seal(key64(7), append(blank(3), "abc"...))
	if body, err := tableContact.open(key64(7), value); err != nil || !bytes.Equal(body, []byte("abc")) {
		t.Errorf("open: %q, %v", body, err)
	}
	if _, err := tableContact.open(key64(8), value); err == nil {
		t.Error("opened under another key")
	}
	if _, err := tableOrder.open(key64(7), value); err == nil {
		t.Error("opened in another table")
	}
	if _, err := tableState.of(1).open(key32(0), tableState.of(2).seal(key32(0), blank(0))); err == nil {
		t.Error("opened in another campaign")
	}
}
