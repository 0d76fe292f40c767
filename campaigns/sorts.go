package campaigns

// ContactSort is an order of the list of contacts: the column that it is by, as a
// setting keeps it. A free column is "attr." with its name.
type ContactSort string

// The orders. Who has no value in the column comes last, both ways.
const (
	SortNumber    ContactSort = "" // of arrival
	SortName      ContactSort = "name"
	SortEmail     ContactSort = "email"
	SortType      ContactSort = "type"
	SortBasis     ContactSort = "basis"
	SortTracking  ContactSort = "tracking"
	SortRFM       ContactSort = "rfm"
	SortLastOrder ContactSort = "last"
	SortSpend     ContactSort = "spend"
	SortOrders    ContactSort = "orders"
	SortPoints    ContactSort = "points"
	SortTier      ContactSort = "tier"
	SortCard      ContactSort = "card"
	SortCompany   ContactSort = "company"
	SortCity      ContactSort = "city"
	SortPostcode  ContactSort = "postcode"
	SortPhone     ContactSort = "phone"
	SortTags      ContactSort = "tags"
	SortOrigin    ContactSort = "origin"
	SortBirth     ContactSort = "birth"
	SortCreated   ContactSort = "created"
)
