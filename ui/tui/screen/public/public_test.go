package public_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/public"
	"blanche/ui/tui/tuitest"
)

// desk shows one state of the public part.
type desk struct {
	*tuitest.Shop
	state campaigns.PublicState
	asked int
}

func (d *desk) PublicState(context.Context) (campaigns.PublicState, error) {
	d.asked++
	return d.state, nil
}

// open is a public part with an hour behind it, strangers' words among it.
func open() *desk {
	shop := tuitest.NewShop()
	now := shop.Now()
	d := &desk{Shop: shop, state: campaigns.PublicState{
		URL: "https://mail.boutique.example", Secure: true, Watched: true, Asked: true, Checked: now.Add(-4 * time.Second), Since: now.Add(-3 * time.Hour), Until: now.AddDate(0, 2, 9),
		Clicks: make([]int, 60), Left: make([]int, 60), Hooks: make([]int, 60),
		TestPage: "https://mail.boutique.example/p/AXCB_eDFSjGvD5TO00cnaGdfhNy7lPLepo5S46xrsKpG",
		Visits: []campaigns.HookVisit{
			{At: now.Add(-time.Minute), Program: "shopify", Kind: model.ScopeOrders, Times: 1, Created: 1},
			{At: now.Add(-2 * time.Minute), Kind: model.ScopeContacts, Times: 12, Refusal: "token.refused"},
			{At: now.Add(-9 * time.Minute), Program: "token:caisse-2", Kind: model.ScopeOrders, Times: 1, Created: 38, Updated: 2, Unchanged: 4, Refused: 1, Reason: "invalid_date"},
			{At: now.Add(-50 * time.Minute), Program: "woocommerce", Kind: model.ScopeOrders, Times: 1, Refusal: "hook.forged"},
		},
		Leavers: []campaigns.PublicLeft{
			{At: now.Add(-time.Minute), Email: "lea.benard@mail.example", Campaign: "noel-15"},
			{At: now.Add(-7 * time.Minute), Email: tuitest.Hostile[0] + "@mail.example", Campaign: "noel-15"},
			{At: now.Add(-26 * time.Hour), Campaign: "rentree"},
		},
	}}
	for i := range 60 {
		d.state.Clicks[i] = (i * i * 7) % 23
		d.state.Left[i] = i % 20 / 19
	}
	d.state.Hooks[10], d.state.Hooks[51], d.state.Hooks[58], d.state.Hooks[59] = 1, 1, 12, 1
	return d
}

func show(t *testing.T, on *desk, lang string) *tuitest.Driver {
	t.Helper()
	d := tuitest.New(t, on, lang)
	d.Show(screen.Public, public.New(d.Session))
	return d
}

// states are the public part as it may be found.
func states() map[string]*desk {
	down, quiet, none, here := open(), open(), open(), open()
	down.state.Why, down.state.Since = errors.New("dial tcp 192.0.2.7:443: connect: \x1b[31mconnection refused"), down.state.Checked.Add(-time.Minute)
	quiet.state.Clicks, quiet.state.Left, quiet.state.Hooks = make([]int, 60), make([]int, 60), make([]int, 60)
	quiet.state.Visits, quiet.state.Leavers, quiet.state.Until = nil, nil, quiet.Now().AddDate(0, 0, 6)
	none.state = campaigns.PublicState{}
	here.state.URL, here.state.Secure, here.state.Watched = "http://127.0.0.1:8025", false, false
	here.state.TestPage = "http://127.0.0.1:8025/p/AXCB_eDFSjGvD5TO00cnaGdfhNy7lPLepo5S46xrsKpG"
	dead, letters := open(), open()
	dead.state.Dead = []campaigns.HookLine{
		{To: "erp", Event: "contact.unsubscribed", State: campaigns.HookDead, Tries: 12, Why: "unreachable", At: dead.Now().Add(-50 * time.Hour)},
		{To: "compta", Event: "campaign.done", State: campaigns.HookDead, Tries: 12, Why: "503", At: dead.Now().Add(-30 * time.Hour)},
		{To: "ancien", Event: "\x1b[2Jx", State: campaigns.HookLost, Tries: 1, Why: "tls", At: dead.Now().Add(-time.Hour)},
	}
	letters.state = campaigns.PublicState{Dead: dead.state.Dead}
	return map[string]*desk{"dead": dead, "letters": letters, "open": open(), "down": down, "quiet": quiet, "none": none, "here": here}
}

func TestThePublicPartAsGoldens(t *testing.T) {
	t.Parallel()
	for name, on := range states() {
		for _, lang := range []string{"fr", "en"} {
			d := show(t, on, lang)
			for _, size := range []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}} {
				d.Golden(name, size.W, size.H)
			}
			if name == "open" || name == "here" {
				d.Press("t")
				d.Golden(name+"-phone", 80, 24)
				d.Golden(name+"-phone", 120, 36)
				d.Golden(name+"-phone", 60, 16)
				d.Press("t")
			}
		}
	}
}

func TestEverySizeAndEveryKeyKeepsThePublicPartInItsPlace(t *testing.T) {
	t.Parallel()
	for name, on := range states() {
		d := show(t, on, "fr")
		d.Sizes()
		if name == "open" {
			d.Press("t")
			d.Sizes()
			d.Storm(50)
		}
	}
}

func TestItIsAskedAgainEveryTwoSecondsAndEscapeLeadsBack(t *testing.T) {
	t.Parallel()
	on := open()
	d := show(t, on, "fr")
	before := on.asked
	for range 16 {
		d.Tick()
	}
	if on.asked != before+2 {
		t.Errorf("asked %d times in four seconds", on.asked-before)
	}
	d.Press("t")
	d.Has(120, 36, "Une page d’essai", "n’est celle de personne")
	d.Do("public.close", "")
	d.Has(120, 36, "Derniers appels")
	d.Do("public.close", "")
	if len(d.Gone) != 1 || d.Gone[0].Screen != screen.Behind {
		t.Errorf("gone to %v", d.Gone)
	}
}

func TestWhoMayNotReadPeopleSeesSomebody(t *testing.T) {
	t.Parallel()
	on := open()
	for i := range on.state.Leavers {
		on.state.Leavers[i].Email = ""
	}
	d := show(t, on, "fr")
	if text := d.Text(120, 36); strings.Contains(text, "@") || strings.Count(text, "quelqu’un") != 3 {
		t.Errorf("%s", text)
	}
}

// letterbox is a desk that keeps what other programs were not told.
type letterbox struct {
	*desk
	again, gone []string
}

func (d *letterbox) RetryHooks(_ context.Context, keys []string) (int, error) {
	d.again = append(d.again, strings.Join(keys, " "))
	return len(keys), nil
}

func (d *letterbox) DropHooks(_ context.Context, keys []string) (int, error) {
	d.gone = append(d.gone, keys...)
	d.state.Dead = slices.DeleteFunc(d.state.Dead, func(l campaigns.HookLine) bool { return slices.Contains(keys, l.Key) })
	return len(keys), nil
}

func TestWhatAProgramWasNotToldIsToldAgainOrForgottenFromTheScreen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		on := &letterbox{desk: states()["dead"]}
		for i := range on.state.Dead {
			on.state.Dead[i].Key, on.state.Dead[i].ID, on.state.Dead[i].Dead = fmt.Sprintf("s%d", i), "evt\x1b[2J", on.Now().Add(-time.Hour)
		}
		d := tuitest.New(t, on, lang)
		d.Show(screen.Public, public.New(d.Session))
		d.Press("l")
		d.Golden("letters-page", 80, 24)
		d.Golden("letters-page", 120, 36)
		d.Sizes()
		d.Press("r", "j", "r", "a")
		if want := []string{"s0", "s1", ""}; !slices.Equal(on.again, want) {
			t.Errorf("told again: %q, want %q", on.again, want)
		}
		d.Press("x")
		if len(on.gone) != 0 || d.Modal() == nil { // the control: not without a question
			t.Errorf("forgotten at once: %q", on.gone)
		}
		d.Press("tab", "enter")
		if want := []string{"s1"}; !slices.Equal(on.gone, want) {
			t.Errorf("forgotten: %q, want %q", on.gone, want)
		}
		d.Storm(50)
	}
}

func TestWithoutLettersThereIsNoKeyToThem(t *testing.T) {
	t.Parallel()
	d := show(t, open(), "fr")
	d.Press("l")
	d.Has(120, 36, "Derniers appels")
}
