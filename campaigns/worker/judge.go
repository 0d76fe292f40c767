package worker

import "blanche/model"

// learn draws from an answer what it says of the relay, and reports whether it
// is a result for the recipient too. No answer, once, is a lost line; several
// times in a row, it is a relay in trouble.
func (w *Worker) learn(f *flight) bool {
	a := &f.receipt
	if a.Result != model.SendNotStarted {
		w.watch.handed(f.r, f.claim.Lane)
	}
	if a.Result != model.SendNotStarted && a.Result != model.SendUncertain {
		if w.gate.answered() {
			w.event(nil, model.LevelOK, "deliver.event.relay_back")
		}
		return true
	}
	if a.Result == model.SendNotStarted && (f.held.Load() || f.ctx.Err() != nil || w.hard.Err() != nil) {
		return false // held back by a pause, by a suppression or by the end: nobody's fault
	}
	if misset(a) {
		w.standStill(f.r, a)
		return false
	}
	about := a.Stage >= model.StageRcpt // the recipient may have to do with it
	if about && a.Code == 0 && !f.probe && !w.gate.dropped() {
		return true
	}
	if wait, news := w.gate.failed(f.probe); news {
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
	if a.Result == model.SendAccepted {
		return model.Outcome{State: model.StateAccepted, Attempts: c.Attempts + 1}
	}
	o := model.Outcome{Attempts: c.Attempts + 1, Code: a.Reason(), Text: a.Text}
	switch a.Result {
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
	if o.State == model.StateAccepted {
		return
	}
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
