package web_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
	"blanche/store/open"
	"blanche/ui/web"
)

// forgetful reads every token and keeps nothing.
type forgetful struct{ campaigns.PublicDesk }

func (f forgetful) Leave(ctx context.Context, token string) error {
	_, err := f.Page(ctx, campaigns.PathUnsubscribe, token)
	return err
}

func (f forgetful) Follow(ctx context.Context, token string, _ campaigns.PublicHit) (string, error) {
	return f.PublicDesk.Follow(ctx, token, campaigns.PublicHit{Head: true}) // the target alone
}

// benchShop is a shop on the disk whose people all agreed, with the links of the
// messages that each of them got.
func benchShop(b *testing.B, people int) (desk *campaigns.Service, clicks, leaves []string) {
	b.Helper()
	pipe := relay.NewPipe()
	var mu sync.Mutex
	r := relay.Start(pipe, relay.Options{Keep: func(_, _ string, data []byte) {
		text := strings.ReplaceAll(string(data), "=\r\n", "")
		mu.Lock()
		defer mu.Unlock()
		for path, to := range map[string]*[]string{campaigns.PathClick: &clicks, campaigns.PathUnsubscribe: &leaves} {
			if _, rest, ok := strings.Cut(text, address+path); ok {
				*to = append(*to, path+rest[:44])
			}
		}
	}})
	b.Cleanup(func() { r.Close(); _ = pipe.Close() })
	config := campaigns.DefaultConfig()
	config.Sender = campaigns.Sender{Name: "La Boutique", Address: "Nantes", From: "bonjour@boutique.example", Unsubscribe: "stop@boutique.example"}
	config.Relay = campaigns.Relay{URL: "smtp://localhost:25?tls=none", Connections: 8, Window: 64}
	config.Public.URL = address
	st, err := open.Open(b.Context(), open.Options{Dir: b.TempDir(), Rand: rand.Reader, Now: time.Now, Command: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	desk, err = campaigns.Open(b.Context(), st, campaigns.Options{Config: config, Now: time.Now, Rand: rand.Reader, Sends: true, Dial: pipe.Dial})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = desk.Close(context.Background()), st.Close() })
	var csv strings.Builder
	csv.WriteString("email;suivi\n")
	for i := range people {
		fmt.Fprintf(&csv, "%s;oui\n", person(i))
	}
	if _, err := desk.Import(b.Context(), campaigns.ImportRequest{Kind: "contacts", Name: "c.csv", Source: strings.NewReader(csv.String()), Basis: model.BasisConsent, BasisSource: "f"}); err != nil {
		b.Fatal(err)
	}
	source := "+++\nname = \"noel\"\nkind = \"newsletter\"\ntitle = \"x\"\naudience = 'email contains \"clients\"'\nsubject = \"x\"\n[holdout]\nshare = 0.0\n+++\n[y](https://boutique.example/y)\n"
	if _, err := desk.NewCampaign(b.Context(), []byte(source), nil); err != nil {
		b.Fatal(err)
	}
	if err := desk.Start(b.Context(), "noel", people); err != nil {
		b.Fatal(err)
	}
	if _, err := desk.Wait(b.Context(), "noel", 50*time.Millisecond, func(model.Status) {}); err != nil {
		b.Fatal(err)
	}
	return desk, clicks, leaves
}

// BenchmarkDurable is how many requests a second are answered by a site on a port
// of this machine, 256 at once: each answer after its sync, and the same site that
// keeps nothing.
func BenchmarkDurable(b *testing.B) {
	const atOnce = 256
	desk, clicks, leaves := benchShop(b, 5000)
	for _, act := range []struct {
		name, body, method string
		links              []string
		want               int
	}{{"click", "", http.MethodGet, clicks, 302}, {"unsubscribe", oneClick, http.MethodPost, leaves, 200}} {
		for _, kept := range []struct {
			name string
			desk campaigns.PublicDesk
		}{{"nothing", forgetful{desk.Outside()}}, {"durable", desk.Outside()}} {
			b.Run(act.name+"/"+kept.name, func(b *testing.B) {
				site := web.New(web.Options{Desk: kept.desk, Lang: "fr", Now: time.Now, Limits: web.Limits{Rate: 1e9, Burst: 1e9, AtOnce: 1e6}})
				server := httptest.NewServer(site)
				defer server.Close()
				client := &http.Client{
					Transport:     &http.Transport{MaxIdleConnsPerHost: atOnce, MaxConnsPerHost: atOnce},
					CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
				}
				defer client.CloseIdleConnections()
				var next atomic.Int64
				var all sync.WaitGroup
				b.ResetTimer()
				for range atOnce {
					all.Go(func() {
						for i := int(next.Add(1)); i <= b.N; i = int(next.Add(1)) {
							r, _ := http.NewRequestWithContext(b.Context(), act.method, server.URL+act.links[i%len(act.links)], strings.NewReader(act.body))
							r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
							r.Header.Set("User-Agent", firefox)
							answer, err := client.Do(r)
							if err != nil || answer.StatusCode != act.want {
								b.Error(err, answer)
								return
							}
							_ = answer.Body.Close()
						}
					})
				}
				all.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
			})
		}
	}
}
