package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"

	"github.com/spf13/cobra"
)

func newExportCmd(s *session) *cobra.Command {
	return s.group("export", newExportContactsCmd(s), newExportOrdersCmd(s), newExportCampaignCmd(s))
}

// export is data on its way out: a CSV, or a JSON document a line.
type export struct {
	s     *session
	out   *bufio.Writer
	line  bytes.Buffer
	csv   *csv.Writer // of a line
	excel bool
	zone  *time.Location
	head  []string // until it is written
}

// export prepares one. The French Excel form has a byte order mark, semicolons,
// and dates and decimals as Excel understands them there.
func (s *session) export(desk campaigns.Desk, excel bool, head ...string) *export {
	x := &export{s: s, out: bufio.NewWriter(s.Out), excel: excel, zone: desk.Now().Location(), head: head}
	x.csv = csv.NewWriter(&x.line)
	if excel {
		x.csv.Comma = ';'
	}
	return x
}

// end writes what is still in memory after a visit; one that failed before its
// first row leaves nothing on standard output.
func (x *export) end(visit error) error {
	if visit == nil && !x.s.global.json {
		visit = x.begin()
	}
	return cmp.Or(visit, x.out.Flush())
}

// begin writes the header, once.
func (x *export) begin() error {
	head := x.head
	x.head = nil
	if head == nil {
		return nil
	}
	if x.excel {
		_, _ = x.out.WriteString("\ufeff")
	}
	return x.row(head...)
}

// row writes one row; what it says is harmless in a spreadsheet and, where a
// person looks, on a terminal.
func (x *export) row(cells ...string) error {
	if err := x.begin(); err != nil {
		return err
	}
	for i := range cells {
		if x.s.OutTerminal {
			cells[i] = safe.Text(cells[i])
		}
		cells[i] = guard(cells[i])
	}
	x.line.Reset()
	_ = x.csv.Write(cells)
	x.csv.Flush()
	if x.excel { // at the end of the row alone: a line of a cell ends as it did
		x.line.Truncate(x.line.Len() - 1)
		x.line.WriteString("\r\n")
	}
	_, err := x.out.Write(x.line.Bytes())
	return err
}

// The cells.

func (x *export) day(d model.Date) string {
	if x.excel && !d.IsZero() {
		return d.In(time.UTC).Format("02/01/2006")
	}
	return d.String()
}

func (x *export) instant(at time.Time) string {
	switch {
	case at.IsZero():
		return ""
	case x.excel:
		return at.In(x.zone).Format("02/01/2006 15:04:05")
	}
	return at.In(x.zone).Format(rfc3339)
}

func (x *export) money(c model.Cents) string {
	return x.number(strconv.FormatFloat(c.Euros(), 'f', 2, 64))
}

func (x *export) number(n string) string {
	if x.excel {
		return strings.Replace(n, ".", ",", 1)
	}
	return n
}

// free is the value of a free column of a type.
func (x *export) free(value, of string) string {
	switch of {
	case campaigns.AttrNumber:
		return x.number(value)
	case campaigns.AttrDate:
		if at, err := time.Parse(time.DateOnly, value); err == nil {
			return x.day(model.DateOf(at, time.UTC))
		}
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			return x.instant(at)
		}
	}
	return value
}

func newExportOrdersCmd(s *session) *cobra.Command {
	var excel *bool
	cmd := s.command("export orders", nil, func(cmd *cobra.Command, _ []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		x := s.export(desk, *excel, "source", "id", "date", "total", "currency", "status", "channel", "code", "email", "external_id", "card")
		return x.end(desk.EachOrder(cmd.Context(), x.order))
	})
	excel = s.boolFlag(cmd, "excel-fr")
	return cmd
}

// soldJSON is an order with what it says of its buyer.
type soldJSON struct {
	orderJSON
	Email      string `json:"email"`
	ExternalID string `json:"external_id"`
	Card       string `json:"card"`
}

func (x *export) order(o *model.Order) error {
	if x.s.global.json {
		return x.s.json(soldJSON{asOrder(o), o.Email, o.ExternalID, o.Card})
	}
	date := x.day(o.Day)
	if !o.At.IsZero() {
		date = x.instant(o.At)
	}
	return x.row(o.Source, o.ID, date, x.money(o.Total), o.Currency, o.Status.String(), o.Channel, o.Code, o.Email, o.ExternalID, o.Card)
}

func newExportCampaignCmd(s *session) *cobra.Command {
	var excel *bool
	cmd := s.command("export campaign", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		x := s.export(desk, *excel, "email", "arm", "state", "reason", "at", "message_id", "stratum")
		return x.end(desk.EachRecipient(cmd.Context(), args[0], x.recipient))
	})
	excel = s.boolFlag(cmd, "excel-fr")
	return cmd
}

func (x *export) recipient(l *campaigns.ArmLine) error {
	if x.s.global.json {
		return x.s.json(l)
	}
	return x.row(l.Email, l.Arm, l.State, l.Reason, x.instant(l.At), l.MessageID, l.Stratum)
}

// attributes are the names of the free columns, in order.
func attributes(types map[string]string) []string { return slices.Sorted(maps.Keys(types)) }
