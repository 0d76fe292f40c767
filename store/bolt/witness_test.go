package bolt

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"blanche/model"
)

// unheard are the fields that change without being somebody's edit: numbers and
// dates of the store itself, and what orders add up to.
var unheard = map[string]bool{
	"Contact.ID": true, "Contact.Version": true, "Contact.Created": true, "Contact.Updated": true,
	"Contact.Orders": true, "Contact.Spend": true, "Contact.FirstOrder": true, "Contact.LastOrder": true,
	"Campaign.ID": true, "Campaign.Revision": true, "Campaign.Created": true, "CampaignVersion.At": true,
	"Campaign.FirstAcceptedAt": true, "Campaign.Complaints": true, "ABState.TestedAt": true, // the sending counts them
	"ComplaintsSaid.Paused": true, "ComplaintsSaid.Accepted": true, "ComplaintsSaid.Warned": true,
	"ABState.Figures": true, "ABFigure.Value": true, "ABFigure.Low": true, "ABFigure.High": true, "ABFigure.Sure": true,
	"Campaign.AtClose": true, "Campaign.Links": true, // what was measured
	"Segment.Updated": true,
	"Segment.Weeks":   true, "SegmentWeek.Week": true, "SegmentWeek.Matched": true, "SegmentWeek.Sendable": true, // counted, not changed
	"Operator.Version": true, "Operator.Created": true, "Operator.Updated": true,
	"OperatorKey.Line": true, "OperatorKey.Added": true, // the fingerprint says it
}

func TestNoFieldChangesUnheard(t *testing.T) {
	t.Parallel()
	heard := 0
	heard += everyField(t, model.Contact{Tags: []string{"a"}, Attrs: []model.Attr{{Name: "a", Value: "b"}}}, contactChanges)
	heard += everyField(t, model.Campaign{
		Name: "noel", Versions: []model.CampaignVersion{{Bodies: map[string]string{"b.md": "x"}}}, NotSent: map[string]int{"a": 1}, Quotas: []model.StratumQuota{{}},
		Spec: model.CampaignSpec{Strata: []string{"a"}, AB: model.ABSpec{Variants: []model.Variant{{Name: "a"}}}},
		AB:   model.ABState{Figures: []model.ABFigure{{}}}, Changes: []model.StatementChange{{}}, Links: []string{"https://x.example"},
	}, campaignChanges)
	heard += everyField(t, model.Segment{Weeks: []model.SegmentWeek{{}}}, segmentChanges)
	heard += everyField(t, model.Operator{Keys: []model.OperatorKey{{Fingerprint: "SHA256:a"}}}, operatorChanges)
	if heard < 60 {
		t.Errorf("only %d fields were tried", heard)
	}
}

// everyField changes one field after the other, the lists and their items too,
// and counts those that are in the changes.
func everyField[T any](t *testing.T, zero T, compare func(old, next *T) []model.FieldAudit) int {
	t.Helper()
	old, next := zero, zero
	if c := compare(&old, &next); len(c) != 0 {
		t.Errorf("%T against itself: %v", zero, c)
	}
	f := fields{t: t, changed: func() bool { return len(compare(&old, &next)) > 0 }}
	f.walk("", reflect.ValueOf(&next).Elem())
	return f.heard
}

type fields struct {
	t       *testing.T
	changed func() bool
	heard   int
}

// walk changes a value, or all that it is made of, and puts it back.
func (f *fields) walk(name string, v reflect.Value) {
	before := reflect.ValueOf(v.Interface())
	_, isTime := v.Interface().(time.Time)
	switch {
	case v.Kind() == reflect.Struct && !isTime:
		for i := range v.NumField() {
			f.walk(v.Type().Name()+"."+v.Type().Field(i).Name, v.Field(i))
		}
		return
	case v.Kind() == reflect.Slice:
		list := reflect.MakeSlice(v.Type(), 1, 1)
		list.Index(0).Set(v.Index(0))
		v.Set(list)
		f.walk(name, list.Index(0))
	}
	v.Set(other(f.t, name, v))
	switch changed := f.changed(); {
	case changed == unheard[name]:
		f.t.Errorf("%s: in the changes: %v", name, changed)
	case changed:
		f.heard++
	}
	v.Set(before)
}

// other is another value of the same type.
func other(t *testing.T, name string, v reflect.Value) reflect.Value {
	t.Helper()
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Struct:
		return reflect.ValueOf(start)
	case reflect.Map, reflect.Slice: // empty
	case reflect.Array:
		out.Index(0).Set(other(t, name, v.Index(0)))
	case reflect.String:
		out.SetString(v.String() + "x")
	case reflect.Bool:
		out.SetBool(!v.Bool())
	case reflect.Float64:
		out.SetFloat(0.25)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		out.SetUint(1)
	case reflect.Pointer:
		out.Set(reflect.New(v.Type().Elem()))
	case reflect.Int, reflect.Int32, reflect.Int64:
		out.SetInt(7)
	default:
		t.Fatalf("%s: %s is not tried", name, v.Type())
	}
	return out
}

func TestALongTextIsCutBetweenItsLetters(t *testing.T) {
	t.Parallel()
	for _, s := range []string{strings.Repeat("é", 200), "a" + strings.Repeat("é", 200), strings.Repeat("\x80", 999), strings.Repeat("a", longText+1)} {
		got := short(s)
		cut, _, found := strings.Cut(got, "… (")
		if !found || !strings.HasPrefix(s, cut) || strings.ContainsRune(cut, '\uFFFD') && cut != "" || len(got) > longText+60 {
			t.Errorf("%.20q…: %q", s, got)
		}
	}
	if exact := strings.Repeat("a", longText); short(exact) != exact {
		t.Errorf("%d bytes were cut", longText)
	}
}
