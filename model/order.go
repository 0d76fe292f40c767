package model

import "time"

// OrderStatus says whether an order counts.
type OrderStatus uint8

// The states of an order. Only a paid one counts; refunded and cancelled ones, and
// those in another currency, count zero; a refund booked as a line of its own is paid and negative.
const (
	OrderPaid OrderStatus = iota
	OrderPending
	OrderRefunded
	OrderCancelled
	OrderForeign // paid in another currency than that of the shop: never added to euros
)

// Currency is that of the shop: amounts without one are in it.
const Currency = "EUR"

var orderStatusNames = [...]string{"paid", "pending", "refunded", "cancelled", "other_currency"}

func (s OrderStatus) String() string { return orderStatusNames[s] }

// MarshalText writes the English code of the state.
func (s OrderStatus) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Order is one purchase. Source and ID together are its key: the same key
// again updates. Email, ExternalID and Card are what the file says of the
// buyer; Contact is who that is, 0 while nobody is known under them.
type Order struct {
	Source     string
	ID         string
	Contact    ContactID
	Email      string
	ExternalID string
	Card       string
	Day        Date      // in the zone of the shop
	At         time.Time // zero when the file has no time of day
	Total      Cents     // taxes included, discount deducted; negative is a refund
	Currency   string
	Status     OrderStatus
	Channel    string
	Code       string // of the coupon
	Category   string // of its products; several with CategoryBar between
}

// CategoryBar stands between the categories of the products of one order.
const CategoryBar = "|"

// Counts is the amount that the order adds to revenue: its total when paid.
func (o *Order) Counts() Cents {
	if o.Status == OrderPaid {
		return o.Total
	}
	return 0
}
