package cli

import (
	"bufio"
	"cmp"
	"context"
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
	return s.group("export", newExportContactsCmd(s), newExportOrdersCmd(s), newExportCampaignCmd(s),
		newExportConsentsCmd(s), newExportPointsCmd(s), newExportMessagesCmd(s), newExportResponsesCmd(s), newExportJournalCmd(s), newExportAllCmd(s))
}

// export is data on its way out: a CSV, or a JSON document a line.
type export struct {
	json  bool // a document a line
	eyes  bool // a person looks at it
	out   *bufio.Writer
	line  []byte
	excel bool
	raw   bool // for machines: a cell that computes stays as it is
	zone  *time.Location
	head  []string // until it is written
	kept  []int    // the columns wanted, by position; nil: all
	rows  int
}

// export prepares one. The French Excel form has a byte order mark, semicolons,
// and dates and decimals as Excel understands them there.
func (s *session) export(desk campaigns.Desk, excel bool, head ...string) *export {
	return &export{json: s.global.json, eyes: s.OutTerminal, out: bufio.NewWriter(s.Out), excel: excel, zone: desk.Now().Location(), head: head}
}

// only keeps some of the columns, in the order in which they were asked for.
func (x *export) only(columns string) error {
	if columns == "" {
		return nil
	}
	for name := range strings.SplitSeq(columns, ",") {
		i := slices.Index(x.head, strings.TrimSpace(name))
		if i < 0 {
			return model.Invalid("cli.no_column", "name", strings.TrimSpace(name), "known", strings.Join(x.head, ", "))
		}
		x.kept = append(x.kept, i)
	}
	return nil
}

// end writes what is still in memory after a visit; one that failed before its
// first row leaves nothing on standard output.
func (x *export) end(visit error) error {
	if visit == nil && !x.json {
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
	return x.write(head)
}

// row writes one row; what it says is harmless in a spreadsheet and, where a
// person looks, on a terminal.
func (x *export) row(cells ...string) error {
	if err := x.begin(); err != nil {
		return err
	}
	x.rows++
	return x.write(cells)
}

func (x *export) write(cells []string) error {
	if x.kept != nil {
		some := make([]string, len(x.kept))
		for i, at := range x.kept {
			some[i] = cells[at]
		}
		cells = some
	}
	for i := range cells {
		if x.eyes {
			cells[i] = safe.Text(cells[i])
		}
	}
	comma := byte(',')
	if x.excel {
		comma = ';'
	}
	x.line = appendCells(x.line[:0], comma, cells, x.raw)
	if x.excel { // at the end of the row alone: a line of a cell ends as it did
		x.line = append(x.line[:len(x.line)-1], "\r\n"...)
	}
	_, err := x.out.Write(x.line)
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

// orderColumns are the columns of an export of orders.
var orderColumns = []string{"source", "id", "date", "total", "currency", "status", "channel", "code", "email", "external_id", "card", "category"}

func newExportOrdersCmd(s *session) *cobra.Command {
	var how *outflow
	var where *string
	cmd := s.command("export orders", nil, func(cmd *cobra.Command, _ []string) error {
		return s.flow(cmd.Context(), how, orderColumns, func(ctx context.Context, desk campaigns.Desk, x *export) error {
			return desk.EachOrder(ctx, *where, x.order)
		})
	})
	where = s.textFlag(cmd, "where", "")
	how = s.outflow(cmd)
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
	if x.json {
		return x.document(soldJSON{asOrder(o), o.Email, o.ExternalID, o.Card})
	}
	date := x.day(o.Day)
	if !o.At.IsZero() {
		date = x.instant(o.At)
	}
	return x.row(o.Source, o.ID, date, x.money(o.Total), o.Currency, o.Status.String(), o.Channel, o.Code, o.Email, o.ExternalID, o.Card, o.Category)
}

// armColumns are the columns of an export of the audience of a campaign.
var armColumns = []string{"email", "arm", "state", "reason", "at", "message_id", "stratum"}

func newExportCampaignCmd(s *session) *cobra.Command {
	var how *outflow
	var where *string
	cmd := s.command("export campaign", []string{"NAME"}, func(cmd *cobra.Command, args []string) error {
		return s.flow(cmd.Context(), how, armColumns, func(ctx context.Context, desk campaigns.Desk, x *export) error {
			return desk.EachRecipient(ctx, args[0], *where, x.recipient)
		})
	})
	where = s.textFlag(cmd, "where", "")
	how = s.outflow(cmd)
	return cmd
}

func (x *export) recipient(l *campaigns.ArmLine) error {
	if x.json {
		return x.document(l)
	}
	return x.row(l.Email, l.Arm, l.State, l.Reason, x.instant(l.At), l.MessageID, l.Stratum)
}

// attributes are the names of the free columns, in order.
func attributes(types map[string]string) []string { return slices.Sorted(maps.Keys(types)) }
