package campaigns

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// RecordCampaign notes a campaign that another tool sent: who was written to,
// who was left alone, and what it cost. The whole file is read and understood
// before anything is written.
func (s *Service) RecordCampaign(ctx context.Context, r RecordRequest) (model.Campaign, error) {
	switch {
	case !model.ValidCampaignName(r.Name):
		return model.Campaign{}, model.Invalid("campaign.bad_name", "name", r.Name)
	case r.StartedAt.IsZero():
		return model.Campaign{}, model.Invalid("campaign.no_started_at", "name", r.Name)
	case r.StartedAt.After(s.Now()):
		return model.Campaign{}, model.Invalid("campaign.starts_later", "name", r.Name, "at", r.StartedAt)
	case r.Margin < 0 || r.Margin > 1 || r.WindowDays < 0 || r.WindowDays > 730 || r.Fixed < 0 || r.PerMessage < 0:
		return model.Campaign{}, model.Invalid("campaign.bad_terms", "name", r.Name)
	}
	plan, err := s.readArms(ctx, r.Source)
	if err != nil {
		return model.Campaign{}, err
	}
	c, err := s.recorded(ctx, &r)
	if err != nil || rehearsed(ctx) {
		return c, err
	}
	if err := s.fillLedger(ctx, &c, plan); err != nil {
		return c, err
	}
	t, err := s.store.Ledger().Tally(ctx, c.ID)
	if err != nil {
		return c, err
	}
	defer s.changed()
	return s.store.Campaigns().Update(ctx, r.Name, func(c *model.Campaign) error {
		c.State, c.HeldOut, c.Target, c.Matched = model.Done, t.HeldOut, t.HeldOut+t.Planned, t.HeldOut+t.Planned
		return nil
	})
}

// recorded is the record of a campaign of another tool: a draft until its
// ledger is whole. One that a dead process left so is taken up again.
func (s *Service) recorded(ctx context.Context, r *RecordRequest) (model.Campaign, error) {
	c := model.Campaign{
		Name: r.Name, State: model.Draft, External: true, Created: s.Now(), StartedAt: r.StartedAt, FinishedAt: r.StartedAt,
		Versions: []model.CampaignVersion{{Number: 1, At: s.Now(), By: actorName(ctx)}},
		Spec: model.CampaignSpec{
			Name: r.Name, Kind: "newsletter", Title: r.Name, Lang: s.cfg.Lang, WindowDays: r.WindowDays, Margin: r.Margin,
			FixedCents: r.Fixed, PerMessageCents: r.PerMessage,
		},
	}
	if c.Spec.WindowDays == 0 {
		c.Spec.WindowDays = s.cfg.WindowDays
	}
	if c.Spec.Margin == 0 {
		c.Spec.Margin = s.cfg.Margin
	}
	if rehearsed(ctx) {
		if old, err := s.store.Campaigns().Get(ctx, r.Name); err == nil && !(old.External && old.State == model.Draft) {
			return c, recordedAlready(r.Name)
		}
		return c, nil
	}
	made, err := s.store.Campaigns().Create(ctx, c)
	if !errors.Is(err, store.ErrExists) {
		return made, err
	}
	return s.store.Campaigns().Update(ctx, r.Name, func(old *model.Campaign) error {
		if !old.External || old.State != model.Draft {
			return recordedAlready(r.Name)
		}
		*old = c
		return nil
	})
}

func recordedAlready(name string) error {
	return model.Refused("campaign.exists", "name", name).Hint("campaign.other_name")
}

// fillLedger writes the plan of a recorded campaign, everybody served.
func (s *Service) fillLedger(ctx context.Context, c *model.Campaign, plan model.Plan) error {
	ledger := s.store.Ledger()
	if err := ledger.Plan(ctx, c.ID, plan); err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	for {
		claims, err := ledger.Claim(ctx, c.ID, model.Claims(1000), c.StartedAt)
		if err != nil || len(claims) == 0 {
			return err
		}
		results := make([]model.Outcome, len(claims))
		for i, cl := range claims {
			results[i] = model.Outcome{Campaign: c.ID, Ordinal: cl.Ordinal, State: model.StateAccepted, Version: 1, At: c.StartedAt, Attempts: 1}
		}
		if _, err := ledger.Commit(ctx, results, nil); err != nil {
			return err
		}
	}
}

// armColumns are the columns of the file of a recorded campaign, -1 without.
type armColumns struct {
	email, external, arm, stratum int
	own                           bool // our own export of an audience
}

// readArms reads the two groups; every row must name somebody known, once.
func (s *Service) readArms(ctx context.Context, in io.Reader) (model.Plan, error) {
	rows, col, err := openArms(in)
	if err != nil {
		return model.Plan{}, err
	}
	var plan model.Plan
	strata := map[string]uint16{}
	seen := map[model.ContactID]int{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return plan, unreadable(err)
		}
		line, _ := rows.FieldPos(0)
		if col.own && cell(row, col.email) == "" { // erased since: nobody's by now
			continue
		}
		id, err := s.armPerson(ctx, row, col, line)
		if err != nil {
			return plan, err
		}
		if first, twice := seen[id]; twice {
			return plan, model.Invalid("campaign.csv_twice", "line", line, "first", first)
		}
		seen[id] = line
		if err := addToArm(&plan, strata, id, row, col, line); err != nil {
			return plan, err
		}
	}
	if len(seen) == 0 {
		return plan, model.Invalid("roi.empty_file")
	}
	slices.SortFunc(plan.Planned, func(a, b model.Planned) int { return cmp.Compare(a.Contact, b.Contact) })
	slices.SortFunc(plan.HeldOut, func(a, b model.HeldOut) int { return cmp.Compare(a.Contact, b.Contact) })
	return plan, nil
}

// unreadable is a row that is no CSV, where the row starts.
func unreadable(err error) error {
	line := 1
	var at *csv.ParseError
	if errors.As(err, &at) {
		line = at.StartLine
	}
	return model.Invalid("campaign.bad_csv", "line", line).Because(err)
}

// openArms finds the delimiter and the columns in the first line.
func openArms(in io.Reader) (*csv.Reader, armColumns, error) {
	buf := bufio.NewReaderSize(in, 1<<16)
	head, _ := buf.Peek(1 << 12)
	first, _, _ := strings.Cut(strings.TrimPrefix(string(head), "\ufeff"), "\n")
	if b, _ := buf.Peek(3); string(b) == "\ufeff" {
		_, _ = buf.Discard(3)
	}
	rows := csv.NewReader(buf)
	if !utf8.Valid(head[:bytes.LastIndexByte(head, '\n')+1]) { // Excel's, in France
		rows = csv.NewReader(charmap.Windows1252.NewDecoder().Reader(buf))
	}
	for _, d := range ";\t," {
		if strings.ContainsRune(first, d) {
			rows.Comma = d
			break
		}
	}
	header, err := rows.Read()
	if err != nil {
		return nil, armColumns{}, unreadable(err)
	}
	col := armColumns{email: -1, external: -1, arm: -1, stratum: -1}
	for i, h := range header {
		switch audience.Fold(strings.TrimSpace(h)) {
		case "email", "e-mail", "courriel":
			col.email = i
		case "external_id", "id client":
			col.external = i
		case "arm", "groupe", "bras":
			col.arm = i
		case "stratum", "strate":
			col.stratum = i
		}
	}
	col.own = col.email >= 0 && slices.Contains(header, "state") && slices.Contains(header, "message_id")
	if col.arm < 0 || col.email < 0 && col.external < 0 {
		return nil, col, model.Invalid("campaign.csv_columns", "columns", strings.Join(header, ", "))
	}
	return rows, col, nil
}

func (s *Service) armPerson(ctx context.Context, row []string, col armColumns, line int) (model.ContactID, error) {
	var c model.Contact
	err := store.ErrNotFound
	value := ""
	if col.email >= 0 {
		if value = cell(row, col.email); value != "" {
			c, err = s.store.Contacts().ByEmail(ctx, value)
		}
	}
	if errors.Is(err, store.ErrNotFound) && col.external >= 0 && cell(row, col.external) != "" {
		value = cell(row, col.external)
		c, err = s.store.Contacts().ByExternal(ctx, value)
	}
	if errors.Is(err, store.ErrNotFound) {
		return 0, model.Invalid("campaign.csv_unknown", "line", line, "value", value).Hint("contact.import_some")
	}
	if err == nil && col.own && model.EmailKey(c.Email) != model.EmailKey(value) { // drawn as the record that it was
		if born, err := s.store.Unions().Whose(ctx, value); err != nil || born != 0 {
			return born, err
		}
	}
	return c.ID, err
}

// cell is a cell without the sign that keeps a spreadsheet from computing it.
func cell(row []string, i int) string { return model.Unguarded(strings.TrimSpace(row[i])) }

// numbered is the number of a stratum of a plan, which has it from now on.
func numbered(plan *model.Plan, strata map[string]uint16, name string) uint16 {
	n, known := strata[name]
	if !known && len(plan.Strata) < 1<<16-1 {
		plan.Strata = append(plan.Strata, name)
		n = uint16(len(plan.Strata))
		strata[name] = n
	}
	return n
}

func addToArm(plan *model.Plan, strata map[string]uint16, id model.ContactID, row []string, col armColumns, line int) error {
	switch arm := audience.Fold(strings.TrimSpace(row[col.arm])); arm {
	case "target", "cible":
		p := model.Planned{Contact: id}
		if col.stratum >= 0 {
			p.Stratum = numbered(plan, strata, cell(row, col.stratum))
		}
		plan.Planned = append(plan.Planned, p)
	case "holdout", "zone blanche":
		h := model.HeldOut{Contact: id}
		if col.stratum >= 0 {
			h.Stratum = cell(row, col.stratum)
		}
		plan.HeldOut = append(plan.HeldOut, h)
	case armUniversal: // of no arm
	default:
		return model.Invalid("campaign.csv_arm", "line", line, "value", row[col.arm])
	}
	return nil
}
