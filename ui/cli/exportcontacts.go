package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

// contactColumns are the columns of an export of contacts, sumColumns those
// after the free ones; an import reads back the first and leaves out the sums.
var (
	contactColumns = []string{
		"email", "first_name", "last_name", "company", "kind", "phone", "postcode", "city", "country", "lang", "birth", "external_id", "card", "points", "tier", "tags", "origin",
		"basis", "basis_source", "basis_date", "tracking", "suppressed", "suppressed_at", "suppressed_source",
	}
	sumColumns = []string{"orders", "spend", "last_order"}
)

func newExportContactsCmd(s *session) *cobra.Command {
	var where *string
	var how *outflow
	cmd := s.command("export contacts", nil, func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		desk, err := s.useLong(ctx)
		if err != nil {
			return err
		}
		w, err := s.contactSheet(ctx, desk)
		if err != nil {
			return err
		}
		return s.flow(ctx, how, w.head(), func(ctx context.Context, desk campaigns.Desk, x *export) error {
			return desk.EachContact(ctx, *where, func(r *campaigns.ContactRow) error { return x.contact(r, w.names, w.types) })
		})
	})
	where = s.textFlag(cmd, "where", "")
	how = s.outflow(cmd)
	return cmd
}

// contactSheet is the free columns of a table of contacts.
type contactSheet struct {
	types map[string]string
	names []string
}

func (s *session) contactSheet(ctx context.Context, desk campaigns.Desk) (contactSheet, error) {
	types, err := desk.AttrTypes(ctx, true)
	return contactSheet{types, attributes(types)}, err
}

// head are the titles of the table.
func (w contactSheet) head() []string {
	var titles []string
	for _, name := range w.names {
		titles = append(titles, campaigns.AttrTitle(name))
	}
	return slices.Concat(contactColumns, titles, sumColumns)
}

func (x *export) contact(r *campaigns.ContactRow, names []string, types map[string]string) error {
	if x.json {
		return x.document(asContact(r, types))
	}
	var sup model.Suppression
	if r.Suppressed != nil {
		sup = *r.Suppressed
	}
	source, since := "", ""
	if r.Basis != model.BasisNone {
		source, since = r.BasisSource, x.instant(r.BasisAt)
	}
	tracking := ""
	if r.Tracking != model.TrackingUnknown {
		tracking = r.Tracking.String()
	}
	cells := []string{
		r.Email, r.FirstName, r.LastName, r.Company, r.Kind.String(), r.Phone, r.Postcode, r.City, r.Country, r.Lang, x.day(r.Birth),
		r.ExternalID, r.Card, strconv.FormatInt(r.Points, 10), r.Tier, strings.Join(r.Tags, ","), r.Origin,
		r.Basis.String(), source, since, tracking, sup.Reason.String(), x.instant(sup.At), sup.Source,
	}
	for _, name := range names {
		v, _ := r.Attr(name)
		cells = append(cells, x.free(v, types[name]))
	}
	return x.row(append(cells, strconv.Itoa(int(r.Orders)), x.money(r.Spend), x.day(r.LastOrder))...)
}
