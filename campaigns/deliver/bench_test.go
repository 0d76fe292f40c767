package deliver_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"blanche/campaigns/deliver"
	"blanche/model"
)

// tenKB is a message of 10 KB, in lines of 76.
func tenKB() []byte {
	var b bytes.Buffer
	b.WriteString("From: bonjour@boutique.example\r\nTo: elodie@clients.example\r\nSubject: Bonjour\r\n\r\n")
	for b.Len() < 10_000 {
		b.WriteString("Une ligne de texte comme une autre, de soixante-seize signes tout au plus..\r\n")
	}
	return b.Bytes()
}

// BenchmarkPool measures the bare pool in each mode: 8 connections, messages of
// 10 KB. BLANCHE_BENCH_RELAY=host:port names another relay than the one inside
// the process, BLANCHE_BENCH_CONNECTIONS another number of connections.
func BenchmarkPool(b *testing.B) {
	for _, mode := range []deliver.Mode{deliver.Strict, deliver.Grouped, deliver.BDAT, deliver.Streamed} {
		b.Run(string(mode), func(b *testing.B) {
			cfg := fastSink(b, false)
			cfg.Connections, cfg.Mode, cfg.MessagesPerConnection = 8, mode, 10_000
			if n, err := strconv.Atoi(os.Getenv("BLANCHE_BENCH_CONNECTIONS")); err == nil {
				cfg.Connections = n
			}
			if far := os.Getenv("BLANCHE_BENCH_RELAY"); far != "" {
				if mode == deliver.BDAT {
					b.Skip("the relay given may not take BDAT")
				}
				cfg.Host, cfg.Port, _ = net.SplitHostPort(far)
			}
			flood(b, cfg)
		})
	}
}

// BenchmarkPoolOverTLS is the same on encrypted lines.
func BenchmarkPoolOverTLS(b *testing.B) {
	cfg := fastSink(b, true)
	cfg.Connections, cfg.MessagesPerConnection = 8, 10_000
	flood(b, cfg)
}

func flood(b *testing.B, cfg deliver.Config) {
	p := newPool(b, cfg)
	text := tenKB()
	var next, bad atomic.Int64
	var all sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for range max(128, 2*cfg.Connections) {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				e := model.Envelope{From: "bonjour@boutique.example", To: "elodie@clients.example", Data: text}
				if r := p.Send(context.Background(), e, nil); r.Result != model.SendAccepted && bad.Add(1) == 1 {
					b.Errorf("%+v", r)
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	if bad.Load() > 0 {
		b.Error(fmt.Sprint(bad.Load(), " messages were not accepted"))
	}
}
