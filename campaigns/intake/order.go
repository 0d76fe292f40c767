package intake

import (
	"slices"
	"strconv"
	"strings"

	"blanche/model"
)

// orderWords are the states that shops give to an order. A state that is not
// here is not a paid one: the order is kept as pending and does not count.
var orderWords = spell(map[string]model.OrderStatus{
	"paid,paye,payee,paye par carte,completed,complete,terminee,termine,processing,en cours de traitement,en cours de preparation,preparation en cours,shipped,expedie,expediee,livre,livree,delivered,fulfilled,paiement accepte,paiement effectue,valide,validee,partially refunded,partiellement rembourse,partiellement remboursee,encaisse,encaissee,reglee,regle,soldee": model.OrderPaid,
	"refunded,rembourse,remboursee,remboursement,returned,retournee,avoir":                                           model.OrderRefunded,
	"cancelled,canceled,annule,annulee,voided,void,failed,echouee,echoue,expired,refused,refusee,erreur de paiement": model.OrderCancelled,
	"pending,en attente,on hold,authorized,unpaid,impayee,partially paid,en attente de paiement":                     model.OrderPending,
})

func parseInt(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// orderReader makes orders of rows.
type orderReader struct {
	o      *Options
	p      *plan
	source string
}

func (r *orderReader) prepare() {}

func (r *orderReader) key(cells []string) string {
	id := r.p.cell(cells, fID)
	if id == "" {
		return ""
	}
	return r.sourceOf(cells) + "\x00" + id
}

func (r *orderReader) sourceOf(cells []string) string {
	if s := r.p.cell(cells, fSource); s != "" {
		return s
	}
	return r.source
}

// draft is an order while its cells are read.
type draft struct {
	order               model.Order
	refund              model.Cents
	dated, paid, priced bool
	cancelled, valid    bool
	unknown             bool // a state that nobody foresaw
}

// read makes one order. A partial row is one of several of its order, and may
// leave out what another has.
func (r *orderReader) read(cells []string, _ int, partial bool) (model.Order, *fault) {
	d := draft{order: model.Order{Source: r.sourceOf(cells)}}
	for i := range r.p.cols {
		if i >= len(cells) || cells[i] == "" {
			continue
		}
		if reason := r.set(&d, r.p.cols[i].field, cells[i]); reason != "" {
			return d.order, &fault{i, reason}
		}
	}
	o := d.order
	if r.o.erased(o.Email, o.ExternalID, o.Card) { // nothing that names them comes back
		o.Email, o.ExternalID, o.Card = "", "", ""
	}
	switch {
	case o.ID == "":
		return o, &fault{r.p.at[fID], badRow}
	case len(o.Source)+len(o.ID) > maxKnown:
		return o, &fault{r.p.at[fID], tooLong}
	case partial:
	case !d.dated:
		return o, &fault{r.p.at[fDate], invalidDate}
	case !d.priced:
		return o, &fault{r.p.at[fTotal], invalidNumber}
	}
	if d.unknown && d.valid {
		o.Status = model.OrderPaid
	}
	if d.cancelled { // money may have been taken all the same
		o.Status = model.OrderCancelled
	}
	if o.Total > 0 {
		o.Total -= max(d.refund, -d.refund)
	}
	if o.Status == model.OrderPaid && o.Currency != "" && o.Currency != model.Currency {
		o.Status = model.OrderForeign
	}
	return o, nil
}

// set puts one cell where it belongs; the answer is the reason why not.
func (r *orderReader) set(d *draft, f field, v string) string {
	ok := true
	switch {
	case f == fNone || f == fIgnored || f == fReason:
	case len(v) > maxKnown:
		return tooLong
	case (f == fID || f == fCard || f == fExternal) && crushed(v):
		return invalidNumber
	case f == fEmail:
		d.order.Email = v
		return unless(model.ValidEmail(v), invalidEmail)
	case f == fDate || f == fPaidAt:
		day, at, ok := r.p.dates.read(v, false)
		if !d.paid { // the day of the payment wins over that of the order
			d.order.Day, d.order.At = day, at
		}
		d.dated, d.paid = true, d.paid || f == fPaidAt
		return unless(ok, invalidDate)
	case f == fTotal:
		d.order.Total, ok = cents(v, r.p.decimal)
		d.priced = true
		return unless(ok, invalidNumber)
	case f == fRefunded:
		d.refund, ok = cents(v, r.p.decimal)
		return unless(ok, invalidNumber)
	case f == fCancel:
		d.cancelled = opposes(v)
	case f == fValid:
		d.valid = v == "1"
	default:
		r.setText(d, f, v)
	}
	return ""
}

func (r *orderReader) setText(d *draft, f field, v string) {
	o := &d.order
	switch f {
	case fID:
		o.ID = v
	case fExternal:
		if v == "0" { // what shops write for a guest
			return
		}
		if o.Email == "" && model.ValidEmail(v) { // a column "Client" of addresses
			o.Email = v
			return
		}
		o.ExternalID = v
	case fCard:
		o.Card = card(v)
	case fCurrency:
		if o.Currency = strings.ToUpper(v); v == "€" || strings.HasPrefix(o.Currency, "EURO") {
			o.Currency = model.Currency
		}
	case fChannel:
		o.Channel = v
	case fCode:
		o.Code = couponOf(v)
	case fCategory:
		o.Category = categories(o.Category, v)
	case fStatus:
		status, known := r.p.tool.states.of(v)
		if !known {
			status, known = orderWords.of(v)
		}
		if d.unknown = !known; !known {
			status = model.OrderPending
		}
		o.Status = status
	}
}

// couponOf is the code in a cell of WooCommerce: "code:NOEL|amount:10.00".
func couponOf(v string) string {
	rest, ok := strings.CutPrefix(v, "code:")
	if !ok {
		return v
	}
	code, _, _ := strings.Cut(rest, "|")
	return code
}

// categories adds those of a cell to a list, each once: they stand apart by a
// bar or a semicolon.
func categories(list, cell string) string {
	var all []string
	for _, one := range strings.FieldsFunc(list+model.CategoryBar+cell, func(r rune) bool { return r == '|' || r == ';' }) {
		if one = strings.TrimSpace(one); one != "" && !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return strings.Join(all, model.CategoryBar)
}

// keep carries the categories of the lines of an order; the merged cells say
// all else.
func (r *orderReader) keep(o *model.Order, earlier model.Order) {
	if earlier.Category != "" {
		o.Category = categories(earlier.Category, o.Category)
	}
}

// lasts: nothing of a refused order is kept.
func (r *orderReader) lasts(*model.Order) bool { return false }
