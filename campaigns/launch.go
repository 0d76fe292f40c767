package campaigns

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"blanche/model"
	"blanche/store"
)

// Approve notes that a second person read the campaign. One that was corrected
// in the middle of its send is approved again, for the rest.
func (s *Service) Approve(ctx context.Context, name string) error {
	planned, err := s.toRead(ctx, name)
	if err != nil {
		return err
	}
	ctx, by, err := s.otherEyes(ctx, name, planned)
	if err != nil {
		return err
	}
	return s.inTurn(ctx, name, func() error {
		return s.step(ctx, name, func(c *model.Campaign) error {
			switch {
			case c.State == model.Checked || c.State == model.Late || rehearsed(ctx) && c.State == model.Draft:
				c.State = model.Approved
			case c.State == model.Paused && (!c.Approved() || ownWord(c) && by != c.ApprovedBy): // goes on when somebody resumes it
			case c.State == model.Approved && ownWord(c) && by != c.ApprovedBy: // that of few had become that of many
			case c.State != model.Scheduled || c.Approved() && (!ownWord(c) || by == c.ApprovedBy): // a scheduled one keeps its hour
				return wrongState(c)
			}
			c.ApprovedAt, c.ApprovedBy = s.Now(), by
			return nil
		})
	})
}

// toRead checks a campaign that somebody is about to approve, and counts its
// people. The plan of one that was launched stands.
func (s *Service) toRead(ctx context.Context, name string) (planned int, err error) {
	c, err := s.campaign(ctx, name)
	if err != nil || c.State == model.Paused {
		return c.Target - c.HeldOut, err
	}
	list, err := s.CheckCampaign(ctx, name)
	if err == nil && list.Blocked() {
		err = blockedBy(&list)
	}
	return list.Planned, err
}

// otherEyes says under whose name an approval goes, and refuses that of the
// author where a second person is needed. Where nobody else can come in the
// person at the machine is alone: their approval counts, and the audit says
// "alone". A wording of nobody known (of before there were names) is anybody's.
func (s *Service) otherEyes(ctx context.Context, name string, planned int) (context.Context, string, error) {
	deed, known := store.DeedOf(ctx)
	if !known {
		return ctx, "", nil
	}
	c, err := s.campaign(ctx, name)
	if err != nil || s.cfg.Approval == 0 || planned <= s.cfg.Approval || c.Author() != deed.Actor.Name {
		return ctx, deed.Actor.Name, err
	}
	team, err := s.store.Operators().List(ctx)
	if err != nil {
		return ctx, "", err
	}
	if len(team) > 0 || deed.Actor.From != model.FromLocal {
		return ctx, "", model.Refused("campaign.same_eyes", "name", name, "above", s.cfg.Approval).Hint("campaign.same_eyes_hint", "name", name)
	}
	deed.Reason = strings.TrimSpace(alone + " " + deed.Reason)
	return store.Witnessed(ctx, deed), deed.Actor.Name, nil
}

// alone stands before the reason of an approval that no second person gave.
const alone = "alone"

// Start freezes the audience, draws the zone blanche and sends.
//
// The salt of the draw is kept before the plan, and the plan before the
// campaign runs: a death in between leaves a campaign that can be started
// again, with the plan that is already there.
func (s *Service) Start(ctx context.Context, name string, confirm int) error {
	return s.inTurn(ctx, name, func() error {
		c, err := s.ready(ctx, name, confirm)
		if err != nil || rehearsed(ctx) {
			return err
		}
		return s.launch(ctx, &c, confirm)
	})
}

// ready is a campaign that may leave now, else why it may not; its turn is
// taken.
func (s *Service) ready(ctx context.Context, name string, confirm int) (model.Campaign, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return c, err
	}
	if c.State.Launched() || c.External {
		return c, wrongState(&c)
	}
	if err := s.disarmed(ctx); err != nil {
		return c, err
	}
	list, err := s.inspect(ctx, &c)
	if err != nil {
		return c, err
	}
	list.Lines = append(append(list.Lines, s.checkRelayLine(ctx)), s.publicLines(ctx)...)
	if list.Blocked() {
		return c, blockedBy(&list)
	}
	company, err := s.company(ctx)
	if err != nil {
		return c, err
	}
	switch {
	case s.needsApproval(&c, list.Planned, company):
		return c, s.unapproved(name)
	case confirm != list.Planned:
		return c, notConfirmed(name, confirm, list.Planned)
	case s.worker == nil:
		return c, nobodySends(name)
	}
	return c, s.insist(ctx, &c)
}

// needsApproval reports whether somebody must approve first, whatever the step
// of life: an audience may have grown since a smaller one was scheduled, or
// since its author, who may approve what goes to few, approved it. What the
// author approved when nobody else could come in stands.
func (s *Service) needsApproval(c *model.Campaign, planned int, company time.Time) bool {
	if s.cfg.Approval == 0 || planned <= s.cfg.Approval {
		return false
	}
	return !c.Approved() || ownWord(c) && !company.IsZero() && !c.ApprovedAt.Before(company)
}

// ownWord reports whether the approval of a campaign is that of its author.
func ownWord(c *model.Campaign) bool { return c.ApprovedBy != "" && c.ApprovedBy == c.Author() }

// company is since when somebody else may come in; zero: nobody may.
func (s *Service) company(ctx context.Context) (since time.Time, err error) {
	team, err := s.store.Operators().List(ctx)
	for i := range team {
		if since.IsZero() || team[i].Created.Before(since) {
			since = team[i].Created
		}
	}
	return since, err
}

func (s *Service) unapproved(name string) error {
	return model.Refused("campaign.needs_approval", "name", name, "above", s.cfg.Approval).Hint("campaign.approve_it", "name", name)
}

func notConfirmed(name string, given, planned int) error {
	e := &ConfirmError{Given: given, Planned: planned}
	if given == Unset {
		e.Refusal = model.Refused("campaign.confirm", "name", name, "planned", planned).Hint("campaign.confirm_with", "name", name, "planned", planned)
	} else {
		e.Refusal = model.Refused("campaign.confirm_differs", "name", name, "given", given, "planned", planned).Hint("campaign.confirm_with", "name", name, "planned", planned)
	}
	return e
}

// nobodySends refuses, in a process that does not send, what needs one.
func nobodySends(name string) error {
	return model.Busy("campaign.nobody_sends", "name", name).Hint("campaign.wait_instead", "name", name)
}

// wrongState refuses a step that a campaign is not ready for or is past, with
// the one that comes next.
//
//i18n:keys campaign.step.*
func wrongState(c *model.Campaign) error {
	next := c.State.String()
	if c.External {
		next = "recorded"
	}
	return model.Refused("campaign.wrong_state", "name", c.Name, "state", c.State).Hint("campaign.step."+next, "name", c.Name)
}

// launch draws, plans and starts a campaign that was checked; its turn is
// taken. People who came in since it was confirmed make it ask again; a
// negative confirm is the hour of a scheduled one, which nobody confirms.
func (s *Service) launch(ctx context.Context, c *model.Campaign, confirm int) error {
	frozen, err := s.frozen(ctx, c)
	if err != nil {
		return err
	}
	if !frozen {
		if err := s.insist(ctx, c); err != nil {
			return err
		}
		if err := s.freeze(ctx, c, confirm); err != nil {
			return err
		}
	}
	ctx = context.WithoutCancel(ctx) // once it says running, somebody must send it
	if s.opt.Lean != nil {
		s.base.release()
		s.opt.Lean()
	}
	if err := s.step(ctx, c.Name, func(c *model.Campaign) error {
		c.State, c.StartedAt, c.PausedWhy = model.Running, s.Now(), ""
		if c.CheckedAt.IsZero() {
			c.CheckedAt = c.StartedAt
		}
		return nil
	}); err != nil {
		return err
	}
	s.departures.drop(c.Name, nil) // what leaves now need not wait any more
	return s.send(ctx, c.Name)
}

// freeze draws the zone blanche and writes the plan. A salt is drawn once for a
// campaign, whatever became of the launch.
func (s *Service) freeze(ctx context.Context, c *model.Campaign, confirm int) error {
	salt, err := s.salt(ctx, c)
	if err != nil {
		return err
	}
	draw, err := s.draw(ctx, &c.Spec, salt)
	if err != nil {
		return err
	}
	if confirm >= 0 && confirm != draw.sum.Planned {
		return notConfirmed(c.Name, confirm, draw.sum.Planned)
	}
	foreseen, err := s.foresee(ctx, &c.Spec, &draw)
	if err != nil {
		return err
	}
	if err := s.step(acting(ctx, actDraw), c.Name, func(c *model.Campaign) error {
		c.Salt, c.Share, c.Audience, c.Quotas = salt, draw.share, draw.rule, draw.sum.Quotas
		c.Domain = model.Domain(envelopeFrom(c.Spec.From))
		c.Matched, c.Target, c.HeldOut = draw.sum.Matched, draw.sum.Target, draw.sum.HeldOut
		c.NotSent = notSent(draw.sum.Excluded)
		c.DrawnAt, c.Unit, c.Universal = s.Now(), draw.sum.Unit, draw.universal
		c.Foreseen = foreseen
		return nil
	}); err != nil {
		return err
	}
	s.relane(ctx, draw.base, &draw.plan)
	drawCells(&c.Spec, salt, &draw.plan)
	return s.store.Ledger().Plan(ctx, c.ID, draw.plan)
}

// salt is that of a campaign: 128 random bits, in hex. Households are of many
// sizes, so that a draw of them is of as many people as its salt decides: there the
// salt is known before, from the secret of the shop, and who confirms a number
// confirms the one that leaves.
func (s *Service) salt(ctx context.Context, c *model.Campaign) (string, error) {
	if c.Salt != "" {
		return c.Salt, nil
	}
	if c.Spec.Unit != "" {
		secret, err := s.store.Secret(ctx, fmt.Sprintf("draw %s %d %d", c.Name, c.ID, c.Created.UnixMilli()))
		if err != nil {
			return "", err
		}
		return hex.EncodeToString(secret[:16]), nil
	}
	return s.newSalt()
}

// newSalt is 128 random bits, in hex.
func (s *Service) newSalt() (string, error) {
	salt := make([]byte, 16)
	s.entropy.Lock()
	defer s.entropy.Unlock()
	if _, err := io.ReadFull(s.opt.Rand, salt); err != nil {
		return "", model.Failed(err, "campaign.no_entropy")
	}
	return hex.EncodeToString(salt), nil
}

// step changes a campaign record and tells the screens.
func (s *Service) step(ctx context.Context, name string, change func(*model.Campaign) error) error {
	_, err := s.store.Campaigns().Update(ctx, name, func(c *model.Campaign) error {
		if err := change(c); err != nil {
			return err
		}
		return unlessRehearsed(ctx)
	})
	switch {
	case errors.Is(err, errRehearsed):
		return nil
	case errors.Is(err, store.ErrNotFound):
		return model.NotFound("campaign.unknown", "name", name).Hint("campaign.list_them")
	}
	s.changed()
	return err
}
