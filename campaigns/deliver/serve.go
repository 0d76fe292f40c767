package deliver

import (
	"errors"
	"time"

	"blanche/model"
)

// drive opens a connection, already counted, and serves messages over it until
// it is retired.
func (p *Pool) drive() {
	s, err := connect(p.ctx, &p.cfg)
	if err != nil {
		p.notOpened(err)
		return
	}
	s.hand = make(chan *job, 1)
	p.serve(s, p.arrive(s))
	p.leave(s)
}

// arrive counts a connection as open, and gives it a first message.
func (p *Pool) arrive(s *session) *job {
	p.mu.Lock()
	p.dialling--
	p.busy++
	p.fewer.Broadcast()
	p.mu.Unlock()
	return p.await(s)
}

// notOpened is a connection that could not be opened. As long as others serve,
// they are all that the relay takes for a while. When none is left, whoever
// waits learns it.
func (p *Pool) notOpened(err error) {
	p.mu.Lock()
	p.open--
	p.dialling--
	p.fewer.Broadcast()
	if p.closed {
		err = ErrClosed
	}
	var none []news
	switch serving := p.open - p.dialling; {
	case serving > 0:
		p.limit, p.shy = serving, time.Now().Add(shyFor)
	case p.dialling == 0:
		none = p.drop(model.Receipt{Stage: model.StageConnect, Err: err})
	}
	p.mu.Unlock()
	tellAll(none)
}

// leave closes a connection for good and, when messages wait, opens another.
func (p *Pool) leave(s *session) {
	p.mu.Lock()
	if !s.idle {
		p.busy--
	}
	p.mu.Unlock()
	s.quit()
	p.mu.Lock()
	p.open--
	p.staff()
	p.fewer.Broadcast()
	p.mu.Unlock()
}

// serve sends one message after the other, j first.
func (p *Pool) serve(s *session, j *job) {
	for j != nil {
		var next *job
		if j.said || p.ready(s, j) {
			r, goes := s.envelope(j)
			if goes {
				p.proves(s, j)
				next = p.ahead(s)
				r = s.content(j, next)
			}
			if errors.Is(r.Err, ErrHeldBack) {
				p.hold(j, r)
			} else {
				next = p.land(s, j, next, r)
			}
		}
		if j = next; j == nil && !s.spoilt {
			j = p.await(s)
		}
	}
}

// proves remembers, once a connection, that its relay takes groups of commands.
func (p *Pool) proves(s *session, j *job) {
	if s.mode != Strict && !s.proved[place(j.tail)] {
		s.proved[place(j.tail)] = true
		p.manner.works(j.tail)
	}
}

// served reports whether a connection has served its time.
func (p *Pool) served(s *session) bool { return s.sent >= p.cfg.MessagesPerConnection }

// await gives the next message to a connection that has none: from the queue,
// or by waiting for one. Nil sends it home.
func (p *Pool) await(s *session) *job {
	s.mode, s.text = p.manner.of(&s.offers), nil
	p.mu.Lock()
	if s.soon {
		s.soon = false
		p.soon--
	}
	if p.served(s) {
		p.mu.Unlock()
		return nil
	}
	if j := p.pop(); j != nil {
		j.line = s
		p.mu.Unlock()
		return j
	}
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.idle, s.idle = append(p.idle, s), true
	p.busy--
	p.mu.Unlock()
	return p.doze(s)
}

// doze waits for a message on an idle connection, not for ever.
func (p *Pool) doze(s *session) *job {
	if s.rest == nil {
		s.rest = time.NewTimer(p.cfg.Idle)
	} else {
		s.rest.Reset(p.cfg.Idle)
	}
	select {
	case j := <-s.hand:
		s.rest.Stop()
		return j
	case <-s.rest.C:
	}
	p.mu.Lock()
	for i, other := range p.idle {
		if other == s {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			p.mu.Unlock()
			return nil
		}
	}
	p.mu.Unlock()
	return <-s.hand // given at the last moment
}

// ahead takes the message whose envelope goes in the same write as the text of
// the one before, in the modes that do so: one for which no connection is being
// opened.
func (p *Pool) ahead(s *session) *job {
	if s.mode != Streamed && s.mode != BDAT || p.served(s) {
		return nil
	}
	for {
		p.mu.Lock()
		var j *job
		if p.queued > p.dialling {
			j = p.pop()
		}
		p.mu.Unlock()
		if j == nil || p.ready(s, j) {
			return j
		}
	}
}

// ready asks the last questions about a message; one that may not go is settled.
func (p *Pool) ready(s *session, j *job) bool {
	r, no := s.cannot(j)
	if !no && !j.letter.Still() {
		r, no = heldBack, true
	}
	if no {
		p.hold(j, r)
	}
	return !no
}

// heldBack is what becomes of a message that may not go any more.
var heldBack = model.Receipt{Stage: model.StageConnect, Err: ErrHeldBack}

// hold settles a message of which nothing was said, on a line that is well.
func (p *Pool) hold(j *job, r model.Receipt) {
	p.mu.Lock()
	n := p.settle(j, r)
	p.mu.Unlock()
	n.tell()
}

// land settles a message, and gives the next one to go on with on this
// connection. When the connection is in doubt, the next goes back in the queue:
// nobody has heard of it.
func (p *Pool) land(s *session, j, next *job, r model.Receipt) *job {
	if r.Result == model.SendNotStarted || r.Result == model.SendUncertain || r.Code == 421 {
		s.spoilt = true
	}
	again := r.Result == model.SendNotStarted && p.retry(s, j, &r)
	var gone news // of a next that cannot go back
	p.mu.Lock()
	j.line = nil
	if j.cut {
		s.spoilt, again = true, false
		if r.Result == model.SendNotStarted {
			r.Err = j.ctx.Err()
		}
	}
	next, gone = p.goOn(s, next)
	if again {
		j.tries++
		s.news = p.putBack(j)
	} else {
		if r.Result == model.SendNotStarted {
			r.Err = trouble(p.cfg.Address(), &r)
		}
		s.news = p.settle(j, r)
	}
	if next == nil && !s.spoilt && !p.served(s) {
		s.soon = true
		p.soon++
	}
	p.mu.Unlock()
	if gone.to != nil {
		tellAll([]news{gone})
	}
	s.news.tell()
	s.news = news{}
	return next
}

// goOn is the next message of a connection, none when either cannot go on; mu is
// held.
func (p *Pool) goOn(s *session, next *job) (*job, news) {
	if next == nil {
		return nil, news{}
	}
	if s.spoilt = s.spoilt || next.cut; s.spoilt {
		return nil, p.putBack(next)
	}
	next.line = s
	return next, news{}
}

// putBack puts a message of which nothing was said, as far as the relay
// remembers, at the head of the queue, unless it ends here; mu is held.
func (p *Pool) putBack(j *job) (gone news) {
	j.said, j.tail, j.reset, j.nth = false, false, false, 0
	switch {
	case j.cut:
		return p.settle(j, model.Receipt{Err: j.ctx.Err()})
	case p.closed:
		return p.settle(j, model.Receipt{Err: ErrClosed})
	case !p.assign(j):
		p.unshift(j)
	}
	return news{}
}

// retry decides whether a message that was not started goes back in the queue
// without a word: when the relay had closed a connection that we kept, or when
// it is our way of speaking that it does not bear, which then changes.
func (p *Pool) retry(s *session, j *job, r *model.Receipt) bool {
	if j.tries >= mostTries {
		return false
	}
	if errors.Is(r.Err, errUnchunked) {
		return p.manner.unchunked()
	}
	stale := r.Stage <= model.StageMail && j.nth > 1
	if stale && !j.tail {
		p.distrust()
	}
	return p.blamed(s, j, r) || stale
}

// blamed reports whether what went wrong changes how we speak to this relay.
func (p *Pool) blamed(s *session, j *job, r *model.Receipt) bool {
	lost := !nonsense(r.Err)
	if r.Code >= 400 || lost && j.nth > 1 && !j.tail {
		return false
	}
	why := "replies out of step"
	if lost {
		why = "line lost on the first commands sent together"
	}
	return p.manner.blame(s.mode, j.tail, lost, why)
}

// distrust sends home the connections that wait: one that waited like them was
// dead.
func (p *Pool) distrust() {
	p.mu.Lock()
	for _, s := range p.idle {
		s.spoilt = true // read after the channel says so
	}
	p.dismiss()
	p.mu.Unlock()
}
