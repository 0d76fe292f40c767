package config

import (
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"

	"blanche/model"
)

// networks are addresses and networks, separated by commas.
func networks(text string) error {
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		_, one := netip.ParseAddr(word)
		_, many := netip.ParsePrefix(word)
		if one != nil && many != nil {
			return model.Invalid("config.bad_network", "value", word)
		}
	}
	return nil
}

// readPublic checks the public part as a whole: people say no there, over a line
// that nobody listens to, unless it ends on this machine.
func (l *Loaded) readPublic() error {
	p := &l.Public
	if u, err := url.Parse(p.URL); p.URL != "" && err == nil {
		if u.Scheme != "https" && !loopback(u.Hostname()) {
			return model.Invalid("config.clear_site", "value", p.URL)
		}
		l.Config.Public.URL = strings.TrimRight(p.URL, "/")
	}
	if (p.Certificate == "") != (p.Key == "") {
		return model.Invalid("config.half_certificate")
	}
	for _, f := range []*string{&p.Certificate, &p.Key} {
		if *f != "" && !filepath.IsAbs(*f) {
			*f = filepath.Join(filepath.Dir(l.Paths.Config), *f)
		}
	}
	for subject := range strings.SplitSeq(p.subjects, ",") {
		if subject = strings.TrimSpace(strings.ReplaceAll(subject, "|", " ")); subject != "" {
			l.Config.Public.Subjects = append(l.Config.Public.Subjects, subject)
		}
	}
	return nil
}

// readOpens reads how opens are counted: not at all, or for the campaign and of
// nobody. There is no third way.
func readOpens(l *Loaded, v any) error {
	switch text := asText(v); text {
	case "anonymous", "none":
		l.Config.Public.Opens = text == "anonymous"
		return nil
	default:
		return model.Invalid("config.bad_opens", "value", text)
	}
}

func showOpens(l *Loaded) any {
	if l.Config.Public.Opens {
		return "anonymous"
	}
	return "none"
}
