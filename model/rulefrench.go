package model

import "fmt"

// frenchRule are the French words of rules. Each of them is one that the reader
// knows for the same thing (campaigns/audience holds it to that).
var frenchRule = RuleWords{
	and: " et ", or: " ou ", not: "non ", all: "tous", exists: " existe", in: " dans ", anyOne: "une", anyCode: "un",
	channel: "canal", category: "catégorie", code: "code", birthday: "anniversaire", anniversary: "anniversaire",
	yes: "oui", no: "non", today: "aujourd'hui", unit: "j", ago: "il y a %dj", decimal: ",", day: frenchDay,
	between: "du %s au %s", since: "depuis le %s", until: "jusqu'au %s", upTo: "jusqu'à %s", sinceAgo: "depuis %s", withinDays: " dans %dj",
	fields: map[string]string{
		"email": "email", "domain": "domaine", "first_name": "prénom", "last_name": "nom", "company": "société",
		"kind": "type", "customer": "client", "prospect": "prospect", "b2b": "professionnel",
		"postcode": "code_postal", "city": "ville", "country": "pays", "lang": "langue", "birth": "naissance",
		"phone": "téléphone", "card": "carte", "points": "points", "tier": "palier", "external_id": "id_externe",
		"tags": "étiquettes", "basis": "base_légale", "basis_at": "base_légale_depuis", "tracking": "suivi",
		"origin": "origine", "created": "créé_le", "orders": "commandes", "spend": "ca", "average_basket": "panier_moyen",
		"first_order": "première_commande", "last_order": "dernière_commande",
		"rfm": "rfm", "rfm_r": "rfm_récence", "rfm_f": "rfm_fréquence", "rfm_m": "rfm_montant",
		"suppressed": "opposé", "sendable": "joignable",
	},
	codes: map[string]string{
		"kind b2c": "particulier", "kind b2b": "professionnel",
		"basis none": "aucune", "basis consent": "consentement", "basis customer": "client", "basis b2b": "b2b",
		"tracking unknown": "inconnu", "tracking granted": "accordé", "tracking refused": "refusé",
		"rfm none": "sans achat", "rfm champions": "champions", "rfm loyal": "fidèles", "rfm promising": "prometteurs",
		"rfm to_wake": "à réveiller", "rfm asleep": "endormis", "rfm lost": "perdus",
	},
	events: map[RuleEvent]string{
		EventReceived: "a_reçu", EventHeldOut: "zone_blanche", EventBounced: "a_rebondi", EventClicked: "a_cliqué",
		EventUsedCode: "a_utilisé", EventFrozen: "dans_instantané",
	},
	ops: map[RuleOp]string{OpStarts: "commence par", OpContains: "contient"},
}

func frenchDay(d Date) string {
	y, m, day := d.Civil()
	return fmt.Sprintf("%02d/%02d/%04d", day, int(m), y)
}
