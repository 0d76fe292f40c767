package bench

import (
	"fmt"

	"blanche/model"
)

// citizen is one person of the crowd that is counted, as plain values: what a
// loop, a table of PostgreSQL and our own store all hold.
type citizen struct {
	city, country, postcode, lang, tier string
	tags                                []string
	basis                               model.Basis
	kind                                model.Kind
	spend                               model.Cents // of the one order; 0: none
	last                                model.Date  // day of the order
}

// mix scrambles a number (splitmix64, Steele 2014): the crowd is the same each time.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

var (
	crowdTiers = []string{"", "", "", "bronze", "silver", "gold"}
	crowdTags  = []string{"vip", "jardin", "newsletter", "salon", "parrain", "essai", "retour", "pro"}
)

// person is citizen number id, from 1; today is that of the measurement. Paris
// has a twelfth of them, the other cities less and less.
func person(id int, today model.Date) citizen {
	r := mix(uint64(id))
	take := func(n uint64) uint64 {
		r = mix(r)
		return r % n
	}
	c := citizen{country: "FR", lang: "fr", basis: model.Basis(take(4)), tier: crowdTiers[take(6)]}
	n := take(300)
	n = n * take(300) / 300
	c.city, c.postcode = fmt.Sprintf("Ville %d", n), fmt.Sprintf("%05d", 1000+n*300+take(40))
	if take(12) == 0 {
		c.city, c.postcode = "Paris", fmt.Sprintf("750%02d", 1+take(20))
	}
	if take(20) == 0 {
		c.country, c.lang = "BE", "nl"
	}
	if take(25) == 0 {
		c.kind = model.B2B
	}
	for _, tag := range crowdTags {
		if take(16) == 0 {
			c.tags = append(c.tags, tag)
		}
	}
	if take(10) < 6 {
		c.spend = model.Cents(500 + take(300)*take(400))
		c.last = today - model.Date(take(900))
	}
	return c
}

// contact and order are the citizen as our store takes them.
func (c *citizen) contact(id int) model.Contact {
	return model.Contact{
		Email: fmt.Sprintf("person%d@crowd.example", id), City: c.city, Country: c.country, Postcode: c.postcode, Lang: c.lang,
		Tier: c.tier, Tags: c.tags, Kind: c.kind, Basis: c.basis, BasisSource: "bench",
	}
}

func (c *citizen) order(id int) model.Order {
	return model.Order{
		Source: "bench", ID: fmt.Sprint(id), Email: fmt.Sprintf("person%d@crowd.example", id), Day: c.last, Total: c.spend, Currency: "EUR",
	}
}
