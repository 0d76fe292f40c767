package deliver

import (
	"context"
	"crypto/tls"
	"slices"
	"time"

	"blanche/model"
)

// Offer is what a relay says it can do, and what is wrong with it.
type Offer struct {
	Relay      string    `json:"relay"`
	TLS        string    `json:"tls"` // "TLS 1.3", empty in clear
	Cipher     string    `json:"cipher,omitempty"`
	Expires    time.Time `json:"certificate_expires,omitzero"`
	Auth       []string  `json:"auth"`
	Extensions []string  `json:"extensions"`
	MaxSize    int       `json:"max_size"` // bytes, 0: not said
	Mode       Mode      `json:"mode"`     // how messages would be sent
	Seconds    float64   `json:"seconds"`  // to be ready to send
	Findings   []Finding `json:"findings"`
}

// Finding is something worth telling about a relay: a key of the catalogue
// with its values. Level stop means that nothing can be sent.
type Finding struct {
	Level model.Level `json:"level"`
	Key   string      `json:"key"`
	Args  []any       `json:"args,omitempty"`
}

// extensions of SMTP that matter to us, in the order they are shown.
var extensions = []string{"STARTTLS", "AUTH", "SIZE", "PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES", "REQUIRETLS"}

// Check connects as a real send would, up to and including authentication,
// sends nothing, and tells what it saw. When the relay is in trouble the error
// is a *model.Error; the offer then holds what was learnt before.
func Check(ctx context.Context, cfg Config) (Offer, error) {
	o := Offer{Relay: cfg.Address()}
	if err := cfg.validate(); err != nil {
		return o, err
	}
	cfg = cfg.withDefaults()
	start := time.Now()
	s, err := connect(ctx, &cfg)
	if err != nil {
		return o, err
	}
	defer s.quit()
	o.Seconds = time.Since(start).Seconds()
	o.learn(s)
	o.judge(&cfg, start)
	return o, nil
}

func (o *Offer) learn(s *session) {
	for _, x := range extensions {
		if slices.Contains(s.offers.names, x) {
			o.Extensions = append(o.Extensions, x)
		}
	}
	o.Auth, o.MaxSize, o.Mode = s.offers.auth, s.offers.size, s.offers.mode()
	if s.tls != nil {
		state := s.tls.ConnectionState()
		o.TLS, o.Cipher = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
		if len(state.PeerCertificates) > 0 {
			o.Expires = state.PeerCertificates[0].NotAfter
		}
	}
}

// soon is how early an expiring certificate is told.
const soon = 14 * 24 * time.Hour

func (o *Offer) judge(cfg *Config, now time.Time) {
	add := func(level model.Level, key string, args ...any) {
		o.Findings = append(o.Findings, Finding{Level: level, Key: key, Args: args})
	}
	if o.TLS == "" {
		add(model.LevelInfo, "deliver.check.clear")
	} else if o.Expires.Sub(now) < soon {
		add(model.LevelWarn, "deliver.check.expires", "date", o.Expires)
	}
	if cfg.User == "" && len(o.Auth) > 0 && cfg.Security != None {
		add(model.LevelWarn, "deliver.check.no_user")
	}
	if !slices.Contains(o.Extensions, "8BITMIME") {
		add(model.LevelInfo, "deliver.check.seven_bit")
	}
	if !slices.Contains(o.Extensions, "SMTPUTF8") {
		add(model.LevelInfo, "deliver.check.no_utf8")
	}
	if !slices.Contains(o.Extensions, "PIPELINING") {
		add(model.LevelInfo, "deliver.check.no_pipelining")
	}
	if o.MaxSize > 0 && o.MaxSize < 1<<20 {
		add(model.LevelWarn, "deliver.check.small", "bytes", o.MaxSize)
	}
}
