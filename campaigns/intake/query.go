package intake

// The back office of PrestaShop exports orders without addresses; these are the
// queries to paste into its SQL Manager. The manual gives the same.
var queries = map[string]map[Kind]string{
	profilePrestaShop: {
		Orders: `SELECT o.id_order, o.reference, o.id_customer, c.email, o.date_add,
  o.total_paid_tax_incl, cu.iso_code AS currency, l.name AS state,
  o.valid, r.name AS cart_rule
FROM ps_orders o
INNER JOIN ps_customer c ON c.id_customer = o.id_customer
INNER JOIN ps_currency cu ON cu.id_currency = o.id_currency
LEFT JOIN ps_order_state_lang l
  ON l.id_order_state = o.current_state AND l.id_lang = o.id_lang
LEFT JOIN ps_order_cart_rule r ON r.id_order = o.id_order
ORDER BY o.id_order
`,
		Contacts: `SELECT c.id_customer, c.firstname, c.lastname, c.email, c.birthday,
  c.newsletter, c.newsletter_date_add, c.optin, c.company, c.date_add
FROM ps_customer c
WHERE c.deleted = 0
`,
	},
}

// Query is the SQL that takes a kind of file out of a tool, "" where its own
// export is enough.
func Query(profile string, kind Kind) string { return queries[profile][kind] }
