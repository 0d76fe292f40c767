package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/hooks"
	"blanche/model"
)

// What comes back in the demonstration goes through the same doors as anywhere:
// the links of the messages that were received, reports to the address that they
// came from, calls of a till. All of it stays inside the process.

// site is the public part of the shop of the demonstration.
const site = "https://mail.marguerite.example"

// How people answer a message, as parts of those who receive it.
const (
	grantedShare  = 0.55 // may be followed
	refusedShare  = 0.25 // said no to it; the rest never said
	clickShare    = 0.20 // of those who may be followed
	scannedShare  = 0.04 // a machine opens the links before them
	leaveShare    = 0.008
	returnedShare = 0.012 // comes back after it was accepted
	complainShare = 0.0004
	answerShare   = 0.22 // of a question
)

// What a browser and a scanner of mail say of themselves.
const (
	browser = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
	scanner = "Mozilla/5.0 (compatible; Barracuda Sentinel)"
)

// tracking is what a person said about being followed.
func (s *Shop) tracking(email string) model.Tracking {
	switch u := s.chance("followed " + email); {
	case u < grantedShare:
		return model.TrackingGranted
	case u < grantedShare+refusedShare:
		return model.TrackingRefused
	}
	return model.TrackingUnknown
}

// reply is what somebody does at an instant.
type reply struct {
	at time.Time
	do func(context.Context, *campaigns.Service) error
}

// replies are what is still to come back.
type replies struct {
	mu  sync.Mutex
	all []reply
}

func (r *replies) add(at time.Time, do func(context.Context, *campaigns.Service) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, reply{at, do})
}

// due takes those of up to an instant, the oldest first.
func (r *replies) due(now time.Time) (due []reply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = slices.DeleteFunc(r.all, func(one reply) bool {
		if one.at.After(now) {
			return false
		}
		due = append(due, one)
		return true
	})
	slices.SortStableFunc(due, func(a, b reply) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return due
}

var tokens = regexp.MustCompile(`/([uac])/([\w-]{44})`)

// linksOf are the tokens of a message, by the letter of their path.
func linksOf(message []byte) map[string][]string {
	links := map[string][]string{}
	text := strings.ReplaceAll(string(message), "=\r\n", "")
	for _, m := range tokens.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(links[m[1]], m[2]) {
			links[m[1]] = append(links[m[1]], m[2])
		}
	}
	return links
}

// receive is told of each message that somebody got, and decides what they do
// with it.
func (d *Demo) receive(from, to string, message []byte) {
	links, s, now := linksOf(message), d.shop, d.clock.Now()
	later := func(what string) time.Time { // most within the hour, some in the evening
		return now.Add(20*time.Second - time.Duration(40*math.Log(1-s.chance(what+to))*float64(time.Minute)))
	}
	if clicks := links["c"]; len(clicks) > 0 {
		if s.chance("scanned "+to) < scannedShare {
			d.replies.add(now.Add(2*time.Second), follow(clicks, scanner))
		}
		if s.chance("clicks "+to) < clickShare {
			d.replies.add(later("when clicks "), follow(clicks[:1], browser))
		}
	}
	if leave := links["u"]; len(leave) > 0 && s.chance("leaves "+to) < leaveShare {
		d.replies.add(later("when leaves "), func(ctx context.Context, s *campaigns.Service) error { return s.Outside().Leave(ctx, leave[0]) })
	}
	switch u := s.chance("returns " + to); {
	case u < complainShare:
		d.replies.add(later("when complains "), told(complaint(from, to)))
	case u < complainShare+returnedShare:
		d.replies.add(now.Add(5*time.Minute), told(returned(from, to, u)))
	}
}

// follow is a visit of links by a program that says what it is.
func follow(links []string, agent string) func(context.Context, *campaigns.Service) error {
	return func(ctx context.Context, s *campaigns.Service) error {
		for _, token := range links {
			if _, err := s.Outside().Follow(ctx, token, campaigns.PublicHit{UserAgent: agent}); err != nil {
				return err
			}
		}
		return nil
	}
}

// told is a report that reaches the address of reports.
func told(report []byte) func(context.Context, *campaigns.Service) error {
	return func(ctx context.Context, s *campaigns.Service) error {
		_, err := s.Feedback(ctx, report, nil)
		return err
	}
}

// returned is what the server of a mailbox says of a message that it took (RFC
// 3464): the box is full, closed, or it changed its mind.
func returned(from, to string, u float64) []byte {
	code, said := "5.2.2", "mailbox full"
	switch int(u*1e5) % 5 {
	case 0:
		code, said = "5.7.1", "message refused by policy"
	case 1:
		code, said = "5.2.1", "mailbox disabled"
	}
	return fmt.Appendf(nil, "From: MAILER-DAEMON@relay.example\r\nTo: %s\r\nSubject: Undelivered Mail\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"+
		"Final-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: %s\r\nDiagnostic-Code: smtp; 550 %s %s\r\n\r\n--b--\r\n", from, to, code, code, said)
}

// complaint is what a mailbox provider says of a message that somebody called
// spam (RFC 5965).
func complaint(from, to string) []byte {
	return fmt.Appendf(nil, "From: fbl@relay.example\r\nTo: %s\r\nSubject: Complaint\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nSpam.\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: demo/1\r\nVersion: 1\r\n"+
		"Original-Mail-From: <%s>\r\nOriginal-Rcpt-To: <%s>\r\n\r\n--b--\r\n", from, from, to)
}

// answer does what people decided to do up to an instant.
func (d *Demo) answer(ctx context.Context, now time.Time) error {
	for _, r := range d.replies.due(now) {
		if err := r.do(ctx, d.service); err != nil && model.KindOf(err) != model.KindPartial {
			return err
		}
	}
	return nil
}

// tillEvery is how often the till of the shop calls, in the time of the
// demonstration.
const tillEvery = 12 * time.Minute

// till is the program of the shop that tells the points of its customers.
var till = model.Actor{Name: "token:caisse-nantes", Role: model.Maker, From: "demo"}

// calls has the till tell the points of who bought since it last called; now and
// then a stranger calls in its place.
func (d *Demo) calls(ctx context.Context, now time.Time, bought []model.Order) error {
	d.bought = append(d.bought, bought...)
	if now.Sub(d.called) < tillEvery {
		return nil
	}
	d.called = now
	if d.visits++; d.visits%6 == 3 {
		d.service.HookRefused("", model.ScopeOrders, model.Refused("token.refused"))
	}
	var items []map[string]json.RawMessage
	for _, o := range d.bought {
		if who := int(o.Contact) - 1; who >= 0 && who < len(d.shop.People) && d.shop.People[who].Contact.Card != "" {
			p := &d.shop.People[who].Contact
			p.Points += int64(o.Total / 100)
			items = append(items, map[string]json.RawMessage{"email": quoted(p.Email), "points": json.RawMessage(fmt.Sprint(p.Points))})
		}
	}
	d.bought = nil
	if len(items) == 0 {
		return nil
	}
	_, err := d.service.As(till).TakeItems(ctx, campaigns.ItemRequest{Kind: model.ScopeContacts, Items: items})
	return err
}

func quoted(text string) json.RawMessage {
	raw, _ := json.Marshal(text) // of a string, it cannot fail
	return raw
}

// ledger is the program of the shop that is told what happens.
const ledger = "comptabilite"

// tells are the programs that are told what happens in the demonstration.
func tells() []campaigns.HookOut {
	return []campaigns.HookOut{{
		Name: ledger, URL: "https://compta.marguerite.example/blanche",
		Events: []string{model.EventCampaignStarted, model.EventCampaignDone, model.EventContactUnsubscribed, model.EventContactBounced},
	}}
}

// post takes a letter to a program: it arrives.
func post(context.Context, hooks.Letter) (code string) { return "" }

// unheardOnce gives the letters that were never heard to the first write alone.
func (s *Shop) unheardOnce() func() []model.Outgoing {
	all := s.unheard()
	return func() []model.Outgoing {
		now := all
		all = nil
		return now
	}
}

// unheard are the letters of a night in which the program was down.
func (s *Shop) unheard() []model.Outgoing {
	night := s.End.AddDate(0, 0, -4)
	letter := func(event, data string, after time.Duration) model.Outgoing {
		at := night.Add(after)
		return model.Outgoing{
			ID: fmt.Sprintf("demo-%d", at.Unix()), To: ledger, Event: event, At: at, Data: json.RawMessage(data),
			Tries: hooks.MostTries, Why: "unreachable", Dead: at.Add(hooks.GiveUp),
		}
	}
	return []model.Outgoing{
		letter(model.EventCampaignDone, `{"campaign":"votre-avis"}`, 0),
		letter(model.EventContactUnsubscribed, `{"campaign":"votre-avis"}`, 47*time.Minute),
	}
}
