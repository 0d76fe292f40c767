package public

import (
	"testing"
	"time"

	"blanche/model"
)

func TestAMachineIsToldFromAPerson(t *testing.T) {
	t.Parallel()
	const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
	for _, c := range []struct {
		hit  Hit
		want model.Agent
	}{
		{Hit{UserAgent: firefox}, model.AgentPerson},
		{Hit{UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"}, model.AgentPerson},
		{Hit{UserAgent: firefox, Head: true}, model.AgentHead},
		{Hit{UserAgent: firefox, Purpose: "prefetch;prerender"}, model.AgentPrefetch},
		{Hit{UserAgent: "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"}, model.AgentScanner},
		{Hit{UserAgent: "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0 Safari/537.36 BingPreview/1.0b"}, model.AgentScanner},
		{Hit{UserAgent: "BarracudaCentral/1.0"}, model.AgentScanner},
		{Hit{UserAgent: "curl/8.5.0"}, model.AgentScanner},
		{Hit{}, model.AgentUnknown},
	} {
		if got := c.hit.Agent(); got != c.want {
			t.Errorf("%+v: %v, not %v", c.hit, got, c.want)
		}
	}
}

func TestTwoLinksWithinTwoSecondsAreABurst(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	var b Bursts
	seen := func(contact model.ContactID, link uint16, after time.Duration) bool {
		return b.Seen(Matter{Campaign: 1, Contact: contact, Link: link}, now.Add(after))
	}
	for _, c := range []struct {
		contact model.ContactID
		link    uint16
		after   time.Duration
		want    bool
	}{
		{1, 1, 0, false},
		{1, 1, time.Second, false},             // the same link twice
		{2, 2, 1500 * time.Millisecond, false}, // somebody else
		{1, 2, 1900 * time.Millisecond, true},
		{1, 3, 3500 * time.Millisecond, true}, // across the change of memory
		{1, 1, 10 * time.Second, false},
	} {
		if got := seen(c.contact, c.link, c.after); got != c.want {
			t.Errorf("contact %d, link %d after %v: %v", c.contact, c.link, c.after, got)
		}
	}
}
