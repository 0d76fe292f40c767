package health

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/web"
)

// Stats are the figures of /metrics. Nothing of it tells about one person.
type Stats struct {
	Contacts  int
	Opposed   int
	Campaigns map[model.CampaignState]int

	// Messages of every campaign, by what became of them, since ever.
	Accepted, Refused int
	// The queue: planned and without an answer of the relay yet.
	Waiting, Deferred, Uncertain, InFlight int
	Rate                                   float64 // messages a second, all campaigns

	Sessions map[string]int    // by door: screen, socket, ssh
	Data     map[string]uint64 // bytes, by file: crm, send…
	Free     uint64            // bytes of the disk of the data
	Disarmed bool
	Backup   time.Time // of the newest backup; zero: none
	Commits  *Histogram

	Flow     campaigns.Flow
	Requests map[web.Request]uint64 // of the public part, since the process began
}

// Histogram counts durations by upper bound. Counts has one entry more than
// Bounds, for what is above the last; entries are not added up.
type Histogram struct {
	Bounds []float64 // seconds, ascending
	Counts []uint64
	Sum    float64 // seconds
}

// exposition is the text of /metrics.
//
//i18n:keys health.help.*
func (h *handler) exposition(s *Stats, own process) []byte {
	e := &exposition{help: func(name string) string { return h.Printer.T("health.help." + name) }}
	e.one("blanche_build_info", 1, "version", h.Build.Version, "commit", h.Build.Commit, "go", h.Build.Go)
	e.one("blanche_uptime_seconds", h.Now().Sub(h.Started).Seconds())
	e.one("blanche_contacts", float64(s.Contacts))
	e.one("blanche_contacts_opposed", float64(s.Opposed))
	e.family("blanche_campaigns", "gauge")
	for state := model.Draft; state <= model.Late; state++ {
		e.sample("blanche_campaigns", float64(s.Campaigns[state]), "state", state.String())
	}
	e.family("blanche_messages_total", "counter")
	e.sample("blanche_messages_total", float64(s.Accepted), "outcome", "accepted")
	e.sample("blanche_messages_total", float64(s.Refused), "outcome", "refused")
	e.family("blanche_queue_messages", "gauge")
	e.sample("blanche_queue_messages", float64(s.Waiting), "state", "waiting")
	e.sample("blanche_queue_messages", float64(s.Deferred), "state", "deferred")
	e.sample("blanche_queue_messages", float64(s.Uncertain), "state", "uncertain")
	e.sample("blanche_queue_messages", float64(s.InFlight), "state", "in_flight")
	e.one("blanche_send_messages_per_second", s.Rate)
	counted(e, "blanche_sessions", "door", s.Sessions)
	counted(e, "blanche_data_bytes", "file", s.Data)
	e.one("blanche_disk_free_bytes", float64(s.Free))
	e.one("blanche_armed", truth(!s.Disarmed))
	e.outside(s)
	if !s.Backup.IsZero() {
		e.one("blanche_last_backup_timestamp_seconds", float64(s.Backup.Unix()))
	}
	if s.Commits != nil {
		e.histogram("blanche_commit_duration_seconds", s.Commits)
	}
	e.one("go_goroutines", float64(own.goroutines))
	e.one("go_memstats_heap_alloc_bytes", float64(own.heap))
	e.one("process_resident_memory_bytes", float64(own.resident))
	e.one("process_open_fds", float64(own.descriptors))
	e.one("process_start_time_seconds", float64(h.Started.Unix()))
	return []byte(e.text.String())
}

// outside tells of the public part: what was asked there by kind and status, what
// other programs were told, what waits.
func (e *exposition) outside(s *Stats) {
	e.family("blanche_public_requests_total", "counter")
	all := slices.SortedFunc(maps.Keys(s.Requests), func(a, b web.Request) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), a.Status-b.Status)
	})
	for _, r := range all {
		e.sample("blanche_public_requests_total", float64(s.Requests[r]), "kind", r.Kind, "status", strconv.Itoa(r.Status))
	}
	if s.Flow.Asked {
		e.one("blanche_public_reachable", truth(s.Flow.Reached))
	}
	e.family("blanche_hooks_out_total", "counter")
	e.sample("blanche_hooks_out_total", float64(s.Flow.Told), "outcome", "taken")
	e.sample("blanche_hooks_out_total", float64(s.Flow.NotTold), "outcome", "failed")
	e.sample("blanche_hooks_out_total", float64(s.Flow.GaveUp), "outcome", "gave_up")
	counted(e, "blanche_hooks_out_letters", "state", s.Flow.Letters)
	e.one("blanche_responses_waiting", float64(s.Flow.Responses))
	e.family("blanche_opens_shed_total", "counter")
	e.sample("blanche_opens_shed_total", float64(s.Flow.Shed))
}

// exposition writes the text format of Prometheus, version 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats).
type exposition struct {
	text strings.Builder
	help func(name string) string
}

func (e *exposition) family(name, kind string) {
	help := strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(e.help(name))
	fmt.Fprintf(&e.text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// one is a gauge with one sample.
func (e *exposition) one(name string, x float64, labels ...string) {
	e.family(name, "gauge")
	e.sample(name, x, labels...)
}

// counted is a gauge by one label, in the order of its values.
func counted[N int | uint64](e *exposition, name, label string, by map[string]N) {
	e.family(name, "gauge")
	sums := map[string]float64{}
	for value, n := range by {
		sums[tame(value)] += float64(n)
	}
	values := make([]string, 0, len(sums))
	for value := range sums {
		values = append(values, value)
	}
	slices.Sort(values)
	for _, value := range values {
		e.sample(name, sums[value], label, value)
	}
}

func (e *exposition) sample(name string, x float64, labels ...string) {
	e.text.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		fmt.Fprintf(&e.text, `%c%s="%s"`, "{,"[min(i, 1)], labels[i], tame(labels[i+1]))
	}
	if len(labels) > 0 {
		e.text.WriteByte('}')
	}
	e.text.WriteString(" " + number(x) + "\n")
}

func (e *exposition) histogram(name string, h *Histogram) {
	e.family(name, "histogram")
	var total uint64
	for i, n := range h.Counts {
		bound := math.Inf(1)
		if i < len(h.Bounds) {
			bound = h.Bounds[i]
		}
		total += n
		e.sample(name+"_bucket", float64(total), "le", number(bound))
	}
	e.sample(name+"_sum", h.Sum)
	e.sample(name+"_count", float64(total))
}

// number is a value as Prometheus reads it.
func number(x float64) string {
	if math.IsInf(x, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// labelLike is all that the value of a label may be: never a name, never an
// address.
var labelLike = regexp.MustCompile(`^[A-Za-z0-9_.+()-]{0,64}$`)

func tame(value string) string {
	if labelLike.MatchString(value) {
		return value
	}
	return "other"
}
