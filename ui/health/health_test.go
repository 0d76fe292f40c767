package health_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/health"
	"blanche/ui/i18n"
	"blanche/ui/logs/logstest"
	"blanche/ui/web"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// good is a process that lacks nothing.
func good() health.State {
	return health.State{Schema: 2, Newest: 2, Free: 9 << 30, Needed: 1 << 30, Beat: time.Second, Late: time.Minute}
}

func figures() health.Stats {
	return health.Stats{
		Contacts: 12384, Opposed: 12, Campaigns: map[model.CampaignState]int{model.Running: 1, model.Done: 3},
		Accepted: 10800, Refused: 7, Waiting: 5, Deferred: 4, Uncertain: 3, InFlight: 2, Rate: 199.5,
		Sessions: map[string]int{"ssh": 2, "screen": 1}, Data: map[string]uint64{"crm": 1 << 20, "send": 2 << 20}, Free: 9 << 30,
		Backup:  start.Add(-time.Hour),
		Commits: &health.Histogram{Bounds: []float64{0.001, 0.01}, Counts: []uint64{5, 3, 1}, Sum: 0.07},
		Flow: campaigns.Flow{
			Told: 40, NotTold: 3, GaveUp: 1, Letters: map[string]int{campaigns.HookWaits: 2, campaigns.HookDead: 1, campaigns.HookLost: 0},
			Responses: 7, Shed: 9, Asked: true, Reached: true,
		},
		Requests: map[web.Request]uint64{{Kind: "click", Status: 302}: 12, {Kind: "unsubscribe", Status: 200}: 5, {Kind: "vendor_brevo", Status: 401}: 2},
	}
}

func handler(state health.State, stats health.Stats, err error) http.Handler {
	return health.Handler(health.Options{
		State: func(context.Context) health.State { return state },
		Stats: func(context.Context) (health.Stats, error) { return stats, err },
		Build: health.Build{Version: "0.3.0", Commit: "abc", Go: "go1.26.8"}, Started: start,
		Now: func() time.Time { return start.Add(90 * time.Second) },
	})
}

func ask(h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(context.Background(), method, "http://127.0.0.1:9180"+path, nil)
	h.ServeHTTP(w, r)
	return w
}

func TestOnlyQuestionsOfThisMachineAreAnswered(t *testing.T) {
	t.Parallel()
	h := handler(good(), figures(), nil)
	cases := map[string]struct {
		method, host, path, body string
		want                     int
	}{
		"alive":                {"GET", "127.0.0.1:9180", "/healthz", "", 200},
		"ready":                {"GET", "[::1]:9180", "/readyz", "", 200},
		"metrics":              {"GET", "localhost", "/metrics", "", 200},
		"head":                 {"HEAD", "127.0.0.1", "/metrics", "", 200},
		"post":                 {"POST", "127.0.0.1", "/healthz", "", 405},
		"delete":               {"DELETE", "127.0.0.1", "/metrics", "", 405},
		"another page":         {"GET", "127.0.0.1", "/", "", 404},
		"a folder":             {"GET", "127.0.0.1", "/metrics/", "", 404},
		"climbing":             {"GET", "127.0.0.1", "/healthz/../metrics", "", 404},
		"a body":               {"GET", "127.0.0.1", "/healthz", "x", 413},
		"rebound DNS":          {"GET", "evil.example", "/metrics", "", 421},
		"rebound DNS and port": {"GET", "127.0.0.1.evil.example:9180", "/metrics", "", 421},
		"no host":              {"GET", "", "/metrics", "", 421},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(context.Background(), c.method, "http://x"+c.path, strings.NewReader(c.body))
			r.Host = c.host
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("%d, want %d", w.Code, c.want)
			}
			if w.Header().Get("Server") != "" || len(w.Header()["Set-Cookie"]) > 0 || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%v", w.Header())
			}
		})
	}
}

func TestReadyNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(*health.State)
		bad    string
	}{
		"nothing":     {func(*health.State) {}, ""},
		"database":    {func(s *health.State) { s.Database = errors.New("closed") }, "database"},
		"migrations":  {func(s *health.State) { s.Schema = 1 }, "migrations"},
		"disk":        {func(s *health.State) { s.Free = 1 }, "disk"},
		"armed":       {func(s *health.State) { s.Disarmed = true }, "armed"},
		"stuck":       {func(s *health.State) { s.Beat = time.Hour }, "send_loop"},
		"sends never": {func(s *health.State) { s.Beat, s.Late = time.Hour, 0 }, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := good()
			c.change(&s)
			w := ask(handler(s, figures(), nil), "GET", "/readyz")
			var got struct {
				Ready  bool
				Checks []struct {
					Check, Message string
					OK             bool
				}
			}
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			bad := ""
			for _, x := range got.Checks {
				if !x.OK {
					bad += x.Check
				}
				if x.Message == "" || strings.ContainsAny(x.Message, "{}") {
					t.Errorf("%+v", x)
				}
			}
			if want := map[bool]int{true: 200, false: 503}[c.bad == ""]; w.Code != want || bad != c.bad || got.Ready != (c.bad == "") || len(got.Checks) != 5 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

// The text is judged by the linter of Prometheus itself.
func TestPrometheusReadsTheMetricsAndFindsNothingToSay(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		h := health.Handler(health.Options{
			Printer: i18n.New(lang), Stats: func(context.Context) (health.Stats, error) { return figures(), nil }, Started: start,
			Now: func() time.Time { return start },
		})
		w := ask(h, "GET", "/metrics")
		problems, err := promlint.New(bytes.NewReader(w.Body.Bytes())).Lint()
		if err != nil || len(problems) > 0 {
			t.Errorf("%s: %v, %v", lang, problems, err)
		}
		if kind := w.Header().Get("Content-Type"); kind != "text/plain; version=0.0.4; charset=utf-8" {
			t.Error(kind)
		}
	}
	// The control: a name without a unit, a counter without _total, no help.
	problems, err := promlint.New(strings.NewReader("# TYPE x counter\nx 1\n# TYPE y_milliseconds gauge\ny_milliseconds 1\n")).Lint()
	if err != nil || len(problems) < 3 {
		t.Errorf("the linter sees %v, %v", problems, err)
	}
}

func TestEverySeriesHasItsHelpAndTypeOnceAndNoSampleIsDoubled(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	kind := ""
	for s := bufio.NewScanner(ask(handler(good(), figures(), nil), "GET", "/metrics").Body); s.Scan(); {
		line := s.Text()
		if fields := strings.Fields(line); fields[0] == "#" {
			seen[strings.Join(fields[:3], " ")]++
			kind = fields[2]
			if strings.Contains(line, "health.help") {
				t.Errorf("no help: %s", line)
			}
			continue
		}
		name, _, _ := strings.Cut(line, " ")
		seen[name]++
		if bare, _, _ := strings.Cut(name, "{"); !strings.HasPrefix(bare, kind) {
			t.Errorf("%s stands under %s", line, kind)
		}
	}
	for what, n := range seen {
		if n != 1 {
			t.Errorf("%s: %d times", what, n)
		}
	}
}

func TestTheFiguresAreThoseOfTheDesk(t *testing.T) {
	t.Parallel()
	text := ask(handler(good(), figures(), nil), "GET", "/metrics").Body.String()
	for _, want := range []string{
		`blanche_build_info{version="0.3.0",commit="abc",go="go1.26.8"} 1`, "blanche_uptime_seconds 90", "blanche_contacts 12384",
		`blanche_campaigns{state="done"} 3`, `blanche_campaigns{state="draft"} 0`, `blanche_messages_total{outcome="accepted"} 10800`,
		`blanche_queue_messages{state="uncertain"} 3`, "blanche_send_messages_per_second 199.5", `blanche_sessions{door="ssh"} 2`,
		`blanche_data_bytes{file="send"} 2.097152e+06`, "blanche_armed 1", `blanche_commit_duration_seconds_bucket{le="0.001"} 5`,
		`blanche_commit_duration_seconds_bucket{le="+Inf"} 9`, "blanche_commit_duration_seconds_count 9", "blanche_commit_duration_seconds_sum 0.07",
		`blanche_public_requests_total{kind="click",status="302"} 12`, `blanche_public_requests_total{kind="vendor_brevo",status="401"} 2`, "blanche_public_reachable 1",
		`blanche_hooks_out_total{outcome="taken"} 40`, `blanche_hooks_out_total{outcome="gave_up"} 1`, `blanche_hooks_out_letters{state="dead"} 1`,
		"blanche_responses_waiting 7", "blanche_opens_shed_total 9",
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no %s", want)
		}
	}
	if s := figures(); !strings.Contains(text, fmt.Sprintf("blanche_last_backup_timestamp_seconds %g", float64(s.Backup.Unix()))) {
		t.Error("no backup")
	}
	if w := ask(handler(good(), figures(), errors.New("closed")), "GET", "/metrics"); w.Code != 503 || w.Body.Len() > 0 {
		t.Errorf("half of the figures: %d %s", w.Code, w.Body)
	}
}

func TestNoLabelCanHoldAPerson(t *testing.T) {
	t.Parallel()
	s := figures()
	s.Sessions = map[string]int{"canary@shop.example": 1, "Léa Martin": 2, "x\"} 1\nforged 1": 3, "ssh": 4}
	s.Data = map[string]uint64{"../canary@shop.example": 1}
	s.Requests = map[web.Request]uint64{{Kind: "canary@shop.example", Status: 200}: 1}
	text := ask(handler(good(), s, nil), "GET", "/metrics").Body.String()
	if found := logstest.Find([]byte(text)); len(found) > 0 || strings.Contains(text, "Martin") || strings.Contains(text, "forged") {
		t.Errorf("%v in %s", found, text)
	}
	if !strings.Contains(text, `blanche_sessions{door="other"} 6`) {
		t.Error("what is not named is not counted")
	}
}

// desk is a desk with three campaigns.
type desk struct{ err error }

func (d desk) ContactTotals(context.Context) (campaigns.ContactTotals, error) {
	return campaigns.ContactTotals{Contacts: 100, Opposed: 2}, d.err
}

func (d desk) Campaigns(context.Context) ([]campaigns.CampaignLine, error) {
	return []campaigns.CampaignLine{{Name: "a", State: model.Running}, {Name: "b", State: model.Cancelled}, {Name: "c", State: model.Draft}}, nil
}

func (d desk) Status(_ context.Context, name string) (model.Status, error) {
	st := model.Status{Name: name, State: model.Running, Accepted: 10, Refused: 1, Waiting: 5, Deferred: 3, Uncertain: 2, InFlight: 1, RatePerSecond: 20}
	if name == "b" {
		st.State = model.Cancelled
	}
	return st, nil
}

func TestWhatIsLeftOfACancelledCampaignIsNoQueue(t *testing.T) {
	t.Parallel()
	got, err := health.Collect(context.Background(), desk{})
	want := health.Stats{
		Contacts: 100, Opposed: 2, Campaigns: map[model.CampaignState]int{model.Running: 1, model.Cancelled: 1, model.Draft: 1},
		Accepted: 20, Refused: 2, Waiting: 5, Deferred: 3, Uncertain: 4, InFlight: 2, Rate: 20,
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%s, %v", d, err)
	}
	if _, err := health.Collect(context.Background(), desk{errors.New("closed")}); err == nil {
		t.Error("no error")
	}
}

func TestHealthListensOnThisMachineOnly(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1:0": true, "localhost:0": true, "[::1]:0": true, "0.0.0.0:0": false, ":9180": false, "[::]:0": false,
		"192.0.2.1:80": false, "shop.example:80": false, "127.0.0.1": false, "": false,
	} {
		l, err := health.Listen(context.Background(), address)
		if err == nil {
			_ = l.Close()
		}
		if refused := model.KindOf(err) == model.KindRefused; refused == want || err == nil && !want {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil {
			if message, hint := i18n.New("fr").Err(err); hint == "" || strings.Contains(message, "health.") {
				t.Errorf("%q, %q", message, hint)
			}
		}
	}
}

// serve starts a server and gives its address; it ends with the test.
func serve(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l, err := health.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- health.Serve(ctx, l, handler(good(), figures(), nil), logstest.Logger(t)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if c, err := net.Dial("tcp", l.Addr().String()); err == nil {
			_ = c.Close()
			t.Error("it still listens")
		}
	})
	return l.Addr().String()
}

func TestTheServerSaysNothingOfItselfAndRefusesLongHeaders(t *testing.T) {
	t.Parallel()
	address := serve(t)
	get := func(header string) (int, string, http.Header) {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+address+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X", header)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close() //nolint:errcheck // read to its end
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(body), res.Header
	}
	code, body, header := get("short")
	if code != 200 || body != "ok\n" || header.Get("Server") != "" || header.Get("X-Powered-By") != "" {
		t.Errorf("%d %q %v", code, body, header)
	}
	if code, _, _ := get(strings.Repeat("x", 7<<10)); code != 200 {
		t.Errorf("7 KiB: %d", code)
	}
	if code, _, _ := get(strings.Repeat("x", 17<<10)); code != 431 {
		t.Errorf("17 KiB: %d", code)
	}
}

func TestAHeadHasNoBody(t *testing.T) {
	t.Parallel()
	address := serve(t)
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() //nolint:errcheck // a test
	if _, err := io.WriteString(c, "HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(c)
	head, rest, _ := strings.Cut(string(raw), "\r\n\r\n")
	if err != nil || rest != "" || !strings.HasPrefix(head, "HTTP/1.1 200") || slices.Contains(strings.Split(strings.ToLower(head), "\r\n"), "server") {
		t.Errorf("%q, %v", raw, err)
	}
}
