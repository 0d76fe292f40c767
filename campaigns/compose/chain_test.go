package compose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
)

// throughLiquid puts a filter that changes nothing after every value, one that
// only Liquid has.
func throughLiquid(template string) string {
	return strings.NewReplacer(" | raw }}", " | remove: '☃' | raw }}", " }}", " | remove: '☃' }}").Replace(template)
}

// twoWays compiles a message cut in segments, and the same run by Liquid alone.
func twoWays(t testing.TB, subject, body string) (fast, slow *Message) {
	t.Helper()
	fast, err := Compile(specOf(subject, body), shop)
	if err != nil {
		t.Fatal(err)
	}
	if slow, err = Compile(specOf(throughLiquid(subject), throughLiquid(body)), shop); err != nil {
		t.Fatal(err)
	}
	if fast.html.blocks || fast.subject.blocks || fast.text.blocks || !slow.html.blocks || !slow.subject.blocks {
		t.Fatalf("the two ways are not taken: %s", body)
	}
	return fast, slow
}

// A value keeps its place whichever way the template is run: cut in segments,
// or by Liquid alone.
func TestSegmentsAndLiquidWriteTheSame(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"# {{ contact.first_name | default: 'toi' }}\n\n[a](https://x.example/?a={{ contact.card }}&b={{ contact.city }}) {{ contact.last_name }} {{ contact.tier | raw }}\n\n<a href=\"{{ attr.site }}\">{{ attr.site }}</a>",
		"<b title='{{ contact.city }}'>{{ contact.points }}</b> {{ unsubscribe_url }} {{ sender.address }}",
		realisticSpec().Body,
	} {
		fast, slow := twoWays(t, "{{ contact.first_name }}", body)
		for _, c := range []*model.Contact{elodie, obrien, nguyen, script, nobody, {
			Email: "a@b.example", Card: "a&b=\"é", City: "L'Isle & <Co>", Tier: "gold", Attrs: []model.Attr{{Name: "site", Value: "javascript:alert(1)"}},
		}} {
			sameRendering(t, fast, slow, c)
		}
	}
}

func sameRendering(t interface{ Errorf(string, ...any) }, fast, slow *Message, c *model.Contact) {
	a, err := fast.Render(Person{Contact: c})
	b, err2 := slow.Render(Person{Contact: c})
	if (err == nil) != (err2 == nil) {
		t.Errorf("%v, %v", err, err2)
	}
	a.Text, b.Text = string(appendTidy(nil, []byte(a.Text))), string(appendTidy(nil, []byte(b.Text)))
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("(-segments +Liquid)\n%s", d)
	}
}

func TestEveryFilterThatNeedsNoLiquidGivesWhatLiquidGives(t *testing.T) {
	t.Parallel()
	chains := []string{
		"", " | default: 'x'", " | upcase", " | downcase", " | capitalize", " | strip", " | lstrip", " | rstrip", " | append: ' é'", " | prepend: '<'",
		" | replace: 'a', 'bb'", " | replace: '', '-'", " | date: '%-d %B %Y'", " | date: '%A'", " | truncate: 4", " | truncate: 0", " | default: 'Nantes' | upcase | truncate: 3",
		" | strip | default: ' y '", " | date: '%F' | default: \"l'an\"",
	}
	type pair struct{ fast, slow *Message }
	var all []pair
	for _, chain := range chains {
		subject, body := "", ""
		for _, field := range []string{"contact.city", "contact.birth", "contact.points", "attr.a", "sender.name"} {
			hole := "{{ " + field + chain + " }}"
			subject += hole + " "
			body += hole + " <i title=\"" + hole + "\">[a](https://x.example/" + hole + ")</i> "
		}
		fast, slow := twoWays(t, subject, body)
		all = append(all, pair{fast, slow})
	}
	value := rapid.StringMatching(`[ -~éÉßǆ’€\n\t\x{202f}\x{1F384}]{0,30}|2026-1[0-9]-[0-3][0-9].?|İI|\x{0}\x{ff}`)
	rapid.Check(t, func(t *rapid.T) {
		c := &model.Contact{Email: "a@b.example", City: value.Draw(t, "city"), Points: rapid.Int64().Draw(t, "points"), Birth: model.NewDate(1985, 8, 3)}
		if rapid.Bool().Draw(t, "attr") {
			c.Attrs = []model.Attr{{Name: "a", Value: value.Draw(t, "a")}}
		}
		p := rapid.SampledFrom(all).Draw(t, "template")
		sameRendering(t, p.fast, p.slow, c)
	})
}

func TestLiquidRunsOnlyForWhatNeedsIt(t *testing.T) {
	t.Parallel()
	for template, blocks := range map[string]bool{
		"Bonjour {{ contact.first_name }}":                              false,
		"{{ contact.first_name | default: 'vous' }}":                    false,
		"{{ contact.city | default: 'Nantes' | upcase }}":               false,
		"{{ contact.birth | date: '%-d %B %Y' }}":                       false,
		"{{ attr.size | strip | prepend: 'T' | replace: '.', ',' }}":    false,
		"{{ contact.last_name | capitalize | truncate: 12 }}":           false,
		"{{ unsubscribe_url }} {{ sender.name }} {{ campaign.title }}":  false,
		"{% raw %}{{ kept }}{% endraw %}{% comment %}x{% endcomment %}": false,
		"{{ contact.points | plus: 1 }}":                                true,
		"{{ contact.tags | join: ', ' }}":                               true,
		"{{ 'x' | upcase }}":                                            true,
		"{{ contact.city | default: contact.country }}":                 true,
		"{{ contact.city | truncate: 9, '...' }}":                       true,
		"{% if contact.city %}x{% endif %}":                             false,
		"{% if contact.points >= 100 and contact.tier == 'gold' %}x{% elsif contact.tags contains 'vip' %}y{% else %}z{% endif %}": false,
		"{% if contact.city > 'a' %}x{% endif %}":        true,
		"{% for t in contact.tags %}{{ t }}{% endfor %}": true,
	} {
		m, err := Compile(specOf("s", template), shop)
		if err != nil {
			t.Fatal(err)
		}
		if m.html.blocks != blocks {
			t.Errorf("%s: Liquid %v, want %v", template, m.html.blocks, blocks)
		}
	}
}
