package audience

import (
	"strings"
	"sync"

	"blanche/model"
)

// meant are words of which people think where a rule wants a field, by a rule
// that asks for what they mean.
var meant = map[string]string{
	`birthday in next 7d`:                        "birthday anniversary anniversaire anniversaires anniv bday",
	`birth < 1986-01-01`:                         "age ans annees years ne nee born",
	`basis = "consent"`:                          "consent consents consentement consentements optin opt_in abonne abonnes subscribed subscriber inscrit inscrits accord rgpd gdpr newsletter",
	`suppressed`:                                 "optout opt_out desabonne desabonnes desinscrit desinscrits unsubscribed unsubscribe blacklist stop refus opposition opposant",
	`used_code("NOEL15")`:                        "coupon coupons bon bons code codes code_promo promo promotion reduction remise voucher discount bon_de_reduction",
	`spend >= 100`:                               "sum somme total montant amount revenue turnover chiffre chiffre_d'affaires euros depense_totale",
	`orders >= 3`:                                "count nombre nb frequence frequency fois times number combien",
	`average_basket >= 50`:                       "average avg mean moyenne moyen panier basket panier_median",
	`orders(90d) >= 1`:                           "achat purchase purchases buy buys bought acheteur buyer achete a_achete commande order commander vente ventes sale sales",
	`first_order > 90d ago`:                      "first premier premiere min minimum nouveau nouveaux new",
	`last_order < 180d ago`:                      "last dernier derniere recent recence recency max maximum inactif inactifs inactive actif actifs active dormant",
	`orders(channel = "web") >= 1`:               "channel channels canal canaux web online site magasin magasins boutique store shop caisse",
	`spend(category = "jardin") > 0`:             "category categories categorie produit produits product products rayon rayons article articles item items",
	`orders(from 2026-01-01 to 2026-03-31) >= 1`: "period periode periodes jours days since depuis mois month months annee year",
	`received(any, 30d)`:                         "received recu a_recu sent envoye campagne campaign message messages mail_recu",
	`clicked(any, 30d)`:                          "clicked click clicks clic clics clique cliquer a_clique opened open opens ouvert a_ouvert ouverture ouvertures lu read",
	`bounced(any, 90d)`:                          "bounced bounce bounces rebond rebonds rebondi a_rebondi npai hard_bounce",
	`held_out(any)`:                              "held_out temoin temoins holdout witness zone_blanche",
	`in_snapshot("clients-2026-11-22")`:          "snapshot instantane segment segments in_snapshot dans_instantane",
	`points >= 100`:                              "loyalty fidelite point cagnotte",
	`tags = "vip"`:                               "vip label labels groupe group liste list listes lists",
	`last_name = "Martin"`:                       "name noms surname",
	`postcode starts "44"`:                       "adresse address region departement department dept zip zipcode zip_code",
	`all`:                                        "tout everybody tout_le_monde everyone",
	`rfm = "champions"`:                          "champions champion fideles prometteurs a_reveiller endormis perdus loyal promising asleep lost score scores",
	`kind = "b2c"`:                               "particulier particuliers b2c consumer",
	`sendable`:                                   "email_valide contactable reachable valid valide",
	`not received(any)`:                          "jamais never",
	`spend >= 50 and spend <= 100`:               "entre between",
	`not phone exists`:                           "vide empty null missing manquant sans without",
}

var concepts = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for text, words := range meant {
		for _, word := range strings.Fields(words) {
			out[Fold(word)] = text
		}
	}
	return out
})

// concept is a rule that asks for what a word means; false for one that means
// nothing, as a typing mistake.
func concept(word string) (model.Rule, bool) {
	text, ok := concepts()[word]
	if !ok {
		return nil, false
	}
	r, err := parse(text, known{})
	return r, err == nil
}

// anniversaryWords begin a rule about a day that comes back, and are no fields.
var anniversaryWords = map[string]bool{"birthday": true, "anniversary": true, "anniversaire": true}

// unseen are the words for what nobody can be found by.
var unseen = map[string]bool{"opened": true, "open": true, "opens": true, "ouvert": true, "a_ouvert": true, "ouverture": true, "ouvertures": true, "lu": true, "read": true}

// unknownField refuses a word where a field was expected, with what is nearest
// to it and a rule that uses that.
func (p *parser) unknownField(t token) error {
	if p.file {
		return model.Invalid("rule.unknown_field", "column", t.column, "word", t.raw, "nearest", nearest(t.folded, p.words()))
	}
	example, means := concept(t.folded)
	if anniversaryWords[t.folded] { // the word is right, and what follows is not
		return model.Invalid("rule.anniversary_in", "column", t.column, "word", t.raw).Hint("rule.nearest_hint", "example", model.RuleText{Rule: example})
	}
	spelt := ""
	if !means {
		spelt = nearest(t.folded, p.words())
		example = p.exampleOf(spelt)
	}
	near := model.RuleName{Rule: leafOf(example), Spelt: spelt}
	hint := "rule.nearest_hint"
	if unseen[t.folded] {
		hint = "rule.opens_hint"
	}
	said := model.RuleText{Rule: example}
	if Fold(near.In("fr")) == t.folded || Fold(near.In("en")) == t.folded {
		return model.Invalid("rule.misused", "column", t.column, "word", t.raw).Hint(hint, "example", said)
	}
	return model.Invalid("rule.unknown_field", "column", t.column, "word", t.raw, "nearest", near).Hint(hint, "example", said)
}

// leafOf is the first leaf of a rule.
func leafOf(r model.Rule) model.Rule {
	for len(r.Operands()) > 0 {
		r = r.Operands()[0]
	}
	return r
}

// meantOps are words of which people think where a rule wants a comparison.
var meantOps = map[string]model.RuleOp{
	"like": model.OpContains, "comme": model.OpContains, "inclut": model.OpContains, "includes": model.OpContains, "has": model.OpContains,
	"plus": model.OpMore, "superieur": model.OpMore, "superieure": model.OpMore, "more": model.OpMore, "greater": model.OpMore, "over": model.OpMore,
	"apres": model.OpMore, "after": model.OpMore, "depuis": model.OpMore, "since": model.OpMore,
	"moins": model.OpLess, "inferieur": model.OpLess, "inferieure": model.OpLess, "less": model.OpLess, "under": model.OpLess,
	"avant": model.OpLess, "before": model.OpLess,
	"n'est": model.OpNotEqual, "isn't": model.OpNotEqual, "differe": model.OpNotEqual, "differs": model.OpNotEqual,
}

// noComparison refuses what stands behind a field, with a comparison that was
// perhaps meant.
func (p *parser) noComparison(f field, t token) error {
	example := exampleOf(f.name, f.typ)
	if op, ok := meantOps[t.folded]; ok {
		if c, is := exampleOrder(f).(model.RuleCompare); is && f.typ.texts() == (op == model.OpContains || op == model.OpNotEqual) {
			c.Op = op
			example = c
		}
	}
	if t.folded == "vide" || t.folded == "empty" || t.folded == "null" {
		example = model.RuleNot{Rule: model.RuleExists{Field: f.name}}
	}
	said := model.RuleText{Rule: example}
	if t.kind == tokenEnd {
		return model.Invalid("rule.no_comparison_end", "column", t.column, "field", f.at.raw).Hint("rule.comparison_hint", "example", said)
	}
	return model.Invalid("rule.no_comparison", "column", t.column, "word", t.raw, "field", f.at.raw).Hint("rule.comparison_hint", "example", said)
}

// exampleOrder is an example that compares, also of a birth.
func exampleOrder(f field) model.Rule {
	if f.name == "birth" {
		return model.RuleCompare{Field: f.name, Op: model.OpLess, Value: model.DateValue(model.NewDate(1986, 1, 1))}
	}
	return exampleOf(f.name, f.typ)
}

// exampleOf is a rule that uses a known word.
func (p *parser) exampleOf(word string) model.Rule {
	if e, ok := eventWords[word]; ok {
		return model.RuleMember{Event: e, Period: periodOf(e)}
	}
	if name, typ, ok := builtinField(word); ok {
		return exampleOrder(field{name: name, typ: typ})
	}
	if typ, ok := p.types[word]; ok {
		return exampleOf(attrPrefix+word, typ)
	}
	return model.RuleAnniversary{Field: "birth", Days: 7}
}

func periodOf(e model.RuleEvent) model.RulePeriod {
	if !e.Dated() {
		return model.RulePeriod{}
	}
	return model.RulePeriod{Last: 30}
}

// texts are values that a field of texts may have.
var texts = map[string]string{
	"first_name": "Léa", "last_name": "Martin", "city": "Nantes", "country": "FR", "lang": "fr", "tier": "or", "tags": "vip", "domain": "mail.example",
}

// exampleOf is a comparison of a field that means something.
func exampleOf(name string, t Type) model.Rule {
	compare := func(op model.RuleOp, v model.RuleValue) model.Rule {
		return model.RuleCompare{Field: name, Op: op, Value: v}
	}
	switch {
	case name == "birth":
		return model.RuleAnniversary{Field: name, Days: 7}
	case name == "postcode":
		return compare(model.OpStarts, model.TextValue("44"))
	case len(coded[name]) > 0:
		return compare(model.OpEqual, model.TextValue(coded[name][1][0]))
	case texts[name] != "":
		return compare(model.OpEqual, model.TextValue(texts[name]))
	case t == TypeBool:
		return model.RuleFlag{Field: name}
	case t == TypeMoney:
		return compare(model.OpMoreEqual, model.NumberValue(50))
	case t == TypeNumber:
		return compare(model.OpMoreEqual, model.NumberValue(3))
	case t == TypeDate:
		return compare(model.OpMore, model.AgoValue(90))
	}
	return model.RuleExists{Field: name}
}
