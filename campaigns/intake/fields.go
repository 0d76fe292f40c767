package intake

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"blanche/campaigns/internal/naming"
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
	fOptOut   field = "opt_out"
	fConsDate field = "consent_date"
	fConsFrom field = "consent_source"
	fConsIP   field = "consent_ip"
	fBasis    field = "basis"
	fTracking field = "consent_tracking"
	fOrigin   field = "origin"
	fTags     field = "tags"
	fStatus   field = "status"
	fJSON     field = "json" // free attributes, as one object in a cell
	fSuppAt   field = "suppressed_at"
	fSuppFrom field = "suppressed_source"

	fID       field = "id"
	fSource   field = "source"
	fDate     field = "date"
	fPaidAt   field = "paid_at"
	fTotal    field = "total"
	fRefunded field = "refunded_amount"
	fCancel   field = "cancelled_at"
	fCurrency field = "currency"
	fChannel  field = "channel"
	fCode     field = "code"
	fCategory field = "category"
	fValid    field = "valid" // 1: the shop counts the order

	fGoneEmail    field = "gone_email"
	fGoneExternal field = "gone_external_id"
	fGoneCard     field = "gone_card"
)

// Fields are the names of the fields that a column of a kind of file may become.
func Fields(kind Kind) []string {
	names := kind.names()
	known := map[string]bool{}
	for _, words := range []words[field]{names.sure, names.maybe} {
		for _, f := range words {
			known[string(f)] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// names are the titles that a kind of file may have.
func (k Kind) names() vocabulary {
	switch k {
	case Orders:
		return orderNames()
	case Merges:
		return mergeNames()
	}
	return contactNames()
}

// column is one column of a file and what it becomes.
type column struct {
	header string
	field  field
	attr   string // the name of a free attribute, when field is fNone
	mapped bool   // by the person, so never doubted
	apart  bool   // its name is that of a wish, so it has another
	meant  bool   // attr.NAME: that attribute and no other

	declared attrSort // of a free attribute: what its values are
	typed    bool     // a person said so

	odd   int      // values that an enumerated field does not know
	sight attrSeen // what the values of a free attribute look like
}

// columnsOf gives every column its meaning, by the names of a profile, or by a
// person's mapping to one of the targets. The first column of a field has
// it; another of the same meaning is a free attribute, so that nothing is lost.
// Whatever may say an opposition keeps a meaning: see again.
func columnsOf(o *Options, headers []string, names vocabulary, targets words[field]) (cols []column, doubt, err error) {
	cols = make([]column, len(headers))
	taken := map[field]bool{}
	used, own := map[string]bool{}, isOwn(headers)
	wish, doubt, err := wishes(o, headers, targets)
	if err != nil {
		return nil, nil, err
	}
	for i, h := range headers {
		cols[i].header = h
		if w, ok := wish[i]; ok {
			cols[i], cols[i].header, cols[i].mapped = w, h, true
			taken[w.field] = true
		} else if name, ok := strings.CutPrefix(h, attrPrefix); ok {
			cols[i].attr, cols[i].meant = naming.Column(name), true
		}
	}
	names.give(headers, cols, taken)
	for i, h := range headers {
		c := &cols[i]
		if c.field == fNone && c.attr == "" {
			c.attr = naming.Column(h)
		}
		if i == len(headers)-1 && h == reasonColumn && !c.mapped {
			c.field, c.attr = fReason, ""
		}
		if c.field == fNone {
			if !c.meant && !own {
				c.attr, c.apart = apart(c.attr)
			}
			c.attr = unique(used, c.attr, i)
		}
	}
	return cols, doubt, nil
}

// give names the columns that nobody mapped: those whose title says it all
// first, so that "Client" is the customer's number only where no other is.
func (v vocabulary) give(headers []string, cols []column, taken map[field]bool) {
	for _, names := range []words[field]{v.sure, v.maybe} {
		for i, h := range headers {
			c := &cols[i]
			f, ok := names.of(h)
			if !ok || c.mapped || c.field != fNone || c.attr != "" {
				continue
			}
			if taken[f] && f != fIgnored {
				f = again[f]
			}
			c.field, taken[f] = f, true
		}
	}
}

// again is what a second column of a field is: nothing, but for those that may
// hold an opposition, and the date and place of a double opt-in, whose second
// half counts.
var again = map[field]field{fOptOut: fOptOut, fStatus: fStatus, fConsent: fStatus, fConsIP: fConsIP}

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

// wishes resolves the mapping that a person gave, by position. doubt is about a
// new attribute that may be a mistyped field.
func wishes(o *Options, headers []string, targets words[field]) (out map[int]column, doubt, err error) {
	out = map[int]column{}
	for _, k := range slices.Sorted(maps.Keys(o.Map)) {
		at := find(headers, k)
		if at < 0 {
			return nil, nil, model.Invalid("import.map_column", "column", k, "file", o.Name).
				Hint("import.columns_hint", "columns", titles(headers))
		}
		to := strings.TrimSpace(o.Map[k])
		if f, known := targets.of(to); known {
			out[at] = column{field: f}
			continue
		}
		if to == "-" || to == "" {
			out[at] = column{field: fIgnored}
			continue
		}
		c, sure, err := attribute(to)
		if err != nil {
			return nil, nil, err
		}
		if !sure && doubt == nil && o.Kind == Contacts {
			doubt = o.doubtful(headers[at], c.attr, targets)
		}
		out[at] = c
	}
	return out, doubt, nil
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

// titles are the headers as an error shows them.
func titles(headers []string) string {
	const most = 12
	headers = slices.DeleteFunc(slices.Clone(headers), func(h string) bool { return h == "" })
	if len(headers) > most {
		return short(strings.Join(headers[:most], ", ") + ", …")
	}
	return short(strings.Join(headers, ", "))
}
