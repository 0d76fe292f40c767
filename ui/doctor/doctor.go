package doctor

import (
	"context"
	"sync"
	"time"

	"blanche/ui/i18n"
)

// Level is how a check ended.
type Level uint8

// The levels.
const (
	OK Level = iota
	Warn
	Fail
	Skip // could not be looked at, or is not in use
)

var levelNames = [...]string{"ok", "warn", "fail", "skip"}

func (l Level) String() string { return levelNames[l] }

// MarshalText writes the English code of the level.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Result is what a check found: a sentence of the catalogue,
// doctor.CHECK.CASE, with its values.
type Result struct {
	Check string
	Level Level
	Case  string
	Args  []any // name, value…
}

// Message is what was found.
//
//i18n:keys doctor.*
func (r Result) Message(p *i18n.Printer) string {
	return p.N("doctor."+r.Check+"."+r.Case, r.n(), r.Args...)
}

// n is what the sentence counts.
func (r Result) n() int {
	for i := 0; i+1 < len(r.Args); i += 2 {
		if n, is := r.Args[i+1].(int); is && r.Args[i] == "n" {
			return n
		}
	}
	return 0
}

// Repair is what to do about it: of the case, else of the check; empty where
// nothing is wrong.
func (r Result) Repair(p *i18n.Printer) string {
	if r.Level != Warn && r.Level != Fail {
		return ""
	}
	if own := "doctor." + r.Check + "." + r.Case + "_repair"; p.Has(own) {
		return p.T(own, r.Args...)
	}
	return p.T("doctor."+r.Check+".repair", r.Args...)
}

// Report is what Run found, in the order of the list.
type Report []Result

// Failed reports whether a check failed; warnings are none.
func (r Report) Failed() bool { return r.count(Fail) > 0 }

func (r Report) count(l Level) (n int) {
	for i := range r {
		if r[i].Level == l {
			n++
		}
	}
	return n
}

// Document is the JSON form of a report.
type Document struct {
	Checks []Line `json:"checks"`
	OK     int    `json:"ok"`
	Warn   int    `json:"warn"`
	Fail   int    `json:"fail"`
	Skip   int    `json:"skip"`
}

// Line is one check of a Document.
type Line struct {
	Check   string  `json:"check"`
	Level   Level   `json:"level"`
	Message string  `json:"message"`
	Repair  *string `json:"repair"` // nil where nothing is wrong
}

// Document words a report.
func (r Report) Document(p *i18n.Printer) Document {
	d := Document{Checks: []Line{}, OK: r.count(OK), Warn: r.count(Warn), Fail: r.count(Fail), Skip: r.count(Skip)}
	for _, x := range r {
		line := Line{Check: x.Check, Level: x.Level, Message: x.Message(p)}
		if repair := x.Repair(p); repair != "" {
			line.Repair = &repair
		}
		d.Checks = append(d.Checks, line)
	}
	return d
}

// check is one thing to look at.
type check struct {
	name string
	look func(*exam, context.Context) Result
}

// list is every check, in the order in which a person repairs: what everything
// else stands on comes first.
func list() []check {
	return []check{
		{"config", (*exam).config},
		{"config_mode", (*exam).configMode},
		{"secrets", (*exam).secrets},
		{"data_folder", (*exam).dataFolder},
		{"data_files", (*exam).dataFiles},
		{"run_folder", (*exam).runFolder},
		{"log_folder", (*exam).logFolder},
		{"disk_writable", (*exam).diskWritable},
		{"disk_free", (*exam).diskFree},
		{"disk_inodes", (*exam).diskInodes},
		{"holder", (*exam).holder},
		{"socket", (*exam).socket},
		{"shutdown", (*exam).shutdown},
		{"schema", (*exam).schema},
		{"verify", (*exam).verify},
		{"backup", (*exam).backup},
		{"restore_test", (*exam).restoreTest},
		{"armed", (*exam).armed},
		{"universal", (*exam).universal},
		{"audit_outside", (*exam).auditOutside},
		{"clock", (*exam).clock},
		{"clock_drift", (*exam).clockDrift},
		{"clock_step", (*exam).clockStep},
		{"timezone", (*exam).timezone},
		{"locale", (*exam).locale},
		{"terminal", (*exam).terminal},
		{"memory", (*exam).memory},
		{"descriptors", (*exam).descriptors},
		{"ports", (*exam).ports},
		{"ssh_host_key", (*exam).hostKey},
		{"ssh_users", (*exam).users},
		{"relay", (*exam).relay},
		{"relay_certificate", (*exam).relayCertificate},
		{"relay_name", (*exam).relayName},
		{"public_part", (*exam).publicPart},
		{"public_certificate", (*exam).publicCertificate},
		{"tokens", (*exam).tokens},
		{"hooks_in", (*exam).hooksIn},
		{"hooks_out", (*exam).hooksOut},
		{"inbox", (*exam).inbox},
		{"mx", (*exam).mx},
		{"spf", (*exam).spf},
		{"dkim", (*exam).dkim},
		{"dmarc", (*exam).dmarc},
	}
}

// Names lists the checks.
func Names() []string {
	var names []string
	for _, c := range list() {
		names = append(names, c.name)
	}
	return names
}

// The time that checks take at most, and how many are made at once.
const (
	patience = 10 * time.Second
	together = 8
)

// Run makes every check. It ends when they have ended, each within ten seconds
// or with its context.
func Run(ctx context.Context, o Options) Report {
	e := &exam{Options: o, now: o.Now()}
	if o.Settings != nil && o.Settings.Config.Zone != nil {
		e.now = e.now.In(o.Settings.Config.Zone)
	}
	all := list()
	report := make(Report, len(all))
	places := make(chan struct{}, together)
	var done sync.WaitGroup
	for i, c := range all {
		places <- struct{}{}
		done.Go(func() {
			defer func() { <-places }()
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			report[i] = e.local(c.look(e, ctx))
			report[i].Check = c.name
		})
	}
	done.Wait()
	return report
}

// exam is one run.
type exam struct {
	Options
	now time.Time
}

// local puts the times of a result into the zone of the person.
func (e *exam) local(r Result) Result {
	for i, v := range r.Args {
		if t, is := v.(time.Time); is && !t.IsZero() {
			r.Args[i] = t.In(e.now.Location())
		}
	}
	return r
}

func ok(name string, args ...any) Result   { return Result{Level: OK, Case: name, Args: args} }
func warn(name string, args ...any) Result { return Result{Level: Warn, Case: name, Args: args} }
func fail(name string, args ...any) Result { return Result{Level: Fail, Case: name, Args: args} }
func skip(name string, args ...any) Result { return Result{Level: Skip, Case: name, Args: args} }
