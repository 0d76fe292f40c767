package cli

import (
	"context"
	"strconv"
	"time"

	"blanche/campaigns"
	"blanche/model"

	"github.com/spf13/cobra"
)

// ledgerExport is a command that takes a ledger out, of those whom a rule matches.
func (s *session) ledgerExport(path string, head []string, visit func(context.Context, campaigns.Desk, string, *export) error) *cobra.Command {
	var how *outflow
	var where *string
	cmd := s.command(path, nil, func(cmd *cobra.Command, _ []string) error {
		return s.flow(cmd.Context(), how, head, func(ctx context.Context, desk campaigns.Desk, x *export) error {
			return visit(ctx, desk, *where, x)
		})
	})
	where = s.textFlag(cmd, "where", "")
	how = s.outflow(cmd)
	return cmd
}

func newExportConsentsCmd(s *session) *cobra.Command {
	return s.ledgerExport("export consents", consentColumns, exportConsents)
}

func newExportPointsCmd(s *session) *cobra.Command {
	return s.ledgerExport("export points", pointsColumns, exportPoints)
}

func newExportMessagesCmd(s *session) *cobra.Command {
	return s.ledgerExport("export messages", messageColumns, exportMessages)
}

func newExportResponsesCmd(s *session) *cobra.Command {
	return s.ledgerExport("export responses", responseColumns, exportResponses)
}

func exportConsents(ctx context.Context, desk campaigns.Desk, where string, x *export) error {
	return desk.EachConsent(ctx, where, x.consent)
}

func exportPoints(ctx context.Context, desk campaigns.Desk, where string, x *export) error {
	return desk.EachPoints(ctx, where, x.points)
}

func exportMessages(ctx context.Context, desk campaigns.Desk, where string, x *export) error {
	return desk.EachMessage(ctx, where, x.message)
}

func exportResponses(ctx context.Context, desk campaigns.Desk, where string, x *export) error {
	return desk.EachResponse(ctx, where, x.response)
}

// consentColumns are the columns of an export of the ledger of consents.
var consentColumns = []string{
	"email", "external_id", "card", "at", "recorded", "purpose", "channel", "choice", "basis", "reason", "source", "wording", "operator", "ip", "known_before",
}

// consentJSON is an act with whose it is.
type consentJSON struct {
	campaigns.WhoseLine
	At       *time.Time    `json:"at"`
	Recorded *time.Time    `json:"recorded"`
	Purpose  model.Purpose `json:"purpose"`
	Channel  model.Channel `json:"channel"`
	Choice   model.Choice  `json:"choice"`
	Basis    model.Basis   `json:"basis"`
	Reason   string        `json:"reason"`
	Source   string        `json:"source"`
	Wording  string        `json:"wording"`
	Operator string        `json:"operator"`
	IP       string        `json:"ip,omitempty"`
	Known    bool          `json:"known_before"`
}

func (x *export) consent(l *campaigns.ActOf) error {
	a := &l.Act
	reason := ""
	if a.Reason != 0 {
		reason = a.Reason.String()
	}
	if x.json {
		return x.document(consentJSON{
			l.WhoseLine, instant(a.At), instant(a.Recorded), a.Purpose, a.Channel, a.Choice, a.Basis, reason, a.Source, a.Wording, a.Operator, a.IP, a.Known,
		})
	}
	return x.row(l.Email, l.ExternalID, l.Card, x.instant(a.At), x.instant(a.Recorded), a.Purpose.String(), a.Channel.String(), a.Choice.String(),
		a.Basis.String(), reason, a.Source, a.Wording, a.Operator, a.IP, boolean(a.Known))
}

// pointsColumns are the columns of an export of the ledger of points.
var pointsColumns = []string{"email", "external_id", "card", "at", "delta", "total", "by", "source", "operator"}

// pointsJSON is a movement with whose it is.
type pointsJSON struct {
	campaigns.WhoseLine
	At       *time.Time      `json:"at"`
	Delta    int64           `json:"delta"`
	Total    int64           `json:"total"` // afterwards
	By       model.PointsWhy `json:"by"`
	Source   string          `json:"source"`
	Operator string          `json:"operator"`
}

func (x *export) points(l *campaigns.PointsOf) error {
	m := &l.Move
	if x.json {
		return x.document(pointsJSON{l.WhoseLine, instant(m.At), m.Delta, m.Total, m.Why, m.Source, m.Operator})
	}
	return x.row(l.Email, l.ExternalID, l.Card, x.instant(m.At), strconv.FormatInt(m.Delta, 10), strconv.FormatInt(m.Total, 10), m.Why.String(), m.Source, m.Operator)
}

// messageColumns are the columns of an export of the ledger of sending.
var messageColumns = []string{
	"campaign", "email", "external_id", "card", "message_id", "state", "at", "version", "variant", "provider", "attempts", "code", "said",
}

func (x *export) message(l *campaigns.MessageLine) error {
	if x.json {
		return x.document(l)
	}
	return x.row(l.Campaign, l.Email, l.ExternalID, l.Card, l.MessageID, l.State, x.instant(l.At), number(l.Version), l.Variant, l.Lane,
		number(l.Attempts), l.Code, l.Said)
}

// responseColumns are the columns of an export of what came back.
var responseColumns = []string{
	"at", "kind", "campaign", "email", "external_id", "card", "agent", "version", "link", "class", "note", "provider", "detail", "scale",
}

// responseJSON is a response with whose it is.
type responseJSON struct {
	At       *time.Time         `json:"at"`
	Kind     model.ResponseKind `json:"kind"`
	Campaign string             `json:"campaign"`
	campaigns.WhoseLine
	Agent    model.Agent       `json:"agent"`
	Version  uint32            `json:"version"`
	Link     string            `json:"link,omitempty"`
	Class    model.BounceClass `json:"class,omitempty"`
	Note     *int              `json:"note,omitempty"`  // of an answer
	Scale    int               `json:"scale,omitempty"` // that it was given on: 5 or 10
	Provider string            `json:"provider"`
	Detail   string            `json:"detail,omitempty"`
}

func (x *export) response(l *campaigns.ResponseLine) error {
	answered := l.Kind == model.ResponseAnswer
	if x.json {
		j := responseJSON{
			At: instant(l.At), Kind: l.Kind, Campaign: l.Campaign, WhoseLine: l.WhoseLine, Agent: l.Agent,
			Version: l.Version, Link: l.Link, Class: l.Class, Provider: l.Lane.String(), Detail: l.Detail,
		}
		if answered {
			note, scale := model.Note(l.Value)
			j.Note, j.Scale = &note, scale
		}
		return x.document(j)
	}
	note, of := "", ""
	if answered {
		n, scale := model.Note(l.Value)
		if note = strconv.Itoa(n); scale > 0 {
			of = strconv.Itoa(scale)
		}
	}
	return x.row(x.instant(l.At), l.Kind.String(), l.Campaign, l.Email, l.ExternalID, l.Card, l.Agent.String(), strconv.FormatUint(uint64(l.Version), 10),
		l.Link, l.Class.String(), note, l.Lane.String(), l.Detail, of)
}
