package bench

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// SegmentOptions of a measurement of counting.
type SegmentOptions struct {
	People  int
	Runs    int
	Against []string // postgres, loop
	Dir     string   // an empty folder
	Now     func() time.Time
	Open    func(ctx context.Context, o Opening) (House, error)
	// Tell is called with what begins: fill, open, postgres, count,
	// typing.
	Tell func(what string)
}

// The rivals of a count.
const (
	againstPostgres = "postgres"
	againstLoop     = "loop"
)

// SegmentRivals are all of them.
var SegmentRivals = []string{againstPostgres, againstLoop}

// ShopHouse is a house that can be filled with orders and read through.
type ShopHouse interface {
	House
	PutOrders(ctx context.Context, orders []model.Order) error
	// ReadThrough visits every contact, and does nothing with it.
	ReadThrough(ctx context.Context) error
}

// segmentBench is a measurement under way.
type segmentBench struct {
	SegmentOptions
	today  model.Date
	report SegmentReport
}

// MeasureSegment counts three rules over a crowd, by us and by the rivals in
// turns, and measures memory, start and how soon an edit counts.
func MeasureSegment(ctx context.Context, o SegmentOptions) (SegmentReport, error) {
	b := &segmentBench{SegmentOptions: o}
	now := o.Now()
	b.today = model.DateOf(now, now.Location())
	b.report = SegmentReport{People: o.People, Runs: o.Runs, Queries: []QuerySum{}, Absent: []string{}}
	if err := b.fill(ctx); err != nil {
		return b.report, err
	}
	if err := b.start(ctx); err != nil {
		return b.report, err
	}
	engines, stop, err := b.rivals(ctx)
	defer stop()
	if err != nil {
		return b.report, err
	}
	return b.report, b.open(ctx, func(house ShopHouse) error {
		mine := func(ctx context.Context, q query) (int, error) {
			n, err := house.Desk().Count(ctx, q.rule(b.today))
			return n.Matched, err
		}
		if err := b.memory(ctx, house); err != nil {
			return err
		}
		b.tell("count")
		if err := b.race(ctx, append([]engine{{ours, mine}}, engines...)); err != nil {
			return err
		}
		if err := b.typing(ctx, house); err != nil {
			return err
		}
		return b.edit(ctx, house)
	})
}

func (b *segmentBench) tell(what string) {
	if b.Tell != nil {
		b.Tell(what)
	}
}

// open opens the shop for f.
func (b *segmentBench) open(ctx context.Context, f func(ShopHouse) error) (err error) {
	c := campaigns.DefaultConfig()
	c.Shop, c.Lang = "Boutique", "fr"
	house, err := b.Open(ctx, Opening{Dir: filepath.Join(b.Dir, "data"), Config: c})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close(context.WithoutCancel(ctx))) }()
	shop, ok := house.(ShopHouse)
	if !ok {
		return errors.ErrUnsupported
	}
	return f(shop)
}

// atATime is how many people come in at once.
const atATime = 20_000

// fill brings the crowd in, past the import.
func (b *segmentBench) fill(ctx context.Context) error {
	b.tell("fill")
	return b.open(ctx, func(house ShopHouse) error {
		for from := 1; from <= b.People; from += atATime {
			var people []model.Contact
			var orders []model.Order
			for id := from; id < from+atATime && id <= b.People; id++ {
				c := person(id, b.today)
				people = append(people, c.contact(id))
				if c.spend > 0 {
					orders = append(orders, c.order(id))
				}
			}
			if err := house.Put(ctx, people); err != nil {
				return err
			}
			if err := house.PutOrders(ctx, orders); err != nil {
				return err
			}
		}
		return nil
	})
}

// start measures a first count after a start against a reading of everybody
// after a start.
func (b *segmentBench) start(ctx context.Context) error {
	b.tell("open")
	var scans, readies []float64
	timed := func(into *[]float64, do func(ShopHouse) error) error {
		return b.open(ctx, func(house ShopHouse) error {
			begun := time.Now()
			err := do(house)
			*into = append(*into, time.Since(begun).Seconds())
			return err
		})
	}
	for range b.Runs {
		if err := timed(&scans, func(h ShopHouse) error { return h.ReadThrough(ctx) }); err != nil {
			return err
		}
		err := timed(&readies, func(h ShopHouse) error {
			_, err := h.Desk().Count(ctx, queries[0].rule(b.today))
			return err
		})
		if err != nil {
			return err
		}
	}
	b.report.Scan, b.report.Ready = spread(scans), spread(readies)
	return nil
}

// memory measures the columns that rules of eleven fields need.
func (b *segmentBench) memory(ctx context.Context, house ShopHouse) error {
	before := heapNow()
	if _, err := house.Desk().Count(ctx, eleven); err != nil {
		return err
	}
	b.report.Memory = heapNow() - before
	return nil
}

// eleven is a rule of eleven fields: eight more than the first query.
var eleven = strings.Join([]string{
	"exists(city)", "spend > 0", "exists(last_order)", "exists(country)", "exists(postcode)", "exists(lang)", "exists(tier)", "exists(tags)",
	"basis = consent", "kind = b2b", "orders > 0",
}, " or ")

func heapNow() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// engine counts a query.
type engine struct {
	who   string
	count func(context.Context, query) (int, error)
}

// countsARun is how often a query is counted in a run; its median is the run.
const countsARun = 5

// race lets everybody count in turns; all must count the same.
func (b *segmentBench) race(ctx context.Context, engines []engine) error {
	for _, q := range queries {
		sum := QuerySum{Query: q.name, Rule: q.rule(b.today), Engines: make([]EngineSum, len(engines))}
		times := make([][]float64, len(engines))
		for run := range b.Runs + 1 {
			for i, e := range engines {
				took, n, err := once(ctx, e, q)
				if err != nil {
					return err
				}
				if i == 0 {
					sum.Matched = n
				} else if n != sum.Matched {
					return model.Failed(nil, "bench.not_the_same", "who", e.who, "n", n, "ours", sum.Matched, "rule", sum.Rule)
				}
				if run > 0 { // the first one warms up
					times[i] = append(times[i], took)
				}
			}
		}
		for i, e := range engines {
			s := spread(times[i])
			sum.Engines[i] = EngineSum{Who: e.who, Millis: s, Ratio: s.Median / spread(times[0]).Median}
		}
		b.report.Queries = append(b.report.Queries, sum)
	}
	return nil
}

func once(ctx context.Context, e engine, q query) (millis float64, n int, err error) {
	var took []float64
	for range countsARun {
		begun := time.Now()
		if n, err = e.count(ctx, q); err != nil {
			return 0, 0, err
		}
		took = append(took, float64(time.Since(begun))/1e6)
	}
	slices.Sort(took)
	return took[len(took)/2], n, nil
}

// edit moves a person to another city, and waits for the count that shows it.
func (b *segmentBench) edit(ctx context.Context, house ShopHouse) error {
	desk := house.Desk()
	var edits, shown []float64
	for run := range b.Runs {
		who, err := desk.Contact(ctx, "person1@crowd.example")
		if err != nil {
			return err
		}
		city := []string{"Ailleurs", "Partout"}[run%2]
		before, err := desk.Count(ctx, `city = "`+city+`"`)
		if err != nil {
			return err
		}
		begun := time.Now()
		if _, err := desk.EditContact(ctx, who.Contact.ID, who.Contact.Version, []campaigns.FieldChange{{Field: "city", Value: city}}); err != nil {
			return err
		}
		edited := time.Now()
		edits = append(edits, float64(edited.Sub(begun))/1e6)
		for {
			n, err := desk.Count(ctx, `city = "`+city+`"`)
			if err != nil {
				return err
			}
			if n.Matched == before.Matched+1 {
				break
			}
		}
		shown = append(shown, float64(time.Since(edited))/1e6)
	}
	b.report.Edit, b.report.Shown = spread(edits), spread(shown)
	return nil
}
