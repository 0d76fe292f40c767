package bolt

import (
	"fmt"
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
	"Segment.Updated":  true,
	"Operator.Version": true, "Operator.Created": true, "Operator.Updated": true,
	"OperatorKey.Line": true, "OperatorKey.Added": true, // the fingerprint says it
}

func TestNoFieldChangesUnheard(t *testing.T) {
	t.Parallel()
	heard := 0
	heard += everyField(t, model.Contact{Tags: []string{"a"}, Attrs: []model.Attr{{Name: "a", Value: "b"}}}, contactChanges)
	heard += everyField(t, model.Campaign{
		Name: "noel", Versions: []model.CampaignVersion{{}}, NotSent: map[string]int{"a": 1}, Quotas: []model.StratumQuota{{}},
		Spec: model.CampaignSpec{Strata: []string{"a"}},
	}, campaignChanges)
	heard += everyField(t, model.Segment{}, segmentChanges)
	heard += everyField(t, model.Operator{Keys: []model.OperatorKey{{Fingerprint: "SHA256:a"}}}, operatorChanges)
	if heard < 60 {
		t.Errorf("only %d fields were tried", heard)
	}
}

// everyField changes one field after the other, the lists and their items too,
// and counts those that are in the changes.
func everyField[T any](t *testing.T, zero T, compare func(old, next *T) []model.FieldAudit) (heard int) {
	t.Helper()
	if c := compare(&zero, &zero); len(c) != 0 {
		t.Errorf("%T against itself: %v", zero, c)
	}
	var walk func(name string, v reflect.Value, old T, next *T)
	walk = func(name string, v reflect.Value, old T, next *T) {
		restore := reflect.ValueOf(v.Interface())
		switch x := v.Interface().(type) {
		case time.Time:
			v.Set(reflect.ValueOf(start))
		case map[string]int:
			v.Set(reflect.ValueOf(map[string]int{"a": 2}))
		default:
			switch v.Kind() {
			case reflect.Struct:
				for i := range v.NumField() {
					walk(v.Type().Name()+"."+v.Type().Field(i).Name, v.Field(i), old, next)
				}
				return
			case reflect.Slice:
				item := reflect.New(v.Type().Elem()).Elem()
				item.Set(v.Index(0))
				list := reflect.MakeSlice(v.Type(), 1, 1)
				list.Index(0).Set(item)
				v.Set(list)
				walk(name, v.Index(0), old, next)
				v.Set(reflect.MakeSlice(v.Type(), 0, 0))
			case reflect.String:
				v.SetString(v.String() + "x")
			case reflect.Bool:
				v.SetBool(!v.Bool())
			case reflect.Float64:
				v.SetFloat(0.25)
			case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
				v.SetUint(1)
			case reflect.Int, reflect.Int32, reflect.Int64:
				v.SetInt(7)
			default:
				t.Fatalf("%s: %T is not tried", name, x)
			}
		}
		switch changed := len(compare(&old, next)) > 0; {
		case changed == unheard[name]:
			t.Errorf("%s: in the changes: %v", name, changed)
		case changed:
			heard++
		}
		v.Set(restore)
	}
	next := zero
	walk("", reflect.ValueOf(&next).Elem(), zero, &next)
	return heard
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
		t.Error(fmt.Sprintf("%d bytes were cut", longText))
	}
}
