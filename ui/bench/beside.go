package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// Beside is a send at half its best rate while a file comes in.
type Beside struct {
	Rows       int     `json:"rows"`
	RowsRate   float64 `json:"rows_per_second"`
	Asked      float64 `json:"asked_per_second"` // half the best rate
	Kept       float64 `json:"kept_per_second"`  // while the file came in
	Share      float64 `json:"share"`
	SendLasted float64 `json:"send_seconds"` // of the file's time
	FileLasted float64 `json:"import_seconds"`
}

// beside measures how much of half its best rate a send keeps while a file
// comes in.
func (b *bench) beside(ctx context.Context) (err error) {
	half := sumOf(ours, b.report.of(ours)).Rate.Median / 2
	house, err := b.open(ctx, ours, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close(context.WithoutCancel(ctx))) }()
	desk, name := house.Desk(), "bench-beside"
	if _, err := b.write(ctx, desk, name); err != nil {
		return err
	}
	if err := desk.SetRate(ctx, name, half); err != nil {
		return err
	}
	if err := desk.Start(ctx, name, b.Messages); err != nil {
		return err
	}
	before, err := b.warm(ctx, desk, name, half)
	if err != nil {
		return err
	}
	out := Beside{Rows: b.ImportRows, Asked: half}
	begun := b.Options.Now()
	report, err := desk.Import(ctx, campaigns.ImportRequest{
		Kind: "contacts", Name: "bench.csv", Source: &file{rows: b.ImportRows}, Basis: model.BasisConsent, BasisSource: "bench",
	})
	if err != nil {
		return err
	}
	out.FileLasted = b.Options.Now().Sub(begun).Seconds()
	out.RowsRate = float64(report.Rows) / out.FileLasted
	after, err := desk.Status(ctx, name)
	if err != nil {
		return err
	}
	out.SendLasted = b.Options.Now().Sub(begun).Seconds()
	if after.FinishedAt != nil {
		out.SendLasted = after.FinishedAt.Sub(begun).Seconds()
	}
	out.Kept = float64(after.Accepted-before) / out.SendLasted
	out.Share = out.Kept / half
	b.report.Beside = &out
	if after.FinishedAt == nil { // the rest of it proves nothing
		return desk.Cancel(ctx, name)
	}
	return nil
}

// warm waits until a send goes at the rate that it was given, and says how many
// have left.
func (b *bench) warm(ctx context.Context, desk campaigns.Desk, name string, rate float64) (int, error) {
	for {
		st, err := desk.Status(ctx, name)
		if err != nil {
			return 0, err
		}
		if st.State != model.Running || float64(st.Accepted) >= min(rate, float64(b.Messages)/4) {
			return st.Accepted, nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// file is a CSV of people whom nobody knows, made while it is read.
type file struct {
	rows, next int
	buf        bytes.Buffer
}

func (f *file) Read(p []byte) (int, error) {
	if f.next == 0 {
		f.buf.WriteString("email;prenom;nom;postcode;ville;carte;points\n")
	}
	for f.buf.Len() < len(p) && f.next < f.rows {
		n := f.next
		fmt.Fprintf(&f.buf, "nouveau%07d@%s;Léa;Durand-%d;%05d;Nantes;N%08d;%d\n", n, provider(n*37%100), n%977, 1000+n%94000, n, n%500)
		f.next++
	}
	if f.buf.Len() == 0 {
		return 0, io.EOF
	}
	return f.buf.Read(p)
}
