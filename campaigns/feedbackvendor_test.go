package campaigns_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

// marked is a shop whose messages carry the marks of some vendors; of is the header
// of a name in the message that each address got.
func marked(t *testing.T, vendors []string, test func(s *shop, of func(email, header string) string)) {
	var mu sync.Mutex
	got := map[string][]byte{}
	inShop(t, nil, func(s *shop) {
		s.opt.Config.Vendors = vendors
		s.opt.Config.Pressure.MaxMessages = 0
		s.keep = func(_, to string, raw []byte) {
			mu.Lock()
			defer mu.Unlock()
			got[to] = bytes.Clone(raw)
		}
	}, func(s *shop) {
		test(s, func(email, header string) string {
			mu.Lock()
			defer mu.Unlock()
			head, _, _ := strings.Cut(string(got[email]), "\r\n\r\n")
			for line := range strings.SplitSeq(strings.ReplaceAll(head, "\r\n ", " "), "\r\n") {
				if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, header) {
					return strings.TrimSpace(value)
				}
			}
			return ""
		})
	})
}

// quoted is the token inside a mark.
func quoted(mark string) string {
	mark = strings.TrimRight(mark, `"}`)
	return mark[strings.LastIndexByte(mark, '"')+1:]
}

func TestEachVendorHandsBackTheMarkOfTheMessageAndThePersonIsFound(t *testing.T) {
	marked(t, []string{"ses", "sendgrid", "mailgun", "postmark", "brevo"}, func(s *shop, of func(string, string) string) {
		s.people(12)
		s.send(file{holdout: "share = 0.0"})
		now := s.now().Unix()
		hooks := map[string]func(email string) string{
			"sendgrid": func(email string) string {
				return fmt.Sprintf(`[{"event":"bounce","email":"%s","timestamp":%d,"status":"5.1.1","reason":"550 5.1.1 no such user","sg_event_id":"e1","blanche":"%s"}]`, email, now, quoted(of(email, "X-SMTPAPI")))
			},
			"mailgun": func(email string) string {
				return fmt.Sprintf(`{"event-data":{"event":"failed","severity":"permanent","id":"e2","timestamp":%d,"recipient":"%s","delivery-status":{"code":550,"enhanced-code":"5.1.1"},"user-variables":{"blanche":"%s"}}}`, now, email, quoted(of(email, "X-Mailgun-Variables")))
			},
			"postmark": func(email string) string {
				return fmt.Sprintf(`{"RecordType":"Bounce","Type":"HardBounce","ID":3,"Email":"%s","Details":"smtp;550 5.1.1 gone","Metadata":{"blanche":"%s"}}`, email, of(email, "X-PM-Metadata-blanche"))
			},
			"brevo": func(email string) string {
				return fmt.Sprintf(`{"event":"hard_bounce","email":"%s","ts_event":%d,"reason":"550 5.1.1 unknown","X-Mailin-custom":"%s"}`, email, now, of(email, "X-Mailin-custom"))
			},
			"ses": func(email string) string {
				return fmt.Sprintf(`{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"%s","status":"5.1.1"}],"feedbackId":"f"},"mail":{"source":"x@boutique.example","commonHeaders":{"messageId":"%s"}}}`, email, of(email, "Message-ID"))
			},
		}
		i := 0
		for vendor, hook := range hooks {
			i++
			for turn := range 3 {
				got, err := s.desk.TakeVendor(s.ctx, vendor, []byte(hook(address(i))))
				s.must(err)
				if len(got.Lines) != 1 || got.Lines[0].Campaign != "noel" || got.Lines[0].Email != address(i) || got.Lines[0].Class != "user_unknown" || !got.Lines[0].Suppressed || got.Lines[0].Again != (turn > 0) {
					s.Errorf("%s, time %d: %+v", vendor, turn, got)
				}
			}
		}
		if st := s.status("noel"); st.Bounced != 5 || !st.Balanced || st.Responses.BouncesByClass["user_unknown"] != 5 {
			s.Errorf("%+v", st)
		}
		// The control: the mark of somebody else is another person's.
		_, err := s.desk.TakeVendor(s.ctx, "brevo", fmt.Appendf(nil, `{"event":"spam","email":"%s","X-Mailin-custom":"%s"}`, address(7), of(address(8), "X-Mailin-custom")))
		s.must(err)
		if _, gone, _ := s.store.Suppressions().Get(s.ctx, address(8)); !gone {
			s.Error("the mark names nobody")
		}
		if _, gone, _ := s.store.Suppressions().Get(s.ctx, address(7)); gone {
			s.Error("the address is believed against the mark")
		}
	})
}

func TestAVendorIsBelievedOfAnAddressAlone(t *testing.T) {
	marked(t, nil, func(s *shop, _ func(string, string) string) {
		s.people(9)
		s.send(file{holdout: "share = 0.0"})
		take := func(body string, args ...any) campaigns.FeedbackReading {
			got, err := s.desk.TakeVendor(s.ctx, "brevo", fmt.Appendf(nil, body, args...))
			s.must(err)
			return got
		}
		gone := func(email string) model.SuppressReason {
			sup, known, err := s.store.Suppressions().Get(s.ctx, email)
			s.must(err)
			if !known {
				return 0
			}
			return sup.Reason
		}
		complaint := `{"event":"spam","email":"%s","ts_event":%d}`
		for range 2 {
			if got := take(complaint, address(1), s.now().Unix()); len(got.Lines) != 1 || got.Lines[0].Campaign != "noel" || !got.Lines[0].Proven {
				s.Errorf("%+v", got)
			}
		}
		if gone(address(1)) != model.SuppressComplaint || s.status("noel").Complaints != 1 {
			s.Errorf("%v, %d complaints", gone(address(1)), s.status("noel").Complaints)
		}
		for range 2 {
			take(`{"event":"unsubscribed","email":"%s","ts_event":%d}`, address(2), s.now().Unix())
		}
		if st := s.status("noel"); gone(address(2)) != model.SuppressOpposed || st.Responses.Unsubscribes != 1 {
			s.Errorf("%v, %+v", gone(address(2)), st.Responses)
		}
		// Of a message that is not ours the address is heard, and no campaign counts it.
		take(`{"event":"hard_bounce","email":"%s","ts_event":%d,"reason":"550 5.1.1 unknown","message-id":"<facture@boutique.example>"}`, address(3), s.now().Unix())
		take(`{"event":"soft_bounce","email":"%s","ts_event":%d,"reason":"550 5.7.1 blocked using a list"}`, address(4), s.now().Unix())
		take(`{"event":"opened","email":"%s"}`, address(5))
		if st := s.status("noel"); gone(address(3)) != model.SuppressBounced || gone(address(4)) != 0 || gone(address(5)) != 0 || st.Bounced != 1 || st.Responses.Opens != 0 {
			s.Errorf("%+v", st)
		}
		// Somebody unknown, or out of time: heard, of no campaign.
		take(complaint, "inconnu@clients.example", s.now().Unix())
		if gone("inconnu@clients.example") != model.SuppressComplaint {
			s.Error("an address of nobody known is written to when it comes in")
		}
		s.days(10)
		take(`{"event":"soft_bounce","email":"%s","ts_event":%d,"reason":"552 5.2.2 full"}`, address(6), s.now().Unix())
		if st := s.status("noel"); st.Bounced != 1 {
			s.Errorf("%d came back, one of them ten days later", st.Bounced)
		}
		for _, body := range []string{"", "{}", "[", `{"event":`} {
			if _, err := s.desk.TakeVendor(s.ctx, "brevo", []byte(body)); model.KindOf(err) != model.KindInvalid {
				s.Errorf("%q: %v", body, err)
			}
		}
	})
}

func TestAHookOfManyEventsIsTakenWhole(t *testing.T) {
	marked(t, []string{"sendgrid"}, func(s *shop, of func(string, string) string) {
		const many = 100
		s.people(many)
		s.send(file{holdout: "share = 0.0"})
		var events []string
		for i := 1; i <= many; i++ {
			token := quoted(of(address(i), "X-SMTPAPI"))
			events = append(events,
				fmt.Sprintf(`{"event":"bounce","email":"%s","timestamp":%d,"reason":"550 5.7.1 blocked using a list","sg_event_id":"b%d","blanche":"%s"}`, address(i), s.now().Unix(), i, token),
				fmt.Sprintf(`{"event":"processed","email":"%s","sg_event_id":"p%d"}`, address(i), i), fmt.Sprintf(`{"event":"open","email":"%s","sg_event_id":"o%d"}`, address(i), i))
		}
		got, err := s.desk.TakeVendor(s.ctx, "sendgrid", []byte("["+strings.Join(events, ",")+"]"))
		s.must(err)
		if len(got.Lines) != many || got.Ignored != 2*many || s.status("noel").Bounced != many {
			s.Errorf("%d lines, %d ignored, %d bounced", len(got.Lines), got.Ignored, s.status("noel").Bounced)
		}
	})
}
