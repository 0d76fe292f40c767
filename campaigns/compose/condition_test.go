package compose

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"blanche/model"
)

// liquidConditions lets Liquid read every condition: "and true" changes none of
// them, and is read by nobody else.
func liquidConditions(template string) string {
	var b strings.Builder
	for i, part := range strings.Split(template, "{% ") {
		if i > 0 {
			b.WriteString("{% ")
		}
		inner, after, ok := strings.Cut(part, " %}")
		if ok && (strings.HasPrefix(inner, "if ") || strings.HasPrefix(inner, "elsif ") || strings.HasPrefix(inner, "unless ")) {
			part = inner + " and true %}" + after
		}
		b.WriteString(part)
	}
	return b.String()
}

func TestAConditionSaysWhatLiquidSays(t *testing.T) {
	t.Parallel()
	conditions := []string{
		"contact.city", "contact.points", "contact.orders", "attr.a", "contact.a", "contact.tags contains 'vip'", "contact.city == 'Évry'", "contact.city != 'Évry'", "contact.city == ''",
		"contact.city != ''", "contact.city == blank", "contact.city != nil", "attr.a == ''", "attr.a != nil", "attr.a == 'x'", "contact.points >= 100", "contact.points<100", "contact.points == 100",
		"contact.points != 100", "contact.points <= 99", "contact.orders > 0", "contact.city and contact.points > 3 and attr.a", "contact.city or attr.a == 'x' or contact.points == 0",
		"contact.birth", "unsubscribe_url", "sender.name == 'La Boutique'", "campaign.kind == 'newsletter'", "campaign.title", "contact.tier == empty", "contact['city']",
	}
	type pair struct{ fast, slow *Message }
	var all []pair
	for i, c := range conditions {
		other := conditions[(i+7)%len(conditions)]
		native := strings.Join([]string{
			"a {% if " + c + " %}b {{ contact.city }}{% endif %} c", "{% unless " + c + " %}b{% endunless %}", "{% if " + c + " %}b{% else %}{{ attr.a }}{% endif %}.",
			"{% if " + c + " %}1{% elsif " + other + " %}2{% unless " + other + " %}3{% endunless %}{% else %}4{% if " + other + " %}5{% endif %}{% endif %}",
			"{% unless " + c + " %}a{% else %}c{% if " + other + " %}5{% endif %}{% endunless %}",
		}, " / ")
		mixed := "{% if " + c + " %}{% for t in contact.tags %}{{ t }}{% if " + other + " %}!{% endif %}{% endfor %}{{ contact.points | plus: 1 }}{% endif %}" +
			"{% case contact.city %}{% when 'Évry' %}{% if " + c + " %}x{% endif %}{% endcase %}{% if " + c + " %}{% case contact.city %}{% when 'x' %}a{% else %}b{% endcase %}{% endif %}"
		for _, body := range []string{native, mixed} {
			whole := body + "\n\n<p title=\"" + strings.ReplaceAll(body, `"`, "'") + "\">x</p>"
			fast, err := Compile(specOf(body, whole), shop)
			slow, err2 := Compile(specOf(liquidConditions(body), liquidConditions(whole)), shop)
			if err != nil || err2 != nil {
				t.Fatalf("%s: %v %v", body, err, err2)
			}
			if body == native && fast.html.blocks || !slow.html.blocks {
				t.Fatalf("the two ways are not taken: %s", body)
			}
			all = append(all, pair{fast, slow})
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "x", "Évry", " ", "0", "false", "nil"})
		c := &model.Contact{
			Email: "a@b.example", City: text.Draw(t, "city"), Tier: text.Draw(t, "tier"), Points: rapid.SampledFrom([]int64{0, 1, 99, 100, 101, -1}).Draw(t, "points"),
			Orders: rapid.SampledFrom([]uint32{0, 1}).Draw(t, "orders"), Tags: rapid.SampledFrom([][]string{nil, {"vip"}, {"a", "b"}}).Draw(t, "tags"),
		}
		if rapid.Bool().Draw(t, "attr") {
			c.Attrs = []model.Attr{{Name: "a", Value: text.Draw(t, "a")}}
		}
		for range 20 {
			p := rapid.SampledFrom(all).Draw(t, "template")
			sameRendering(t, p.fast, p.slow, c)
		}
	})
}
