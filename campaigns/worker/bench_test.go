package worker_test

import (
	"context"
	"net"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/campaigns/worker"
	"blanche/model"
)

// null takes everything at once.
type null struct{}

func (null) Send(context.Context, model.Envelope, func() bool) model.Receipt { return accepted }

// BenchmarkNullSender is what the ledger and the worker alone can do, every
// intent and every result durable.
func BenchmarkNullSender(b *testing.B) { benchmark(b, null{}, 8, 128) }

// BenchmarkWindow is the same with a larger window.
func BenchmarkWindow(b *testing.B) { benchmark(b, null{}, 96, 1024) }

// BenchmarkRelay sends over TCP to the server inside the process.
func BenchmarkRelay(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	r := relay.Start(l, relay.Options{})
	b.Cleanup(r.Close)
	cfg, err := deliver.ParseURL("smtp://" + l.Addr().String() + "?tls=none")
	if err != nil {
		b.Fatal(err)
	}
	cfg.Connections = 8
	pool, err := deliver.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = pool.Close() })
	benchmark(b, pool, 8, 128)
}

func benchmark(b *testing.B, to worker.Sender, lines, window int) {
	st := openStore(b, b.TempDir())
	plan(b, st, b.N)
	done := make(chan struct{})
	b.ResetTimer()
	w := worker.New(worker.Options{
		Ledger: st.Ledger(), Sender: to, Render: letter, Now: time.Now, Connections: lines, Window: window,
		Publish: func(n worker.Notice) {
			if n.Kind == worker.NoticeFinished {
				close(done)
			}
		},
	})
	if err := w.Start(context.Background(), worker.Job{ID: campaign, Name: "noel-15", Version: 1}); err != nil {
		b.Fatal(err)
	}
	<-done
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	if err := w.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}
