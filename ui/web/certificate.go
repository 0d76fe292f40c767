package web

import (
	"crypto/tls"
	"os"
	"sync"
	"time"
)

// pair is a certificate and its key in two files.
type pair struct {
	cert, key string

	mu   sync.Mutex
	last *tls.Certificate
	at   time.Time // of the newer file, when it was read
}

func (p *pair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var newest time.Time
	for _, f := range []string{p.cert, p.key} {
		info, err := os.Stat(f)
		if err != nil {
			return p.kept(err)
		}
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	if p.last != nil && newest.Equal(p.at) {
		return p.last, nil
	}
	c, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		return p.kept(err)
	}
	p.last, p.at = &c, newest
	return p.last, nil
}

// kept is the certificate of before while a renewal is half written.
func (p *pair) kept(err error) (*tls.Certificate, error) {
	if p.last != nil {
		return p.last, nil
	}
	return nil, err
}
