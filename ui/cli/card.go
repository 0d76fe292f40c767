package cli

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
)

// contactJSON is a contact as commands write it.
type contactJSON struct {
	ID          model.ContactID       `json:"id"`
	Version     uint64                `json:"version"`
	Email       string                `json:"email"`
	FirstName   string                `json:"first_name"`
	LastName    string                `json:"last_name"`
	Company     string                `json:"company"`
	Kind        model.Kind            `json:"kind"`
	Status      string                `json:"status"`
	Sendable    bool                  `json:"sendable"`
	Reason      string                `json:"reason"` // "" when sendable
	Basis       model.Basis           `json:"basis"`
	BasisSource string                `json:"basis_source"`
	BasisDate   *time.Time            `json:"basis_date"`
	Tracking    model.Tracking        `json:"tracking"`
	Suppressed  *model.SuppressReason `json:"suppressed"`
	Phone       string                `json:"phone"`
	Postcode    string                `json:"postcode"`
	City        string                `json:"city"`
	Country     string                `json:"country"`
	Lang        string                `json:"lang"`
	Birth       *model.Date           `json:"birth"`
	ExternalID  string                `json:"external_id"`
	Card        string                `json:"card"`
	Points      int64                 `json:"points"`
	Tier        string                `json:"tier"`
	Tags        []string              `json:"tags"`
	SuppAt      *time.Time            `json:"suppressed_at"`
	SuppFrom    string                `json:"suppressed_source"`
	Attributes  map[string]any        `json:"attributes"` // numbers and booleans where the whole column reads so
	RFM         string                `json:"rfm"`
	Orders      uint32                `json:"orders"`
	Spend       model.Cents           `json:"spend_cents"`
	FirstOrder  *model.Date           `json:"first_order"`
	LastOrder   *model.Date           `json:"last_order"`
	OrderList   []orderJSON           `json:"order_list,omitempty"`
	PointsList  []pointsLineJSON      `json:"points_list,omitempty"` // oldest first
}

// pointsLineJSON is a movement of points as commands write it.
type pointsLineJSON struct {
	At time.Time `json:"at"`
	model.PointsLine
	By       string `json:"by"` // opening, file, edit, call, merge, unmerge
	Source   string `json:"source"`
	Operator string `json:"operator"`
	As       string `json:"as,omitempty"` // the address of the record that it happened to
}

// orderJSON is an order as commands write it.
type orderJSON struct {
	ID       string            `json:"id"`
	Source   string            `json:"source"`
	Date     string            `json:"date"` // with a time when the file had one
	Total    model.Cents       `json:"total_cents"`
	Currency string            `json:"currency"`
	Status   model.OrderStatus `json:"status"`
	Channel  string            `json:"channel"`
	Code     string            `json:"code"`
	Category string            `json:"category,omitempty"`
}

// asContact is a row for JSON; types are those of the free columns, nil where
// they are not known.
func asContact(r *campaigns.ContactRow, types map[string]string) contactJSON {
	c := contactJSON{
		ID: r.ID, Version: r.Version, Email: r.Email, FirstName: r.FirstName, LastName: r.LastName, Company: r.Company,
		Kind: r.Kind, Status: r.Status(), Sendable: r.Reason == "", Reason: r.Reason,
		Basis: r.Basis, BasisSource: r.BasisSource, BasisDate: instant(r.BasisAt), Tracking: r.Tracking,
		Phone: r.Phone, Postcode: r.Postcode, City: r.City, Country: r.Country, Lang: r.Lang, Birth: day(r.Birth),
		ExternalID: r.ExternalID, Card: r.Card, Points: r.Points, Tier: r.Tier, Tags: orEmpty(r.Tags), Attributes: map[string]any{},
		RFM: r.RFM, Orders: r.Orders, Spend: r.Spend, FirstOrder: day(r.FirstOrder), LastOrder: day(r.LastOrder),
	}
	for _, a := range r.Attrs {
		c.Attributes[a.Name] = typed(a.Value, types[a.Name])
	}
	if sup := r.Suppressed; sup != nil {
		c.Suppressed, c.SuppAt, c.SuppFrom = &sup.Reason, instant(sup.At), sup.Source
	}
	return c
}

func asOrder(o *model.Order) orderJSON {
	date := o.Day.String()
	if !o.At.IsZero() {
		date = o.At.Format(rfc3339)
	}
	return orderJSON{ID: o.ID, Source: o.Source, Date: date, Total: o.Total, Currency: o.Currency, Status: o.Status, Channel: o.Channel, Code: o.Code, Category: o.Category}
}

// day is a day for JSON: null for none.
func day(d model.Date) *model.Date {
	if d.IsZero() {
		return nil
	}
	return &d
}

// asCard is a contact with its orders and its opposition.
func asCard(card *campaigns.ContactCard) contactJSON {
	out := asContact(&card.ContactRow, card.AttrTypes)
	for i := range card.OrderList {
		out.OrderList = append(out.OrderList, asOrder(&card.OrderList[i]))
	}
	for _, l := range slices.Backward(card.PointsMoved) {
		out.PointsList = append(out.PointsList, pointsLineJSON{l.At, *l.Points, l.Ref, l.Detail, l.By, l.As})
	}
	return out
}

// typed is the value of a free column for JSON: a number or a boolean where all
// its column reads so.
func typed(value, of string) any {
	switch of {
	case campaigns.AttrNumber:
		if n, err := strconv.ParseFloat(strings.ReplaceAll(value, ",", "."), 64); err == nil {
			return n
		}
	case campaigns.AttrBoolean:
		switch strings.ToLower(value) {
		case "true", "yes", "oui", "vrai", "1":
			return true
		case "false", "no", "non", "faux", "0":
			return false
		}
	}
	return value
}

// sayCard is the card of a contact.
func (s *session) sayCard(card *campaigns.ContactCard) error {
	p := s.p
	g := &grid{columns: []column{left("", ""), left("", "")}}
	field := func(label, value string) {
		if value != "" {
			g.add(label, value)
		}
	}
	field(p.T("cli.contact.name"), card.DisplayName())
	field(p.T("cli.contact.email"), card.Email)
	field(p.T("cli.contact.id"), card.ID.String())
	field(p.T("cli.contact.company"), card.Company)
	field(p.T("cli.contact.city"), strings.TrimSpace(card.Postcode+" "+card.City))
	field(p.T("cli.contact.phone"), card.Phone)
	field(p.T("cli.contact.card"), card.Card)
	if card.Points != 0 || len(card.PointsMoved) > 0 {
		field(p.T("cli.contact.points"), p.Int(int(card.Points)))
	}
	field(p.T("cli.contact.tags"), strings.Join(card.Tags, ", "))
	field(p.T("cli.contact.basis"), strings.Trim(say.Basis(p, card.Basis)+" · "+card.BasisSource, " ·"))
	field(p.T("cli.contact.sendable"), say.Reason(p, card.Reason))
	field(p.T("cli.contact.orders"), p.Int(int(card.Orders)))
	field(p.T("cli.contact.spend"), p.Money(card.Spend))
	field(p.T("cli.contact.last_order"), p.Day(card.LastOrder))
	for _, a := range card.Attrs {
		field(say.Free(p, a.Name, a.Value))
	}
	if err := g.write(s.Out); err != nil || len(card.PointsMoved) == 0 {
		return err
	}
	return s.sayPoints(card.PointsMoved)
}

// mostMoved is how many movements of points a card shows; the history has all.
const mostMoved = 10

// sayPoints are the last movements of points, oldest first.
func (s *session) sayPoints(newest []model.HistoryLine) error {
	title := s.p.N("cli.contact.points_moved", len(newest))
	if len(newest) > mostMoved {
		title = joined(title, s.p.T("cli.contact.points_last", "n", mostMoved))
	}
	s.say("", title)
	g := &grid{columns: []column{left("", ""), left("", "")}}
	for _, l := range slices.Backward(newest[:min(len(newest), mostMoved)]) {
		g.add(say.When(s.p, l), say.Detail(s.p, l))
	}
	return g.wrap(s.page()).write(s.Out)
}
