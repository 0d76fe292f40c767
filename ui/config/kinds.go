package config

import (
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

func text(key string, field func(*Loaded) *string) setting {
	return setting{
		key:  key,
		read: func(l *Loaded, v any) error { return readText(v, field(l)) },
		show: func(l *Loaded) any { return *field(l) },
	}
}

// checked refuses a text that a check refuses; an empty one is no value.
func (s setting) checked(check func(text string) error) setting {
	read := s.read
	s.read = func(l *Loaded, v any) error {
		if text := asText(v); text != "" {
			if err := check(text); err != nil {
				return err
			}
		}
		return read(l, v)
	}
	return s
}

// address is name@shop.example.
func address(text string) error {
	if !model.ValidEmail(text) {
		return model.Invalid("config.bad_email", "value", text)
	}
	return nil
}

// returns is an address short enough to carry a token of 46 letters.
func returns(text string) error {
	local, _, _ := strings.Cut(text, "@")
	if err := address(text); err != nil || len(local) <= mostReturns {
		return err
	}
	return model.Invalid("config.long_bounces", "value", text, "n", mostReturns)
}

// mostReturns is how long the part before the @ may be, so that "+" and the token
// make no more than 64 letters of it (RFC 5321).
const mostReturns = 18

// mailbox is an address, with or without a name before it.
func mailbox(text string) error {
	a, err := mail.ParseAddress(text)
	if err != nil || !model.ValidEmail(a.Address) {
		return model.Invalid("config.bad_email", "value", text)
	}
	return nil
}

// site is the address of a site.
func site(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return model.Invalid("config.bad_site", "value", text)
	}
	return nil
}

// listen is a host or nothing, and a port.
func listen(text string) error {
	_, port, err := net.SplitHostPort(text)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 {
		return model.Invalid("config.bad_listen", "value", text)
	}
	return nil
}

func count(key string, low, high int, field func(*Loaded) *int) setting {
	return setting{
		key:    key,
		number: true,
		show:   func(l *Loaded) any { return *field(l) },
		read: func(l *Loaded, v any) error {
			n, err := strconv.Atoi(asText(v))
			if err != nil || n < low || n > high {
				return model.Invalid("config.bad_number", "value", asText(v), "low", low, "high", high)
			}
			*field(l) = n
			return nil
		},
	}
}

func delay(key string, field func(*Loaded) *time.Duration) setting {
	return setting{
		key:  key,
		show: func(l *Loaded) any { return showDelay(*field(l)) },
		read: func(l *Loaded, v any) error {
			d, err := parseDelay(asText(v))
			if err != nil || d <= 0 {
				return model.Invalid("config.bad_delay", "value", asText(v))
			}
			*field(l) = d
			return nil
		},
	}
}

// parseDelay reads what time.ParseDuration does, and whole days: "5d".
func parseDelay(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		return time.Duration(n * float64(24*time.Hour)), err
	}
	return time.ParseDuration(s)
}

// showDelay writes a delay as a file would: 5m, 4h, 5d.
func showDelay(d time.Duration) string {
	switch {
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	case d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	case d%time.Minute == 0:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	}
	return d.String()
}
