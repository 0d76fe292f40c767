package worker_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

// box is a Poster: it answers at once, before Post returns, or all that it has
// every second.
type box struct {
	*mailbox
	late bool

	mu   sync.Mutex
	has  []func()
	most int
}

func (b *box) Post(ctx context.Context, e model.Envelope, l worker.Letter) {
	answer := func() {
		r := b.Send(ctx, e, l.Still)
		l.Answered(&r)
	}
	if !b.late {
		answer()
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.has = append(b.has, answer)
	b.most = max(b.most, len(b.has))
	if len(b.has) == 1 {
		time.AfterFunc(time.Second, b.empty)
	}
}

func (b *box) empty() {
	b.mu.Lock()
	all := b.has
	b.has = nil
	b.mu.Unlock()
	for _, answer := range all {
		answer()
	}
}

func TestAPosterMayAnswerAtOnceOrManyTogether(t *testing.T) {
	for name, late := range map[string]bool{"at once": false, "together": true} {
		t.Run(name, func(t *testing.T) { postedTo(t, late) })
	}
}

func postedTo(t *testing.T, late bool) {
	inShopOf(t, 1000, someAtOrange, func(s *shop) {
		s.relay.answer = first(atOrange, deferred)
		b := &box{mailbox: s.relay, late: late}
		w := s.worker(func(o *worker.Options) {
			o.Sender, o.Pacing, o.Connections, o.Lookahead = b, model.DefaultPacing(), 4, 6
		})
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 1000})
		s.once()
		if b.most > 10 {
			t.Errorf("%d messages were with the sender at once, of 10", b.most)
		}
		s.stop(w)
	})
}

// silent is a Poster that says nothing until it is let.
type silent struct {
	*mailbox
	let chan struct{}
}

func (r silent) Post(ctx context.Context, e model.Envelope, l worker.Letter) {
	go func() {
		<-r.let
		a := r.Send(ctx, e, l.Still)
		l.Answered(&a)
	}()
}

func TestAPauseTakesBackWhatTheSenderDoesNotHaveThoughTheRelayIsSilent(t *testing.T) {
	inShop(t, 500, func(s *shop) {
		r := silent{s.relay, make(chan struct{})}
		w := s.worker(func(o *worker.Options) { o.Sender, o.Connections, o.Lookahead = r, 4, 6 })
		s.start(w, 0)
		time.Sleep(time.Second)
		if n := s.tally().ByState[model.StateIntended]; n <= 10 {
			t.Errorf("%d announced while the relay is silent", n)
		}
		w.Pause(campaign)
		time.Sleep(time.Second)
		synctest.Wait()
		s.want(map[model.State]int{model.StateIntended: 10, model.StatePlanned: 490})
		close(r.let)
		w.Resume(campaign)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 500})
		s.once()
		s.stop(w)
	})
}
