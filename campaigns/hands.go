package campaigns

import (
	"context"

	"blanche/model"
)

// hands is what the worker is asked for beside campaigns.
type hands interface {
	SetPacing(p model.Pacing)
	Allow(id model.CampaignID, cells model.CellSet)
	Quiet(ctx context.Context, email string) error
	Complained(id model.CampaignID)
}

func (s *Service) hands() hands {
	if h, ok := any(s.worker).(hands); ok {
		return h
	}
	return noHands{}
}

type noHands struct{}

func (noHands) SetPacing(model.Pacing)                {}
func (noHands) Allow(model.CampaignID, model.CellSet) {}
func (noHands) Quiet(context.Context, string) error   { return nil }
func (noHands) Complained(model.CampaignID)           {}
