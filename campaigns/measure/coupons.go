package measure

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"blanche/model"
)

// CouponLeak sets the coupons redeemed beside the customers they were sent to.
// A redemption leaks when its customer is not on the list of its campaign: a
// code that was passed on. It is a trace, not a randomised test: no ROI may be
// claimed from it.
type CouponLeak struct {
	Redemptions int              `json:"redemptions"`
	Leaked      int              `json:"leaked_redemptions"`
	LeakShare   Num              `json:"leak_share"` // unknown without a redemption
	Campaigns   []CouponCampaign `json:"campaigns"`  // those with a redemption, by number, then by name
	Several     int              `json:"households_in_two_or_more_campaigns"`
	Targeted    int              `json:"households_targeted"`
}

// CouponCampaign is one campaign. Its rate is of the customers targeted who
// redeemed at least once, with the 95 % interval of Wilson (1927); both are
// unknown when nobody was targeted.
type CouponCampaign struct {
	Campaign          string `json:"campaign_id"`
	Targeted          int    `json:"targeted_households"`
	Redeeming         int    `json:"redeeming_households"`
	Rate              Num    `json:"redemption_rate"`
	Wilson            [2]Num `json:"wilson95"`
	Redemptions       int    `json:"redemptions"`
	LeakedRedemptions int    `json:"leaked_redemptions"`
	LeakedHouseholds  int    `json:"leaked_households"`
}

// CouponSpec names the columns, the same in both files.
type CouponSpec struct {
	Campaign string
	Customer string
}

// CheckCoupons reads the redemptions and the lists of the campaigns, both CSV,
// plain or gzip, one redemption and one customer of a campaign a row. Somebody
// twice on a list is there once. Errors are model.Error, with line and column.
func CheckCoupons(redemptions, targets io.Reader, spec CouponSpec) (CouponLeak, error) {
	switch {
	case spec.Campaign == "":
		return CouponLeak{}, model.Invalid("roi.no_coupon_column", "flag", "--campaign").Hint("roi.coupon_hint")
	case spec.Customer == "":
		return CouponLeak{}, model.Invalid("roi.no_coupon_column", "flag", "--customer").Hint("roi.coupon_hint")
	}
	listed := map[sent]bool{}
	if err := eachSent(targets, spec, func(s sent) { listed[s] = true }); err != nil {
		return CouponLeak{}, err
	}
	redeemed := map[sent]int{}
	if err := eachSent(redemptions, spec, func(s sent) { redeemed[s]++ }); err != nil {
		return CouponLeak{}, err
	}
	return leak(listed, redeemed), nil
}

// sent is one customer of one campaign.
type sent struct{ campaign, customer string }

// eachSent walks the campaign and the customer of each row of a file.
func eachSent(r io.Reader, spec CouponSpec, visit func(sent)) error {
	t, err := openTable(r)
	if err != nil {
		return err
	}
	campaign, err := t.column(spec.Campaign)
	if err != nil {
		return err
	}
	customer, err := t.column(spec.Customer)
	if err != nil {
		return err
	}
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return err
		}
		for _, column := range []int{campaign, customer} {
			if t.row[column] == "" {
				return model.Invalid("roi.empty_cell", "line", t.line(), "column", t.names[column]).Hint("roi.empty_cell_hint")
			}
		}
		visit(sent{strings.Clone(t.text(campaign)), strings.Clone(t.text(customer))}) // or they would keep the whole row
	}
}

// leak counts both files.
func leak(listed map[sent]bool, redeemed map[sent]int) CouponLeak {
	o := CouponLeak{Campaigns: []CouponCampaign{}}
	campaigns := o.redemptions(listed, redeemed)
	lists := map[string]int{}
	for s := range listed {
		lists[s.customer]++
		if c := campaigns[s.campaign]; c != nil {
			c.Targeted++
		}
	}
	o.Targeted = len(lists)
	for _, n := range lists {
		o.Several += one(n > 1)
	}
	o.LeakShare = Num(float64(o.Leaked) / float64(o.Redemptions))
	for _, c := range slices.SortedFunc(maps.Values(campaigns), byNumber) {
		c.Rate, c.Wilson = unknown, unknownRange
		if c.Targeted > 0 {
			c.Rate, c.Wilson = Num(float64(c.Redeeming)/float64(c.Targeted)), wilson(c.Redeeming, c.Targeted, zTwoSided(0.05))
		}
		o.Campaigns = append(o.Campaigns, *c)
	}
	return o
}

// redemptions counts who redeemed, by campaign, and who of them was not listed.
func (o *CouponLeak) redemptions(listed map[sent]bool, redeemed map[sent]int) map[string]*CouponCampaign {
	campaigns := map[string]*CouponCampaign{}
	for s, times := range redeemed {
		c := campaigns[s.campaign]
		if c == nil {
			c = &CouponCampaign{Campaign: s.campaign}
			campaigns[s.campaign] = c
		}
		c.Redemptions += times
		o.Redemptions += times
		if listed[s] {
			c.Redeeming++
			continue
		}
		c.LeakedHouseholds++
		c.LeakedRedemptions += times
		o.Leaked += times
	}
	return campaigns
}

// byNumber orders campaigns by number, those without one after them by name.
func byNumber(a, b *CouponCampaign) int {
	x, errX := strconv.ParseInt(a.Campaign, 10, 64)
	y, errY := strconv.ParseInt(b.Campaign, 10, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.Campaign, b.Campaign))
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a.Campaign, b.Campaign)
}
