package audience

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"blanche/model"
	"blanche/store"
)

// crowd is n plausible people made on the fly, so that a benchmark of the
// columns holds nothing else.
type crowd struct{ n int }

var (
	firstNames = []string{"Hélène", "Jean", "Zoé", "François", "Chloé", "Léa", "Marc", "Inès", "Loïc", "Anne-Marie"}
	lastNames  = []string{"Martin", "Lefèvre", "O'Brien", "Nguyễn", "Dupont", "Garçon", "Élan", "Le Goff", "Moreau", "Petit"}
	cities     = []string{"Paris", "Évry", "Nantes", "Lyon", "Saint-Étienne", "Brest", "Lille", "Nîmes", "Besançon", "Metz"}
)

func (c crowd) Scan(_ context.Context, from model.ContactID, f func(*model.Contact) error) error {
	r := rand.New(rand.NewPCG(1, 2))
	for i := int(from); i <= c.n; i++ {
		k := r.IntN(100000)
		p := model.Contact{
			ID: model.ContactID(i), Email: fmt.Sprintf("person%d@%s.example", i, []string{"gmail", "orange", "free", "x"}[i%4]),
			FirstName: firstNames[k%10], LastName: fmt.Sprintf("%s%d", lastNames[k/10%10], k/100),
			City: fmt.Sprint(cities[k/1000%10], k%16), Postcode: fmt.Sprintf("%05d", k), Country: "FR", Lang: "fr",
			Basis: model.Basis(k % 4), Tags: []string{"a", "b"}[:k%3%2+k%2],
		}
		if k%3 > 0 {
			p.Orders = uint32(k % 7)
			if p.Orders > 0 {
				p.Spend = model.Cents(k % 50000)
				p.LastOrder = today - model.Date(k%900)
				p.FirstOrder = p.LastOrder - 30
			}
		}
		if err := f(&p); err != nil {
			return err
		}
	}
	return nil
}

func (c crowd) Last(context.Context) (model.ContactID, error) { return model.ContactID(c.n), nil }

type crowdOrders struct{ crowd }

func (c crowdOrders) Scan(ctx context.Context, f func(store.Sale) error) error {
	r := rand.New(rand.NewPCG(1, 2))
	for i := 1; i <= c.n; i++ {
		k := r.IntN(100000)
		if k%3 == 0 {
			continue
		}
		for n := range k % 7 {
			if err := f(store.Sale{Contact: model.ContactID(i), Day: today - model.Date(k%900) + model.Date(n), Cents: model.Cents(k % 9000)}); err != nil {
				return err
			}
		}
	}
	return nil
}

const million = 1_000_000

func buildCrowd(b *testing.B, n int) *Base {
	b.Helper()
	base, err := Build(context.Background(), crowd{n}, crowdOrders{crowd{n}}, nil, now.Location(), Small|colTexts)
	if err != nil {
		b.Fatal(err)
	}
	return base
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkCount counts three predicates over a million people, by rule and by
// a loop written for them.
func BenchmarkCount(b *testing.B) {
	before := heap()
	base := buildCrowd(b, million)
	b.Logf("whole base: %.1f MiB", float64(heap()-before)/(1<<20))
	b.Logf("11 columns: %.1f MiB", float64(elevenColumns(base))/(1<<20))
	for name, text := range map[string]string{
		"and": `city = "paris3" and spend > 100 and last_order > 90d ago`,
		"or":  `city = "paris3" or spend > 400 or last_order > 30d ago`,
	} {
		r, err := base.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name+"/rule", func(b *testing.B) {
			for b.Loop() {
				n, err := base.Count(r, Facts{Now: now})
				if err != nil || n.Matched == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
	code := base.city.find["paris3"]
	city, spend, last := make([]uint32, base.rows), make([]int64, base.rows), make([]int32, base.rows)
	for i := range base.rows {
		city[i] = base.city.at(i)
		spend[i], _ = base.spend.at(i)
		last[i], _ = base.lastOrder.at(i)
	}
	b.Run("and/loop", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for i := range base.rows {
				if city[i] == code && spend[i] > 10000 && last[i] > int32(today)-90 {
					n++
				}
			}
			if n == 0 {
				b.Fatal(n)
			}
		}
	})
	b.Run("or/loop", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for i := range base.rows {
				if city[i] == code || spend[i] > 40000 || last[i] > int32(today)-30 {
					n++
				}
			}
			if n == 0 {
				b.Fatal(n)
			}
		}
	})
}

// elevenColumns is what city, postcode, country, tier, kind, basis, birth,
// created, last order, spend and orders take, dictionaries aside.
func elevenColumns(b *Base) int {
	n := 0
	for _, c := range []*dictColumn{b.city, b.postcode, b.country, b.tier} {
		n += c.code.bytes()
	}
	n += b.kind.bytes() + b.basis.bytes()
	for _, c := range []*numColumn[int32]{b.birth, b.created, b.lastOrder} {
		n += 4 * cap(c.v)
	}
	return n + 4*cap(b.spend.small.v) + 4*cap(b.orders.small.v)
}

// BenchmarkDirectory finds and sorts among a million people.
func BenchmarkDirectory(b *testing.B) {
	base := buildCrowd(b, million)
	for _, text := range []string{"helene", "lefevre12 nimes", "son999", "e", "zzz"} {
		b.Run("find/"+text, func(b *testing.B) {
			for b.Loop() {
				base.Find(text)
			}
		})
	}
	for _, key := range []SortKey{ByName, BySpend} {
		b.Run(fmt.Sprint("order/", key), func(b *testing.B) {
			for b.Loop() {
				base.sorted(key)
			}
		})
	}
	b.Run("rfm", func(b *testing.B) {
		for b.Loop() {
			base.cache.columns = nil
			base.Classes(today)
		}
	})
}

// BenchmarkBuild makes the base of 200,000 people; scan is the visit alone.
func BenchmarkBuild(b *testing.B) {
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			buildCrowd(b, million/5)
		}
	})
	b.Run("scan", func(b *testing.B) {
		for b.Loop() {
			_ = crowd{million / 5}.Scan(context.Background(), 1, func(*model.Contact) error { return nil })
		}
	})
}

// BenchmarkScope adds up the orders of a period, of a million people.
func BenchmarkScope(b *testing.B) {
	base := buildCrowd(b, million)
	r, err := base.Parse("orders(90d) >= 2")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		base.cache.columns = nil
		if n, err := base.Count(r, Facts{Now: now}); err != nil || n.Matched == 0 {
			b.Fatal(n, err)
		}
	}
}
