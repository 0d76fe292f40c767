package deliver_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/model"
)

// row is one way in which a relay behaves in a transaction, and what must be
// recorded.
type row struct {
	name  string
	talk  func(*peer) // MAIL and what follows
	want  model.SendResult
	stage model.SendStage
	code  int
	naive bool // a client that only asks "was there an error?" gets it right too
	key   string
	flags int
}

// What else is to be known of a row.
const (
	hangsUp  = 1 << iota // the relay closes the line afterwards
	needs354             // about DATA: BDAT has none
	muddles              // says more than it was asked: the neighbours may be held up, never falsely settled
)

var modes = []deliver.Mode{deliver.Strict, deliver.Grouped, deliver.Streamed, deliver.BDAT}

var matrix = []row{
	{"accepted", func(p *peer) { p.envelope(); p.text(); p.say("250 2.0.0 queued") }, model.SendAccepted, model.StageDot, 250, true, "", 0},
	{"accepted in two lines", func(p *peer) { p.envelope(); p.text(); p.say("250-2.0.0 two", "250 2.0.0 lines") }, model.SendAccepted, model.StageDot, 250, true, "", 0},
	{"accepted without a word", func(p *peer) { p.envelope(); p.text(); p.say("250") }, model.SendAccepted, model.StageDot, 250, false, "", 0},
	{"QUIT refused after 250", func(p *peer) { p.envelope(); p.text(); p.say("250 ok"); p.hear("500 no") }, model.SendAccepted, model.StageDot, 250, false, "", hangsUp},
	{"line dropped at QUIT after 250", func(p *peer) { p.envelope(); p.text(); p.say("250 ok") }, model.SendAccepted, model.StageDot, 250, false, "", hangsUp},
	{"accepted, then one reply too many", func(p *peer) { p.envelope(); p.text(); p.say("250 ok", "250 ok") }, model.SendAccepted, model.StageDot, 250, false, "", muddles},

	{"drop after the final dot", func(p *peer) { p.envelope(); p.text() }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"silence after the final dot", func(p *peer) { p.envelope(); p.text(); p.silent() }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"one byte a second after the final dot", func(p *peer) { p.envelope(); p.text(); drip(p, "250 slowly") }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"half a reply after the final dot", func(p *peer) { p.envelope(); p.text(); _, _ = p.Write([]byte("25")) }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"half of two lines after the final dot", func(p *peer) { p.envelope(); p.text(); p.say("250-and") }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"two codes in one reply to the final dot", func(p *peer) { p.envelope(); p.text(); p.say("250-and", "550 or") }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"garbled reply to the final dot", func(p *peer) { p.envelope(); p.text(); p.say("yes, why not", "550 no") }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"endless reply to the final dot", func(p *peer) { p.envelope(); p.text(); endless(p, "250-and\r\n") }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"endless line after the final dot", func(p *peer) { p.envelope(); p.text(); endless(p, strings.Repeat("250 ", 1024)) }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"354 again after the final dot", func(p *peer) { p.envelope(); p.text(); p.say("354 go on") }, model.SendUncertain, model.StageDot, 0, false, "", hangsUp},
	{"421 after the final dot", func(p *peer) { p.envelope(); p.text(); p.say("421 4.3.2 closing") }, model.SendDeferred, model.StageDot, 421, false, "", hangsUp},
	{"4xx after the final dot", func(p *peer) { p.envelope(); p.text(); p.say("451 4.3.0 later") }, model.SendDeferred, model.StageDot, 451, false, "", 0},
	{"5xx after the final dot", func(p *peer) { p.envelope(); p.text(); p.say("554 5.7.1 spam") }, model.SendRefused, model.StageDot, 554, true, "", 0},
	{"early 550 during DATA", func(p *peer) { p.envelope(); p.text(); p.say("550 5.7.1 no more") }, model.SendRefused, model.StageDot, 550, true, "", hangsUp},

	{"greylisting at RCPT", func(p *peer) { p.hear("250 ok"); p.hear("450 4.2.0 later") }, model.SendDeferred, model.StageRcpt, 450, false, "", 0},
	{"5xx at RCPT", func(p *peer) { p.hear("250 ok"); p.hear("550 5.1.1 unknown") }, model.SendRefused, model.StageRcpt, 550, true, "", 0},
	{"5xx at RCPT and DATA taken all the same", func(p *peer) { p.hear("250 ok"); p.hear("550 5.1.1 unknown"); p.lone = true }, model.SendRefused, model.StageRcpt, 550, true, "", 0},
	{"421 at RCPT", func(p *peer) { p.hear("250 ok"); p.hear("421 4.3.2 closing") }, model.SendDeferred, model.StageRcpt, 421, false, "", hangsUp},
	{"drop at RCPT", func(p *peer) { p.hear("250 ok"); p.hear("") }, model.SendNotStarted, model.StageRcpt, 0, false, "deliver.dropped", hangsUp},
	{"silence at RCPT", func(p *peer) { p.hear("250 ok"); p.silent() }, model.SendNotStarted, model.StageRcpt, 0, false, "deliver.dropped", hangsUp},
	{"one byte a second at RCPT", func(p *peer) { p.hear("250 ok"); p.hear(""); drip(p, "250 slowly") }, model.SendNotStarted, model.StageRcpt, 0, false, "deliver.dropped", hangsUp},
	{"authentication wanted at RCPT", func(p *peer) { p.hear("250 ok"); p.hear("530 5.7.0 log in first") }, model.SendNotStarted, model.StageRcpt, 530, false, "deliver.auth_missing", 0},
	{"garbled reply at RCPT", func(p *peer) { p.hear("250 ok"); p.hear("so what") }, model.SendNotStarted, model.StageRcpt, 0, false, "deliver.nonsense", hangsUp},
	{"354 at RCPT", func(p *peer) { p.hear("250 ok"); p.hear("354 what?") }, model.SendNotStarted, model.StageRcpt, 0, false, "deliver.nonsense", hangsUp},
	{"two replies to MAIL", func(p *peer) { p.hear("250 ok\r\n250 ok") }, model.SendNotStarted, model.StageMail, 0, false, "deliver.nonsense", muddles | needs354},

	{"drop at DATA", func(p *peer) { p.hear("250 ok"); p.hear("250 ok"); p.data("") }, model.SendNotStarted, model.StageData, 0, false, "deliver.dropped", hangsUp | needs354},
	{"4xx at DATA", func(p *peer) { p.hear("250 ok"); p.hear("250 ok"); p.data("451 later") }, model.SendDeferred, model.StageData, 451, false, "", needs354},
	{"5xx at DATA", func(p *peer) { p.hear("250 ok"); p.hear("250 ok"); p.data("554 no") }, model.SendRefused, model.StageData, 554, true, "", needs354},
	{"250 at DATA", func(p *peer) { p.hear("250 ok"); p.hear("250 ok"); p.data("250 ok") }, model.SendNotStarted, model.StageData, 250, false, "deliver.nonsense", needs354},
	{"550 said together with 354", func(p *peer) {
		p.hear("250 ok")
		p.hear("250 ok")
		p.data("354 go on\r\n550 5.7.1 or rather not")
		p.text()
	}, model.SendRefused, model.StageData, 550, true, "", needs354 | muddles | hangsUp},
	{"250 said together with 354", func(p *peer) {
		p.hear("250 ok")
		p.hear("250 ok")
		p.data("354 go on\r\n250 ok")
		p.text()
	}, model.SendNotStarted, model.StageData, 0, false, "deliver.nonsense", needs354 | muddles | hangsUp},

	{"4xx at MAIL", func(p *peer) { p.hear("451 4.3.2 busy") }, model.SendNotStarted, model.StageMail, 451, false, "deliver.sender_refused", 0},
	{"5xx at MAIL", func(p *peer) { p.hear("553 5.7.1 not your address") }, model.SendNotStarted, model.StageMail, 553, false, "deliver.sender_refused", 0},
	{"421 at MAIL", func(p *peer) { p.hear("421 4.7.0 enough of you") }, model.SendNotStarted, model.StageMail, 421, false, "deliver.turned_away", hangsUp},
	{"too large at MAIL", func(p *peer) { p.hear("552 5.3.4 too large") }, model.SendRefused, model.StageMail, 552, true, "", 0},
	{"drop at MAIL", func(p *peer) { p.hear("") }, model.SendNotStarted, model.StageMail, 0, false, "deliver.dropped", hangsUp},
}

// atConnect are relays that do not come as far as MAIL, or hardly.
var atConnect = []struct {
	name   string
	script func(*peer)
	want   model.SendResult
	code   int
	key    string
}{
	{"no ESMTP", func(p *peer) { p.say("220 old"); p.hear("502 what?"); p.hear("250 hello"); p.serve(9) }, model.SendAccepted, 250, ""},
	{"pipelining and size", func(p *peer) { p.hello("PIPELINING", "SIZE 1000000", "8BITMIME"); p.serve(9) }, model.SendAccepted, 250, ""},
	{"421 at connect", func(p *peer) { p.say("421 4.3.2 too busy") }, model.SendNotStarted, 0, "deliver.turned_away"},
	{"554 at connect", func(p *peer) { p.say("554 no service for you") }, model.SendNotStarted, 0, "deliver.turned_away"},
	{"EHLO refused", func(p *peer) { p.say("220 hi"); p.hear("550 I do not know you") }, model.SendNotStarted, 0, "deliver.turned_away"},
	{"silence at connect", func(p *peer) { p.silent() }, model.SendNotStarted, 0, "deliver.unreachable"},
	{"silence after EHLO", func(p *peer) { p.say("220 hi"); p.silent() }, model.SendNotStarted, 0, "deliver.unreachable"},
	{"line dropped at connect", func(*peer) {}, model.SendNotStarted, 0, "deliver.unreachable"},
	{"one byte a second at connect", func(p *peer) { drip(p, "220 fake.example") }, model.SendNotStarted, 0, "deliver.nonsense"},
	{"garbled greeting", func(p *peer) { p.say("HTTP/1.1 400 Bad Request") }, model.SendNotStarted, 0, "deliver.nonsense"},
	{"greeting and answer to EHLO in one", func(p *peer) { p.say("220 hi\r\n250 fake.example"); p.silent() }, model.SendNotStarted, 0, "deliver.nonsense"},
	{"endless greeting without a line", func(p *peer) { endless(p, strings.Repeat("x", 4096)) }, model.SendNotStarted, 0, "deliver.nonsense"},
	{"endless greeting of many lines", func(p *peer) { endless(p, "220-and then\r\n") }, model.SendNotStarted, 0, "deliver.nonsense"},
	{"endless list of extensions", func(p *peer) { p.say("220 hi"); p.hear(""); endless(p, "250-AND MORE\r\n") }, model.SendNotStarted, 0, "deliver.nonsense"},
	{"SIZE smaller than the mail", func(p *peer) { p.hello("SIZE 20"); p.serve(9) }, model.SendRefused, 552, ""},
}

// drip says one byte at a time, which is a byte a second to these timeouts.
func drip(p *peer, text string) {
	for i := range text {
		if _, err := p.Write([]byte(text[i : i+1])); err != nil {
			return
		}
		time.Sleep(quick.Dot / 4) // the fault itself, not a wait for something
	}
	p.silent()
}

func endless(p *peer, text string) {
	chunk := []byte(strings.Repeat(text, 64))
	for {
		if _, err := p.Write(chunk); err != nil {
			return
		}
	}
}

// atOnce runs cases beside each other: most of them wait.
func atOnce(n int, each func(i int)) {
	var all sync.WaitGroup
	room := make(chan struct{}, 40)
	for i := range n {
		room <- struct{}{}
		all.Go(func() { each(i); <-room })
	}
	all.Wait()
}

// judged compares what was recorded with the row, and gives what is wrong.
func (c *row) judged(name string, r *model.Receipt, exactly bool) (wrong []string) {
	if r.Result != c.want || exactly && (r.Stage != c.stage || r.Code != c.code) {
		wrong = append(wrong, fmt.Sprintf("%s: got %s at %s, code %d (%v); want %s at %s, code %d", name, r.Result, r.Stage, r.Code, r.Err, c.want, c.stage, c.code))
	}
	var e *model.Error
	errors.As(r.Err, &e)
	if c.key != "" && (e == nil || e.Key != c.key) {
		wrong = append(wrong, fmt.Sprintf("%s: trouble is worded %v, want %s", name, r.Err, c.key))
	}
	if r.Result == model.SendNotStarted && e == nil {
		wrong = append(wrong, fmt.Sprintf("%s: not started, and nobody knows why: %v", name, r.Err))
	}
	return wrong
}

// alone is a relay that behaves as the row says with every message.
func (c *row) alone(p *peer) {
	p.hello("PIPELINING", "8BITMIME")
	c.talk(p)
	if c.flags&hangsUp == 0 {
		p.serve(100)
	}
}

func TestEveryWayARelayBehavesIsRecordedAsWhatItIs(t *testing.T) {
	t.Parallel()
	all := append([]deliver.Mode{deliver.Auto}, modes...)
	atOnce(len(matrix)*len(all), func(i int) {
		c, mode := matrix[i%len(matrix)], all[i/len(matrix)]
		if mode == deliver.BDAT && c.flags&needs354 != 0 {
			return
		}
		cfg := serve(t, func(p *peer) { p.mode = mode; c.alone(p) })
		cfg.Mode = mode
		r := send(t, cfg)
		// Where replies are read as a group, one too many shows at the end of it.
		for _, wrong := range c.judged(fmt.Sprintf("%s, %s", mode, c.name), &r, mode == deliver.Strict || c.flags&muddles == 0) {
			t.Error(wrong)
		}
	})
}

func TestEveryWayARelayTurnsAwayIsRecordedAsWhatItIs(t *testing.T) {
	t.Parallel()
	atOnce(len(atConnect), func(i int) {
		c := atConnect[i]
		r := send(t, serve(t, c.script))
		if r.Result != c.want || r.Code != c.code || (c.want != model.SendAccepted) != (r.Stage == model.StageConnect) || key(r.Err) != c.key {
			t.Errorf("%s: %s at %s, code %d, %v", c.name, r.Result, r.Stage, r.Code, r.Err)
		}
	})
}

func TestOnlyADefiniteAnswerAboutTheAddressSaysThatAUserIsUnknown(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]bool{
		"550 5.1.1 no such user": true, "550 5.1.2 no such domain": true, "553 5.1.3 bad address": true,
		"551 5.1.6 moved": true, "556 5.1.10 takes no mail": true, "550-5.1.1 no such\r\n550 5.1.1 user": true,
		"550 5.7.1 policy": false, "550 5.7.515 access denied": false, "550 no such user": false,
		"550 5.1.8 bad sender": false, "550 5.1.0 other": false, "552 5.2.2 full": false, "450 4.1.1 unknown for now": false,
		"550 5.1.1x what": false, "550 5.1.1234 what": false,
	} {
		for _, mode := range modes {
			cfg := serve(t, func(p *peer) { p.mode = mode; p.hello(); p.hear("250 ok"); p.hear(reply); p.serve(9) })
			cfg.Mode = mode
			if r := send(t, cfg); r.UserUnknown != want {
				t.Errorf("%s, %q: unknown %v, want %v (%+v)", mode, reply, r.UserUnknown, want, r)
			}
		}
	}
}
