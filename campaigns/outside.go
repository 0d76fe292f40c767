package campaigns

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"blanche/campaigns/audience"
	"blanche/campaigns/compose"
	"blanche/campaigns/lawful"
	"blanche/campaigns/public"
	"blanche/model"
	"blanche/store"
)

// Public is the small part of the shop that the outside may touch.
type Public struct {
	URL string // https://mail.shop.example, without a slash at the end; empty: there is none
	// Key is the number of the key that tokens are made with, 1 when 0. Those below
	// still read what they made.
	Key int
	// Subjects are what the shop writes about, for the page of preferences.
	Subjects []string
	// Opens has messages carry a picture that is the same for everybody who gets a
	// wording: how often it is loaded is known, by whom is not.
	Opens bool
	// KeepMonths is for how many months what came back is kept by person, 13 when 0.
	KeepMonths int
}

// The paths of the pages: the letter of each kind of token, in messages that have
// left: they never change.
const (
	PathUnsubscribe = "/u/"
	PathPreferences = "/p/"
	PathView        = "/v/"
	PathAnswer      = "/a/"
	PathClick       = "/c/"
	PathOpen        = "/o/"
)

// outside is what the service keeps for the public part.
type outside struct {
	mu     sync.RWMutex
	keys   map[byte]*public.Key
	links  map[model.CampaignID]*counted
	bursts public.Bursts
	law    atomic.Pointer[trackLaw]
}

// counted is what a hit needs of a campaign.
type counted struct {
	name, lang string
	links      []string
}

// trackLaw is whether somebody must have said yes to be followed, one day.
type trackLaw struct {
	day      model.Date
	required bool
}

// key is that of a number; no number beyond the one in use has one.
func (s *Service) key(ctx context.Context, id byte) (*public.Key, error) {
	if id == 0 || int(id) > max(1, s.cfg.Public.Key) {
		return nil, public.ErrToken
	}
	o := &s.outside
	o.mu.RLock()
	k := o.keys[id]
	o.mu.RUnlock()
	if k != nil {
		return k, nil
	}
	secret, err := s.store.Secret(ctx, "public token "+strconv.Itoa(int(id)))
	if err != nil {
		return nil, err
	}
	if k, err = public.NewKey(id, secret); err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.keys == nil {
		o.keys = map[byte]*public.Key{}
	}
	o.keys[id] = k
	return k, nil
}

// matter reads a token of a kind.
func (s *Service) matter(ctx context.Context, token string, kind public.Kind) (public.Matter, error) {
	id, err := public.KeyOf(token)
	if err == nil {
		var k *public.Key
		if k, err = s.key(ctx, id); err == nil {
			return k.Read(token, kind)
		}
	}
	return public.Matter{}, err
}

// mayFollow reports whether somebody may be followed today: asked when their message
// is written, and again when something comes back.
func (s *Service) mayFollow(said model.Tracking) (bool, error) {
	today := model.DateOf(s.Now(), s.cfg.Zone)
	law := s.outside.law.Load()
	if law == nil || law.day != today {
		rules, err := s.rules()
		if err != nil {
			return false, err
		}
		law = &trackLaw{today, rules.Requires(lawful.TrackingConsent, today)}
		s.outside.law.Store(law)
	}
	return audience.MayTrack(said, law.required) == "", nil
}

// doorway leads one person to the public part.
type doorway struct {
	site    string
	key     *public.Key
	matter  public.Matter
	numbers []uint16 // of the links of the message, in the campaign
	clicks  []string // the address of each link, once one was asked for: the page and the text beside it have the same
	room    [192]byte
}

func (d *doorway) address(path string, kind public.Kind, link uint16) string {
	return string(d.write(path, kind, link))
}

// write makes an address in the room of the doorway, where the next one takes its
// place: a message has a dozen.
func (d *doorway) write(path string, kind public.Kind, link uint16) []byte {
	m := d.matter
	m.Kind, m.Link = kind, link
	return d.key.Append(append(append(d.room[:0], d.site...), path...), m)
}

func (d *doorway) Place(p compose.Place) string {
	switch p {
	case compose.PreferencesPlace:
		return d.address(PathPreferences, public.Preferences, 0)
	case compose.BrowserPlace:
		return d.address(PathView, public.View, 0)
	default:
		return d.address(PathAnswer, public.Answer, 0)
	}
}

func (d *doorway) Click(link int) string {
	if d.clicks == nil { // whoever has one link has the others: they lie in one text
		length := len(d.site) + len(PathClick) + public.Length
		var all strings.Builder
		all.Grow(length * len(d.numbers))
		for _, n := range d.numbers {
			all.Write(d.write(PathClick, public.Click, n))
		}
		text := all.String()
		d.clicks = make([]string, len(d.numbers))
		for i := range d.clicks {
			d.clicks[i] = text[i*length : (i+1)*length]
		}
	}
	return d.clicks[link-1]
}

// readerOf is a person as a message is written for them: with their doors, and
// followed when they may be.
func (s *Service) readerOf(w *written, c *model.Contact, version uint16, cell model.Cell) (compose.Person, error) {
	p := compose.Person{Contact: c}
	if w.key == nil {
		return p, nil
	}
	d := &doorway{
		site: s.cfg.Public.URL, key: w.key, numbers: w.numbers,
		matter: public.Matter{Campaign: w.campaign.ID, Contact: c.ID, Version: version, Cell: cell},
	}
	p.Unsubscribe, p.Door = d.address(PathUnsubscribe, public.Unsubscribe, 0), d
	var err error
	p.Followed, err = s.mayFollow(c.Tracking)
	return p, err
}

// open gives a wording what its messages need of the public part.
func (s *Service) open(ctx context.Context, w *written) (err error) {
	if s.cfg.Public.URL == "" {
		return nil
	}
	if w.key, err = s.key(ctx, byte(max(1, s.cfg.Public.Key))); err == nil {
		w.numbers, err = s.number(ctx, &w.campaign, w.message.Links())
	}
	return err
}

// openPicture is the address of the picture of a wording, empty where opens are not
// counted: of the campaign and the version, and of nobody.
func (s *Service) openPicture(w *written, version uint16) string {
	if w.key == nil || !s.cfg.Public.Opens {
		return ""
	}
	m := public.Matter{Kind: public.Open, Campaign: w.campaign.ID, Version: version}
	return string(w.key.Append([]byte(s.cfg.Public.URL+PathOpen), m))
}

// maxLinks is how many links of a campaign are counted: more than a token has
// room for are nobody's.
const maxLinks = 1<<16 - 1

// number keeps the links of a wording with their campaign, for ever and before
// any of its messages leaves: what a token names is found there, whatever the
// wording or the program becomes. It returns the number of each.
func (s *Service) number(ctx context.Context, c *model.Campaign, links []string) ([]uint16, error) {
	known := c.Links
	if slices.ContainsFunc(links, func(l string) bool { return !slices.Contains(known, l) }) {
		next, err := s.store.Campaigns().Update(ctx, c.Name, func(c *model.Campaign) error {
			for _, l := range links {
				if !slices.Contains(c.Links, l) && len(c.Links) < maxLinks {
					c.Links = append(c.Links, l)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		known = next.Links
	}
	numbers := make([]uint16, len(links))
	for i, l := range links {
		numbers[i] = uint16(slices.Index(known, l) + 1)
	}
	return numbers, nil
}

// campaignOf is what a hit needs of a campaign; a link that is not known yet is
// looked for once more.
func (s *Service) campaignOf(ctx context.Context, id model.CampaignID, link uint16) (*counted, error) {
	o := &s.outside
	o.mu.RLock()
	c := o.links[id]
	o.mu.RUnlock()
	if c != nil && int(link) <= len(c.links) {
		return c, nil
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.links == nil {
		o.links = map[model.CampaignID]*counted{}
	}
	for i := range all {
		o.links[all[i].ID] = &counted{all[i].Name, all[i].Spec.Lang, all[i].Links}
	}
	if c = o.links[id]; c == nil || int(link) > len(c.links) {
		return nil, public.ErrToken
	}
	return c, nil
}

// holder is who holds a token: whoever the record of the number went into, and
// somebody without a name when it leads to nobody any more.
func (s *Service) holder(ctx context.Context, id model.ContactID) (c model.Contact, known bool, err error) {
	gone, _, err := s.united(ctx)
	if err != nil {
		return c, false, err
	}
	if g, went := gone[id]; went {
		id = g.Into
	}
	c, err = s.store.Contacts().Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return model.Contact{}, false, nil
	}
	return c, err == nil, err
}
