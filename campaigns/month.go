package campaigns

import (
	"context"
	"strings"
	"time"

	"blanche/model"
)

// Month is what a director reads once a month.
type Month struct {
	Month string     `json:"month"` // 2026-11
	Shop  string     `json:"shop"`
	From  model.Date `json:"from"`
	Until model.Date `json:"until"` // the last day that counts: of the month, or today
	Over  bool       `json:"over"`  // the month is over

	Sales    MonthSales  `json:"sales"`
	Before   *MonthSales `json:"before"`    // the month before; nil where no order is that old
	LastYear *MonthSales `json:"last_year"` // the same month of last year

	Sending   MonthSending    `json:"sending"`
	Campaigns []MonthCampaign `json:"campaigns"` // sent in the month, or measured to their end in it; the oldest first
	Incidents []MonthIncident `json:"incidents"` // the oldest first
	Next      []MonthPlan     `json:"next"`      // what is to leave in the month after
}

// MonthSales are the sales of a month. A month under way is compared with as
// many days of the others.
type MonthSales struct {
	Month           string      `json:"month"`
	Days            int         `json:"days"`
	Revenue         model.Cents `json:"revenue_cents"` // paid orders less refunds
	Orders          int         `json:"orders"`
	Buyers          int         `json:"buyers"`        // who ordered in it
	Customers       int         `json:"customers"`     // with a paid order in the 24 months before its end
	NewCustomers    int         `json:"new_customers"` // whose first order is in it
	RevenuePerBuyer *float64    `json:"revenue_per_buyer"`
}

// MonthSending adds up the campaigns that left in the month: Planned is the sum
// of all that follow it but HeldOut and Complaints.
type MonthSending struct {
	Campaigns  int  `json:"campaigns"`
	HeldOut    int  `json:"held_out"`
	Planned    int  `json:"planned"`
	Accepted   int  `json:"accepted"`
	Refused    int  `json:"refused"`
	Excluded   int  `json:"excluded"`
	Uncertain  int  `json:"uncertain"`
	Deferred   int  `json:"deferred"`
	Waiting    int  `json:"waiting"`
	Complaints int  `json:"complaints"`
	Balanced   bool `json:"balanced"`
}

// MonthCampaign is a campaign with its statement as of now, whole: every figure
// of the page can be computed again from it.
type MonthCampaign struct {
	Name        string          `json:"name"`
	Title       string          `json:"title"`
	Kind        string          `json:"kind"`
	StartedAt   time.Time       `json:"started_at"`
	SentInMonth bool            `json:"sent_in_month"` // else its window ended in the month
	Elsewhere   bool            `json:"elsewhere"`     // sent by another tool
	Statement   model.Statement `json:"statement"`
}

// MonthIncident is something that the program did by itself to protect a
// sending, or could not do.
type MonthIncident struct {
	At       time.Time `json:"at"`
	Act      string    `json:"act"` // campaign.guard, campaign.late, campaign.continue
	Campaign string    `json:"campaign"`
	Reason   string    `json:"reason,omitempty"` // catalogue key of the guard that paused it
}

// MonthPlan is a campaign to come.
type MonthPlan struct {
	Name  string              `json:"name"`
	Title string              `json:"title"`
	Kind  string              `json:"kind"`
	State model.CampaignState `json:"state"`
	Start time.Time           `json:"start"`
}

// Month gathers a month, written 2026-11, as it is known now.
func (s *Service) Month(ctx context.Context, month string) (Month, error) {
	begin, err := time.ParseInLocation("2006-01", month, s.cfg.Zone)
	if err != nil || begin.Year() < 1990 {
		return Month{}, model.Invalid("report.bad_month", "value", month)
	}
	today := model.DateOf(s.Now(), s.cfg.Zone)
	m := Month{
		Month: month, Shop: s.cfg.Sender.Name, From: model.DateOf(begin, s.cfg.Zone), Until: model.DateOf(begin.AddDate(0, 1, -1), s.cfg.Zone),
		Campaigns: []MonthCampaign{}, Incidents: []MonthIncident{}, Next: []MonthPlan{}, Sending: MonthSending{Balanced: true},
	}
	if m.From > today {
		return Month{}, model.Invalid("report.month_to_come", "value", month, "today", today.String())
	}
	if m.Over = m.Until < today; !m.Over {
		m.Until = today
	}
	if err := s.monthSales(ctx, &m, begin); err != nil {
		return Month{}, err
	}
	if err := s.monthCampaigns(ctx, &m, begin); err != nil {
		return Month{}, err
	}
	m.Incidents, err = s.incidents(ctx, begin, begin.AddDate(0, 1, 0))
	return m, err
}

// monthCampaigns measures what left in the month or ended in it, adds up what
// was sent, and lists what is to come.
func (s *Service) monthCampaigns(ctx context.Context, m *Month, begin time.Time) error {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return err
	}
	next := begin.AddDate(0, 1, 0)
	for i := len(all) - 1; i >= 0; i-- {
		c := &all[i]
		if c.StartedAt.IsZero() {
			if at := c.Spec.Start; !c.State.Launched() && !at.Before(next) && at.Before(next.AddDate(0, 1, 0)) {
				m.Next = append(m.Next, MonthPlan{Name: c.Name, Title: c.Spec.Title, Kind: c.Spec.Kind, State: c.State, Start: at.In(s.cfg.Zone)})
			}
			continue
		}
		first := model.DateOf(c.StartedAt, s.cfg.Zone)
		last := first + model.Date(c.Spec.WindowDays) - 1
		sent := first >= m.From && first <= m.Until
		if !sent && (last < m.From || last > m.Until) {
			continue
		}
		st, err := s.ROI(ctx, c.Name)
		if err != nil {
			return err
		}
		if sent && !c.External {
			if err := s.addSending(ctx, &m.Sending, c); err != nil {
				return err
			}
		}
		m.Campaigns = append(m.Campaigns, MonthCampaign{
			Name: c.Name, Title: c.Spec.Title, Kind: c.Spec.Kind, StartedAt: c.StartedAt.In(s.cfg.Zone), SentInMonth: sent, Elsewhere: c.External, Statement: st,
		})
	}
	return nil
}

// addSending adds a campaign to the balance of the month.
func (s *Service) addSending(ctx context.Context, b *MonthSending, c *model.Campaign) error {
	st, err := s.status(ctx, c)
	if err != nil {
		return err
	}
	b.Campaigns++
	b.HeldOut += st.HeldOut
	b.Planned += st.Planned
	b.Accepted += st.Accepted
	b.Refused += st.Refused
	b.Excluded += st.Excluded
	b.Uncertain += st.Uncertain
	b.Deferred += st.Deferred
	b.Waiting += st.Waiting
	b.Complaints += st.Complaints
	b.Balanced = b.Balanced && st.Balanced
	return nil
}

// incidents are what the audit says that the program did by itself between two
// instants.
func (s *Service) incidents(ctx context.Context, from, until time.Time) ([]MonthIncident, error) {
	out := []MonthIncident{}
	err := s.store.Audit().Back(ctx, 0, func(l *model.AuditLine) bool {
		e := &l.Entry
		if e.At.Before(from) { // a clock set back by less than a day loses nothing
			return from.Sub(e.At) < 24*time.Hour && ctx.Err() == nil
		}
		name, is := strings.CutPrefix(e.Object, "campaign:")
		switch e.Act {
		case "campaign.guard", "campaign.late", "campaign.continue":
			if is && e.At.Before(until) {
				out = append(out, MonthIncident{At: e.At.In(s.cfg.Zone), Act: e.Act, Campaign: name, Reason: pausedWhy(e)})
			}
		}
		return ctx.Err() == nil
	})
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	if err == nil {
		err = ctx.Err()
	}
	return out, err
}

// pausedWhy is the guard that a line of the audit tells of, empty for none.
func pausedWhy(e *model.AuditEntry) string {
	for _, c := range e.Changes {
		if c.Field == "paused_why" {
			return c.After
		}
	}
	return ""
}
