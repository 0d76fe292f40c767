// Package i18n holds every sentence a person reads, in French and in English,
// and writes numbers, money and dates the way each language does.
//
// One Printer per session (there is no global language); it is immutable and
// may be used by several goroutines:
//
//	p := i18n.New("fr")
//	p.T("campaign.paused", "name", c.Name)             // « {name} » est en pause
//	p.N("contact.count", n)                            // 12 384 contacts ({n} is filled)
//	msg, hint := p.Err(err)                            // any error, model.Error worded
//	p.Money(123456)                                    // 1 234,56 €
//	p.Percent(0.683, 1)                                // 68,3 %
//	p.Interval(p.SignedMoneyShort(lo), p.SignedMoneyShort(hi)) // [+3 101 € ; +6 741 €]
//
// Sentences live in catalog/{fr,en}/NOUN.toml, one file per noun, both
// languages always, the same placeholders:
//
//	[contact]
//	title = "Contacts"                   # contact.title
//	[contact.count]                      # contact.count, plural (French: 0 and 1 are one)
//	one = "{n} contact"
//	other = "{n} contacts"
//
// Values of T: strings are sanitized (ui/safe), ints and floats grouped,
// model.Cents written as money, model.Date and time.Time as dates, errors as
// Err says them. Raw keeps a string as it is (a styled one).
//
// The tests of this package read the whole program: a key that is used and
// missing, or there and unused, a sentence outside the catalogue, a
// placeholder that differs and a slip of French typography fail the build.
// Keys must therefore be written out as literals; a family of keys
// (Key("status", s)) is declared with a comment "//i18n:keys status.*".
//
// Read next: catalog.go (loading), number.go and date.go (formats).
package i18n
