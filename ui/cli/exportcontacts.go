package cli

import (
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
	var excel *bool
	cmd := s.command("export contacts", nil, func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		desk, err := s.use(ctx, false)
		if err != nil {
			return err
		}
		types, err := desk.AttrTypes(ctx, true)
		if err != nil {
			return err
		}
		names := attributes(types)
		var titles []string
		for _, name := range names {
			titles = append(titles, campaigns.AttrTitle(name))
		}
		x := s.export(desk, *excel, slices.Concat(contactColumns, titles, sumColumns)...)
		return x.end(desk.EachContact(ctx, *where, func(r *campaigns.ContactRow) error { return x.contact(r, names, types) }))
	})
	where = s.textFlag(cmd, "where", "")
	excel = s.boolFlag(cmd, "excel-fr")
	return cmd
}

func (x *export) contact(r *campaigns.ContactRow, names []string, types map[string]string) error {
	if x.s.global.json {
		return x.s.json(asContact(r, types))
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
