package campaigns_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"

	"github.com/google/go-cmp/cmp"
)

// scanned is a store that counts how often all orders are read.
type scanned struct {
	store.Store
	times atomic.Int64
}

type scannedOrders struct {
	store.Orders
	s *scanned
}

func (s *scanned) Orders() store.Orders { return scannedOrders{s.Store.Orders(), s} }

func (o scannedOrders) Scan(ctx context.Context, f func(store.Sale) error) error {
	o.s.times.Add(1)
	return o.s.Store.Orders().Scan(ctx, f)
}

// orders imports lines of "id,email,date,total,status".
func (s *shop) orders(lines ...string) {
	s.Helper()
	_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
		Kind: "orders", Name: "commandes.csv", Source: strings.NewReader("order_id,email,date,total,status\n" + strings.Join(lines, "\n") + "\n"),
	})
	s.must(err)
}

// cold is the statement of a service that never saw an order come in.
func (s *shop) cold(name string) model.Statement {
	s.Helper()
	opt := s.opt
	opt.Sends = false
	desk, err := campaigns.Open(s.ctx, s.store, opt)
	s.must(err)
	st, err := desk.ROI(s.ctx, name)
	s.must(err)
	s.must(desk.Close(s.ctx))
	return st
}

func TestOrdersThatComeInMoveAStatementAsIfAllHadBeenReadAgain(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.opt.Sends = false
		s.from = time.Date(2026, 11, 10, 12, 0, 0, 0, paris)
	}, func(s *shop) {
		s.people(61)
		_, err := s.record(arms())
		s.must(err)
		s.must(s.desk.Close(s.ctx))
		counted := &scanned{Store: s.store}
		s.store = counted
		s.open()
		s.roi("ailleurs")
		read := counted.times.Load()
		r := rand.New(rand.NewPCG(1, 1))
		for step := range 60 {
			var lines []string
			for range 1 + r.IntN(3) {
				// Few numbers, so that orders are corrected, sent back, cancelled and
				// found to be somebody else's.
				lines = append(lines, fmt.Sprintf("%d,%s,2026-11-%02d,%d.50,%s", r.IntN(40), address(1+r.IntN(61)), 1+r.IntN(14), r.IntN(90)-10,
					[]string{"paid", "paid", "paid", "refunded", "cancelled"}[r.IntN(5)]))
			}
			s.orders(lines...)
			if step%7 == 0 {
				s.bring(fmt.Sprintf("email;prenom\n%s;Zoé %d\n", address(1+r.IntN(60)), step), model.BasisConsent)
			}
			s.roi("ailleurs")
		}
		if n := counted.times.Load(); n != read {
			s.Errorf("all orders were read %d times again", n-read)
		}
		streamed := s.roi("ailleurs")
		if d := cmp.Diff(s.cold("ailleurs"), streamed); d != "" {
			s.Errorf("cold against stream:\n%s", d)
		}
		if streamed.Arms[0].Revenue == 0 || streamed.Arms[1].Revenue == 0 {
			s.Error("nobody bought: nothing was tested")
		}
		s.desk.DataChanged() // beside the service: everything is read again
		s.roi("ailleurs")
		if n := counted.times.Load(); n == read {
			s.Error("what came in beside the service was not read")
		}
	})
}

// An order that waited for its buyer counts once the buyer has that name.
func TestAnOrderThatWaitedForItsBuyerMovesTheStatement(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.opt.Sends = false
		s.from = time.Date(2026, 11, 10, 12, 0, 0, 0, paris)
	}, func(s *shop) {
		s.people(60)
		_, err := s.record(arms())
		s.must(err)
		_, err = s.store.Orders().Put(s.ctx, []model.Order{{Source: "caisse", ID: "1", ExternalID: "K7", Day: model.NewDate(2026, 11, 5), Total: 4200, Currency: "EUR"}})
		s.must(err)
		if st := s.roi("ailleurs"); st.Arms[0].Revenue != 0 {
			s.Fatalf("%+v", st.Arms)
		}
		s.bring(fmt.Sprintf("email;external_id\n%s;K7\n", address(3)), model.BasisConsent)
		if st := s.roi("ailleurs"); st.Arms[0].Revenue != 4200 {
			s.Errorf("%+v", st.Arms)
		}
	})
}

func TestWhatComesAfterTheCloseIsCountedAndToldApart(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.opt.Sends = false
		s.opt.Config.ReturnsDays = 14
		s.from = time.Date(2026, 11, 14, 12, 0, 0, 0, paris)
	}, func(s *shop) {
		s.people(60)
		_, err := s.record(arms())
		s.must(err)
		for i := 1; i <= 60; i += 2 {
			s.orders(fmt.Sprintf("o%d,%s,2026-11-%02d,30.00,paid", i, address(i), 1+i%14))
		}
		if st := s.roi("ailleurs"); st.Provisional || st.SinceClose != nil {
			s.Errorf("while it is open: %v %+v", st.Provisional, st.SinceClose)
		}
		s.days(1)
		closed := s.roi("ailleurs")
		if !closed.Provisional || closed.SinceClose != nil {
			s.Errorf("at the close: %v %+v", closed.Provisional, closed.SinceClose)
		}
		at := s.now()
		s.days(3)
		s.orders("tard,"+address(2)+",2026-11-14,100.00,paid", "o41,"+address(41)+",2026-11-14,30.00,refunded", "ensuite,"+address(4)+",2026-11-16,999.00,paid")
		s.reopen(false) // what was said at the close outlives the process
		late := s.roi("ailleurs")
		since := late.SinceClose
		if since == nil || since.Target != 10000 || since.Holdout != -3000 || since.Close.Target != closed.Arms[0].Revenue || !since.Close.At.Equal(at) {
			s.Fatalf("%+v", since)
		}
		if *since.Net != *late.Money.Net-*closed.Money.Net || *since.Close.Net != *closed.Money.Net || late.Arms[0].Revenue != closed.Arms[0].Revenue+10000 {
			s.Errorf("%+v", since)
		}
		if late.Second == nil || late.Second.Day != 4 || late.Second.Closed {
			s.Errorf("second window: %+v", late.Second)
		}
		s.days(40)
		if st := s.roi("ailleurs"); st.Provisional || !st.Second.Closed || st.SinceClose == nil {
			s.Errorf("returns are in: %v %+v", st.Provisional, st.Second)
		}
	})
}

// The memory of the books has a limit: who was looked at longest ago is read
// again.
func TestTheBooksOfManyCampaignsStayWithinTheirMemory(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(60)
		for _, name := range []string{"un", "deux", "trois"} {
			_, err := s.desk.RecordCampaign(s.ctx, campaigns.RecordRequest{Name: name, Source: strings.NewReader(arms()), StartedAt: s.now(), WindowDays: 14, Margin: 0.5})
			s.must(err)
		}
		for _, c := range []struct {
			limit, books int
		}{{1, 1}, {0, 3}} {
			s.desk.LimitBooks(c.limit)
			for _, name := range []string{"un", "deux", "trois"} {
				s.desk.DataChanged()
				s.roi(name)
			}
			if n := s.desk.Books(); n != c.books {
				s.Errorf("%d books within %d bytes, want %d", n, c.limit, c.books)
			}
		}
	})
}

// A campaign is looked at by the strata of its draw, as they were then, whatever
// became of its people.
func TestAStatementKnowsTheStrataOfTheDraw(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(300)
		s.write(file{holdout: "share = 0.2\nstrata = [\"zone\"]"})
		s.start("noel")
		s.end("noel")
		for i := 1; i <= 300; i++ {
			if i%4 == 0 {
				s.orders(fmt.Sprintf("o%d,%s,2026-11-24,%d.00,paid", i, address(i), 20+i%3*10))
			}
		}
		s.bring("email;zone\n"+address(1)+";C\n"+address(2)+";C\n", model.BasisConsent) // moved since
		s.send(file{name: "deux", holdout: "share = 0.2\nstrata = [\"zone\", \"ville\"]"})
		s.days(20)
		if st := s.roi("deux"); len(st.Segments) != 2 || st.Segments[1].By != "zone" || len(st.Segments[1].Rows) != 3 { // one town is no cut
			s.Errorf("two fields: %+v", st.Segments)
		}
		st := s.roi("noel")
		if len(st.Segments) != 1 || st.Segments[0].By != "stratum" || len(st.Segments[0].Rows) != 3 || st.Stratified == nil {
			s.Fatalf("%+v %+v", st.Segments, st.Stratified)
		}
		for _, row := range st.Segments[0].Rows {
			if row.Target != 80 || row.Holdout != 20 || row.CI == nil || row.Shrunk == nil {
				s.Errorf("%+v", row)
			}
		}
	})
}

// A code that comes in by an import is a leak as one that was there at the start,
// and an order corrected to bear none is none.
func TestACodeThatComesInMovesTheLeak(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(100)
		s.send(file{holdout: "share = 0.5", send: "\n[measure]\ncode = \"NOEL15\""})
		held, err := s.desk.Holdout(s.ctx, "noel")
		s.must(err)
		leaked := func() float64 {
			st, cold := s.roi("noel"), s.cold("noel")
			if d := cmp.Diff(cold, st); d != "" {
				s.Errorf("cold against stream:\n%s", d)
			}
			return guardOf(&st, model.GuardContamination).Values["reached"]
		}
		for i, want := range []float64{0, 1, 1, 0} {
			switch i {
			case 1:
				s.coded("1", held.Members[0].Email, "NOEL15")
			case 2:
				s.coded("2", held.Members[1].Email, "AUTRE")
			case 3:
				s.coded("1", held.Members[0].Email, "AUTRE")
			}
			if n := leaked(); n != want {
				s.Errorf("step %d: %v leaked, want %v", i, n, want)
			}
		}
	})
}

// coded imports an order with a code.
func (s *shop) coded(id, email, code string) {
	s.Helper()
	_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
		Kind: "orders", Name: "codes.csv", Source: strings.NewReader(fmt.Sprintf("order_id,email,date,total,code\n%s,%s,2026-11-24,50.00,%s\n", id, email, code)),
		Map: map[string]string{"code": "code"},
	})
	s.must(err)
}

// A process that serves keeps the figures of the close though nobody looks.
func TestTheCloseIsKeptThoughNobodyLooks(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(60)
		_, err := s.record(arms())
		s.must(err)
		s.days(20)
		time.Sleep(11 * time.Minute)
		c, err := s.desk.Campaign(s.ctx, "ailleurs")
		s.must(err)
		if c.Campaign.AtClose == nil || s.now().Sub(c.Campaign.AtClose.At) > 10*time.Minute {
			s.Errorf("%+v", c.Campaign.AtClose)
		}
	})
}
