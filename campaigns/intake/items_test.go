package intake

import (
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"blanche/model"
)

func itemOf(t testing.TB, text string) map[string]json.RawMessage {
	t.Helper()
	var item map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &item); err != nil {
		t.Fatal(err)
	}
	return item
}

func TestAnOrderOfAnItemIsThatOfTheSameRow(t *testing.T) {
	t.Parallel()
	paris := time.FixedZone("", 3600)
	o := Options{Now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Zone: paris, Profile: profileGeneric, OrderSource: "till"}
	cases := []struct {
		item          string
		want          model.Order
		field, reason string
	}{
		{`{"id":12,"date":"2026-11-22","total":49.9,"email":"a@b.example"}`, model.Order{Source: "till", ID: "12", Email: "a@b.example", Day: model.NewDate(2026, 11, 22), Total: 4990}, "", ""},
		{`{"order_id":"12","source":"site","created_at":"2026-11-22T23:30:00Z","total":"-5","card":"37 00","status":"shipped"}`, model.Order{Source: "site", ID: "12", Card: "3700", Day: model.NewDate(2026, 11, 23), At: time.Date(2026, 11, 23, 0, 30, 0, 0, paris), Total: -500}, "", ""},
		{`{"id":"1","date":"2026-11-22","total":10,"external_id":"9","status":"who knows","category":["a","b"],"note":{"deep":[1]}}`, model.Order{Source: "till", ID: "1", ExternalID: "9", Day: model.NewDate(2026, 11, 22), Total: 1000, Status: model.OrderPending, Category: "a|b"}, "", ""},
		{`{"id":"1","date":"2026-11-22","total":10,"email":"a@b.example","paid_at":null}`, model.Order{Source: "till", ID: "1", Email: "a@b.example", Day: model.NewDate(2026, 11, 22), Total: 1000}, "", ""},
		{`{"id":"1","date":"2026-11-22","total_cents":4990,"email":"a@b.example"}`, model.Order{Source: "till", ID: "1", Email: "a@b.example", Day: model.NewDate(2026, 11, 22), Total: 4990}, "", ""},
		{`{"id":"1","date":"2026-11-22","total_cents":"-5","total":49.9,"email":"a@b.example"}`, model.Order{Source: "till", ID: "1", Email: "a@b.example", Day: model.NewDate(2026, 11, 22), Total: -5}, "", ""},
		{`{"id":"1","date":"2026-11-22","total_cents":null,"total":1,"email":"a@b.example"}`, model.Order{Source: "till", ID: "1", Email: "a@b.example", Day: model.NewDate(2026, 11, 22), Total: 100}, "", ""},
		{`{"id":"1","date":"2026-11-22","total_cents":49.9,"email":"a@b.example"}`, model.Order{}, memberCents, invalidNumber},
		{`{"id":"1","date":"2026-11-22","total_cents":9223372036854775807,"email":"a@b.example"}`, model.Order{}, memberCents, invalidNumber},
		{`{"id":"1","date":"2026-11-22","total_cents":-9223372036854775808,"email":"a@b.example"}`, model.Order{}, memberCents, invalidNumber},
		{`{"date":"2026-11-22","total":10,"email":"a@b.example"}`, model.Order{}, "id", missingField},
		{`{"id":"1","total":10,"email":"a@b.example"}`, model.Order{}, "date", missingField},
		{`{"id":"1","date":"yesterday","total":10,"email":"a@b.example"}`, model.Order{}, "date", invalidDate},
		{`{"id":"1","date":"2026-11-22","total":"ten","email":"a@b.example"}`, model.Order{}, "total", invalidNumber},
		{`{"id":"1","date":"2026-11-22","total":10,"email":"a@b"}`, model.Order{}, "email", invalidEmail},
		{`{"id":"1","date":"2026-11-22","total":10,"email":"a@b.example","code":[["x"]]}`, model.Order{}, "code", unreadable},
	}
	for _, c := range cases {
		got, bad := OrderOf(o, itemOf(t, c.item))
		if c.reason == "" && (bad != nil || !got.At.Equal(c.want.At)) {
			t.Errorf("%s: %+v %+v", c.item, got, bad)
			continue
		}
		if c.reason != "" {
			if bad == nil || bad.Field != c.field || bad.Reason != c.reason {
				t.Errorf("%s: %+v, not %s %s", c.item, bad, c.field, c.reason)
			}
			continue
		}
		got.At, c.want.At = time.Time{}, time.Time{}
		if got != c.want {
			t.Errorf("%s:\n%+v, not\n%+v", c.item, got, c.want)
		}
	}
}

func FuzzAnItem(f *testing.F) {
	for _, seed := range []string{
		`{"id":1,"date":"2026-11-22","total":1e3,"email":"a@b.example"}`, `{"email":"a@b.example","tags":["x"],"opt_out":[0],"json":{"a":1}}`,
		`{"email":"a@b.example","birth":"31/02/80","points":"1.5","":""}`, `{"Email":"a@b.example","e-mail":"c@d.example","\ufeff":"\u202e"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var item map[string]json.RawMessage
		if json.Unmarshal(raw, &item) != nil {
			return
		}
		for _, profile := range []string{profileGeneric, profileShopify, profileWooCommerce} {
			o := Options{Now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Profile: profile, Name: "x"}
			if order, bad := OrderOf(o, item); bad == nil && (order.ID == "" || !utf8.ValidString(order.Email) || order.Day.IsZero()) {
				t.Errorf("%s: taken as %+v", raw, order)
			}
			if p, bad := PersonOf(o, item); bad == nil && !model.ValidEmail(p.Email()) {
				t.Errorf("%s: taken as %+v", raw, p)
			}
		}
	})
}
