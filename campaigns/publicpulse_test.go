package campaigns

import (
	"errors"
	"testing"
	"time"

	"blanche/model"
)

var noonPulse = time.Date(2026, 11, 22, 12, 0, 30, 0, time.UTC)

func sum(list []int) (n int) {
	for _, x := range list {
		n += x
	}
	return n
}

func TestTheLastHourIsToldByTheMinute(t *testing.T) {
	t.Parallel()
	var u pulse
	u.count(pulseHooks, 3, noonPulse)
	u.came([]model.Response{
		{Kind: model.ResponseClick}, {Kind: model.ResponseClick, Agent: model.AgentScanner}, {Kind: model.ResponseUnsubscribe}, {Kind: model.ResponseOpen},
	}, noonPulse.Add(2*time.Minute))
	u.turn(noonPulse.Add(2 * time.Minute))
	hooks, clicks, left := u.minutes(pulseHooks), u.minutes(pulseClicks), u.minutes(pulseLeft)
	if len(hooks) != pulseMinutes || hooks[57] != 3 || clicks[59] != 1 || left[59] != 1 || sum(clicks)+sum(left)+sum(hooks) != 5 {
		t.Errorf("hooks %v\nclicks %v\nleft %v", hooks, clicks, left)
	}
	for after, want := range map[time.Duration]int{59 * time.Minute: 3, 60 * time.Minute: 0} {
		v := u.by
		other := &pulse{minute: u.minute, by: v}
		if other.turn(noonPulse.Add(after)); sum(other.minutes(pulseHooks)) != want {
			t.Errorf("after %s: %d", after, sum(other.minutes(pulseHooks)))
		}
	}
	u.turn(noonPulse.AddDate(1, 0, 0))
	if sum(u.minutes(pulseClicks)) != 0 {
		t.Error("a click of last year is of this hour")
	}
}

func TestWhoIsRefusedTimeAndAgainPushesNobodyOut(t *testing.T) {
	t.Parallel()
	var u pulse
	u.visit(HookVisit{At: noonPulse, Program: "caisse", Created: 1})
	for i := range 500 {
		u.visit(HookVisit{At: noonPulse.Add(time.Duration(i) * time.Millisecond), Refusal: "token.refused"})
	}
	if len(u.visits) != 2 || u.visits[0].Times != 500 || u.visits[1].Program != "caisse" {
		t.Errorf("%+v", u.visits)
	}
	for range 100 {
		u.visit(HookVisit{At: noonPulse, Program: "caisse", Created: 1})
	}
	if len(u.visits) != visitsKept {
		t.Errorf("%d are kept", len(u.visits))
	}
}

func TestItIsKnownSinceWhenTheDoorIsShut(t *testing.T) {
	t.Parallel()
	var u pulse
	at := func(s int) time.Time { return noonPulse.Add(time.Duration(s) * time.Second) }
	why := errors.New("refused")
	for i, step := range []struct {
		why   error
		since int
	}{{nil, 0}, {nil, 0}, {why, 2}, {why, 2}, {nil, 4}} {
		if u.reached(step.why, false, at(i)); u.since != at(step.since) || u.checked != at(i) {
			t.Errorf("%d: since %s, checked %s", i, u.since, u.checked)
		}
	}
}
