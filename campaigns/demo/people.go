package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
)

// Person is somebody the shop knows, with what the shop cannot know: how often
// they would buy, for how much, and until when.
type Person struct {
	// Contact is as a file would bring it: no number, no sums. Created is the
	// day they joined.
	Contact model.Contact
	Opposed time.Time  // when they said no more; zero: never
	Dead    model.Date // day from which their address does not exist; zero: never

	number int // from 0
	joined model.Date
	until  model.Date // last day of their life as a customer
	rate   float64    // orders on an ordinary day
	basket float64    // median of an order, in euros
	first  bool       // they joined by an order
}

// The life of a customer.
const (
	yearsBefore = 2    // how long before the first order on file the oldest joined
	meanLife    = 800  // days, of those who leave
	afterLife   = 0.04 // of the rate, once they have left
)

// newPeople makes n people who joined before a day, in the order in which they
// joined: person i becomes contact i+1.
func newPeople(r *rand.Rand, n int, first, end model.Date, zone *time.Location) []Person {
	joined := make([]model.Date, n)
	for i := range joined {
		if r.Float64() < 0.55 {
			joined[i] = first - 1 - model.Date(r.IntN(yearsBefore*365))
		} else {
			joined[i] = first + model.Date(r.IntN(int(end-first)))
		}
	}
	slices.Sort(joined)
	taken := map[string]bool{}
	people := make([]Person, n)
	for i := range people {
		p := &people[i]
		p.number, p.joined = i, joined[i]
		p.Contact.Created = joined[i].In(zone).Add(hourOf(r.Float64()))
		switch u := r.Float64(); {
		case u < 0.09:
			p.company(r)
		case u < 0.09+0.66:
			p.consumer(r, true)
		default:
			p.consumer(r, false)
		}
		p.Contact.ExternalID = fmt.Sprintf("C%06d", 100000+i*7)
		p.address(r, taken)
		p.habits(r, first, end, zone)
	}
	return people
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// pickName prefers the common names to the last, rare ones.
func pickName(r *rand.Rand, list []string) string {
	if r.Float64() < 0.93 {
		list = list[:len(list)-rare]
	}
	// The square makes the first of the list, the oldest names, more frequent.
	u := r.Float64()
	return list[int(u*math.Sqrt(u)*float64(len(list)))]
}

// consumer is a person, customer or only interested.
func (p *Person) consumer(r *rand.Rand, customer bool) {
	c := &p.Contact
	c.FirstName = pickName(r, men)
	if r.Float64() < 0.62 {
		c.FirstName = pickName(r, women)
	}
	c.LastName = pick(r, lastNames)
	where := pick(r, places)
	c.Postcode, c.City, c.Country, c.Lang = where.postcode, where.city, "FR", "fr"
	if r.Float64() < 0.03 {
		c.Lang = "en"
	}
	if r.Float64() < 0.4 {
		c.Birth = model.NewDate(1940, 1, 1) + model.Date(r.IntN(66*365))
	}
	for range r.IntN(3) {
		if t := pick(r, interests); !slices.Contains(c.Tags, t) {
			c.Tags = append(c.Tags, t)
		}
	}
	slices.Sort(c.Tags)
	c.Basis, c.BasisSource, c.Origin = model.BasisConsent, "formulaire du site", "site"
	p.rate, p.basket = 0.6/365, 38*math.Exp(0.35*r.NormFloat64())
	u := r.Float64()
	if !customer {
		if u < 0.1 {
			c.Basis, c.BasisSource, c.Origin = model.BasisNone, "", "jeu-concours"
		}
		p.basisAt()
		return
	}
	p.first = true
	p.rate, p.basket = 5.6*math.Exp(0.75*r.NormFloat64())/365, 46*math.Exp(0.35*r.NormFloat64())
	switch {
	case u < 0.04:
		c.Basis, c.BasisSource = model.BasisNone, ""
	case u < 0.38:
		c.Basis, c.BasisSource, c.Origin = model.BasisCustomer, "ticket de caisse", "magasin"
	}
	p.basisAt()
	if r.Float64() < 0.6 {
		p.card(r)
	}
}

func (p *Person) basisAt() {
	if p.Contact.Basis != model.BasisNone {
		p.Contact.BasisAt = p.Contact.Created
	}
}

// card gives a loyalty card, with points that go with how much they buy.
func (p *Person) card(r *rand.Rand) {
	c := &p.Contact
	c.Card = fmt.Sprintf("2093-%07d", p.number*7919%10_000_000)
	year := p.rate * 365 * p.basket
	c.Points = int64(year * (0.5 + r.Float64()))
	switch {
	case year > 400:
		c.Tier = "or"
	case year > 150:
		c.Tier = "argent"
	default:
		c.Tier = "bronze"
	}
}

// company is a professional: few names, larger orders.
func (p *Person) company(r *rand.Rand) {
	c := &p.Contact
	where := pick(r, places)
	c.Kind, c.Company = model.B2B, pick(r, trades)+" "+pick(r, tradePlaces)
	c.Postcode, c.City, c.Country, c.Lang, c.Origin = where.postcode, where.city, "FR", "fr", "salon"
	if r.Float64() < 0.3 {
		c.FirstName, c.LastName = pickName(r, women), pick(r, lastNames)
	}
	c.Basis, c.BasisSource = model.BasisB2B, "carte de visite"
	p.rate, p.basket = 0.4/365, 120*math.Exp(0.4*r.NormFloat64())
	if r.Float64() < 0.6 {
		p.first, p.rate = true, 5*math.Exp(0.6*r.NormFloat64())/365
		c.Basis, c.BasisSource = model.BasisCustomer, "ouverture de compte"
		c.Tags = []string{"compte-pro"}
	}
	p.basisAt()
}

// address gives an e-mail that nobody else has, made from the name.
func (p *Person) address(r *rand.Rand, taken map[string]bool) {
	c := &p.Contact
	local, domain := slug(c.FirstName)+"."+slug(c.LastName), ""
	if c.Kind == model.B2B {
		local, domain = pick(r, boxes), slug(c.Company)+".example"
	} else {
		u := r.IntN(100)
		for _, provider := range providers {
			if u -= provider.share; u < 0 {
				domain = provider.domain
				break
			}
		}
		if r.Float64() < 0.3 && len(slug(c.FirstName)) > 0 {
			local = slug(c.FirstName)[:1] + "." + slug(c.LastName)
		}
	}
	if local = strings.Trim(local, "."); local == "" {
		local = "client"
	}
	c.Email = local + "@" + domain
	for n := r.IntN(90) + 1; taken[c.Email]; n++ {
		c.Email = fmt.Sprintf("%s%d@%s", local, n, domain)
	}
	taken[c.Email] = true
	if r.Float64() < 0.35 { // numbers that are given to nobody (ARCEP decision 2018-0881)
		c.Phone = fmt.Sprintf("+336399800%02d", r.IntN(100))
	}
}

// slug is a name in plain letters; empty for scripts without any.
func slug(name string) string {
	var b strings.Builder
	for _, c := range audience.Fold(name) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case (c == ' ' || c == '-' || c == '\'') && b.Len() > 0:
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

// habits decides when they leave, say no more, or lose their address.
func (p *Person) habits(r *rand.Rand, first, end model.Date, zone *time.Location) {
	p.until = math.MaxInt32
	if r.Float64() < 0.65 {
		p.until = p.joined + model.Date(30+meanLife*r.ExpFloat64())
	}
	from := max(p.joined+1, first)
	days := int(end - from)
	if days < 2 {
		return
	}
	if r.Float64() < 0.045 {
		p.Opposed = (from + model.Date(r.IntN(days))).In(zone).Add(hourOf(r.Float64()))
	}
	if r.Float64() < 0.022 {
		p.Dead = from + model.Date(r.IntN(days))
	}
}

// pace is how many orders are expected of a person on an ordinary day of a
// week: it changes from week to week only.
func (p *Person) pace(d model.Date) float64 {
	week := weekOf(d)
	switch {
	case p.joined >= week:
		return 0
	case p.until < week:
		return p.rate * afterLife
	}
	return p.rate
}

// weekOf is the first day of a period of seven days.
func weekOf(d model.Date) model.Date { return d - d%7 }
