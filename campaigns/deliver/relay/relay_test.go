package relay_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/model"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSharesAreDrawnByRecipientAndSeedAlone(t *testing.T) {
	t.Parallel()
	shares := relay.Shares{Defer: 0.10, Refuse: 0.02, Policy: 0.03, Drop: 0.04, Early: 0.01}
	counts := map[relay.Act]int{}
	one, again, other := shares.Behave(1), shares.Behave(1), shares.Behave(2)
	same, n := 0, 20_000
	for i := range n {
		to := fmt.Sprintf("p%d@clients.example", i)
		act := one(to, 1)
		counts[act]++
		if again(to, 1) != act {
			t.Fatalf("%s: the same seed gives another behaviour", to)
		}
		if other(to, 1) == act {
			same++
		}
		if late := one(to, 2); late != relay.Take && late != relay.RefuseRcpt && late != relay.RefusePolicy {
			t.Fatalf("%s: %v at the second try", to, late)
		}
	}
	for act, want := range map[relay.Act]float64{
		relay.DeferRcpt: 0.05, relay.DeferDot: 0.05, relay.RefuseRcpt: 0.02, relay.RefusePolicy: 0.03,
		relay.DropKept: 0.02, relay.DropLost: 0.02, relay.DropEarly: 0.01, relay.Take: 0.80,
	} {
		if got := float64(counts[act]) / float64(n); math.Abs(got-want) > 5*math.Sqrt(want*(1-want)/float64(n)) {
			t.Errorf("act %d: %.4f of the recipients, want %.2f", act, got, want)
		}
	}
	if same == n {
		t.Error("the seed changes nothing")
	}
}

func TestRelayDoesAsTold(t *testing.T) {
	t.Parallel()
	acts := []relay.Act{relay.Take, relay.DeferRcpt, relay.DeferDot, relay.RefuseRcpt, relay.RefusePolicy, relay.DropKept, relay.DropLost, relay.DropEarly, relay.SlowRcpt}
	want := []model.SendResult{
		model.SendAccepted, model.SendDeferred, model.SendDeferred, model.SendRefused, model.SendRefused,
		model.SendUncertain, model.SendUncertain, model.SendNotStarted, model.SendDeferred,
	}
	pipe := relay.NewPipe()
	r := relay.Start(pipe, relay.Options{Behave: func(to string, _ int) relay.Act { return acts[to[1]-'0'] }})
	defer func() { _ = pipe.Close(); r.Close() }()
	pool, err := deliver.New(deliver.Config{Host: "127.0.0.1", Port: "25", Security: deliver.None, Dial: pipe.Dial})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close() //nolint:errcheck // never fails
	for i := range acts {
		to := fmt.Sprintf("p%d@clients.example", i)
		e := model.Envelope{From: "bonjour@boutique.example", To: to, Data: []byte("Subject: x\r\n\r\nx\r\n")}
		got := pool.Send(context.Background(), e, nil)
		if got.Result != want[i] || got.UserUnknown != (acts[i] == relay.RefuseRcpt) {
			t.Errorf("act %d: %+v", i, got)
		}
		if kept := r.Kept()[to]; (kept == 1) != (acts[i] == relay.Take || acts[i] == relay.DropKept) {
			t.Errorf("act %d: kept %d", i, kept)
		}
	}
	r.SetDown(true)
	e := model.Envelope{From: "bonjour@boutique.example", To: "p0@clients.example", Data: []byte("x\r\n")}
	if got := pool.Send(context.Background(), e, nil); got.Result != model.SendNotStarted || model.KindOf(got.Err) != model.KindBusy {
		t.Errorf("down: %+v", got)
	}
	r.SetDown(false)
	if got := pool.Send(context.Background(), e, nil); got.Result != model.SendAccepted {
		t.Errorf("back: %+v", got)
	}
}
