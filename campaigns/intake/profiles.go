package intake

import (
	"sync"

	"blanche/model"
)

// profiles are looked through in this order: the first whose titles are there
// is the one.
var profiles = []profile{
	{
		name: profileMailchimp, kind: Contacts, names: mailchimpNames, lists: true,
		signs: [][]string{{"Email Address", "MEMBER_RATING"}, {"MEMBER_RATING", "LEID", "EUID"}, {"Email Address", "LEID", "EUID"}}, // people title the address in their language
	},
	{
		name: profileListmonk, kind: Contacts, names: listmonkNames,
		signs: [][]string{{"uuid", "email", "attributes", "status"}},
	},
	{
		name: profileKeila, kind: Contacts, names: keilaNames,
		signs: [][]string{{"email", "first_name", "data", "status"}, {"email", "external_id", "data", "status"}},
	},
	{
		name: profileBrevo, kind: Contacts, names: brevoNames,
		signs: [][]string{
			{"EMAIL", "SMS", "EXT_ID"},
			{"EMAIL", "SMS", "DOUBLE_OPT-IN"},
			{"EMAIL", "SMS", "OPT_IN"},
			{"EMAIL", "SMS", "WHATSAPP"},
			{"EMAIL", "CONTACT ID", "ADDED_TIME"},
			{"EMAIL", "ADDED_TIME", "MODIFIED_TIME"},
		},
	},
	{
		name: profileShopify, kind: Contacts, names: shopifyPeople,
		signs: [][]string{{"Email", "Accepts Email Marketing", "Total Spent"}, {"Email", "Accepts Marketing", "Total Spent"}, {"Email", "Customer ID", "Default Address City"}},
	},
	{
		name: profileWooCommerce, kind: Contacts, names: wooPeople,
		signs: [][]string{{"user_email", "user_registered"}, {"email", "date_registered", "billing_email"}, {"user_login", "billing_email"}, {"Email", "Username", "AOV"}},
	},
	{
		name: profilePrestaShop, kind: Contacts, names: prestaPeople,
		signs: [][]string{
			{"id_customer", "email", "newsletter"},
			{"Adresse e-mail", "Lettre d'information", "Inscription"},
			{"Adresse e-mail", "Newsletter", "Inscription", "Ventes"},
			{"Email address", "Newsletter", "Partner offers"},
			{"Email", "Shop name", "Subscribed"},
		},
	},
	{
		name: profileShopify, kind: Orders, names: shopifyNames, lines: true,
		signs: [][]string{{"Name", "Financial Status", "Lineitem name"}, {"Name", "Financial Status", "Lineitem quantity"}, {"Name", "Financial Status", "Paid at"}},
	},
	{
		name: profileWooCommerce, kind: Orders, names: wooNames, lines: true, states: wooStates,
		signs: [][]string{
			{"order_id", "order_total", "billing_email", "status"},
			{"order_number", "order_total", "billing_email", "status"},
			{"order_number", "order_total", "customer_email", "status"},
			{"Order Number", "Order Total Amount", "Email (Billing)"},
			{"Order ID", "Order Total Amount", "Email (Billing)"},
		},
	},
	{
		name: profilePrestaShop, kind: Orders, names: prestaNames, lines: true, states: prestaStates,
		signs: [][]string{
			{"id_order", "total_paid_tax_incl"},
			{"id_order", "total_paid", "valid"},
			{"Référence", "Nouveau client", "Total"},
			{"Reference", "New client", "Total"},
			{"Reference", "New customer", "Total"},
		},
	},
}

// Mailchimp (help page "View or export contacts"): a birthday is a day and a
// month, which is no date of birth; the two dates are those of a double opt-in,
// of which the confirmation is always there.
var mailchimpNames = sync.OnceValue(func() vocabulary {
	return contactNames().with(map[string]field{
		"CONFIRM_TIME": fConsDate, "OPTIN_IP,CONFIRM_IP": fConsIP, "OPTIN_TIME": fNone, "Birthday,Anniversaire": fNone,
		"UNSUB_TIME,CLEAN_TIME": fSuppAt, "CC": fCountry, "NOTES": fNone,
	}, nil)
})

// listmonk (cmd/subscribers.go): the attributes are one object of JSON.
var listmonkNames = sync.OnceValue(func() vocabulary {
	return contactNames().with(map[string]field{"attributes,attribs": fJSON}, nil)
})

// Keila (lib/keila/contacts): likewise under data.
var keilaNames = sync.OnceValue(func() vocabulary {
	return contactNames().with(map[string]field{"data": fJSON}, nil)
})

// Brevo: OPT_IN is the consent; DOUBLE_OPT-IN is a choice of 1 and 2.
var brevoNames = sync.OnceValue(func() vocabulary {
	return contactNames().with(map[string]field{
		"EXT_ID": fExternal, "SMS": fPhone, "DOUBLE_OPT-IN,WHATSAPP": fNone, "JOB_TITLE": fNone,
		"EMAIL_BLACKLISTED,EMAIL_BLOCKLISTED,Blocklisted Email,Email blocklist status": fOptOut,
	}, map[string]field{"CONTACT ID": fExternal, "LANDLINE_NUMBER": fPhone})
})

var shopifyPeople = sync.OnceValue(func() vocabulary {
	return contactNames().with(map[string]field{
		"Default Address City": fCity, "Default Address Zip": fPostcode, "Default Address Country Code": fCountry, "Default Address Company": fCompany,
		"Accepts SMS Marketing": fNone,
	}, map[string]field{"Default Address Phone": fPhone})
})

// WooCommerce: Customer/Order/Coupon Export (SkyVerge), Export & Import
// (WebToffee), and the shop's own analytics. Hashes of passwords stay outside.
var wooPeople = sync.OnceValue(func() vocabulary {
	return contactNames().with(map[string]field{
		"user_email": fEmail, "user_pass,user_activation_key,session_tokens,password": fIgnored,
	}, map[string]field{
		"billing_email": fEmail, "billing_first_name": fFirst, "billing_last_name": fLast, "billing_company": fCompany, "billing_phone": fPhone,
		"billing_postcode": fPostcode, "billing_city": fCity, "billing_country": fCountry, "Country / Region": fCountry,
	})
})

// PrestaShop, from its database or its back office: optin is about partners'
// offers, never a consent to the shop's own.
var prestaPeople = sync.OnceValue(func() vocabulary {
	return contactNames().with(map[string]field{
		"ID,id_customer": fExternal, "newsletter,Lettre d'information,Subscribed": fConsent, "newsletter_date_add,Subscribed on": fConsDate,
		"optin,Offres partenaires,Offres des partenaires,Partner offers": fNone, "passwd,secure_key,reset_password_token": fIgnored,
	}, nil)
})

// shopifyNames are the columns of Shopify's export of orders that matter.
var shopifyNames = sync.OnceValue(func() vocabulary {
	return vocabulary{sure: spell(map[string]field{
		"Name": fID, "Email": fEmail, "Financial Status": fStatus, "Paid at": fPaidAt, "Created at": fDate, "Cancelled at": fCancel,
		"Total": fTotal, "Currency": fCurrency, "Discount Code": fCode, "Refunded Amount": fRefunded, "Source": fChannel,
	})}
})

// wooNames are those of Customer/Order/Coupon Export (order_id…), of Export &
// Import (the same with order_date), and of Advanced Order Export (Order
// Number…): one row per order or per item, totals repeated or not.
var wooNames = sync.OnceValue(func() vocabulary {
	return vocabulary{sure: spell(map[string]field{
		"order_id": fID, "billing_email,Email (Billing)": fEmail, "status,order_status": fStatus, "date,order_date,date_created": fDate,
		"paid_date,date_paid,Paid Date": fPaidAt, "order_total,Order Total Amount": fTotal, "refunded_total,total_refunded,Order Refund Amount": fRefunded,
		"order_currency,currency": fCurrency, "coupon_items,coupons,Coupon Code": fCode, "customer_id,Customer User ID": fExternal,
	}), maybe: spell(map[string]field{
		"order_number,order_number_formatted": fID, "customer_email": fEmail, "customer_user": fExternal,
	})}
})

var wooStates = spell(map[string]model.OrderStatus{
	"completed,wc completed,processing,wc processing,terminee,termine,en cours": model.OrderPaid,
	"refunded,wc refunded,remboursee":                                           model.OrderRefunded,
	"cancelled,wc cancelled,failed,wc failed,annulee,echouee,echec":             model.OrderCancelled,
	"pending,wc pending,on hold,wc on hold,wc checkout draft,attente paiement":  model.OrderPending,
})

// prestaNames are those of the query that the manual gives, and of the back
// office's own export.
var prestaNames = sync.OnceValue(func() vocabulary {
	return vocabulary{sure: spell(map[string]field{
		"id_order": fID, "email,customer_email,Adresse e-mail,Email address": fEmail, "date_add,Date": fDate, "total_paid_tax_incl": fTotal,
		"currency,iso_code,Devise": fCurrency, "state,order_state,État,Statut,Status": fStatus, "valid": fValid, "cart_rule,code": fCode,
		"id_customer": fExternal, "shop,boutique": fChannel,
	}), maybe: spell(map[string]field{"reference,ID": fID, "total_paid,Total": fTotal})}
})

var prestaStates = spell(map[string]model.OrderStatus{
	"paiement accepte,paiement a distance accepte,en cours de preparation,preparation en cours,expedie,livre,en attente de reapprovisionnement (paye)": model.OrderPaid,
	"payment accepted,remote payment accepted,processing in progress,shipped,delivered,on backorder (paid)":                                            model.OrderPaid,
	"annule,erreur de paiement,canceled,payment error":                                                                                                 model.OrderCancelled,
	"rembourse,refunded": model.OrderRefunded,
	"en attente de reapprovisionnement (non paye),en attente du paiement par cheque,en attente de paiement par cheque,en attente de virement bancaire":     model.OrderPending,
	"on backorder (not paid),awaiting check payment,awaiting bank wire payment,awaiting cash on delivery validation,en attente de paiement a la livraison": model.OrderPending,
})
