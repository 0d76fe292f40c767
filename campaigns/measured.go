package campaigns

import (
	"io"

	"blanche/campaigns/measure"
	"blanche/model"
)

// What else a file of another tool answers, and what several tests or campaigns
// say together. The formulas and their sources are those of package measure.

// AnytimeSpec is how a file is looked at while it fills.
type AnytimeSpec = measure.AnytimeSpec

// Anytime is what each look says, all of them together.
type Anytime = measure.Anytime

// FollowFile compares the arms of a file at each look, in the order of its rows.
func FollowFile(r io.Reader, spec AnytimeSpec) (Anytime, error) { return measure.FollowFile(r, spec) }

// Adjusted is a family of tests corrected for their number.
type Adjusted = measure.Adjusted

// Adjust corrects p values for their number, each with its name.
func Adjust(names []string, p []float64) (Adjusted, error) { return measure.Adjust(names, p) }

// CouponSpec names the columns of the campaign and of the customer.
type CouponSpec = measure.CouponSpec

// CouponLeak sets the coupons redeemed beside the customers they were sent to.
type CouponLeak = measure.CouponLeak

// CheckCoupons finds the redemptions of customers who are on no list.
func CheckCoupons(redemptions, targets io.Reader, spec CouponSpec) (CouponLeak, error) {
	return measure.CheckCoupons(redemptions, targets, spec)
}

// PoolSpec names the columns of a file of effects and errors.
type PoolSpec = measure.PoolSpec

// Pooled is what several effects say together.
type Pooled = measure.Pooled

// PoolFile pools a file of effects and errors.
func PoolFile(r io.Reader, spec PoolSpec) (Pooled, error) { return measure.PoolFile(r, spec) }

// PooledCampaigns is what several campaigns say together.
type PooledCampaigns = measure.PooledCampaigns

// PoolStatements pools the statements that are closed, causal and sound.
func PoolStatements(all []model.Statement, alpha float64) (PooledCampaigns, error) {
	return measure.PoolStatements(all, alpha)
}

// PooledMoney is the money of several campaigns, added up.
type PooledMoney = measure.PooledMoney

// LeftOut is a campaign that says nothing yet, or nothing causal.
type LeftOut = measure.LeftOut
