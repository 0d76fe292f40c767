package deliver_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"blanche/model"
)

// row is one way in which a relay behaves, and what must be recorded.
type row struct {
	name   string
	script func(*peer)
	want   model.SendResult
	stage  model.SendStage
	code   int
	naive  bool // a client that only asks "was there an error?" gets it right too
	key    string
}

var matrix = []row{
	{"accepted", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("250 2.0.0 queued"); p.hear("221 bye") }, model.SendAccepted, model.StageDot, 250, true, ""},
	{"accepted with pipelining and size", func(p *peer) {
		p.hello("PIPELINING", "SIZE 1000000", "8BITMIME")
		p.envelope()
		p.text()
		p.say("250-2.0.0 two", "250 2.0.0 lines")
		p.hear("221 bye")
	}, model.SendAccepted, model.StageDot, 250, true, ""},
	{"no ESMTP", func(p *peer) {
		p.say("220 old")
		p.hear("502 what?")
		p.hear("250 hello")
		p.envelope()
		p.text()
		p.say("250 ok")
		p.hear("221 bye")
	}, model.SendAccepted, model.StageDot, 250, true, ""},
	{"QUIT refused after 250", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("250 ok"); p.hear("500 no") }, model.SendAccepted, model.StageDot, 250, false, ""},
	{"line dropped at QUIT after 250", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("250 ok") }, model.SendAccepted, model.StageDot, 250, false, ""},
	{"accepted, then one reply too many", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("250 ok", "250 ok"); p.hear("") }, model.SendAccepted, model.StageDot, 250, false, ""},

	{"drop after the final dot", func(p *peer) { p.hello(); p.envelope(); p.text() }, model.SendUncertain, model.StageDot, 0, false, ""},
	{"silence after the final dot", func(p *peer) { p.hello(); p.envelope(); p.text(); p.hear("") }, model.SendUncertain, model.StageDot, 0, false, ""},
	{"one byte a second after the final dot", func(p *peer) { p.hello(); p.envelope(); p.text(); drip(p, "250 slowly") }, model.SendUncertain, model.StageDot, 0, false, ""},
	{"half a reply after the final dot", func(p *peer) { p.hello(); p.envelope(); p.text(); _, _ = p.Write([]byte("25")) }, model.SendUncertain, model.StageDot, 0, false, ""},
	{"garbled reply to the final dot", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("yes, why not", "550 no") }, model.SendUncertain, model.StageDot, 0, false, ""},
	{"endless reply to the final dot", func(p *peer) { p.hello(); p.envelope(); p.text(); endless(p, "250-and\r\n") }, model.SendUncertain, model.StageDot, 0, false, ""},
	{"354 again after the final dot", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("354 go on") }, model.SendUncertain, model.StageDot, 0, false, ""},
	{"421 after the final dot", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("421 4.3.2 closing") }, model.SendDeferred, model.StageDot, 421, false, ""},
	{"4xx after the final dot", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("451 4.3.0 later") }, model.SendDeferred, model.StageDot, 451, false, ""},
	{"5xx after the final dot", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("554 5.7.1 spam") }, model.SendRefused, model.StageDot, 554, true, ""},

	{"greylisting at RCPT", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear("450 4.2.0 later"); p.hear("250 ok"); p.hear("") }, model.SendDeferred, model.StageRcpt, 450, false, ""},
	{"5xx at RCPT", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear("550 5.1.1 unknown"); p.hear("250 ok"); p.hear("") }, model.SendRefused, model.StageRcpt, 550, true, ""},
	{"drop at RCPT", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear("") }, model.SendNotStarted, model.StageRcpt, 0, false, "deliver.dropped"},
	{"silence at RCPT", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear(""); p.hear("") }, model.SendNotStarted, model.StageRcpt, 0, false, "deliver.dropped"},
	{"one byte a second at RCPT", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear(""); drip(p, "250 slowly") }, model.SendNotStarted, model.StageRcpt, 0, false, "deliver.dropped"},
	{"authentication wanted at RCPT", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear("530 5.7.0 log in first"); p.hear("") }, model.SendNotStarted, model.StageRcpt, 530, false, "deliver.auth_missing"},
	{"garbled reply at RCPT", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear("so what") }, model.SendNotStarted, model.StageRcpt, 0, false, "deliver.nonsense"},
	{"two replies to MAIL", func(p *peer) { p.hello(); p.hear("250 ok\r\n250 ok"); p.hear("250 ok"); p.hear("") }, model.SendNotStarted, model.StageMail, 0, false, "deliver.nonsense"},
	{"drop at DATA", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear("250 ok"); p.hear("") }, model.SendNotStarted, model.StageData, 0, false, "deliver.dropped"},
	{"4xx at DATA", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear("250 ok"); p.hear("451 later"); p.hear("") }, model.SendDeferred, model.StageData, 451, false, ""},
	{"5xx at DATA", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear("250 ok"); p.hear("554 no"); p.hear("") }, model.SendRefused, model.StageData, 554, true, ""},
	{"250 at DATA", func(p *peer) { p.hello(); p.hear("250 ok"); p.hear("250 ok"); p.hear("250 ok"); p.hear("") }, model.SendNotStarted, model.StageData, 250, false, "deliver.nonsense"},
	{"early 550 during DATA", func(p *peer) { p.hello(); p.envelope(); p.text(); p.say("550 5.7.1 no more") }, model.SendRefused, model.StageDot, 550, true, ""},

	{"550 said together with 354", func(p *peer) {
		p.hello()
		p.hear("250 ok")
		p.hear("250 ok")
		p.hear("354 go on\r\n550 5.7.1 or rather not")
		p.text()
	}, model.SendRefused, model.StageData, 550, true, ""},
	{"250 said together with 354", func(p *peer) {
		p.hello()
		p.hear("250 ok")
		p.hear("250 ok")
		p.hear("354 go on\r\n250 ok")
		p.text()
	}, model.SendNotStarted, model.StageData, 0, false, "deliver.nonsense"},

	{"4xx at MAIL", func(p *peer) { p.hello(); p.hear("451 4.3.2 busy"); p.hear("") }, model.SendNotStarted, model.StageMail, 451, false, "deliver.sender_refused"},
	{"5xx at MAIL", func(p *peer) { p.hello(); p.hear("553 5.7.1 not your address"); p.hear("") }, model.SendNotStarted, model.StageMail, 553, false, "deliver.sender_refused"},
	{"too large at MAIL", func(p *peer) { p.hello(); p.hear("552 5.3.4 too large"); p.hear("") }, model.SendRefused, model.StageMail, 552, true, ""},
	{"drop at MAIL", func(p *peer) { p.hello(); p.hear("") }, model.SendNotStarted, model.StageMail, 0, false, "deliver.dropped"},
	{"421 at connect", func(p *peer) { p.say("421 4.3.2 too busy") }, model.SendNotStarted, model.StageConnect, 0, false, "deliver.turned_away"},
	{"554 at connect", func(p *peer) { p.say("554 no service for you") }, model.SendNotStarted, model.StageConnect, 0, false, "deliver.turned_away"},
	{"EHLO refused", func(p *peer) { p.say("220 hi"); p.hear("550 I do not know you") }, model.SendNotStarted, model.StageConnect, 0, false, "deliver.turned_away"},
	{"silence at connect", func(p *peer) { p.hear("") }, model.SendNotStarted, model.StageConnect, 0, false, "deliver.unreachable"},
	{"line dropped at connect", func(*peer) {}, model.SendNotStarted, model.StageConnect, 0, false, "deliver.unreachable"},
	{"one byte a second at connect", func(p *peer) { drip(p, "220 fake.example") }, model.SendNotStarted, model.StageConnect, 0, false, "deliver.nonsense"},
	{"garbled greeting", func(p *peer) { p.say("HTTP/1.1 400 Bad Request") }, model.SendNotStarted, model.StageConnect, 0, false, "deliver.nonsense"},
	{"endless greeting without a line", func(p *peer) { endless(p, strings.Repeat("x", 4096)) }, model.SendNotStarted, model.StageConnect, 0, false, "deliver.nonsense"},
	{"endless greeting of many lines", func(p *peer) { endless(p, "220-and then\r\n") }, model.SendNotStarted, model.StageConnect, 0, false, "deliver.nonsense"},
	{"SIZE smaller than the mail", func(p *peer) { p.hello("SIZE 20"); p.hear("") }, model.SendRefused, model.StageConnect, 552, true, ""},
}

// drip says one byte every 400 ms, which is a second to these quick timeouts.
func drip(p *peer, text string) {
	for i := range text {
		if _, err := p.Write([]byte(text[i : i+1])); err != nil {
			return
		}
		time.Sleep(400 * time.Millisecond) // the fault itself, not a wait for something
	}
	p.hear("")
}

func endless(p *peer, text string) {
	chunk := []byte(strings.Repeat(text, 64))
	for {
		if _, err := p.Write(chunk); err != nil {
			return
		}
	}
}

func TestEveryWayARelayBehavesIsRecordedAsWhatItIs(t *testing.T) {
	t.Parallel()
	for _, c := range matrix {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := send(t, serve(t, c.script))
			if r.Result != c.want || r.Stage != c.stage || r.Code != c.code {
				t.Errorf("got %s at %s, code %d (%v); want %s at %s, code %d", r.Result, r.Stage, r.Code, r.Err, c.want, c.stage, c.code)
			}
			var e *model.Error
			errors.As(r.Err, &e)
			if c.key != "" && (e == nil || e.Key != c.key) {
				t.Errorf("trouble is worded %v, want %s", r.Err, c.key)
			}
			if r.Result == model.SendNotStarted && e == nil {
				t.Errorf("not started, and nobody knows why: %v", r.Err)
			}
		})
	}
}

func TestOnlyADefiniteAnswerAboutTheAddressSaysThatAUserIsUnknown(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]bool{
		"550 5.1.1 no such user": true, "550 5.1.2 no such domain": true, "553 5.1.3 bad address": true,
		"551 5.1.6 moved": true, "556 5.1.10 takes no mail": true,
		"550 5.7.1 policy": false, "550 5.7.515 access denied": false, "550 no such user": false,
		"550 5.1.8 bad sender": false, "550 5.1.0 other": false, "552 5.2.2 full": false, "450 4.1.1 unknown for now": false,
	} {
		r := send(t, serve(t, func(p *peer) { p.hello(); p.hear("250 ok"); p.hear(reply); p.hear("250 ok"); p.hear("") }))
		if r.UserUnknown != want {
			t.Errorf("%q: unknown %v, want %v (%+v)", reply, r.UserUnknown, want, r)
		}
	}
}
