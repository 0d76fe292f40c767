package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// step is how many people come in at once.
const step = 20_000

// fill makes the shop: as many people as messages, and no limit to any lane.
func (b *bench) fill(ctx context.Context) (err error) {
	house, err := b.open(ctx, ours, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close(context.WithoutCancel(ctx))) }()
	for first := 0; first < b.Messages; first += step {
		if err := house.Put(ctx, people(first, min(step, b.Messages-first), b.Options.Now())); err != nil {
			return err
		}
	}
	return unlimited(ctx, house.Desk())
}

// unlimited takes every pace away.
func unlimited(ctx context.Context, desk campaigns.Desk) error {
	none, no := 0, 0.0
	for l := range model.Lanes {
		if _, err := desk.SetLane(ctx, model.Lane(l).String(), campaigns.LaneChange{Rate: &no, Connections: &none, Ceiling: &none}); err != nil {
			return err
		}
	}
	return nil
}

// send is one run of ours.
func (b *bench) send(ctx context.Context, who string, round int) (Run, error) {
	before, err := b.sink.Count()
	if err != nil {
		return Run{}, err
	}
	r, err := b.once(ctx, who, round)
	if err != nil {
		return r, err
	}
	return r, b.account(&r, before)
}

// do is a run in this process: from the start of a campaign to its end.
func (b *bench) do(ctx context.Context, j *job) (d done, err error) {
	b.plain = j.Plain
	house, err := b.open(ctx, j.Who, true)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, house.Close(context.WithoutCancel(ctx))) }()
	desk, name := house.Desk(), fmt.Sprintf("bench-%d-%d", j.Round, slices.Index(b.us(), j.Who))
	if d.Bytes, err = b.write(ctx, desk, name); err != nil {
		return d, err
	}
	d.Plain = b.plain
	profile, err := b.profiled(j.Who, j.Round)
	if err != nil {
		return d, err
	}
	if profile != nil {
		defer func() { _ = profile.Close() }()
		_ = pprof.StartCPUProfile(profile)
		defer pprof.StopCPUProfile()
	}
	debug.FreeOSMemory() // of what was before
	m := startMeter()
	begun := b.Options.Now()
	st, err := b.run(ctx, desk, name, m)
	used := m.stop()
	if err != nil {
		return d, err
	}
	prepare := st.StartedAt.Sub(begun).Seconds()
	d.Run = Run{
		Who: j.Who, Round: j.Round, Seconds: st.FinishedAt.Sub(*st.StartedAt).Seconds(), Prepare: &prepare,
		CPU: perMessage(used.cpu, b.Messages), Anonymous: used.anonymous, Sending: used.since,
	}
	return d, nil
}

// write makes the campaign of a run, and says how big its messages are.
func (b *bench) write(ctx context.Context, desk campaigns.Desk, name string) (int, error) {
	size := b.Size
	if size == 0 {
		size = usual
	}
	if b.plain == 0 {
		var err error
		if b.plain, err = b.weigh(ctx, desk, "bench-size", 0); err != nil {
			return 0, err
		}
	}
	return b.weigh(ctx, desk, name, size-b.plain)
}

// weigh makes a campaign, and says how big a message of it is.
func (b *bench) weigh(ctx context.Context, desk campaigns.Desk, name string, longer int) (int, error) {
	if _, err := desk.NewCampaign(ctx, source(name), reading(page(longer))); err != nil {
		return 0, err
	}
	m, err := desk.Preview(ctx, name, "1")
	return len(m.EML), err
}

func reading(body []byte) campaigns.ReadFile {
	return func(string) ([]byte, error) { return body, nil }
}

// run starts a campaign and waits for its end.
func (b *bench) run(ctx context.Context, desk campaigns.Desk, name string, m *meter) (model.Status, error) {
	if err := desk.Start(ctx, name, b.Messages); err != nil {
		return model.Status{}, err
	}
	m.mark()
	st, err := desk.Wait(ctx, name, time.Second, func(model.Status) {})
	if err != nil {
		return st, err
	}
	if st.State != model.Done || st.FinishedAt == nil || st.StartedAt == nil || st.Accepted != b.Messages {
		return st, model.Failed(nil, "bench.not_done", "state", st.State, "accepted", st.Accepted, "planned", st.Planned)
	}
	return st, nil
}

// account completes a run with what the sink saw of it.
func (b *bench) account(r *Run, before Count) error {
	r.Rate = float64(b.Messages) / r.Seconds
	after, err := b.sink.Count()
	if err != nil || !after.known {
		return err
	}
	arrived := after.Messages - before.Messages
	size := float64(after.Bytes-before.Bytes) / float64(max(arrived, 1))
	r.Arrived, r.Bytes = &arrived, &size
	if b.Self != "" {
		cpu := perMessage(time.Duration((after.CPU-before.CPU)*1e9), b.Messages)
		r.SinkCPU = &cpu
	}
	if arrived != b.Messages {
		return model.Failed(nil, "bench.lost", "who", r.Who, "arrived", arrived, "messages", b.Messages)
	}
	return nil
}

// perMessage is a time for each message, in microseconds.
func perMessage(d time.Duration, messages int) float64 {
	return float64(d) / 1e3 / float64(messages)
}
