package say_test

import (
	"strings"
	"testing"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

// What no draw stands behind is said to be indicative, carries its range, and
// has no word of proof.
func TestWhatNoDrawStandsBehindIsSaidToBeIndicative(t *testing.T) {
	t.Parallel()
	st := func(method model.StatementMethod, match *model.StatementMatch, change func(*model.Statement)) *model.Statement {
		s := christmas()
		s.Method, s.Match, s.Verdict, s.Needed = method, match, model.VerdictNotProven, nil
		if change != nil {
			change(s)
		}
		return s
	}
	cases := map[string]struct {
		st     *model.Statement
		fr, en string
	}{
		"twins": {
			st(model.MethodTwins, &model.StatementMatch{Compared: 8200, Gamma: ptr(1.34)}, nil),
			"Indicatif, sans zone blanche : +0,85 € par client (de +0,03 € à +1,67 €) face à 8 200 clients semblables non ciblés, soit 3 040 € net (de −495 € à +6 576 €). Rien de prouvé : un biais caché de 1,3 (rapport de chances) suffirait à l’expliquer.",
			"Indicative, without a zone blanche: +€0.85 per customer (+€0.03 to +€1.67) against 8,200 like customers not targeted, that is €3,040 net (−€495 to +€6,576). Nothing proven: a hidden bias of 1.3 (odds ratio) would explain it away.",
		},
		"twins by chance": {
			st(model.MethodTwins, &model.StatementMatch{Compared: 8200}, nil),
			"Indicatif, sans zone blanche : +0,85 € par client (de +0,03 € à +1,67 €) face à 8 200 clients semblables non ciblés, soit 3 040 € net (de −495 € à +6 576 €). Rien de prouvé : le hasard ou un léger biais suffirait à l’expliquer.",
			"Indicative, without a zone blanche: +€0.85 per customer (+€0.03 to +€1.67) against 8,200 like customers not targeted, that is €3,040 net (−€495 to +€6,576). Nothing proven: chance or a slight bias would explain it.",
		},
		"seasons": {
			st(model.MethodBefore, &model.StatementMatch{Compared: 900, Change: ptr(0.41)}, nil),
			"Indicatif et fragile, sans zone blanche : +0,85 € par client (de +0,03 € à +1,67 €) au-delà du mouvement des mêmes semaines de l’an dernier, soit 3 040 € net (de −495 € à +6 576 €). Rien de prouvé : tout ce qui a changé cette année est dedans. Un avant/après seul aurait annoncé +41 %.",
			"Indicative and weak, without a zone blanche: +€0.85 per customer (+€0.03 to +€1.67) beyond what the same weeks of last year moved, that is €3,040 net (−€495 to +€6,576). Nothing proven: all that changed this year is in it. Before and after alone would have announced +41%.",
		},
		"attribution with what is due": {
			st(model.MethodNone, nil, func(s *model.Statement) {
				s.Naive = &model.StatementNaive{TrueShare: ptr(0.54), TrueShareCI: &model.Interval{0.39, 0.66}}
			}),
			"Rien de prouvé : personne n’a été laissé de côté. 22 791 € de ventes ont été vues après l’envoi ; dans des campagnes semblables avec zone blanche, 54 % (de 39 % à 66 %) de telles ventes leur étaient dues. La prochaine fois, gardez-en une.",
			"Nothing proven: nobody was left alone. €22,791 of sales were seen after the sending; in like campaigns with a zone blanche, 54% (39% to 66%) of such sales were due to them. Next time, keep one.",
		},
	}
	spaces := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	for name, c := range cases {
		for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
			if got := spaces.Replace(say.Sentence(i18n.New(lang), c.st)); got != want {
				t.Errorf("%s, %s:\n%s\n%s", name, lang, got, want)
			}
		}
	}
}
