package intake

import (
	"fmt"
	"sort"
	"strings"
	"sync"

	"blanche/model"
)

// field is the meaning of a column that the product knows.
type field string

// The fields of contacts and of orders.
const (
	fNone     field = "" // a free attribute, or ignored in a file of orders
	fIgnored  field = "-"
	fReason   field = "reason" // of a file of rejects that came back: ignored
	fEmail    field = "email"
	fExternal field = "external_id"
	fCard     field = "card"

	fFirst    field = "first_name"
	fLast     field = "last_name"
	fName     field = "name"
	fCompany  field = "company"
	fKind     field = "kind"
	fPhone    field = "phone"
	fPostcode field = "postcode"
	fCity     field = "city"
	fCountry  field = "country"
	fBirth    field = "birth"
	fLang     field = "lang"
	fPoints   field = "points"
	fTier     field = "tier"
	fConsent  field = "consent_email"
	fConsDate field = "consent_date"
	fConsFrom field = "consent_source"
	fTracking field = "consent_tracking"
	fOrigin   field = "origin"
	fTags     field = "tags"
	fStatus   field = "status"

	fID       field = "id"
	fSource   field = "source"
	fDate     field = "date"
	fPaidAt   field = "paid_at"
	fTotal    field = "total"
	fRefunded field = "refunded_amount"
	fCurrency field = "currency"
	fChannel  field = "channel"
	fCode     field = "code"
)

const emailNames = "email,mail,courriel,adresse mail,adresse email,adresse courriel,email address,adresse electronique,email client,customer email,billing email,mel"

// contactNames are the headers of a file of contacts, by squash. A postcode is
// never looked for under zip_code, which files use for anything.
var contactNames = sync.OnceValue(func() words[field] {
	return spell(map[string]field{
		emailNames: fEmail,
		"prenom,first name,firstname,given name,prenom client":                                                         fFirst,
		"nom,last name,lastname,nom de famille,surname,family name,nom client":                                         fLast,
		"name,full name,nom complet,nom et prenom,nom prenom,prenom nom":                                               fName,
		"societe,company,entreprise,raison sociale,organisation,company name":                                          fCompany,
		"type,kind,type de client,type client,b2b":                                                                     fKind,
		"telephone,tel,phone,sms,mobile,portable,phone number,numero de telephone,telephone mobile,telephone portable": fPhone,
		"cp,code postal,postcode,postal code,zip":                                                                      fPostcode,
		"ville,city,commune,localite":                                                                                  fCity,
		"pays,country":                                                                                                 fCountry,
		"naissance,date de naissance,date naissance,birth,birthdate,birthday,birth date,date of birth,anniversaire":    fBirth,
		"langue,lang,language,locale":                                                                                  fLang,
		"carte,card,loyalty card,carte fidelite,carte de fidelite,numero de carte,n carte,no carte,numero carte":       fCard,
		"points,points fidelite,solde points,solde de points":                                                          fPoints,
		"palier,tier,niveau fidelite,statut fidelite":                                                                  fTier,
		"consent email,consentement,consentement email,optin,optin email,newsletter,accepte newsletter,accepts marketing,accepts email marketing,email optin,abonne newsletter": fConsent,
		"consent date,date consentement,date de consentement,optin date,optin time,date optin":                                                                                  fConsDate,
		"consent source,source consentement,consent texte,source du consentement,optin source":                                                                                  fConsFrom,
		"consent tracking,consentement suivi,tracking,suivi":                                                                                                                    fTracking,
		"origine,origin,provenance":     fOrigin,
		"tags,tag,etiquettes,etiquette": fTags,
		"external id,id client,client id,customer id,identifiant client,numero client,n client,no client,code client,ext id,id externe": fExternal,
		"statut,status,etat,email status,statut email": fStatus,
	})
})

// orderNames are the headers of a file of orders.
var orderNames = sync.OnceValue(func() words[field] {
	return spell(map[string]field{
		emailNames: fEmail,
		"id,order id,order number,numero commande,numero de commande,n commande,no commande,commande,reference,ref commande,reference commande,id commande,order,ticket,numero ticket,n ticket": fID,
		"source,order source,origine": fSource,
		"external id,id client,client id,customer id,identifiant client,numero client,n client,no client,code client":                                      fExternal,
		"card,carte,loyalty card,carte fidelite,carte de fidelite,numero de carte,n carte,numero carte":                                                    fCard,
		"date,date commande,date de commande,order date,created at,date achat,date d achat,date de la commande,date vente,date ticket":                     fDate,
		"total,montant,total ttc,montant ttc,montant total,total commande,total paye,amount,order total,total price,prix total,ca,ca ttc,montant commande": fTotal,
		"currency,devise,monnaie": fCurrency,
		"status,statut,etat,order status,statut commande,etat commande":                                           fStatus,
		"channel,canal,magasin,boutique,point de vente,canal de vente,store":                                      fChannel,
		"code,code promo,coupon,code coupon,discount code,coupon code,bon de reduction,code reduction,promo code": fCode,
		"montant rembourse,refunded amount":                                                                       fRefunded,
	})
})

// shopifyNames are the columns of Shopify's export of orders that matter.
var shopifyNames = sync.OnceValue(func() words[field] {
	return spell(map[string]field{
		"Name": fID, "Email": fEmail, "Financial Status": fStatus, "Paid at": fPaidAt, "Created at": fDate,
		"Total": fTotal, "Currency": fCurrency, "Discount Code": fCode, "Refunded Amount": fRefunded, "Source": fChannel,
	})
})

// column is one column of a file and what it becomes.
type column struct {
	header string
	field  field
	attr   string // the name of a free attribute, when field is fNone
	mapped bool   // by the person, so never doubted

	odd   int      // values that an enumerated field does not know
	sight attrSeen // what the values of a free attribute look like
}

// columnsOf gives every column its meaning, by the names of a profile, or by a
// person's mapping to one of the targets. The first column of a field has
// it; another of the same meaning is a free attribute, so that nothing is lost.
func columnsOf(headers []string, names, targets words[field], mapping map[string]string, file string) ([]column, error) {
	cols := make([]column, len(headers))
	taken := map[field]bool{}
	used := map[string]bool{}
	wish, err := wishes(headers, mapping, targets, file)
	if err != nil {
		return nil, err
	}
	for i, h := range headers {
		cols[i].header = h
		if w, ok := wish[i]; ok {
			cols[i].field, cols[i].attr, cols[i].mapped = w.field, w.attr, true
			taken[w.field] = true
		}
	}
	for i, h := range headers {
		c := &cols[i]
		if f, ok := names.of(h); ok && !c.mapped && !taken[f] {
			c.field, taken[f] = f, true
		}
		if c.field == fNone && c.attr == "" {
			c.attr = fold(h)
		}
		if i == len(headers)-1 && h == reasonColumn && !c.mapped {
			c.field, c.attr = fReason, ""
		}
		if c.field == fNone {
			c.attr = unique(used, c.attr, i)
		}
	}
	return cols, nil
}

func unique(used map[string]bool, name string, i int) string {
	if name == "" {
		name = fmt.Sprintf("column_%d", i+1)
	}
	base := name
	for n := 2; used[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	used[name] = true
	return name
}

// wishes resolves the mapping that a person gave, by position.
func wishes(headers []string, mapping map[string]string, targets words[field], file string) (map[int]column, error) {
	out := map[int]column{}
	keys := make([]string, 0, len(mapping))
	for k := range mapping {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		at := find(headers, k)
		if at < 0 {
			return nil, model.Invalid("import.map_column", "column", k, "file", file).
				Hint("import.columns_hint", "columns", list(headers))
		}
		to := strings.TrimSpace(mapping[k])
		f, known := targets.of(to)
		switch {
		case to == "-" || to == "":
			out[at] = column{field: fIgnored}
		case known:
			out[at] = column{field: f}
		default:
			out[at] = column{attr: fold(to)}
		}
	}
	return out, nil
}

func find(headers []string, name string) int {
	for i, h := range headers {
		if h == name {
			return i
		}
	}
	want := squash(name)
	for i, h := range headers {
		if squash(h) == want {
			return i
		}
	}
	return -1
}

// list is the headers as an error shows them.
func list(headers []string) string {
	const most = 12
	if len(headers) > most {
		return short(strings.Join(headers[:most], ", ") + ", …")
	}
	return short(strings.Join(headers, ", "))
}
