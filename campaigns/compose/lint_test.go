package compose

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// lintLines are the lines of a preflight as level, code and values.
func lintLines(in LintInput) []string {
	var out []string
	for _, l := range Lint(context.Background(), in) {
		s := l.Level.String() + " " + l.Code
		if l.Variant != "" {
			s = l.Level.String() + " " + l.Variant + ": " + l.Code
		}
		for i := 1; i < len(l.Args); i += 2 {
			s += fmt.Sprint(" ", l.Args[i])
		}
		out = append(out, s)
	}
	return out
}

func TestThePreflightSaysWhatIsWrongWithAMessage(t *testing.T) {
	t.Parallel()
	everybody := slices.Values([]*model.Contact{elodie, obrien, nguyen, {Email: "a@b.example", Attrs: []model.Attr{{Name: "shoe_size", Value: "38"}}}})
	for _, k := range []struct {
		name, subject, body string
		change              func(in *LintInput)
		want                []string
	}{
		{"a good one", "Bonjour", "Voici [notre page](https://x.example/).", nil, []string{"ok message_ok 2"}},
		{
			"empty values", "{{ contact.first_name }}", "é {{ contact.city }} {{ contact.city }} {% if contact.tier %}{{ contact.tier }}{% endif %}\n{{ contact.tier | upcase }}",
			func(in *LintInput) { in.BodyLine = 10 },
			[]string{"stop empty_subject 1", "stop empty_value subject 1 1 contact.first_name 1", "stop empty_value body 10 3 contact.city 3", "stop empty_value body 11 1 contact.tier 4"},
		},
		{
			"free attributes", "s", "{{ contact.shoe_size | default: '?' }} {{ attr.shoe_sise }} {{ attr.hat | default: 'no' }}", nil,
			[]string{"stop unknown_variable body 1 40 attr.shoe_sise attr.shoe_size", "warn unknown_variable body 1 61 attr.hat attr.shoe_size, contact.shoe_size"},
		},
		{
			"mistakes", "{{ contact.firstname | upcas }}", "{{ nope }}", func(in *LintInput) { in.BodyLine = 7 },
			[]string{"stop unknown_filter subject 1 1 upcas upcase", "stop unknown_variable body 7 1 nope "},
		},
		{
			"no sender", "s", "x", func(in *LintInput) { in.Sender = Sender{} },
			[]string{"stop no_sender name", "stop no_sender address", "stop no_sender from", "stop no_unsubscribe"},
		},
		{"an unfinished subject", "[TEST] Noël", "x", nil, []string{"stop placeholder_subject TEST"}},
		{"a testimony is no test", "Un témoignage, le protestant et le testament", "x", nil, []string{"ok message_ok 2"}},
		{"an empty subject", " ", "x", nil, []string{"stop empty_subject 4"}},
		{
			"links", "s", "[a](http://x.example/a)\n\n[b](#) [c]() [d](www.x.example) [e](javascript:alert) [f](https://) [g](mailto:a@b.example) [h]({{ unsubscribe_url }}) [i](https://x.example/{{ contact.card }})\n\n![j](images/j.png)", nil,
			[]string{
				"stop link_not_https body 1 1 http://x.example/a", "stop link_broken body 3 1 #", "stop link_broken body 3 1 ",
				"stop link_broken body 3 1 www.x.example", "stop link_broken body 3 1 javascript:alert", "stop link_broken body 3 1 https://",
				"stop link_broken body 5 1 images/j.png", "stop empty_value body 3 142 contact.card 3",
			},
		},
		{"images alone", "s", "![](https://x.example/a.png)", nil, []string{"stop empty_text"}},
		{"nothing", "s", "\n", nil, []string{"stop empty_text"}},
		{"too large", "s", strings.Repeat("La boutique. ", 9000), nil, []string{"warn too_large 116", "ok message_ok 116"}},
		{"a coupon", "s", "x", func(in *LintInput) { in.Spec.Kind = "coupon" }, []string{"info coupon_terms", "ok message_ok 2"}},
		{"a failure", "s", "{{ contact.points | divided_by: contact.orders }}", nil, []string{"stop render_failed 4"}},
	} {
		in := LintInput{Spec: specOf(k.subject, k.body), Sender: shop, People: everybody}
		if k.change != nil {
			k.change(&in)
		}
		got := lintLines(in)
		for i, w := range k.want {
			if i < len(got) && strings.HasPrefix(w, "stop render_failed") || i < len(got) && strings.Contains(w, " unknown_variable ") {
				got[i] = got[i][:min(len(got[i]), len(w))]
			}
		}
		if d := cmp.Diff(k.want, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", k.name, d)
		}
	}
}

func TestEveryLineOfTheMessageLeadsToItsRepair(t *testing.T) {
	t.Parallel()
	spec := specOf("[TEST] {{ contact.city }} {{ contact.tier }}", "![](https://x.example/a.png) [a](http://x.example/a) {{ attr.a }}")
	spec.AB = model.ABSpec{Variants: []model.Variant{{Name: "a"}, {Name: "b", Subject: "TODO"}}}
	want := map[string]model.Repair{
		"no_sender name": model.RepairSender, "no_sender address": model.RepairSender, "no_sender from": model.RepairFrom, "no_unsubscribe": model.RepairSender,
		"placeholder_subject TEST": model.RepairSubject, "placeholder_subject TODO": model.RepairTest, "link_not_https body": model.RepairBody,
		"empty_value subject": model.RepairSubject, "unknown_variable body": model.RepairBody,
	}
	for _, l := range Lint(context.Background(), LintInput{Spec: spec, People: slices.Values([]*model.Contact{nobody})}) {
		key := l.Code
		if len(l.Args) > 1 {
			key += fmt.Sprint(" ", l.Args[1])
		}
		if l.Repair != want[key] {
			t.Errorf("%s: %q, want %q", key, l.Repair, want[key])
		}
		if l.Code != "empty_value" {
			delete(want, key)
		}
	}
	delete(want, "empty_value subject")
	if len(want) > 0 {
		t.Errorf("not said: %v", want)
	}
}

func TestThePreflightStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	Lint(ctx, LintInput{Spec: specOf("s", "x"), Sender: shop, People: func(yield func(*model.Contact) bool) {
		for n < 1e6 && yield(elodie) {
			if n++; n == 1000 {
				cancel()
			}
		}
	}})
	if n >= 2000 {
		t.Errorf("it read %d people after its context ended at 1000", n)
	}
}

func BenchmarkLintOf20000(b *testing.B) {
	french, err := ParseFile([]byte(frenchFile), "f.md", nil)
	if err != nil {
		b.Fatal(err)
	}
	people := slices.Values(slices.Repeat([]*model.Contact{elodie}, 20000))
	for name, spec := range map[string]model.CampaignSpec{
		"a condition": french, "realistic": realisticSpec(), "a loop": specOf("s", "{% for t in contact.tags %}{{ t }}{% endfor %}"),
	} {
		b.Run(name, func(b *testing.B) {
			cpuOf(b, func() { Lint(context.Background(), LintInput{Spec: spec, Sender: shop, People: people}) })
		})
	}
}
