package bench

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// BringOptions of a measurement of an import.
type BringOptions struct {
	Rows     int
	Runs     int
	Against  []string                                            // of BringRivals
	Postgres string                                              // URL of the server of postgres; empty: a private one
	Dir      string                                              // an empty folder
	Self     string                                              // this program, for runs in processes of their own; empty: in this one
	Profile  string                                              // file for the profile of our last run; empty: none
	Now      func() time.Time                                    `json:"-"`
	Open     func(ctx context.Context, o Opening) (House, error) `json:"-"`
	Tell     func(r BringRun)                                    `json:"-"`
}

// The references of an import: everything that it has kept (records, indexes,
// acts) put in order into an empty file of the same engine; and a PostgreSQL
// table with a primary key and unique addresses: of a server just installed, as
// our folder is just made; of the same one when it has taken the file before; and
// of such a one with more room.
const (
	AgainstRaw      = "raw"
	AgainstPostgres = "postgres"
	AgainstWarm     = "postgres-warm"
	AgainstTuned    = "postgres-tuned"
)

// BringRivals are all of them.
var BringRivals = []string{AgainstRaw, AgainstPostgres, AgainstWarm, AgainstTuned}

// BringRun is one import of the whole file, or a run of a reference.
type BringRun struct {
	Who       string   `json:"who"`
	Round     int      `json:"round"`
	Seconds   float64  `json:"seconds"` // to the last durable row
	Rate      float64  `json:"rows_per_second"`
	CPU       *float64 `json:"cpu_us_per_row"`  // user and system, of us
	Anonymous *int64   `json:"anonymous_bytes"` // most at once, of us
	Bytes     *int64   `json:"folder_bytes"`    // what we keep of it

	Records *float64 `json:"records_alone_per_second,omitempty"` // of a raw put, without any index
}

// BringSum is what the runs of one come to.
type BringSum struct {
	Who       string  `json:"who"`
	Runs      int     `json:"runs"`
	Rate      Spread  `json:"rows_per_second"`
	Ratio     *Spread `json:"ratio"` // of our rate to this one's, round by round; nil for us
	Records   *Spread `json:"records_alone_per_second,omitempty"`
	Anonymous *int64  `json:"anonymous_bytes"`
}

// BringReport is a measurement of an import.
type BringReport struct {
	Rows      int           `json:"rows"`
	Columns   int           `json:"columns"`
	FileBytes int64         `json:"file_bytes"`
	Postgres  string        `json:"postgres_version,omitempty"`
	Servers   []BringServer `json:"servers"`
	Absent    []string      `json:"absent"`
	Runs      []BringRun    `json:"runs"`
	Sums      []BringSum    `json:"sums"`
}

// BringServer is a server of PostgreSQL as it was measured.
type BringServer struct {
	Who      string   `json:"who"`
	Fresh    bool     `json:"fresh"` // made anew for each run
	Version  string   `json:"version"`
	Settings []string `json:"settings"` // shared_buffers=128MB
}

// bring is a measurement under way.
type bring struct {
	BringOptions
	file   string
	report BringReport
	tables []*pgTable
}

// MeasureImport imports a file again and again, each time into an empty folder,
// and has the references take their turns. What was measured before an error is
// in the report.
func MeasureImport(ctx context.Context, o BringOptions) (r BringReport, err error) {
	b := &bring{BringOptions: o, file: filepath.Join(o.Dir, "shop.csv")}
	b.report = BringReport{Rows: o.Rows, Columns: 16, Servers: []BringServer{}, Runs: []BringRun{}, Absent: []string{}}
	defer func() { r = b.report }()
	if err := b.write(); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, b.disconnect(ctx)) }()
	for _, who := range []string{AgainstPostgres, AgainstWarm, AgainstTuned} {
		if !slices.Contains(o.Against, who) {
			continue
		}
		if err := b.connect(ctx, who); err != nil {
			return r, err
		}
	}
	defer b.sum()
	for round := 1; round <= o.Runs; round++ {
		if err := b.round(ctx, round); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (b *bring) write() error {
	f, err := os.Create(b.file)
	if err != nil {
		return err
	}
	err = WriteShopFile(f, b.Rows)
	if at, serr := f.Seek(0, 1); serr == nil {
		b.report.FileBytes = at
	}
	return errors.Join(err, f.Close())
}

func (b *bring) round(ctx context.Context, n int) error {
	data := filepath.Join(b.Dir, "data")
	defer func() { _ = os.RemoveAll(data) }()
	runs := []func(context.Context, int) (BringRun, error){b.ours}
	if slices.Contains(b.Against, AgainstRaw) {
		runs = append(runs, b.raw)
	}
	for _, t := range b.tables {
		runs = append(runs, t.run)
	}
	for _, run := range runs {
		r, err := run(ctx, n)
		if err != nil {
			return err
		}
		r.Round, r.Rate = n, float64(b.Rows)/r.Seconds
		b.report.Runs = append(b.report.Runs, r)
		if b.Tell != nil {
			b.Tell(r)
		}
	}
	return nil
}

// ours is one import, in a process of its own where there is one to be had.
func (b *bring) ours(ctx context.Context, round int) (BringRun, error) {
	return b.hand(ctx, &bringJob{Who: ours, Round: round})
}

func (b *bring) raw(ctx context.Context, round int) (BringRun, error) {
	return b.hand(ctx, &bringJob{Who: AgainstRaw, Round: round})
}

func (b *bring) hand(ctx context.Context, j *bringJob) (BringRun, error) {
	j.BringOptions, j.File = b.BringOptions, b.file
	if b.Self == "" {
		return j.do(ctx)
	}
	d, err := handOver(ctx, b.Self, j.Who, &job{Bring: j})
	return d.Bring, err
}

// bringJob is one run, for a process of its own.
type bringJob struct {
	BringOptions
	Who   string
	Round int
	File  string
}

func (j *bringJob) do(ctx context.Context) (r BringRun, err error) {
	data := filepath.Join(j.Dir, "data")
	house, err := j.Open(ctx, Opening{Dir: data, Config: campaigns.DefaultConfig(), Brings: true})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, house.Close(context.WithoutCancel(ctx))) }()
	if j.Who == AgainstRaw {
		return j.raw(ctx, house)
	}
	return j.bring(ctx, house, data)
}

func (j *bringJob) bring(ctx context.Context, house House, data string) (r BringRun, err error) {
	f, err := os.Open(j.File)
	if err != nil {
		return r, err
	}
	defer func() { _ = f.Close() }()
	stop, err := profiling(j.Profile, j.Round == j.Runs)
	if err != nil {
		return r, err
	}
	m, begun := startMeter(), j.Now()
	report, err := house.Desk().Import(ctx, campaigns.ImportRequest{
		Kind: "contacts", Name: "shop.csv", Source: f, Basis: model.BasisConsent, BasisSource: "bench",
	})
	took := j.Now().Sub(begun)
	used := m.stop()
	stop()
	if err != nil {
		return r, err
	}
	if report.Created != j.Rows {
		return r, model.Failed(nil, "bench.not_imported", "created", report.Created, "rows", j.Rows)
	}
	cpu, size := perMessage(used.cpu, j.Rows), folderBytes(data)
	return BringRun{Who: ours, Seconds: took.Seconds(), CPU: &cpu, Anonymous: used.anonymous, Bytes: &size}, nil
}

// raw puts what the import of this round has kept.
func (j *bringJob) raw(ctx context.Context, house House) (r BringRun, err error) {
	dir, err := os.MkdirTemp(j.Dir, "raw-*")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	n, took, records, err := house.Raw(ctx, dir)
	if err == nil && n != j.Rows {
		err = model.Failed(nil, "bench.not_imported", "created", n, "rows", j.Rows)
	}
	alone := float64(n) / records.Seconds()
	return BringRun{Who: AgainstRaw, Seconds: took.Seconds(), Records: &alone}, err
}

func folderBytes(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	return n
}

// sum fills the sums, of us first.
func (b *bring) sum() {
	rates := map[string][]float64{}
	var names []string
	most := (*int64)(nil)
	var records []float64
	for _, r := range b.report.Runs {
		if rates[r.Who] == nil {
			names = append(names, r.Who)
		}
		if r.Records != nil {
			records = append(records, *r.Records)
		}
		rates[r.Who], most = append(rates[r.Who], r.Rate), larger(most, r.Anonymous)
	}
	for _, name := range names {
		s := BringSum{Who: name, Runs: len(rates[name]), Rate: spread(rates[name])}
		if name == ours {
			s.Anonymous = most
		} else {
			var ratios []float64
			for i := range rates[name] {
				ratios = append(ratios, rates[ours][i]/rates[name][i])
			}
			x := spread(ratios)
			s.Ratio = &x
		}
		if name == AgainstRaw {
			x := spread(records)
			s.Records = &x
		}
		b.report.Sums = append(b.report.Sums, s)
	}
}
