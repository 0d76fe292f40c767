package public

import (
	"strings"
	"sync"
	"time"

	"blanche/model"
)

// Hit is what a request tells of who asks.
type Hit struct {
	Head      bool   // asked with HEAD
	Purpose   string // of Sec-Purpose, Purpose or X-Moz: "prefetch"
	UserAgent string
}

// scanners are parts of the names by which machines that open links call
// themselves: filters of mail, previews of messengers, crawlers, plain tools.
// Lower case.
var scanners = []string{
	"barracuda", "proofpoint", "mimecast", "safelinks", "bingpreview", "googleimageproxy", "yahoomailproxy", "ggpht.com",
	"symantec", "messagelabs", "forcepoint", "trendmicro", "sophos", "fireeye", "ironport", "vade", "mailcontrol", "zscaler", "paloalto",
	"bot", "crawl", "spider", "preview", "scanner", "monitor", "headless", "facebookexternalhit", "whatsapp", "slack", "telegram", "skype",
	"python", "curl/", "wget/", "go-http-client", "java/", "okhttp", "libwww", "httpclient", "http-client", "axios", "node-fetch", "ruby", "perl",
}

// Agent says who asked, from the request alone. A browser that says nothing of
// itself may be anybody.
func (h Hit) Agent() model.Agent {
	switch agent := strings.ToLower(h.UserAgent); {
	case h.Head:
		return model.AgentHead
	case strings.Contains(strings.ToLower(h.Purpose), "prefetch") || strings.Contains(strings.ToLower(h.Purpose), "preview"):
		return model.AgentPrefetch
	case agent == "":
		return model.AgentUnknown
	case isScanner(agent):
		return model.AgentScanner
	}
	return model.AgentPerson
}

func isScanner(agent string) bool {
	for _, s := range scanners {
		if strings.Contains(agent, s) {
			return true
		}
	}
	return false
}

// BurstWithin is how soon after one link of a message another one is opened by a
// machine: nobody reads so fast.
const BurstWithin = 2 * time.Second

// Bursts remembers who followed which link last, for the time in which a second
// one gives a machine away. It is safe for several goroutines and bounded.
type Bursts struct {
	mu    sync.Mutex
	young map[reader]followed // of the time under way
	old   map[reader]followed // of the one before
	since time.Time
}

type reader struct {
	campaign model.CampaignID
	contact  model.ContactID
}

type followed struct {
	link uint16
	at   time.Time
}

// burstsKept is how many readers are remembered at once, at most: more of them
// and the oldest are forgotten early.
const burstsKept = 1 << 16

// Seen notes that a link was followed, and reports whether another link of the
// same message was a moment before.
func (b *Bursts) Seen(m Matter, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.young == nil || now.Sub(b.since) > BurstWithin || len(b.young) >= burstsKept {
		b.old, b.young, b.since = b.young, map[reader]followed{}, now
	}
	who := reader{m.Campaign, m.Contact}
	last, known := b.young[who]
	if !known {
		last, known = b.old[who]
	}
	b.young[who] = followed{m.Link, now}
	return known && last.link != m.Link && now.Sub(last.at) <= BurstWithin
}
