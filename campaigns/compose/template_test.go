package compose

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"blanche/model"
)

// specOf is a campaign with a subject and a body.
func specOf(subject, body string) model.CampaignSpec {
	return model.CampaignSpec{Name: "c", Kind: "newsletter", Audience: "customer", Subject: subject, Body: body, Lang: "fr"}
}

// subjectFor is what a template prints as a subject.
func subjectFor(t *testing.T, template string, c *model.Contact) string {
	t.Helper()
	m, err := Compile(specOf(template, "x"), shop)
	if err != nil {
		t.Fatalf("%s: %v", template, err)
	}
	r, err := m.Render(Person{Contact: c})
	if err != nil {
		t.Fatalf("%s: %v", template, err)
	}
	return r.Subject
}

func TestWhatATemplatePrints(t *testing.T) {
	t.Parallel()
	c := &model.Contact{
		Email: "a@b.example", FirstName: "élodie", LastName: "O'Brien", City: "", Points: 120, Birth: model.NewDate(1985, 8, 3),
		Tags: []string{"vip", "web"}, Attrs: []model.Attr{{Name: "pets", Value: "3"}, {Name: "zip_code", Value: "01000"}},
	}
	for _, k := range []struct{ template, want string }{
		{"{{ contact.first_name }}", "élodie"},
		{"{{contact.first_name|capitalize}} {{ contact.last_name }}", "Élodie O'Brien"},
		{"{{ contact.city | default: 'Nantes' }}", "Nantes"},
		{`{{ contact.city | default: "l'Isle }}" }}`, "l'Isle }}"},
		{"[{{ contact.city }}]", "[]"},
		{"{{ contact.zip_code }} {{ attr.zip_code }} {{ attr['pets'] | plus: 1 }}", "01000 01000 4"},
		{"{{ contact.points }} {% if contact.points > 100 %}many{% endif %}", "120 many"},
		{"{% if contact.city %}a{% else %}b{% endif %}{% if contact.city != '' %}a{% else %}b{% endif %}{% if contact.city == blank %}a{% endif %}", "bba"},
		{"{% for t in contact.tags %}{{ t }}{% unless forloop.last %}, {% endunless %}{% endfor %}", "vip, web"},
		{"{{ contact.tags | join: '+' }} {{ contact.tags.size }} {{ contact.tags }}", "vip+web 2 vip, web"},
		{"{% if contact.tags contains 'vip' %}oui{% endif %}", "oui"},
		{"{{ contact.birth | date: '%-d %B' }} {{ 'now' | date: '%Y' }}", "3 août now"},
		{"{{ contact.first_name | truncate: 4 }} {{ contact.first_name | slice: 0 }}", "élo… é"},
		{"a {%- if true -%} b {%- endif -%} c", "abc"},
		{"{% comment %}{{ nothing }}{% endcomment %}{% raw %}{{ kept }}{% endraw %}", "{{ kept }}"},
		{"{% if true %}{% raw %}{{ kept }} {% x %}{% endraw %}{% endif %}", "{{ kept }} {% x %}"},
		{"{% assign n = contact.first_name | upcase %}{{ n }} {{ n | size }}", "ÉLODIE 6"},
		{"{% case contact.points %}{% when 120 %}cent{% else %}non{% endcase %}", "cent"},
		{"{{ campaign.name }} {{ campaign.title }} {{ sender.name }} {{ sender.from }}", "c c La Boutique bonjour@boutique.example"},
		{"{{ contact.last_name | raw }} & <b>", "O'Brien & <b>"},
		{"{ not liquid } {{ 'x' }} 100 %", "{ not liquid } x 100 %"},
		{"{{ contact.first_name\n}}", "élodie"},
	} {
		if got := subjectFor(t, k.template, c); got != k.want {
			t.Errorf("%s\n got %q\nwant %q", k.template, got, k.want)
		}
	}
}

func TestAMistakeInATemplateIsFoundBeforeSendingAtItsPlace(t *testing.T) {
	t.Parallel()
	for _, k := range []struct{ body, want string }{
		{"a\n\n é {{ contcat.first_name }}", "body:3:4: unknown_variable contcat.first_name contact.first_name"},
		{"{{ first_name }}", "body:1:1: unknown_variable first_name contact.first_name"},
		{"{{ env.HOME }}", "body:1:1: unknown_variable env.HOME"},
		{"{{ contact }}", "body:1:1: unknown_variable contact"},
		{"{{ blanche_budget }}", "body:1:1: unknown_variable blanche_budget"},
		{"{% assign blanche_budget = 1 %}", "body:1:1: template_syntax"},
		{"{{ sender.password }}", "body:1:1: unknown_variable sender.password"},
		{"x {{ contact.city | upcas }}", "body:1:3: unknown_filter upcas upcase"},
		{"\n{% if contact.city | nope %}{% endif %}", "body:2:1: unknown_filter nope"},
		{"{{ contact.city | blanche_raw }}", "body:1:1: unknown_filter blanche_raw"},
		{"{% include 'passwd' %}", "body:1:1: tag_refused include"},
		{"{% blanche_step %}", "body:1:1: tag_refused blanche_step"},
		{"{% fro a in contact.tags %}", "body:1:1: tag_refused fro for"},
		{"\n\n{% if contact.city %}", "body:3:1: template_syntax"},
		{"a\n{% endif %}", "body:2:1: template_syntax"},
		{"{{ contact.city", "body:1:1: template_open"},
		{"a\n {{ }}", "body:2:2: template_syntax"},
		{"{{ contact.city | default: }}", "body:1:1: template_syntax"},
		{"{{ (1..9) | join: '' }}", "body:1:1: template_syntax"},
		{"{% for i in (1..9) | reverse %}{% endfor %}", "body:1:1: template_syntax"},
		{"<table>{% if contact.city %}<tr><td>x</td></tr>{{ contact.city }}{% endif %}</table>", "body:1:48: template_moved contact.city"},
		{"<table>{% if contact.city %}<tr><td>x</td></tr>{% endif %}</table>", ""},
		{"{{ contact.city | raw | upcase }}", "body:1:1: raw_not_last"},
	} {
		spec := specOf("s", k.body)
		spec.BodyHTML = strings.HasPrefix(k.body, "<")
		_, err := Compile(spec, shop)
		var p Problems
		errors.As(err, &p)
		if !strings.HasPrefix(p.Error(), k.want) || k.want == "" && err != nil {
			t.Errorf("%q\n got %v\nwant %s", k.body, err, k.want)
		}
	}
}

func TestATemplateThatAsksTooMuchEnds(t *testing.T) {
	t.Parallel()
	c := &model.Contact{Email: "a@b.example", City: "Évry", Points: 1 << 40}
	for _, body := range []string{
		"{% for i in (1..1000000000) %}{% endfor %}",
		"{% for i in (1..contact.points) %}x{% endfor %}",
		"{% for i in (1..100000) %}{{ i }}{% endfor %}",
		"{% assign s = 'ab' %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}",
		"{% assign s = 'ab' %}{% for i in (1..60) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}",
		"{% assign s = 'ab' %}{% for i in (1..60) %}{% assign s = s | replace: 'a', 'aa' %}{% endfor %}{{ s }}",
		"{% capture s %}{% for i in (1..9000) %}" + strings.Repeat("0123456789", 3000) + "{% endfor %}{% endcapture %}",
		"{{ 'a' | slice: 5, -3 }}{{ contact.city | truncate: -9 }}{{ contact.city | divided_by: 0 }}",
	} {
		m, err := Compile(specOf("s", body), shop)
		if err != nil {
			t.Errorf("%s: %v", clip(body), err)
			continue
		}
		if _, err := m.Render(Person{Contact: c}); err == nil {
			t.Errorf("%s: nothing stopped it", clip(body))
		}
	}
}

func TestALinkOfAPersonCanOnlyBeALink(t *testing.T) {
	t.Parallel()
	body := `<a href="{{ attr.site }}">x</a> <a href="https://s.example/{{ attr.site }}">y</a> <a href="{% if contact.city %}https://a.example{% else %}{{ attr.site }}{% endif %}">z</a>`
	spec := specOf("s", body)
	spec.BodyHTML = true
	m, err := Compile(spec, shop)
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string][3]string{
		"https://ok.example/?a=1&b=2": {`href="https://ok.example/?a=1&amp;b=2"`, `href="https://s.example/https://ok.example/?a=1&amp;b=2"`, `href="https://ok.example/?a=1&amp;b=2"`},
		"JavaScript:alert(1)":         {`href="#"`, `href="https://s.example/JavaScript:alert(1)"`, `href="#"`},
		" java\tscript:alert(1)":      {`href="#"`, `href="https://s.example/%20java%20script:alert(1)"`, `href="#"`},
		"a\"><script>":                {`href="a%22%3E%3Cscript%3E"`, `href="https://s.example/a%22%3E%3Cscript%3E"`, `href="a%22%3E%3Cscript%3E"`},
	} {
		r, err := m.Render(Person{Contact: &model.Contact{Email: "a@b.example", Attrs: []model.Attr{{Name: "site", Value: value}}}})
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			if !strings.Contains(r.HTML, w) {
				t.Errorf("%q: link %d is not %s", value, i, w)
			}
		}
	}
}

func TestABodyOfItsOwnKeepsItsPageAndGetsTheFooter(t *testing.T) {
	t.Parallel()
	spec := specOf("s", "<!DOCTYPE html><html><head><style>p { color: red }</style></head><body>\n{% for t in contact.tags %}\n<p>{{ t }}</p>\n{% endfor %}\n<!--[if mso]><p>Outlook</p><![endif]--></body></html>")
	spec.BodyHTML = true
	m, err := Compile(spec, shop)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Render(Person{Contact: obrien})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<p style="color:red">a</p>`, `b&lt;c</p>`, "12 rue des Lilas", "mailto:desabo@boutique.example", "<!--[if mso]>"} {
		if !strings.Contains(r.HTML, want) {
			t.Errorf("%s is not in\n%s", want, r.HTML)
		}
	}
	if strings.Count(r.HTML, "<body") != 1 || !strings.HasPrefix(r.Text, "a\n\nb<c\n") {
		t.Errorf("%s\n%s", r.HTML, r.Text)
	}
	spec.Body = "<p>{{ sender.name }}, {{ sender.address }}. <a href=\"{{ unsubscribe_url }}\">Bye</a></p>"
	if m, err = Compile(spec, shop); err != nil {
		t.Fatal(err)
	}
	if r, _ = m.Render(Person{Contact: obrien}); strings.Count(r.HTML, "Lilas") != 1 || strings.Count(r.HTML, "mailto:") != 1 {
		t.Errorf("the footer says again what the author wrote:\n%s", r.HTML)
	}
}

func TestAVariableOfTheSubjectStaysInTheSubject(t *testing.T) {
	t.Parallel()
	spec := specOf("{% assign x = 'leaked' %}{{ x }}", "[{% if x %}{{ x }}{% endif %}]{% assign x = 1 %}")
	m, err := Compile(spec, shop)
	if err != nil {
		t.Fatal(err)
	}
	if eml, err := m.Build(Person{Contact: elodie}, headersFor(elodie)); err != nil || strings.Contains(parse(t, eml).html, "leaked") {
		t.Errorf("%v", err)
	}
}

var leftMarker = regexp.MustCompile(`zq\d+x\d+qz`)

func FuzzAnyBodyIsWrittenOrRefused(f *testing.F) {
	for _, s := range []string{
		frenchFile, englishFile, "a\n{% if contact.city %}\n- b\n{% endif %}", "<table>{% for t in contact.tags %}<tr><td>{{ t }}</td></tr>{% endfor %}</table>",
		"```\n{% if true %}\n{{ contact.city }}\n{% endif %}\n```", "<style>a{color:{{ attr.c }}}</style><a {% if true %}x{% endif %} href={{ attr.u }}>", "{{{{}}}}", "{%- raw -%}{{{% endraw %}", "{%raw%}{%}{%endraw%}",
		"<!-- {{ contact.city }} --> {{ contact.city }}=\"\"", "| a |\n|---|\n| {{ contact.city }} |", "[{{ contact.city }}]({{ contact.city }} \"{{ contact.city }}\")",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, body string, isHTML bool) {
		spec := specOf("s", body)
		spec.BodyHTML = isHTML
		m, err := Compile(spec, shop)
		if err != nil {
			return
		}
		for _, c := range []*model.Contact{elodie, script, nobody} {
			r, err := m.Render(Person{Contact: c})
			if err != nil {
				continue
			}
			eml, err := m.Build(Person{Contact: c}, headersFor(c))
			if err != nil {
				t.Fatal(err)
			}
			if got := parse(t, eml); got.text != r.Text || got.html != r.HTML {
				t.Errorf("received %q %q\nrendered %q %q", got.text, got.html, r.Text, r.HTML)
			}
			if !leftMarker.MatchString(body) && leftMarker.MatchString(r.HTML+r.Text) {
				t.Errorf("a marker is left in %q %q", r.HTML, r.Text)
			}
		}
	})
}
