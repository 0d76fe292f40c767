// Package audience decides who: whom a rule matches, who of them may be
// written to, and who is left alone by the draw of the zone blanche.
//
// # The language of rules
//
//	customer and last_order < 180d ago and average_basket >= 50 and city = "Évry" and not received("noel-14")
//	client et dernier_achat < il y a 180j et panier_moyen >= 50 et ville = « Évry » et non a_reçu("noel-14")
//
// Both lines are the same tree (model.Rule), whose canonical text is the first.
// Words may be in French or in English, with or without accents, in any case.
//
//	and et · or ou · not non pas · ( )     not binds tighter than and, and than or
//	= != < <= > >=                         also == <> ≠ ≤ ≥
//	in ["a", "b"]       dans               one of the values
//	starts "44"         commence (par)     of texts
//	contains "jardin"   contient           of texts
//	birth exists        existe             also exists(birth)
//	customer            customer = false   a yes-or-no field stands alone
//	received("name")    a_reçu             the campaign was sent to the person
//	bounced("name")     a_rebondi          a server refused it for good
//	clicked("name")     a_cliqué           the person followed a link of it
//	held_out("name")    zone_blanche       the person was in its zone blanche
//	used_code("CODE")   a_utilisé          an order came with the code
//	birthday in next 7d anniversaire dans 7j
//	                    today and the days after it, over the new year too; who is
//	                    born on 29 February has the 28th in the other years. Also
//	                    anniversary(created) in next 7d, of any date
//	all                 tous               everybody
//
// What happened may be asked of any campaign or code, and in a period:
// received(any, 30d), a_reçu(une, du 01/01/2026 au 31/03/2026),
// bounced("noel", from 90d ago). A period is 30d (the last days, today
// included), from DAY to DAY with both in, or one end.
//
// The fields of orders take a scope, of a period, a channel, a category of
// products and a code: orders(90d, channel = "web") >= 3, spend(category =
// "jardin") > 100, last_order(canal = magasin) < il y a 180j. A refund takes from
// the amount and is no order; who has no order in the scope has spent 0, and has
// no basket and no day. An order of several categories is in each, whole.
//
// Values: "text" or « text » (quotation marks may be left out around one
// word), 1234.56 or 1234,56 (in a list the comma separates), true false oui non,
// 2026-11-22 or 22/11/2026, 180d ago, 180j, il y a 180j, 2w ago, today. Days
// are compared with days: "< 180d ago" is before that day, "> 30d ago" is after
// it, so within the last 30 days, today included. Money is in euros.
//
// Fields, with their main French names:
//
//	email domain first_name(prénom) last_name(nom) company(société)
//	kind(b2c, b2b) customer(client) prospect b2b
//	postcode(cp) city(ville) country(pays) lang(langue) birth(naissance)
//	phone(téléphone) basis_at(date_consentement)
//	card(carte) points tier(palier) external_id tags(étiquettes)
//	basis(base_légale) tracking(suivi) origin(origine) created(créé)
//	orders(commandes) spend(ca) average_basket(panier_moyen)
//	first_order(premier_achat) last_order(dernier_achat)
//	spend_365d orders_365d: over any number of days, ca_30j
//	rfm_r rfm_f rfm_m: the scores, from 1 to 5
//	rfm: champions loyal promising to_wake asleep lost none (see ClassOf)
//	suppressed(opposé) sendable(joignable)
//	attr.NAME: a free column; the prefix may be left out in Base.Parse
//
// A free column called like a built-in field, or like another spelling of one
// (spend, ca, source), is reached by its prefix only: the built-in field wins.
// Its name may be written as in the title of the file, between quotation marks
// ("Dépenses 2025") or, where its words are plain ones, without them.
//
// A free column is a number, a date or a yes-or-no when every value that is
// not empty reads so, else a text. A column of texts is not put in order
// against a number or a date (depenses > 1000 with a "n/c" among the values is
// refused, and says so): texts would be compared letter by letter. A comparison with a missing value is false,
// also !=, and not simply inverts it. Texts compare without regard to case or
// accents. tags holds several texts: a comparison is true when it is for one.
//
// The same language serves the rows of a file (Rows): the fields are then its
// columns and nothing else, so that a column spend is that of the file.
//
// # What is promised
//
//   - text → tree → text → tree is the identity, in the canonical text and in
//     the French one (model.RuleWords); a mistake names its column, the nearest
//     known field, and an example in the language of the person (example.go);
//   - one function says whether a person may be written to (MaySend), for the
//     count, the plan and the worker alike;
//   - the draw comes after eligibility and nothing filters one arm after it;
//     it is exact in each stratum, and can be replayed (Verify);
//   - where a field makes units (a household), all who share its value, without
//     regard to case or accents, are drawn as one: the quotas are of units, the
//     stratum is that of the unit's first member, and whoever has no value is
//     drawn alone (VerifyUnits, with the values of today);
//   - the universal zone blanche (Apart) is taken out of the target before the
//     draw, last of all reasons, by the same rule u(id) < share (VerifyApart);
//   - a Base answers several questions at a time, and a change at once.
//
// What is refused: to keep anything. A column is read from the store when a
// question first needs it (columns.go, load.go), those of one question in one
// pass, and follows the edits (Apply, SetSales, Remove), also those that come
// while it is read. Who asks brings what campaigns know (Events).
//
// Read next: parse.go and parsewhen.go for the language, query.go for how a tree becomes blocks
// of 64 people, sendable.go for the law, draw.go for the zone blanche.
package audience
