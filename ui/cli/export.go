package cli

import (
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

func newExportCmd(s *session) *cobra.Command {
	return s.group("export", newExportContactsCmd(s))
}

func newExportContactsCmd(s *session) *cobra.Command {
	var where *string
	var excel *bool
	cmd := s.command("export contacts", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		rows, err := listContacts(cmd.Context(), desk, *where, "", 0, 0)
		if err != nil {
			return err
		}
		if s.global.json {
			for i := range rows {
				if err := s.json(asContact(&rows[i])); err != nil {
					return err
				}
			}
			return nil
		}
		return exportContacts(cmd.Context(), s.Out, rows, *excel)
	})
	where = s.textFlag(cmd, "where", "")
	excel = s.boolFlag(cmd, "excel-fr")
	return cmd
}

// contactColumns are the columns of an export, which an import knows again.
var contactColumns = []string{
	"email", "first_name", "last_name", "company", "kind", "phone", "postcode", "city", "country", "lang", "birth", "external_id", "card", "points", "tier", "tags",
}

// exportContacts writes contacts as an import reads them back. The French
// Excel form has a byte order mark, semicolons, and dates and decimals as
// Excel understands them there.
func exportContacts(ctx context.Context, w io.Writer, rows []campaigns.ContactRow, excel bool) error {
	out := csv.NewWriter(w)
	if excel {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
		out.Comma, out.UseCRLF = ';', true
	}
	attrs := attributeNames(rows)
	_ = out.Write(slices.Concat(contactColumns, attrs, []string{"orders", "spend", "last_order"}))
	for i := range rows {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		_ = out.Write(exportedContact(&rows[i], attrs, excel))
	}
	out.Flush()
	return out.Error()
}

func exportedContact(c *campaigns.ContactRow, attrs []string, excel bool) []string {
	cells := []string{
		c.Email, c.FirstName, c.LastName, c.Company, c.Kind.String(), c.Phone, c.Postcode, c.City, c.Country, c.Lang, exportedDay(c.Birth, excel),
		c.ExternalID, c.Card, strconv.FormatInt(c.Points, 10), c.Tier, strings.Join(c.Tags, ","),
	}
	for _, name := range attrs {
		v, _ := c.Attr(name)
		cells = append(cells, v)
	}
	spend := strconv.FormatFloat(c.Spend.Euros(), 'f', 2, 64)
	if excel {
		spend = strings.Replace(spend, ".", ",", 1)
	}
	cells = append(cells, strconv.Itoa(int(c.Orders)), spend, exportedDay(c.LastOrder, excel))
	for i := range cells {
		cells[i] = guard(cells[i])
	}
	return cells
}

func exportedDay(d model.Date, excel bool) string {
	if excel && !d.IsZero() {
		return d.In(time.UTC).Format("02/01/2006")
	}
	return d.String()
}

func attributeNames(rows []campaigns.ContactRow) []string {
	known := map[string]bool{}
	var names []string
	for i := range rows {
		for _, a := range rows[i].Attrs {
			if !known[a.Name] {
				known[a.Name] = true
				names = append(names, a.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}
