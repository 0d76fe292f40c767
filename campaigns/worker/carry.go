package worker

import (
	"context"

	"blanche/model"
)

// carry takes one recipient from his claim to a durable result. It holds a
// permit of W, and a place ahead until the relay has answered.
func (w *Worker) carry(ctx context.Context, r *run, c model.Claim, probe bool) {
	ahead := true
	leave := func() {
		if ahead {
			<-w.ahead
			ahead = false
		}
	}
	defer func() {
		w.gate.unknown(probe)
		leave()
		<-w.permits
		r.flying.Add(-1)
		select {
		case r.landed <- struct{}{}:
		default:
		}
		w.watch.poke()
	}()
	version := r.wording()
	m, ok := w.render(ctx, r, c, version)
	if !ok {
		return
	}
	in := model.Intent{Campaign: c.Campaign, Ordinal: c.Ordinal, Email: m.To, Version: version, At: w.opt.Now()}
	if !w.lateIntent && !w.announce(r, c, in) {
		return
	}
	receipt, sent := w.hand(ctx, r, c, m, probe)
	leave()
	if !sent {
		r.giveBack(c)
		return
	}
	if w.lateIntent && !w.announce(r, c, in) {
		return
	}
	w.settle(r, c, m.To, version, &receipt)
}

// render makes the message; what cannot be sent is settled here.
func (w *Worker) render(ctx context.Context, r *run, c model.Claim, version uint16) (Message, bool) {
	m, err := w.opt.Render(ctx, c, version)
	switch {
	case err != nil:
		if ctx.Err() == nil && r.pause(WhyRender) {
			w.event(r, model.LevelStop, "deliver.event.render_failed", "contact", c.Contact.String(), "why", err)
		}
		r.giveBack(c)
		return m, false
	case m.Exclude == "" && m.To == "":
		m.Exclude = reasonNoAddress
	}
	if m.Exclude != "" {
		_ = w.commits.settle(model.Outcome{
			Campaign: c.Campaign, Ordinal: c.Ordinal, State: model.StateExcluded,
			Version: version, At: w.opt.Now(), Attempts: c.Attempts, Code: m.Exclude,
		})
		return m, false
	}
	return m, true
}

// announce makes the intent durable, and reports whether the message may leave.
func (w *Worker) announce(r *run, c model.Claim, in model.Intent) bool {
	taken, err := w.commits.intend(in)
	if err != nil {
		r.giveBack(c)
		return false
	}
	return taken // not taken: suppressed meanwhile, and excluded by the same commit
}

// hand gives the message to the relay when a line is free and the campaign is
// still running.
func (w *Worker) hand(ctx context.Context, r *run, c model.Claim, m Message, probe bool) (model.Receipt, bool) {
	if !take(ctx, w.lines) {
		return model.Receipt{}, false
	}
	defer func() { <-w.lines }()
	if ctx.Err() != nil || (w.gate.closed() && !probe) {
		return model.Receipt{}, false
	}
	receipt := w.opt.Sender.Send(w.hard, model.Envelope{From: m.From, To: m.To, Data: m.Data}, func() bool { return ctx.Err() == nil })
	return receipt, w.learn(ctx, r, c.Lane, &receipt, probe)
}

// learn draws from an answer what it says of the relay, and reports whether it
// is a result for the recipient too. No answer, once, is a lost line; several
// times in a row, it is a relay in trouble.
func (w *Worker) learn(ctx context.Context, r *run, lane model.Lane, a *model.Receipt, probe bool) bool {
	if a.Result != model.SendNotStarted {
		w.watch.handed(r, lane)
	}
	if a.Result != model.SendNotStarted && a.Result != model.SendUncertain {
		if w.gate.answered() {
			w.event(nil, model.LevelOK, "deliver.event.relay_back")
		}
		return true
	}
	if a.Result == model.SendNotStarted && (ctx.Err() != nil || w.hard.Err() != nil) {
		return false // held back by a pause or by the end: nobody's fault
	}
	if misset(a) {
		w.standStill(r, a)
		return false
	}
	about := a.Stage >= model.StageRcpt // the recipient may have to do with it
	if about && a.Code == 0 && !probe && !w.gate.dropped() {
		return true
	}
	if wait, news := w.gate.failed(probe); news {
		w.event(nil, model.LevelStop, "deliver.event.relay_down", "why", a.Err, "seconds", int(wait.Seconds()))
	}
	return about
}

// misset reports an answer that no waiting will change: a login refused, a bad
// certificate, no encryption, a sender who may not send. The settings are wrong,
// here or there.
func misset(a *model.Receipt) bool {
	kind := model.KindOf(a.Err)
	return a.Result == model.SendNotStarted && (kind == model.KindRefused || kind == model.KindInvalid) &&
		(a.Code == codeLogin || a.Stage <= model.StageMail && (a.Code == 0 || a.Code/100 == 5))
}

// standStill pauses those whom wrong settings concern, until a person resumes
// them: a sender is the affair of one campaign, the relay of all.
func (w *Worker) standStill(r *run, a *model.Receipt) {
	w.event(r, model.LevelStop, "deliver.event.misset", "why", a.Err)
	if a.Stage == model.StageMail && a.Code != codeLogin {
		r.pause(WhySender)
		return
	}
	w.gate.stands()
	w.pauseAll(WhyRelay)
}

// codeLogin is "authentication required" (RFC 4954), which a relay may say late.
const codeLogin = 530

// settle makes what became of an attempt durable.
func (w *Worker) settle(r *run, c model.Claim, email string, version uint16, a *model.Receipt) {
	o := w.judge(r, c, a)
	o.Campaign, o.Ordinal, o.Version, o.At = c.Campaign, c.Ordinal, version, w.opt.Now()
	if o.State == model.StatePlanned {
		_ = w.commits.settle(o)
		return
	}
	if a.UserUnknown {
		w.suppress(r, email, o.Code)
	}
	if err := w.commits.settle(o); err != nil {
		return
	}
	w.tell(r, email, &o)
	r.mu.Lock()
	why := r.meter.answer(a)
	r.mu.Unlock()
	if why != "" {
		r.pause(why)
	}
}

// suppressTries is how often an address that does not exist is told again when
// it could not be put aside.
const suppressTries = 4

func (w *Worker) suppress(r *run, email, code string) {
	wait := storeFirst
	for try := 1; ; try++ {
		err := w.opt.Suppress(w.hard, email, code)
		if err == nil {
			return
		}
		if try == suppressTries || !pauseFor(w.hard, wait, nil) {
			w.event(r, model.LevelWarn, "deliver.event.suppress_failed", "email", email, "why", err)
			return
		}
		wait *= 4
	}
}

// dropsBeforeDeferral is how often a line may be lost on one recipient before
// that counts as an attempt: he may be the cause, and must not hold up the rest.
const dropsBeforeDeferral = 3

// judge turns the answer of a relay into a state of the ledger.
func (w *Worker) judge(r *run, c model.Claim, a *model.Receipt) model.Outcome {
	o := model.Outcome{Attempts: c.Attempts + 1, Code: a.Reason(), Text: a.Text}
	switch a.Result {
	case model.SendAccepted:
		o.State, o.Text = model.StateAccepted, ""
	case model.SendRefused:
		o.State = model.StateRefused
	case model.SendUncertain:
		o.State = model.StateUncertain
		if a.Err != nil {
			o.Text = a.Err.Error()
		}
	case model.SendDeferred:
		w.deferral(&o)
	case model.SendNotStarted:
		r.mu.Lock()
		r.drops[c.Ordinal]++
		n := r.drops[c.Ordinal]
		r.mu.Unlock()
		if n < dropsBeforeDeferral {
			return model.Outcome{State: model.StatePlanned, Attempts: c.Attempts}
		}
		o.Code = reasonDropped
		w.deferral(&o)
	}
	return o
}

// deferral sets the next try, or gives up.
func (w *Worker) deferral(o *model.Outcome) {
	wait, ok := w.opt.Retry.after(o.Attempts, w.opt.Random())
	if !ok {
		o.State, o.Code = model.StateRefused, reasonExpired
		return
	}
	o.State, o.NextTry = model.StateDeferred, w.opt.Now().Add(wait)
}

// tell shows the answers that are not the usual one.
func (w *Worker) tell(r *run, email string, o *model.Outcome) {
	said := o.Code + " " + o.Text
	switch o.State {
	case model.StateDeferred:
		w.event(r, model.LevelInfo, "deliver.event.deferred", "email", email, "said", said, "at", o.NextTry)
	case model.StateUncertain:
		w.event(r, model.LevelWarn, "deliver.event.uncertain", "email", email)
	case model.StateRefused:
		if o.Code == reasonExpired {
			w.event(r, model.LevelWarn, "deliver.event.expired", "email", email)
			return
		}
		w.event(r, model.LevelWarn, "deliver.event.refused", "email", email, "said", said)
	}
}
