package hooks

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
)

// Shop is a shop that sends in its own form.
type Shop string

// The shops.
const (
	Shopify     Shop = "shopify"
	WooCommerce Shop = "woocommerce"
)

// Row is an order of a shop under the titles of the shop's own export, with the
// moment of its last change as the shop writes it.
type Row struct {
	Cells   map[string]json.RawMessage
	Version string
}

var errNoOrder = errors.New("not an order")

// RowOf reads an order as a shop sends it. ok is false for a topic that is not an
// order, or that another one tells as well: a refund of Shopify comes with its
// order in orders/updated; and for an order that a shop calls a test of its own.
func RowOf(shop Shop, topic string, body []byte) (row Row, ok bool, err error) {
	if !wanted(shop, topic) {
		return Row{}, false, nil
	}
	if shop == Shopify {
		row, err = shopifyRow(body)
	} else {
		row, err = wooRow(body)
	}
	return row, err == nil && row.Cells != nil, err
}

func wanted(shop Shop, topic string) bool {
	kind, change, _ := strings.Cut(topic, "/")
	if shop == WooCommerce {
		kind, change, _ = strings.Cut(topic, ".")
		return kind == "order" && (change == "created" || change == "updated" || change == "restored")
	}
	switch change {
	case "create", "updated", "paid", "cancelled", "fulfilled", "partially_fulfilled":
		return kind == "orders"
	}
	return false
}

// texts fills a row with what is not empty.
type texts map[string]json.RawMessage

func (t texts) put(title, value string) {
	if value == "" {
		return
	}
	raw, err := json.Marshal(value)
	if err == nil {
		t[title] = raw
	}
}

// shopifyOrder is what matters of the resource Order of Shopify's REST Admin API.
type shopifyOrder struct {
	Name            string      `json:"name"`
	Email           string      `json:"email"`
	ContactEmail    string      `json:"contact_email"`
	FinancialStatus string      `json:"financial_status"`
	CreatedAt       string      `json:"created_at"`
	ProcessedAt     string      `json:"processed_at"`
	CancelledAt     string      `json:"cancelled_at"`
	UpdatedAt       string      `json:"updated_at"`
	TotalPrice      json.Number `json:"total_price"`
	Currency        string      `json:"currency"`
	SourceName      string      `json:"source_name"`
	Test            bool        `json:"test"`
	Customer        *struct {
		Email string `json:"email"`
	} `json:"customer"`
	DiscountCodes []struct {
		Code string `json:"code"`
	} `json:"discount_codes"`
	Refunds []struct {
		Transactions []struct {
			Kind   string      `json:"kind"`
			Status string      `json:"status"`
			Amount json.Number `json:"amount"`
		} `json:"transactions"`
	} `json:"refunds"`
}

func shopifyRow(body []byte) (Row, error) {
	var o shopifyOrder
	if err := json.Unmarshal(body, &o); err != nil {
		return Row{}, err
	}
	if o.Name == "" {
		return Row{}, errNoOrder
	}
	if o.Test {
		return Row{}, nil
	}
	if o.Customer != nil {
		o.ContactEmail = first(o.ContactEmail, o.Customer.Email)
	}
	var refunds []json.Number
	for _, r := range o.Refunds {
		for _, t := range r.Transactions {
			if t.Kind == "refund" && t.Status == "success" {
				refunds = append(refunds, t.Amount)
			}
		}
	}
	refunded, err := add(refunds)
	if err != nil {
		return Row{}, err
	}
	t := texts{}
	t.put("Name", o.Name)
	t.put("Email", first(o.Email, o.ContactEmail))
	t.put("Financial Status", o.FinancialStatus)
	t.put("Created at", first(o.CreatedAt, o.ProcessedAt))
	t.put("Cancelled at", o.CancelledAt)
	t.put("Total", o.TotalPrice.String())
	t.put("Currency", o.Currency)
	t.put("Refunded Amount", refunded)
	t.put("Source", o.SourceName)
	if len(o.DiscountCodes) > 0 {
		t.put("Discount Code", o.DiscountCodes[0].Code)
	}
	return Row{Cells: t, Version: o.UpdatedAt}, nil
}

// wooOrder is what matters of the order of WooCommerce's REST API.
type wooOrder struct {
	ID          json.Number `json:"id"`
	Status      string      `json:"status"`
	Currency    string      `json:"currency"`
	Total       json.Number `json:"total"`
	DateCreated string      `json:"date_created_gmt"`
	DatePaid    string      `json:"date_paid_gmt"`
	Modified    string      `json:"date_modified_gmt"`
	Customer    json.Number `json:"customer_id"`
	Billing     struct {
		Email string `json:"email"`
	} `json:"billing"`
	Coupons []struct {
		Code string `json:"code"`
	} `json:"coupon_lines"`
	Refunds []struct {
		Total json.Number `json:"total"`
	} `json:"refunds"`
}

func wooRow(body []byte) (Row, error) {
	var o wooOrder
	if err := json.Unmarshal(body, &o); err != nil {
		return Row{}, err
	}
	if o.ID == "" {
		return Row{}, errNoOrder
	}
	var refunds []json.Number
	for _, r := range o.Refunds {
		refunds = append(refunds, r.Total) // negative
	}
	refunded, err := add(refunds)
	if err != nil {
		return Row{}, err
	}
	t := texts{}
	t.put("order_id", o.ID.String())
	t.put("billing_email", o.Billing.Email)
	t.put("status", o.Status)
	t.put("order_date", utc(o.DateCreated))
	t.put("date_paid", utc(o.DatePaid))
	t.put("order_total", o.Total.String())
	t.put("refunded_total", refunded)
	t.put("order_currency", o.Currency)
	t.put("customer_id", o.Customer.String())
	if len(o.Coupons) > 0 {
		t.put("coupons", o.Coupons[0].Code)
	}
	return Row{Cells: t, Version: utc(o.Modified)}, nil
}

// utc gives a time of WooCommerce the zone that its name promises.
func utc(s string) string {
	if s == "" {
		return ""
	}
	return s + "Z"
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// maxAmount is the longest text of an amount: nobody sells for more.
const maxAmount = 20

// add sums amounts exactly; none is no text.
func add(all []json.Number) (string, error) {
	if len(all) == 0 {
		return "", nil
	}
	total := new(big.Rat)
	for _, n := range all {
		one, ok := new(big.Rat).SetString(n.String())
		if !ok || len(n) > maxAmount || strings.ContainsAny(n.String(), "eE/") {
			return "", errors.New("not an amount")
		}
		total.Add(total, one)
	}
	return total.FloatString(2), nil
}
