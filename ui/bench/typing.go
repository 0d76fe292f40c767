package bench

import (
	"context"
	"time"

	"blanche/model"
)

// typed is the rule that is written letter by letter: what most people ask
// about, orders of a period, and a day that comes back.
const typed = `city = "Paris" and spend > 100 and last_order < 180d ago and not tags = "vip" and (orders(365d) >= 2 or average_basket > 75)`

// samplePeople are how many people a screen shows under the count.
const samplePeople = 5

// typing measures what a screen asks at each letter of a rule that makes it one:
// its reading, the count with the exclusions, and some people. The columns
// are in memory, as they are where somebody looks.
func (b *segmentBench) typing(ctx context.Context, house ShopHouse) error {
	b.tell("typing")
	desk := house.Desk()
	if _, err := desk.RuleForm(ctx); err != nil { // which a screen asks first
		return err
	}
	var took []float64
	for n := 1; n <= len(typed); n++ {
		text, begun := typed[:n], time.Now()
		_, err := desk.ReadRule(ctx, text)
		if model.KindOf(err) == model.KindInvalid { // not a rule yet
			continue
		}
		if err != nil {
			return err
		}
		if _, err := desk.Count(ctx, text); err != nil {
			return err
		}
		if _, err := desk.Sample(ctx, text, samplePeople); err != nil {
			return err
		}
		took = append(took, float64(time.Since(begun))/1e6)
	}
	b.report.Typed, b.report.TypedRules = spread(took), len(took)
	return nil
}
