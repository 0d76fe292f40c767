package intake

import (
	"strings"

	"blanche/model"
)

type answer uint8

const (
	unsaid answer = iota
	yes
	no
	never // an opposition
)

var answers = spell(map[string]answer{
	"oui,yes,o,y,1,true,vrai,x,ok,optin,opt in,granted,accorde,accepte,consent,abonne,subscribed,inscrit,actif,active":   yes,
	"non,no,n,0,false,faux,refus,refuse,refused,denied,not subscribed,non abonne,non inscrit,none,aucun":                 no,
	"optout,opt out,unsubscribed,desabonne,desinscrit,desabonnee,desinscrite,oppose,opposed,opposition,retire,withdrawn": never,
})

// statusWords are the states that mailing tools give to a person. What is not
// an opposition or a dead address says nothing about consent.
var statusWords = spell(map[string]model.SuppressReason{
	"actif,active,abonne,abonnee,subscribed,enabled,inscrit,inscrite,confirmed,client,customer,prospect,non subscribed,transactional,pending,unconfirmed":                       0,
	"unsubscribed,desabonne,desabonnee,desinscrit,desinscrite,oppose,opposed,opposition,blocklisted,blacklisted,blocked,bloque,optout,opt out,unsub,ne plus contacter,disabled": model.SuppressOpposed,
	"unreachable,bounced,hard bounce,hardbounce,cleaned,bounce,erreur":                                                                                                          model.SuppressBounced,
	"complaint,complained,plainte,spam": model.SuppressComplaint,
	"invalid,invalide":                  model.SuppressInvalid,
})

// noOptOut are the values of a column of oppositions that are none.
var noOptOut = spell(map[string]bool{
	"non,no,n,0,false,faux,aucun,aucune,none,null,nil,na,actif,active,abonne,abonnee,inscrit,inscrite,subscribed,0000-00-00,0000-00-00 00:00:00": true,
})

// opposes reads a column whose title says an opposition. What is not clearly a
// no is a yes (a date, a reason, a word that nobody foresaw): a message too few
// costs less than one to somebody who said stop.
func opposes(v string) bool {
	if strings.Trim(v, "-–—. /") == "" {
		return false
	}
	no, _ := noOptOut.of(v)
	return !no
}

var basisWords = spell(map[string]model.Basis{
	"none,aucune,aucun": model.BasisNone, "consent,consentement": model.BasisConsent, "customer,client,cliente": model.BasisCustomer, "b2b": model.BasisB2B,
})

var kindWords = spell(map[string]model.Kind{
	"b2c,particulier,individual,consumer,personne,consommateur":              model.B2C,
	"b2b,professionnel,pro,entreprise,societe,company,business,organisation": model.B2B,
})

var langWords = spell(map[string]string{
	"fr,francais,french,fra,fre,fr fr,fr be,fr ch,fr ca,francaise": "fr",
	"en,anglais,english,eng,en gb,en us,anglaise":                  "en",
	"de,allemand,german,deutsch,de de":                             "de", "es,espagnol,spanish,espanol,es es": "es",
	"it,italien,italian,italiano,it it": "it", "nl,neerlandais,dutch,nl nl,nl be": "nl", "pt,portugais,portuguese,pt pt,pt br": "pt",
})

// langOf is the code of a language: of those known by name, or a bare code of
// two letters.
func langOf(v string) (string, bool) {
	if lang, ok := langWords.of(v); ok {
		return lang, true
	}
	letter := func(b byte) bool { return b >= 'a' && b <= 'z' }
	return v, len(v) == 2 && letter(v[0]) && letter(v[1])
}
