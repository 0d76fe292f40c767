package say

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
)

// State is the name of the step of life of a campaign: « en pause ».
//
//i18n:keys campaign.state.*
func State(p *i18n.Printer, s model.CampaignState) string { return p.T("campaign.state." + s.String()) }

// Kind is the name of a kind of campaign.
//
//i18n:keys campaign.kind.*
func Kind(p *i18n.Printer, kind string) string { return known(p, "campaign.kind.", kind) }

// Reason says why a person may not be written to; empty: nothing against it.
//
//i18n:keys contact.reason.*
func Reason(p *i18n.Printer, code string) string {
	if code == "" {
		return p.T("contact.reason.none")
	}
	return known(p, "contact.reason.", code)
}

// Basis is the name of a legal ground.
//
//i18n:keys contact.basis.*
func Basis(p *i18n.Printer, b model.Basis) string { return p.T("contact.basis." + b.String()) }

// Recipient is the name of the state of one recipient.
//
//i18n:keys campaign.recipient.*
func Recipient(p *i18n.Printer, state string) string { return known(p, "campaign.recipient.", state) }

// Check is a line of the preflight.
//
//i18n:keys check.*
func Check(p *i18n.Printer, l model.CheckLine) string {
	if why := relayWhy(l); why != nil {
		message, _ := Err(p, why)
		return message
	}
	n, _ := value(l.Args, "buyers").(int)
	text := p.N("check."+l.Code, n, figures(p, l.Args)...)
	if l.Variant != "" {
		return p.T("check.in_variant", "name", l.Variant, "text", text)
	}
	return text
}

// relayWhy is why nothing can leave by the relay: a sentence of its own, with a
// hint of its own; nil for every other line.
func relayWhy(l model.CheckLine) error {
	if l.Code != "relay_down" {
		return nil
	}
	why, _ := value(l.Args, "why").(error)
	return why
}

// value is one of the values of a sentence, nil without it.
func value(args []any, name string) any {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1]
		}
	}
	return nil
}

// figures writes numbers with the digits that say something: a tenth of a
// point, a cent, a hundredth of anything else.
func figures(p *i18n.Printer, args []any) []any {
	out := slices.Clone(args)
	for i := 0; i+1 < len(out); i += 2 {
		v, ok := out[i+1].(float64)
		switch {
		case ok && out[i] == "points":
			out[i+1] = p.Decimal(v, 1)
		case ok:
			out[i+1] = p.Decimal(v, 2)
		}
	}
	return out
}

// CheckHint is how to repair a line of the preflight, empty when there is
// nothing to say.
func CheckHint(p *i18n.Printer, l model.CheckLine) string {
	if why := relayWhy(l); why != nil {
		_, hint := Err(p, why)
		return hint
	}
	if hint := "check." + l.Code + "_hint"; p.Has(hint) {
		return p.T(hint, l.Args...)
	}
	return ""
}

// Fact is what happened in one line of the history of a person.
//
//i18n:keys contact.history.*
func Fact(p *i18n.Printer, l model.HistoryLine) string { return known(p, "contact.history.", l.Kind) }

// Detail is the rest of a line of the history: what became of a message, which
// legal ground, why an opposition.
func Detail(p *i18n.Printer, l model.HistoryLine) string {
	if as := l.As; as != "" {
		l.As = ""
		return strings.TrimPrefix(Detail(p, l)+dash(p.T("contact.as", "email", p.Value(as))), " · ")
	}
	switch l.Kind {
	case "consent":
		return said(p, &l)
	case "points":
		return moved(p, &l)
	case "message":
		return strings.TrimSpace(Recipient(p, l.Detail) + " " + p.Value(l.Code))
	case "basis":
		return known(p, "contact.basis.", l.Ref) + dash(p.Value(l.Detail))
	case "suppression":
		return known(p, "contact.reason.", l.Ref) + dash(Source(p, l.Detail))
	case "merged":
		return p.T("contact.with", "email", l.Detail) + by(p, l.By)
	case "unmerged":
		return p.T("contact.from", "email", l.Detail) + by(p, l.By)
	case "click", "answer", "bounce", "view", "reply":
		return response(p, &l)
	case "order":
		if l.Cents != nil {
			text := Amount(p, *l.Cents, l.Currency)
			if l.Code != "" {
				text += dash(known(p, "privacy.order.", l.Code)) //i18n:keys privacy.order.*
			}
			return text + dash(p.Value(l.Detail))
		}
	}
	return p.Value(l.Detail)
}

// Amount is money in the currency that it is of: no other than euros is called so.
func Amount(p *i18n.Printer, c model.Cents, currency string) string {
	if currency == "" || currency == "EUR" || currency == "€" {
		return p.Money(c)
	}
	return p.Decimal(c.Euros(), 2) + "\u00a0" + p.Value(currency)
}

// by is who did it, where that is known.
func by(p *i18n.Printer, who string) string {
	if who == "" {
		return ""
	}
	return dash(p.T("contact.by", "who", who))
}

// dash sets a second part apart, when there is one.
func dash(text string) string {
	if text == "" {
		return ""
	}
	return " · " + text
}

// Event is something that happened during a sending. What a relay said is
// explained, and then quoted; an hour of the same day goes without its date.
//
//i18n:keys deliver.event.*
func Event(p *i18n.Printer, e model.Event) string {
	args := slices.Clone(e.Args)
	for i := 0; i+1 < len(args); i += 2 {
		switch v := args[i+1].(type) {
		case string:
			if args[i] == "said" && replyKey(v, "") != "" {
				args[i+1] = Reply(p, v, "") + dash(v)
			}
		case time.Time:
			args[i+1] = i18n.Raw(Moment(p, v, e.At.In(v.Location())))
		}
	}
	return p.T(e.Key, args...)
}

// Paused says why a campaign was paused by itself, empty when a person did.
func Paused(p *i18n.Printer, key string) string {
	if key == "" {
		return ""
	}
	return known(p, "", key)
}

// Err words an error as i18n does, with the states that travel in it in the
// language too, a file without a name as « le fichier », and the numbers of a
// hint as they are typed: a hint is most often a command.
func Err(p *i18n.Printer, err error) (message, hint string) {
	var e *model.Error
	if !errors.As(err, &e) {
		return p.Err(err)
	}
	worded := *e
	worded.Args, worded.HintArgs = slices.Clone(e.Args), slices.Clone(e.HintArgs)
	for i, v := range worded.Args {
		switch {
		case v == "" && i > 0 && worded.Args[i-1] == "file":
			worded.Args[i] = p.T("campaign.screen.the_file")
		default:
			worded.Args[i] = named(p, v)
		}
	}
	if worded.HintKey == "" && p.Has(e.Key+"_hint") {
		worded.HintKey, worded.HintArgs = e.Key+"_hint", slices.Clone(worded.Args)
	}
	for i, v := range worded.HintArgs {
		worded.HintArgs[i] = named(p, v)
		if n, ok := v.(int); ok {
			worded.HintArgs[i] = i18n.Raw(strconv.Itoa(n))
		}
	}
	return p.Err(&worded)
}

// named is a value of an error in the language: states, roles, rights and
// fields have names; anything else stays as it is.
func named(p *i18n.Printer, v any) any {
	switch v := v.(type) {
	case model.CampaignState:
		return State(p, v)
	case model.Role:
		return Role(p, v)
	case model.Action:
		return Action(p, v)
	case []model.Role:
		return listed(v, func(r model.Role) string { return Role(p, r) })
	case []string: // fields of a contact, as rules name them
		return listed(v, func(name string) string { return known(p, "contact.field.", name) })
	}
	return v
}

func listed[T any](all []T, name func(T) string) string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = name(one)
	}
	return strings.Join(names, ", ")
}

// Role is the name of a role: « responsable ».
//
//i18n:keys team.role.*
func Role(p *i18n.Printer, r model.Role) string { return known(p, "team.role.", string(r)) }

// Action is what a right lets one do: « lancer une campagne ».
//
//i18n:keys team.action.*
func Action(p *i18n.Printer, a model.Action) string {
	return known(p, "team.action.", strings.ReplaceAll(string(a), ".", "_"))
}

// known is the sentence of a key, or the code itself when the catalogue has
// none: a code of a newer version is better than nothing.
func known(p *i18n.Printer, family, code string) string {
	if p.Has(family + code) {
		return p.T(family + code)
	}
	return p.Value(code)
}
