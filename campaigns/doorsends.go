package campaigns

// The doors to campaigns. Each passes the guard once.

import (
	"context"
	"time"

	"blanche/model"
)

func (d door) Campaigns(ctx context.Context) ([]CampaignLine, error) {
	return ask(ctx, d, "Campaigns", func(ctx context.Context) ([]CampaignLine, error) { return d.s.Campaigns(ctx) })
}

func (d door) Campaign(ctx context.Context, name string) (CampaignDetail, error) {
	return ask(ctx, d, "Campaign", func(ctx context.Context) (CampaignDetail, error) { return d.s.Campaign(ctx, name) })
}

func (d door) NewCampaign(ctx context.Context, source []byte, read ReadFile) (model.Campaign, error) {
	return ask(ctx, d, "NewCampaign", func(ctx context.Context) (model.Campaign, error) { return d.s.NewCampaign(ctx, source, read) })
}

func (d door) EditCampaign(ctx context.Context, name string, source []byte, read ReadFile) (model.Campaign, error) {
	return ask(ctx, d, "EditCampaign", func(ctx context.Context) (model.Campaign, error) { return d.s.EditCampaign(ctx, name, source, read) })
}

func (d door) CloneCampaign(ctx context.Context, name, as string) (model.Campaign, error) {
	return ask(ctx, d, "CloneCampaign", func(ctx context.Context) (model.Campaign, error) { return d.s.CloneCampaign(ctx, name, as) })
}

func (d door) RecordCampaign(ctx context.Context, r RecordRequest) (model.Campaign, error) {
	return ask(ctx, d, "RecordCampaign", func(ctx context.Context) (model.Campaign, error) { return d.s.RecordCampaign(ctx, r) })
}

func (d door) Preview(ctx context.Context, name, ref string) (Preview, error) {
	return ask(ctx, d, "Preview", func(ctx context.Context) (Preview, error) { return d.s.Preview(ctx, name, ref) })
}

func (d door) CheckCampaign(ctx context.Context, name string) (model.Checklist, error) {
	return ask(ctx, d, "CheckCampaign", func(ctx context.Context) (model.Checklist, error) { return d.s.CheckCampaign(ctx, name) })
}

func (d door) TestSend(ctx context.Context, name, variant, address string) error {
	return tell(ctx, d, "TestSend", func(ctx context.Context) error { return d.s.TestSend(ctx, name, variant, address) })
}

func (d door) Approve(ctx context.Context, name string) error {
	return tell(ctx, d, "Approve", func(ctx context.Context) error { return d.s.Approve(ctx, name) })
}

func (d door) Schedule(ctx context.Context, name string) error {
	return tell(ctx, d, "Schedule", func(ctx context.Context) error { return d.s.Schedule(ctx, name) })
}

func (d door) Start(ctx context.Context, name string, confirm int) error {
	return tell(ctx, d, "Start", func(ctx context.Context) error { return d.s.Start(ctx, name, confirm) })
}

func (d door) Pause(ctx context.Context, name string) error {
	return tell(ctx, d, "Pause", func(ctx context.Context) error { return d.s.Pause(ctx, name) })
}

func (d door) Resume(ctx context.Context, name string) error {
	return tell(ctx, d, "Resume", func(ctx context.Context) error { return d.s.Resume(ctx, name) })
}

// SetRate is under the right to hold back, because slowing down never hurts; to
// go faster takes the right to launch as well.
func (d door) SetRate(ctx context.Context, name string, perSecond float64) error {
	return tell(ctx, d, "SetRate", func(ctx context.Context) error {
		if st, err := d.s.Status(ctx, name); err == nil && faster(perSecond, st.RateLimit) {
			if err := d.may(model.Launch); err != nil {
				return err
			}
		}
		return d.s.SetRate(ctx, name, perSecond)
	})
}

// faster compares rates, of which 0 is as fast as the relay takes them.
func faster(rate, than float64) bool { return than != 0 && (rate == 0 || rate > than) }

func (d door) Cancel(ctx context.Context, name string) error {
	return tell(ctx, d, "Cancel", func(ctx context.Context) error { return d.s.Cancel(ctx, name) })
}

func (d door) Status(ctx context.Context, name string) (model.Status, error) {
	return ask(ctx, d, "Status", func(ctx context.Context) (model.Status, error) { return d.s.Status(ctx, name) })
}

func (d door) Wait(ctx context.Context, name string, interval time.Duration, each func(model.Status)) (model.Status, error) {
	return ask(ctx, d, "Wait", func(ctx context.Context) (model.Status, error) { return d.s.Wait(ctx, name, interval, each) })
}

func (d door) Missing(ctx context.Context, name string) ([]RecipientLine, error) {
	return d.listed(ctx, "Missing", name, d.s.Missing)
}

func (d door) Uncertain(ctx context.Context, name string) ([]RecipientLine, error) {
	return d.listed(ctx, "Uncertain", name, d.s.Uncertain)
}

// listed gives people of a campaign.
func (d door) listed(ctx context.Context, method, name string, list func(context.Context, string) ([]RecipientLine, error)) ([]RecipientLine, error) {
	return ask(ctx, d, method, func(ctx context.Context) ([]RecipientLine, error) {
		lines, err := list(ctx, name)
		if err == nil {
			err = d.takeOut(ctx, len(lines), objectCampaign(name))
		}
		if err != nil {
			return nil, err
		}
		return lines, nil
	})
}

func (d door) ResolveUncertain(ctx context.Context, name string, resend bool) (int, error) {
	return ask(ctx, d, "ResolveUncertain", func(ctx context.Context) (int, error) { return d.s.ResolveUncertain(ctx, name, resend) })
}

func (d door) SendAgain(ctx context.Context, name string) (int, error) {
	return ask(ctx, d, "SendAgain", func(ctx context.Context) (int, error) { return d.s.SendAgain(ctx, name) })
}

func (d door) CheckRelay(ctx context.Context) (RelayReport, error) {
	return ask(ctx, d, "CheckRelay", func(ctx context.Context) (RelayReport, error) { return d.s.CheckRelay(ctx) })
}

func (d door) ROI(ctx context.Context, name string) (model.Statement, error) {
	return ask(ctx, d, "ROI", func(ctx context.Context) (model.Statement, error) { return d.s.ROI(ctx, name) })
}

func (d door) Universal(ctx context.Context) (UniversalState, error) {
	return ask(ctx, d, "Universal", func(ctx context.Context) (UniversalState, error) { return d.s.Universal(ctx) })
}

func (d door) Aside(ctx context.Context, name, address string) (Aside, error) {
	return ask(ctx, d, "Aside", func(ctx context.Context) (Aside, error) { return d.s.Aside(ctx, name, address) })
}

func (d door) Programme(ctx context.Context, year int) (Programme, error) {
	return ask(ctx, d, "Programme", func(ctx context.Context) (Programme, error) { return d.s.Programme(ctx, year) })
}

func (d door) Month(ctx context.Context, month string) (Month, error) {
	return ask(ctx, d, "Month", func(ctx context.Context) (Month, error) { return d.s.Month(ctx, month) })
}

func (d door) Holdout(ctx context.Context, name string) (Holdout, error) {
	return ask(ctx, d, "Holdout", func(ctx context.Context) (Holdout, error) {
		h, err := d.s.Holdout(ctx, name)
		if err == nil {
			err = d.takeOut(ctx, len(h.Members), objectCampaign(name))
		}
		if err != nil {
			return Holdout{}, err
		}
		return h, nil
	})
}

func (d door) VerifyHoldout(ctx context.Context, name string) (HoldoutProof, error) {
	return ask(ctx, d, "VerifyHoldout", func(ctx context.Context) (HoldoutProof, error) { return d.s.VerifyHoldout(ctx, name) })
}

func (d door) PlanHoldout(ctx context.Context, r HoldoutRequest) (HoldoutPlan, error) {
	return ask(ctx, d, "PlanHoldout", func(ctx context.Context) (HoldoutPlan, error) { return d.s.PlanHoldout(ctx, r) })
}

func (d door) DraftFile(spec model.CampaignSpec) []byte { return d.s.DraftFile(spec) }
