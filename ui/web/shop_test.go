package web_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
	"blanche/ui/web"

	_ "time/tzdata"
)

const address = "https://mail.boutique.example"

// shop is a real store, a relay in a pipe, a desk and the site before them, in a
// bubble of time.
type shop struct {
	*testing.T
	ctx   context.Context
	store store.Store
	desk  *campaigns.Service
	site  *web.Site

	mu   sync.Mutex
	mail map[string]string // the last message of each address
	down atomic.Pointer[error]
	seen func(to string) // is told of each message that begins or arrives
}

func inShop(t *testing.T, public func(campaigns.PublicDesk) campaigns.PublicDesk, test func(*shop)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		now := func() time.Time { // a day on which the rules of today hold
			return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).Add(time.Since(began))
		}
		s := &shop{T: t, ctx: context.Background(), mail: map[string]string{}, seen: func(string) {}}
		pipe := relay.NewPipe()
		r := relay.Start(pipe, relay.Options{
			Latency: 10 * time.Millisecond,
			Behave:  func(to string, _ int) relay.Act { s.seen(to); return relay.Take },
			Keep: func(_, to string, data []byte) {
				s.seen(to)
				s.mu.Lock()
				defer s.mu.Unlock()
				s.mail[to] = string(data)
			},
		})
		defer func() { r.Close(); _ = pipe.Close() }()
		config := campaigns.DefaultConfig()
		config.Lang, config.Zone = "fr", time.UTC
		config.Sender = campaigns.Sender{Name: "La Boutique", Address: "12 rue des Lilas", From: "La Boutique <bonjour@boutique.example>", Unsubscribe: "stop@boutique.example"}
		config.Relay = campaigns.Relay{URL: "smtp://localhost:25?tls=none", Connections: 16, Window: 64}
		config.Public = campaigns.Public{URL: address, Subjects: []string{"nouveautés", "offres"}}
		config.Pressure.MaxMessages = 0
		st, err := open.Open(s.ctx, open.Options{Dir: t.TempDir(), Rand: rand.Reader, Now: now, Command: "test"})
		s.must(err)
		s.store = st
		s.desk, err = campaigns.Open(s.ctx, st, campaigns.Options{Config: config, Now: now, Rand: rand.Reader, Sends: true, Dial: pipe.Dial, Reach: s.reach})
		s.must(err)
		defer func() { s.must(s.desk.Close(s.ctx)); s.must(st.Close()) }()
		desk := s.desk.Outside()
		if public != nil {
			desk = public(desk)
		}
		s.site = web.New(web.Options{Desk: desk, Lang: "fr", Secure: true, Now: now, Limits: web.Limits{Rate: 1e6, Burst: 1e6, AtOnce: 1e6}})
		test(s)
	})
}

// reach is how the shop asks its own public part.
func (s *shop) reach(context.Context, string) error {
	if why := s.down.Load(); why != nil {
		return *why
	}
	return nil
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func person(i int) string { return fmt.Sprintf("p%05d@clients.example", i) }

// said is what a person answered about being followed: a third each.
func said(i int) string { return []string{"oui", "non", ""}[i%3] }

func (s *shop) people(n int) {
	s.Helper()
	var b strings.Builder
	b.WriteString("email;prenom;zone;suivi\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "%s;Prénom %d;%c;%s\n", person(i), i, 'A'+i%3, said(i))
	}
	_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
		Kind: "contacts", Name: "clients.csv", Source: strings.NewReader(b.String()), Basis: model.BasisConsent, BasisSource: "formulaire",
	})
	s.must(err)
}

const wording = `Bonjour {{ contact.first_name }}, [le cadeau](https://boutique.example/cadeau?a=1), [les magasins](https://boutique.example/magasins#nantes).

[Lire]({{ browser_url }}) · [Votre avis]({{ answer_url }}?note=9)
`

func (s *shop) start(name, audience string) {
	s.Helper()
	_, err := s.desk.NewCampaign(s.ctx, fmt.Appendf(nil,
		"+++\nname = %q\nkind = \"newsletter\"\ntitle = \"Noël\"\naudience = '%s'\nsubject = \"Bonjour\"\n[holdout]\nshare = 0.0\n+++\n%s", name, audience, wording), nil)
	s.must(err)
	list, err := s.desk.CheckCampaign(s.ctx, name)
	s.must(err)
	if list.Blocked() {
		s.Fatalf("blocked: %+v", list.Lines)
	}
	s.must(s.desk.Start(s.ctx, name, list.Planned))
}

func (s *shop) end(name string) model.Status {
	s.Helper()
	st, err := s.desk.Wait(s.ctx, name, 100*time.Millisecond, func(model.Status) {})
	s.must(err)
	return st
}

// links are the addresses of the public part in the message of somebody, by path.
func (s *shop) links(to string) map[string]string {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]string{}
	for _, m := range regexp.MustCompile(`https://mail\.boutique\.example(/[upvac]/)([\w-]+)`).FindAllStringSubmatch(decoded(s.T, s.mail[to]), -1) {
		if found[m[1]] == "" {
			found[m[1]] = m[1] + m[2]
		}
	}
	return found
}

func decoded(t *testing.T, eml string) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(eml))
	if err != nil {
		t.Fatal(err)
	}
	_, boundary, _ := strings.Cut(m.Header.Get("Content-Type"), `boundary="`)
	r := multipart.NewReader(m.Body, strings.TrimSuffix(boundary, `"`))
	text := ""
	for {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return text
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		text += string(b)
	}
}

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

// ask is one request of a browser.
func (s *shop) ask(method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address+path, strings.NewReader(body))
	r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr("192.0.2.7"), 4711).String()
	r.Header.Set("User-Agent", firefox)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, r)
	return w
}

const oneClick = "List-Unsubscribe=One-Click"

// hasty says "done" before it is.
type hasty struct {
	campaigns.PublicDesk
	behind *sync.WaitGroup
}

func (h hasty) Leave(ctx context.Context, token string) error {
	h.behind.Go(func() {
		time.Sleep(50 * time.Millisecond)
		_ = h.PublicDesk.Leave(context.WithoutCancel(ctx), token)
	})
	return nil
}

// leaving lets people unsubscribe by one click, each at a moment of their own,
// from a message of before, while three campaigns leave for them: it counts what
// the relay saw begin or took after their request was answered.
func leaving(t *testing.T, people, leave int, quick bool) (late, spared int) {
	var mu sync.Mutex
	told := map[string]bool{}
	var behind sync.WaitGroup
	inShop(t, func(d campaigns.PublicDesk) campaigns.PublicDesk {
		if quick {
			return hasty{d, &behind}
		}
		return d
	}, func(s *shop) {
		defer behind.Wait()
		s.people(people)
		s.start("before", `email contains "clients"`)
		s.end("before")
		doors := make([]string, people+1)
		for i := 1; i <= people; i++ {
			doors[i] = s.links(person(i))[campaigns.PathUnsubscribe]
		}
		s.seen = func(to string) {
			mu.Lock()
			defer mu.Unlock()
			if told[to] {
				late++
			}
		}
		for _, zone := range []string{"A", "B", "C"} {
			s.start("c-"+strings.ToLower(zone), "zone = \""+zone+"\"")
		}
		lasts := time.Duration(people/16) * 10 * time.Millisecond
		moments := mathrand.New(mathrand.NewPCG(4, 22))
		var all sync.WaitGroup
		for _, i := range moments.Perm(people)[:leave] {
			email, door, at := person(i+1), doors[i+1], time.Duration(moments.Int64N(int64(lasts)))
			all.Go(func() {
				time.Sleep(at)
				if w := s.ask(http.MethodPost, door, oneClick); w.Code != http.StatusOK {
					s.Errorf("%d: %s", w.Code, w.Body)
				}
				mu.Lock()
				told[email] = true
				mu.Unlock()
			})
		}
		all.Wait()
		for _, zone := range []string{"a", "b", "c"} {
			st := s.end("c-" + zone)
			spared += st.Excluded
		}
	})
	return late, spared
}

// brief reports whether a tenth is enough: under the race detector, where the whole
// has a step of its own without it, unless BLANCHE_LONG is set.
func brief() bool {
	return testing.Short() || raceDetector && os.Getenv("BLANCHE_LONG") == ""
}

func TestNobodyWhoUnsubscribedGetsAnythingAfterTheAnswer(t *testing.T) {
	people, leave := 12_000, 10_000
	if brief() {
		people, leave = 1200, 1000
	}
	late, spared := leaving(t, people, leave, false)
	if late > 0 || spared < leave/5 || spared == leave {
		t.Errorf("%d transactions too late, %d people spared of %d", late, spared, leave)
	}
	t.Logf("%d one-click requests against the queue, %d of them before the message, %d messages after the answer", leave, spared, late)
}

func TestControlOfTheUnsubscribing(t *testing.T) {
	late, _ := leaving(t, 1200, 1000, true)
	if late == 0 {
		t.Error("an answer that does not wait was never overtaken: the race is not run")
	}
	t.Logf("control: %d messages after the answer", late)
}

func TestEveryMessageOfWhoRefusedHasRawLinks(t *testing.T) {
	people := 10_000
	if brief() {
		people = 1000
	}
	inShop(t, nil, func(s *shop) {
		s.people(people)
		s.start("noel", `email contains "clients"`)
		if st := s.end("noel"); st.Accepted != people {
			s.Fatalf("%+v", st)
		}
		followed := 0
		for i := 1; i <= people; i++ {
			eml := s.mail[person(i)]
			text := decoded(s.T, eml)
			rewritten, raw := strings.Count(text, address+"/c/"), strings.Count(text, "https://boutique.example/")
			if said(i) == "oui" {
				followed++
				if rewritten != 4 || raw != 0 {
					s.Fatalf("%s agreed: %d links rewritten, %d raw\n%s", person(i), rewritten, raw, text)
				}
			} else if rewritten != 0 || raw != 4 || strings.Count(text, "utm_campaign=noel") != 4 {
				s.Fatalf("%s said %q: %d links rewritten, %d raw\n%s", person(i), said(i), rewritten, raw, text)
			}
			if !strings.Contains(eml, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") || !strings.Contains(eml, "List-Unsubscribe: <"+address+"/u/") {
				s.Fatalf("no one-click header:\n%s", eml)
			}
		}
		s.Logf("%d messages read: %d of people who agreed, all others raw", people, followed)
	})
}

func TestAWholeLifeOfALink(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.people(6)
		s.start("noel", `email contains "clients"`)
		s.end("noel")
		agreed, refused := s.links(person(3)), s.links(person(1))
		for path, at := range agreed {
			if w := s.ask(http.MethodHead, at, ""); w.Body.Len() > 0 {
				s.Errorf("HEAD %s: %s", path, w.Body)
			}
		}
		tally := func() store.ResponseTally {
			c, err := s.store.Campaigns().Get(s.ctx, "noel")
			s.must(err)
			t, err := s.store.Responses().Tally(s.ctx, c.ID)
			s.must(err)
			return t
		}
		if got := tally(); got.Hits != [model.ResponseKinds][model.AgentUnknown + 1]int{} {
			s.Errorf("a HEAD left something: %+v", got)
		}
		click := s.ask(http.MethodGet, agreed[campaigns.PathClick], "")
		if click.Code != http.StatusFound || click.Header().Get("Location") != "https://boutique.example/cadeau?a=1&utm_campaign=noel" {
			s.Errorf("%d %s", click.Code, click.Header().Get("Location"))
		}
		if got := tally().Hits[model.ResponseClick][model.AgentPerson]; got != 1 {
			s.Errorf("%d clicks", got)
		}
		// The consent is asked again at the hit: taken back, it holds for old links.
		if w := s.ask(http.MethodPost, agreed[campaigns.PathPreferences]+"?lang=fr", "messages=yes&tracking=no"); w.Code != http.StatusOK {
			s.Errorf("%d %s", w.Code, w.Body)
		}
		if w := s.ask(http.MethodGet, agreed[campaigns.PathClick], ""); w.Code != http.StatusFound || tally().Hits[model.ResponseClick][model.AgentPerson] != 1 {
			s.Errorf("%d, or somebody who said no was counted", w.Code)
		}
		// Who leaves and takes it back in one form has done both.
		both := s.links(person(6))
		s.ask(http.MethodGet, both[campaigns.PathClick], "")
		clicked := tally().Hits[model.ResponseClick][model.AgentPerson]
		if w := s.ask(http.MethodPost, both[campaigns.PathPreferences]+"?lang=fr", "messages=no&tracking=no"); w.Code != http.StatusOK {
			s.Errorf("%d %s", w.Code, w.Body)
		}
		s.ask(http.MethodGet, both[campaigns.PathClick], "")
		if sup, opposed, err := s.store.Suppressions().Get(s.ctx, person(6)); !opposed || sup.Reason != model.SuppressOpposed || err != nil || tally().Hits[model.ResponseClick][model.AgentPerson] != clicked {
			s.Errorf("%+v %v, clicks %d then %d", sup, err, clicked, tally().Hits[model.ResponseClick][model.AgentPerson])
		}
		r, err := s.desk.Consents(s.ctx, person(3), "")
		s.must(err)
		if last := r.Acts[len(r.Acts)-1]; last.Act != model.Withdrawn || last.Purpose != model.TrackingUse || !strings.Contains(last.Source, "noel") || last.Wording == "" {
			s.Errorf("%+v", last)
		}
		// Subjects and frequency are columns that a rule may ask.
		if w := s.ask(http.MethodPost, refused[campaigns.PathPreferences], "messages=yes&subjects_shown=1&subject=offres&subject=inconnu&frequency=monthly"); w.Code != http.StatusOK {
			s.Errorf("%d %s", w.Code, w.Body)
		}
		if n, err := s.desk.Count(s.ctx, `frequency = "monthly" and subjects = "offres"`); err != nil || n.Matched != 1 {
			s.Errorf("%+v %v", n, err)
		}
		// A second answer takes the place of the first.
		for _, note := range []string{"3", "9"} {
			if w := s.ask(http.MethodPost, agreed[campaigns.PathAnswer], "note="+note+"&of=10"); w.Code != http.StatusOK {
				s.Errorf("%d %s", w.Code, w.Body)
			}
		}
		if got := tally(); got.Answers[model.NoteOf(9, 10)] != 1 || len(got.Answers) != 1 {
			s.Errorf("answers: %v", got.Answers)
		}
		if w := s.ask(http.MethodGet, refused[campaigns.PathView], ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Prénom 1") || !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "sandbox") {
			s.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
		// A GET shows, a POST acts.
		if w := s.ask(http.MethodGet, refused[campaigns.PathUnsubscribe], ""); w.Code != http.StatusOK {
			s.Error(w.Code)
		}
		if _, opposed, err := s.store.Suppressions().Get(s.ctx, person(1)); opposed || err != nil {
			s.Error("a GET opposed", err)
		}
		before := s.ask(http.MethodPost, refused[campaigns.PathUnsubscribe], "").Body.String()
		if _, opposed, err := s.store.Suppressions().Get(s.ctx, person(1)); !opposed || err != nil {
			s.Error("a POST did not oppose", err)
		}
		// Somebody who is erased gets the same answers, from the same links.
		_, err = s.desk.Erase(s.ctx, person(1), campaigns.EraseRequest{Confirm: person(1)})
		s.must(err)
		if after := s.ask(http.MethodPost, refused[campaigns.PathUnsubscribe], "").Body.String(); after != before {
			s.Errorf("known and unknown are told apart:\n%s\n%s", before, after)
		}
		for _, path := range []string{campaigns.PathPreferences, campaigns.PathView, campaigns.PathAnswer, campaigns.PathUnsubscribe} {
			if w := s.ask(http.MethodGet, refused[path], ""); w.Code != http.StatusOK {
				s.Errorf("erased: GET %s: %d", path, w.Code)
			}
		}
		// What is no token, or one of another kind, is nothing, and is not echoed.
		token := refused[campaigns.PathUnsubscribe][3:]
		for _, bad := range []string{"/p/" + token, "/c/" + token, "/u/" + token[:43] + "!", "/u/x", "/c/https:%2f%2fevil.example", "/u/", "/admin", "/metrics"} {
			w := s.ask(http.MethodGet, bad, "")
			if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "evil") || strings.Contains(w.Body.String(), token[:43]) || w.Header().Get("Location") != "" {
				s.Errorf("%s: %d %v %s", bad, w.Code, w.Header(), w.Body)
			}
		}
	})
}

func TestSendingWaitsWhileNobodyCouldSayNoAndGoesOnByItself(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.people(3000)
		s.start("noel", `email contains "clients"`)
		s.must(s.desk.SetRate(s.ctx, "noel", 20))
		time.Sleep(2 * time.Second)
		why := error(model.Busy("public.cannot_listen"))
		s.down.Store(&why)
		time.Sleep(30 * time.Second)
		held, err := s.desk.Status(s.ctx, "noel")
		s.must(err)
		if held.HeldBy != "public" || held.State != model.Running {
			s.Errorf("%+v", held)
		}
		before := len(s.mail)
		time.Sleep(time.Minute)
		if after := len(s.mail); after != before || before == 0 {
			s.Errorf("%d messages, then %d", before, after)
		}
		list, err := s.desk.CheckCampaign(s.ctx, "noel")
		s.must(err)
		if !list.Blocked() {
			s.Error("a preflight lets it leave")
		}
		s.down.Store(nil)
		if st := s.end("noel"); st.Accepted != 3000 || st.HeldBy != "" {
			s.Errorf("%+v", st)
		}
	})
}
