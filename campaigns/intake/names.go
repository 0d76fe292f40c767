package intake

import (
	"maps"
	"sync"
)

// vocabulary is the titles of columns that the product knows. The sure ones
// say what they are; the others are believed when no column is surer.
type vocabulary struct{ sure, maybe words[field] }

// with is a vocabulary in which the titles of one tool come first.
func (v vocabulary) with(own, spare map[string]field) vocabulary {
	out := vocabulary{sure: maps.Clone(v.sure), maybe: maps.Clone(v.maybe)}
	if out.maybe == nil {
		out.maybe = words[field]{}
	}
	maps.Copy(out.sure, spell(own))
	maps.Copy(out.maybe, spell(spare))
	return out
}

const emailNames = "email,mail,courriel,adresse mail,adresse email,adresse courriel,email address,adresse electronique,adresse de messagerie," +
	"email client,mail client,courriel client,email du client,adresse email du client,adresse mail du client,customer email,contact email,email contact," +
	"billing email,email de facturation,email facturation,email acheteur,email principal,email 1,mail 1,mel"

const cardNames = "card,carte,loyalty card,carte fidelite,carte de fidelite,numero de carte,numero carte,n carte,n de carte,no carte," +
	"n carte fidelite,n carte de fidelite,n de carte de fidelite,numero carte fidelite,numero de carte fidelite,numero de carte de fidelite,carte n," +
	"code carte,n fidelite,numero fidelite,numero de fidelite"

const externalNames = "external id,id client,client id,customer id,identifiant client,identifiant du client,numero client,numero de client,n client,n de client,no client,client n," +
	"code client,ref client,reference client,compte client,customer number,customer no,id customer"

// optOutNames are the titles under which tools keep who said stop. A title
// about text messages or the telephone is not one: it says nothing of e-mail.
const optOutNames = "opt out,optout,opted out,email opt out,opt out email,opt out emailing,has opted out of email,opt out date,date opt out,opt out time," +
	"desabonne,desabonnee,desabonnes,desabonnement,desabonne le,date desabonnement,date de desabonnement,desabonne newsletter,desabonnement newsletter," +
	"desinscrit,desinscrite,desinscrits,desinscription,desinscrit le,date desinscription,date de desinscription,desinscription newsletter,desinscrit newsletter," +
	"unsubscribe,unsubscribed,unsubscribed at,unsubscribed on,unsubscribe date,unsubscribe time,unsub,unsub time,unsub date,unsubscribed from all email," +
	"blacklist,blacklisted,email blacklisted,blacklist email,liste noire,blocklist,blocklisted,email blocklisted,liste de blocage," +
	"stop,stop pub,stop publicite,stop mail,stop email,stop emailing,stop newsletter," +
	"opposition,oppose,opposee,opposed,opposition email,opposition mail,opposition emailing,opposition mailing,opposition commerciale,opposition prospection,opposition marketing,date opposition,date d opposition," +
	"ne plus contacter,ne pas contacter,ne plus ecrire,ne plus solliciter,ne pas solliciter,ne pas demarcher,ne plus envoyer,do not contact,do not email,do not mail,no email," +
	"refus,refus email,refus mail,refus emailing,refus mailing,refus newsletter,refus pub,refus publicite,refuse newsletter,refuse les emails,refus prospection"

// contactNames are the headers of a file of contacts, by squash. A postcode is
// never looked for under zip_code, which files use for anything.
var contactNames = sync.OnceValue(func() vocabulary {
	return vocabulary{sure: spell(map[string]field{
		emailNames:          fEmail,
		cardNames:           fCard,
		externalNames:       fExternal,
		optOutNames:         fOptOut,
		"ext id,id externe": fExternal,
		"prenom,first name,firstname,given name,prenom client,prenom du client":                                                          fFirst,
		"nom,last name,lastname,nom de famille,surname,family name,nom client,nom du client":                                             fLast,
		"name,full name,nom complet,nom et prenom,nom prenom,prenom nom,prenom et nom":                                                   fName,
		"societe,company,entreprise,raison sociale,organisation,company name":                                                            fCompany,
		"type,kind,type de client,type client,b2b":                                                                                       fKind,
		"telephone,tel,phone,sms,mobile,portable,phone number,numero de telephone,telephone mobile,telephone portable":                   fPhone,
		"cp,code postal,postcode,postal code,zip":                                                                                        fPostcode,
		"ville,city,commune,localite":                                                                                                    fCity,
		"pays,country":                                                                                                                   fCountry,
		"naissance,date de naissance,date naissance,birth,birthdate,birthday,birth date,date of birth,anniversaire,ne le,nee le,ne e le": fBirth,
		"langue,lang,language,locale":                                                                                                    fLang,
		"points,points fidelite,points de fidelite,solde points,solde de points":                                                         fPoints,
		"palier,tier,niveau fidelite,statut fidelite":                                                                                    fTier,
		"consent,consent email,email consent,consentement,consentement email,consentement mail,marketing consent,optin,opt in,optin email,email optin,optin mail,opt in newsletter," +
			"newsletter,accepte newsletter,accepte la newsletter,accepte emailing,accepte email,accepte les emails,accord email,accord mailing," +
			"accepts marketing,accepts email marketing,email marketing consent,abonne newsletter,abonnee newsletter,abonnement newsletter,inscrit newsletter,inscription newsletter": fConsent,
		"consent date,date consentement,date de consentement,date du consentement,date d optin,date d opt in,date de l optin,date opt in,date of consent,optin date,optin time,date optin,basis date": fConsDate,
		"consent source,source consentement,consent texte,source du consentement,optin source,basis source":                                                                                           fConsFrom,
		"basis,legal basis,base legale":                      fBasis,
		"suppressed at,suppressed on":                        fSuppAt,
		"suppressed source":                                  fSuppFrom,
		"consent tracking,consentement suivi,tracking,suivi": fTracking,
		"origine,origin,provenance":                          fOrigin,
		"tags,tag,etiquettes,etiquette":                      fTags,
		"statut,status,etat,email status,statut email,statut abonnement,statut newsletter,subscription status,suppressed,suppression,suppression reason": fStatus,
	})}
})

// orderNames are the headers of a file of orders: shops, tills, invoices.
var orderNames = sync.OnceValue(func() vocabulary {
	return vocabulary{sure: spell(map[string]field{
		emailNames:                    fEmail,
		cardNames:                     fCard,
		externalNames:                 fExternal,
		"source,order source,origine": fSource,
		"id,order id,id order,order number,order no,order name,order,commande,commande n,numero commande,numero de commande,numero de la commande,n commande,n de commande,no commande,no de commande," +
			"id commande,id de commande,identifiant commande,ref commande,reference commande,reference de commande,reference de la commande,reference," +
			"ticket,ticket n,numero ticket,numero de ticket,n ticket,n de ticket,no ticket,id ticket": fID,
		"date,date commande,date de commande,date de la commande,order date,created at,date created,date add,commande le,passee le,passe le," +
			"date achat,date d achat,date de l achat,purchase date,date vente,date de vente,date de la vente,sale date,date ticket,date du ticket,date de ticket": fDate,
		"total,total ttc,total eur,total ttc eur,total commande,total commande ttc,total de la commande,total paye,total paid,total encaisse,total a payer,net a payer,order total,grand total,total price,prix total,prix total ttc," +
			"montant,montant ttc,montant eur,montant ttc eur,montant total,montant total ttc,montant commande,montant de la commande,montant paye,montant regle,montant encaisse," +
			"amount,amount paid,order amount,ca,ca ttc": fTotal,
		"currency,devise,monnaie,currency code,code devise": fCurrency,
		"status,statut,etat,order status,statut commande,statut de la commande,statut de commande,etat commande,etat de la commande,etat de commande": fStatus,
		"channel,canal,magasin,boutique,point de vente,canal de vente,store,etablissement,enseigne":                                                   fChannel,
		"code,code promo,codes promo,coupon,code coupon,discount code,coupon code,bon de reduction,code reduction,code remise,promo code":             fCode,
		"category,categorie,categories,categorie produit,categorie de produit,categories produits,product category,rayon,famille,famille produit":     fCategory,
		"montant rembourse,refunded amount,total rembourse":                                                                                           fRefunded,
		"cancelled at,canceled at,date annulation,date d annulation,annulee le,annule le":                                                             fCancel,
	}), maybe: spell(map[string]field{
		"client,cliente,customer,acheteur": fExternal,
		"numero,n,no,num,ref,facture,facture n,numero facture,numero de facture,n facture,n de facture,reference facture,invoice,invoice number," +
			"transaction,transaction id,id transaction,numero de transaction,n transaction,vente,n vente,n de vente,numero de vente,id vente": fID,
		"jour,date facture,date de facture,date de facturation,date facturation,invoice date,date creation,date de creation,cree le,date paiement,date de paiement,date du paiement," +
			"date paid,paid at,date encaissement,date d encaissement,date transaction,date de transaction,date operation,date et heure": fDate,
		"prix,prix ttc,net,total net,montant net,valeur,panier,montant panier":                                                 fTotal,
		"statut paiement,statut du paiement,statut de paiement,etat paiement,etat du paiement,payment status,financial status": fStatus,
		"caisse,site,pdv": fChannel,
	})}
})
