package intake

import (
	"path"
	"slices"
	"strings"

	"blanche/model"
)

// profile is how one tool exports, known by its titles. A profile of contacts
// adds titles to those that every file may have; one of orders replaces them,
// because shops call many things "Reference" or "Total".
type profile struct {
	name   string
	kind   Kind
	signs  [][]string // one of these sets of titles, all of it
	names  func() vocabulary
	lines  bool // one row per line item: what the order has stands on one of them
	states words[model.OrderStatus]
	lists  bool // the name of the file, or a column, says what its people have in common
}

// The profiles. The generic one is a file of any other origin.
const (
	profileGeneric     = "generic"
	profileShopify     = "shopify"
	profileWooCommerce = "woocommerce"
	profilePrestaShop  = "prestashop"
	profileMailchimp   = "mailchimp"
	profileBrevo       = "brevo"
	profileListmonk    = "listmonk"
	profileKeila       = "keila"
)

// Profiles are the names that a kind of file may ask for, beside auto and
// generic, in a fixed order.
func Profiles(kind Kind) []string {
	var out []string
	for _, p := range profiles {
		if p.kind == kind {
			out = append(out, p.name)
		}
	}
	return out
}

// profileOf is the profile that the person names, else the one whose titles
// the file has; the zero profile is the generic one.
func profileOf(o *Options, headers []string) (profile, error) {
	want := strings.ToLower(o.Profile)
	if want == profileGeneric {
		return profile{}, nil
	}
	seen := map[string]bool{}
	for _, h := range headers {
		seen[squash(h)] = true
	}
	for _, p := range profiles {
		if p.kind == o.Kind && (want == p.name || (want == "" || want == "auto") && p.signed(seen)) {
			return p, nil
		}
	}
	if want != "" && want != "auto" {
		return profile{}, model.Invalid("import.profile_unknown", "profile", o.Profile).
			Hint("import.profile_hint", "profiles", strings.Join(Profiles(o.Kind), ", "))
	}
	return profile{}, nil
}

func (p *profile) signed(seen map[string]bool) bool {
	return slices.ContainsFunc(p.signs, func(set []string) bool {
		return !slices.ContainsFunc(set, func(title string) bool { return !seen[squash(title)] })
	})
}

// list is what the people of one file of a tool have in common: the tool has
// a file for each state, and the state stands in no column.
type list struct {
	name    string
	reason  model.SuppressReason // not 0: nobody of it is to be written to
	unasked bool                 // they never subscribed: no consent can be declared for them
}

// lists are those of Mailchimp, by the first word of the file's name.
var lists = map[string]list{
	"subscribed":    {name: "subscribed"},
	"unsubscribed":  {name: "unsubscribed", reason: model.SuppressOpposed},
	"cleaned":       {name: "cleaned", reason: model.SuppressBounced},
	"nonsubscribed": {name: "nonsubscribed", unasked: true},
}

// listOf recognises the list by a column that only it has, then by the name of
// the file.
func (p *profile) listOf(file string, headers []string) list {
	if !p.lists {
		return list{}
	}
	for _, h := range headers {
		switch squash(h) {
		case "unsubtime":
			return lists["unsubscribed"]
		case "cleantime":
			return lists["cleaned"]
		}
	}
	return listNamed(file)
}

func listNamed(file string) list {
	word, _, _ := strings.Cut(strings.ToLower(path.Base(strings.ReplaceAll(file, `\`, "/"))), "_")
	return lists[strings.TrimSuffix(word, ".csv")]
}
