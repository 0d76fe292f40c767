package demo

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
)

// Options of a demonstration.
type Options struct {
	// Store is empty, and stays the caller's to close after the demonstration.
	Store    store.Store
	Contacts int              // 5,000 when 0
	Seed     uint64           // 1 when 0
	Speed    float64          // how much faster its time runs; 60 when 0
	Now      func() time.Time // the machine's clock
	Zone     *time.Location   // of the shop
	Lang     string           // of the screens
}

// The bounds of a demonstration.
const (
	minContacts, maxContacts = 200, 200_000
	maxSpeed                 = 86_400 // a day a second
)

func (o *Options) settle() error {
	if o.Contacts == 0 {
		o.Contacts = 5000
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Speed == 0 {
		o.Speed = 60
	}
	if o.Lang == "" {
		o.Lang = "fr"
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Contacts < minContacts || o.Contacts > maxContacts {
		return model.Invalid("demo.bad_contacts", "min", minContacts, "max", maxContacts)
	}
	if !(o.Speed >= 1 && o.Speed <= maxSpeed) {
		return model.Invalid("demo.bad_speed", "max", maxSpeed)
	}
	return nil
}

// openingHour is when the demonstration starts, on the day of the machine's
// clock: orders come in, and the evening is still far.
const openingHour = 10 * time.Hour

// Demo is a demonstration under way: a desk over a simulated shop, a relay
// inside the process, and customers who buy as time goes by.
type Demo struct {
	opt     Options
	shop    *Shop
	service *campaigns.Service
	clock   *clock
	pipe    *relay.Pipe
	relay   *relay.Relay
	replies replies

	stop context.CancelFunc
	done sync.WaitGroup

	mu    sync.Mutex // of what follows, and of the shop
	known map[string]*Campaign
	fed   time.Time     // orders up to then are in the store
	day   model.Date    // of the queue
	queue []model.Order // of that day, to come
	err   error         // that stopped the customers

	bought []model.Order // that the till did not tell yet
	called time.Time     // the till did, last
	visits int
}

// Start builds the shop in the store, opens the desk, launches the campaign
// that is waiting and lets customers come. Stop it with Close.
func Start(ctx context.Context, opt Options) (*Demo, error) {
	if err := opt.settle(); err != nil {
		return nil, err
	}
	morning := model.DateOf(opt.Now(), opt.Zone).In(opt.Zone).Add(openingHour)
	shop, err := NewShop(ctx, opt.Seed, opt.Contacts, morning)
	if err != nil {
		return nil, err
	}
	if err := Build(ctx, opt.Store, shop); err != nil {
		return nil, err
	}
	d := &Demo{
		opt: opt, shop: shop, known: map[string]*Campaign{}, fed: morning, day: model.DateOf(morning, opt.Zone),
		clock: &clock{now: opt.Now, began: opt.Now(), from: morning, speed: opt.Speed},
	}
	for _, c := range shop.Sent {
		d.known[c.Spec.Name] = c
	}
	if err := d.open(ctx); err != nil {
		_ = d.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return d, nil
}

// open starts the relay and the desk, launches the campaign that waits, and
// lets customers come.
func (d *Demo) open(ctx context.Context) error {
	d.pipe = relay.NewPipe()
	d.relay = relay.Start(d.pipe, relay.Options{Behave: d.shop.reception(d.day), Latency: 20 * time.Millisecond, Keep: d.receive})
	var key [32]byte
	for i := range key {
		key[i] = byte(d.opt.Seed >> (i % 8 * 8))
	}
	var err error
	d.service, err = campaigns.Open(ctx, d.opt.Store, campaigns.Options{
		Config: settings(d.opt), Now: d.clock.Now, Rand: rand.NewChaCha8(key), Sends: true, Dial: d.pipe.Dial, Speed: d.opt.Speed,
		// Half a thousand messages are few: addresses that died lie in bunches.
		Guard: worker.Guard{Unknown: 0.04},
		Reach: func(context.Context, string) error { return nil },
		Until: func(context.Context, string) (time.Time, error) { return d.shop.End.AddDate(0, 0, 68), nil },
		Post:  post,
	})
	if err != nil {
		return err
	}
	if err := d.launchNext(ctx); err != nil {
		return err
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.stop = stop
	d.done.Go(func() { d.customers(run) })
	return nil
}

// from is who speaks in the messages of the demonstration.
const from = "Maison Marguerite <bonjour@marguerite.example>"

// settings are those of the shop of the demonstration.
func settings(opt Options) campaigns.Config {
	c := campaigns.DefaultConfig()
	c.Shop, c.Lang, c.Zone = "Maison Marguerite", opt.Lang, opt.Zone
	c.Sender = campaigns.Sender{
		Name: "Maison Marguerite", Address: "12 rue des Lilas, 44000 Nantes",
		From: from, Unsubscribe: "stop@marguerite.example", Bounces: "retours@marguerite.example",
	}
	c.Public = campaigns.Public{URL: site, Subjects: []string{"nouveautés", "offres", "ateliers"}}
	c.HooksOut = tells()
	c.Relay = campaigns.Relay{URL: "smtp://localhost:25?tls=none", Connections: 4, Window: 128}
	return c
}

// launchNext starts the campaign that waits, as a person would.
func (d *Demo) launchNext(ctx context.Context) error {
	next := d.shop.Next
	name := next.Spec.Name
	if _, err := d.service.As(ines).NewCampaign(ctx, next.Source, nil); err != nil {
		return err
	}
	list, err := d.service.As(ines).CheckCampaign(ctx, name)
	if err != nil {
		return err
	}
	if err := d.service.As(sophie).Start(ctx, name, list.Planned); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.adopt(ctx)
}

// Desk is what screens and commands ask.
func (d *Demo) Desk() campaigns.Desk {
	return d.service.As(model.Actor{Name: "demo", Role: model.Admin, From: "local"})
}

// Now is the time of the demonstration.
func (d *Demo) Now() time.Time { return d.clock.Now() }

// Err is what stopped the customers from coming, if anything did.
func (d *Demo) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// Close stops the customers, then the desk, then the relay. The store stays
// open.
func (d *Demo) Close(ctx context.Context) error {
	var err error
	if d.stop != nil {
		d.stop()
		d.done.Wait()
	}
	if d.service != nil {
		err = d.service.Close(ctx)
	}
	if d.relay != nil {
		d.relay.Close()
		_ = d.pipe.Close()
	}
	return err
}
