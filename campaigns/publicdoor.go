package campaigns

import (
	"context"
	"errors"

	"blanche/campaigns/public"
	"blanche/model"
	"blanche/store"
)

// ErrNoPage is the answer about a token that is none: all that is ever said of it.
var ErrNoPage = public.ErrToken

// PublicDesk is what somebody outside may do who holds a link of a message. It
// shows nothing of a person: whoever a message was forwarded to holds its links
// too. Of somebody who is erased or unknown it says what it says of everybody.
type PublicDesk interface {
	// Page is what the pages of a token are made from; it changes nothing.
	Page(ctx context.Context, path, token string) (PublicPage, error)
	// Leave opposes. When it returns without an error it is durable and nothing is
	// under way to the person; model.KindPartial: durable, and a message that was
	// already leaving may still arrive.
	Leave(ctx context.Context, token string) error
	// Choose changes what the person chose; a no to messages is Leave.
	Choose(ctx context.Context, token string, c PublicChoice) error
	// Message is what the person reads, as a page of HTML that nobody checked.
	Message(ctx context.Context, token string) (html string, err error)
	// Answer keeps a note and the scale it was given on, model.ScaleFive or
	// ScaleTen; a later one takes its place.
	Answer(ctx context.Context, token string, note, scale int) error
	// Follow is where a link leads. The click is durable when it returns, if the
	// person may be followed, else it never was.
	Follow(ctx context.Context, token string, hit PublicHit) (target string, err error)
	// Opened counts a picture of a wording that was loaded, for the campaign: of
	// nobody, and shed first when too much comes in.
	Opened(ctx context.Context, token string, hit PublicHit) error
	// PublicHealth is why nobody could say no here now: nil when they can.
	PublicHealth(ctx context.Context) error
}

// PublicHit is what a request tells of who asks.
type PublicHit = public.Hit

// PublicPage is what a page says.
type PublicPage struct {
	Shop, Address, Contact string // who speaks, where, and the mailbox of oppositions
	Lang                   string
	Left                   bool // the person is opposed
	Tracking               model.Tracking
	Subjects               []string // that the shop writes about; empty: it makes no difference
	Wanted                 []string // of them; nil: all
	Frequency              string
}

// PublicChoice is what somebody chose on their page. What is nil or empty stays.
type PublicChoice struct {
	Leave     bool
	Tracking  *bool
	Wording   string // what the person read and agreed to
	Subjects  *[]string
	Frequency string
}

// The acts of the audit that somebody outside did.
const (
	actLeave  = "public.leave"
	actChoose = "public.choose"
)

// front is the desk of the public part.
type front struct{ *Service }

// Outside is the desk of the public part.
func (s *Service) Outside() PublicDesk { return front{s} }

var kindsOfPaths = map[string]public.Kind{
	PathUnsubscribe: public.Unsubscribe, PathPreferences: public.Preferences, PathView: public.View, PathAnswer: public.Answer,
}

// Page implements PublicDesk.
func (s front) Page(ctx context.Context, path, token string) (PublicPage, error) {
	m, err := s.matter(ctx, token, kindsOfPaths[path])
	if err != nil {
		return PublicPage{}, err
	}
	c, known, err := s.holder(ctx, m.Contact)
	if err != nil {
		return PublicPage{}, err
	}
	p := PublicPage{
		Shop: s.cfg.Sender.Name, Address: s.cfg.Sender.Address, Contact: s.cfg.Sender.Unsubscribe, Lang: c.Lang,
		Tracking: c.Tracking, Frequency: attrOf(&c, attrFrequency), Subjects: s.cfg.Public.Subjects, Wanted: wanted(&c),
	}
	if p.Lang == "" {
		p.Lang = s.langOf(ctx, m.Campaign)
	}
	if known && path == PathPreferences {
		sup, suppressed, err := s.store.Suppressions().Get(ctx, c.Email)
		if err != nil {
			return PublicPage{}, err
		}
		p.Left = suppressed && (sup.Reason == model.SuppressOpposed || sup.Reason == model.SuppressComplaint)
	}
	return p, nil
}

// langOf is the language of a campaign, that of the shop when it is unknown.
func (s front) langOf(ctx context.Context, id model.CampaignID) string {
	if c, err := s.campaignOf(ctx, id, 0); err == nil && c.lang != "" {
		return c.lang
	}
	return s.cfg.Lang
}

// Leave implements PublicDesk.
func (s front) Leave(ctx context.Context, token string) error {
	m, err := s.matter(ctx, token, public.Unsubscribe)
	if err != nil {
		return err
	}
	return s.leave(ctx, m)
}

func (s front) leave(ctx context.Context, m public.Matter) error {
	ctx = s.byItself(context.WithoutCancel(ctx), actLeave) // whoever hangs up has said no all the same
	c, known, err := s.holder(ctx, m.Contact)
	if err != nil || !known || c.Email == "" {
		return err
	}
	sup, suppressed, err := s.store.Suppressions().Get(ctx, c.Email)
	if err != nil {
		return err
	}
	if suppressed && sup.Reason == model.SuppressOpposed {
		return s.quiet(ctx, c.Email) // said before: no second act, and the same certainty
	}
	ctx = store.Evidenced(ctx, model.Evidence{Source: s.sourceOf(ctx, m)})
	err = s.silence(ctx, addressee{c.ID, c.Email}, model.Suppression{Reason: model.SuppressOpposed, Source: s.sourceOf(ctx, m)})
	if err != nil && model.KindOf(err) != model.KindPartial {
		return err
	}
	return errors.Join(err, s.respond(ctx, m, c.ID, model.Response{Kind: model.ResponseUnsubscribe}))
}

// sourceOf is what proves an act that came by a link.
func (s front) sourceOf(ctx context.Context, m public.Matter) string {
	name := ""
	if c, err := s.campaignOf(ctx, m.Campaign, 0); err == nil {
		name = " " + c.name
	}
	return "link of a message" + name
}

// respond keeps what came back, of a campaign and a person.
func (s front) respond(ctx context.Context, m public.Matter, who model.ContactID, r model.Response) error {
	r.At, r.Campaign, r.Contact, r.Version, r.Link = s.Now(), m.Campaign, who, uint32(m.Version), m.Link
	return s.Record(ctx, []model.Response{r})
}

// Message implements PublicDesk.
func (s front) Message(ctx context.Context, token string) (string, error) {
	m, err := s.matter(ctx, token, public.View)
	if err != nil {
		return "", err
	}
	c, known, err := s.holder(ctx, m.Contact)
	if err != nil {
		return "", err
	}
	if !known {
		c.ID = m.Contact // nobody's: their doors lead where those of the message lead
	}
	w, err := s.messages.get(ctx, wording{m.Campaign, m.Version, m.Cell})
	if err != nil {
		return "", err
	}
	person, err := s.readerOf(w, &c, m.Version, m.Cell)
	if err != nil {
		return "", err
	}
	r, err := w.message.Render(person)
	if err != nil || !known {
		return r.HTML, err
	}
	if person.Followed {
		err = s.respond(ctx, m, c.ID, model.Response{Kind: model.ResponseView})
	}
	return r.HTML, err
}

// Answer implements PublicDesk.
func (s front) Answer(ctx context.Context, token string, note, scale int) error {
	m, err := s.matter(ctx, token, public.Answer)
	if err != nil {
		return err
	}
	c, known, err := s.holder(ctx, m.Contact)
	if err != nil || !known {
		return err
	}
	return s.respond(context.WithoutCancel(ctx), m, c.ID, model.Response{Kind: model.ResponseAnswer, Value: model.NoteOf(note, scale)})
}

// Follow implements PublicDesk.
func (s front) Follow(ctx context.Context, token string, hit PublicHit) (string, error) {
	m, err := s.matter(ctx, token, public.Click)
	if err != nil {
		return "", err
	}
	if m.Link == 0 {
		return "", public.ErrToken
	}
	of, err := s.campaignOf(ctx, m.Campaign, m.Link)
	if err != nil {
		return "", err
	}
	target := of.links[m.Link-1]
	if hit.Head {
		return target, nil
	}
	c, known, err := s.holder(ctx, m.Contact)
	if err != nil || !known {
		return target, nil // the reader wants to go on: what cannot be counted is not counted
	}
	if yes, err := s.mayFollow(c.Tracking); err != nil || !yes {
		return target, nil
	}
	agent := hit.Agent()
	if burst := s.outside.bursts.Seen(m, s.Now()); burst && agent == model.AgentPerson {
		agent = model.AgentBurst
	}
	_ = s.respond(ctx, m, c.ID, model.Response{Kind: model.ResponseClick, Agent: agent})
	return target, nil
}

// Opened implements PublicDesk.
func (s front) Opened(ctx context.Context, token string, hit PublicHit) error {
	m, err := s.matter(ctx, token, public.Open)
	if err != nil {
		return err
	}
	if _, err := s.campaignOf(ctx, m.Campaign, 0); err != nil || hit.Head || !s.cfg.Public.Opens {
		return err
	}
	return s.respond(ctx, m, 0, model.Response{Kind: model.ResponseOpen, Agent: hit.Agent()})
}

// PublicHealth implements PublicDesk.
func (s front) PublicHealth(ctx context.Context) error {
	if _, err := s.key(ctx, byte(max(1, s.cfg.Public.Key))); err != nil {
		return err
	}
	_, _, err := s.store.Suppressions().Get(ctx, "nobody@health.invalid")
	return err
}
