package doctor

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// trouble is one thing that may be wrong, and what the report must say of it.
type trouble struct {
	check, want string // want is LEVEL CASE
	make        func(*shop)
}

func disk(change func(*Disk)) func(*shop) {
	return func(s *shop) {
		d := Disk{Free: 100 * gigabyte, Inodes: 1e6, InodeFree: 9e5}
		change(&d)
		s.o.Probes.Disk = func(string) (Disk, error) { return d, nil }
	}
}

func noDisk(s *shop) {
	s.o.Probes.Disk = func(string) (Disk, error) { return Disk{}, errAny }
}

func held(pid int, alive, locked bool) func(*shop) {
	return func(s *shop) {
		s.o.Before = Before{Holder: &Holder{PID: pid, Command: "serve", Since: now.Add(-time.Hour)}, Alive: alive, Locked: locked}
	}
}

func noData(s *shop)   { s.o.Desk, s.o.DeskErr = nil, nil }
func lose(s *shop)     { s.lose() }
func noDomain(s *shop) { s.without("[sender]", "from =") }
func noRelay(s *shop)  { s.without("[relay]", "url = \"smtp", "password_file") }
func noConfig(s *shop) { s.must(os.Remove(s.o.Paths.Config)); s.o.Paths.Written = false }
func cannot(err error) func(*shop) {
	return func(s *shop) { s.o.Desk, s.o.DeskErr = nil, err }
}

func cert(days int) func(*shop) {
	return func(s *shop) {
		s.o.Probes.Certificate = func(context.Context, Endpoint) (time.Time, error) { return now.AddDate(0, 0, days), nil }
	}
}

func badCert(err error) func(*shop) {
	return func(s *shop) {
		s.o.Probes.Certificate = func(context.Context, Endpoint) (time.Time, error) { return time.Time{}, fmt.Errorf("tls: %w", err) }
	}
}

func expired() error {
	return x509.CertificateInvalidError{Cert: &x509.Certificate{NotAfter: now.AddDate(0, 0, -1)}, Reason: x509.Expired}
}

func txtOf(name string, records ...string) func(*shop) {
	return func(s *shop) { s.z.txt[name] = records }
}

func silent(name string) func(*shop) {
	return func(s *shop) { s.z.err[name] = errAny }
}

func drift(d time.Duration, err error) func(*shop) {
	return func(s *shop) {
		s.o.Probes.Date = func(context.Context, string) (time.Duration, error) { return d, err }
	}
}

func lacks(n uint64, err error) func(*shop) {
	return func(s *shop) {
		s.o.Probes.Memory = func() (uint64, error) { return n * megabyte, err }
		s.o.Probes.Descriptors = func() (uint64, error) { return n, err }
	}
}

func past(change func(*Past)) func(*shop) {
	return func(s *shop) { s.must(Note(s.o.Paths.Data, change)) }
}

func onDisk() []trouble {
	return []trouble{
		{"config", "warn none", noConfig},
		{"config", "fail bad", lose},
		{"config_mode", "skip none", noConfig},
		{"config_mode", "fail writable", func(s *shop) { s.chmod("data/config.toml", 0o660) }},
		{"config_mode", "fail readable", func(s *shop) {
			s.swap("user@relay", "user:canary@relay")
			s.chmod("data/config.toml", 0o644)
		}},
		{"config_mode", "ok ok", func(s *shop) { s.chmod("data/config.toml", 0o644) }},
		{"secrets", "skip unknown", lose},
		{"secrets", "skip none", func(s *shop) { s.without("password_file") }},
		{"secrets", "warn inside", func(s *shop) { s.swap("user@relay", "user:canary@relay") }},
		{"secrets", "fail open", func(s *shop) { s.chmod("data/password", 0o640) }},
		{"secrets", "fail closed", func(s *shop) { s.must(os.Remove(s.path("data/password"))) }},
		{"secrets", "fail closed", func(s *shop) {
			s.o.Settings, s.o.SettingsErr = nil, model.Refused("config.open_password_file", "file", "password")
		}},
		{"data_folder", "warn missing", func(s *shop) { s.must(os.RemoveAll(s.o.Paths.Data)) }},
		{"data_folder", "fail no_folder", func(s *shop) { s.o.Paths.Data = s.path("data/crm.db") }},
		{"data_folder", "fail unreadable", func(s *shop) { s.o.Paths.Data = s.path("data/crm.db/below") }},
		{"data_folder", "fail open", func(s *shop) { s.chmod("data", 0o750) }},
		{"data_folder", "warn foreign", func(s *shop) { s.o.Probes.UID++ }},
		{"data_files", "fail open", func(s *shop) { s.chmod("data/send.db", 0o644) }},
		{"data_files", "skip none", func(s *shop) { s.must(os.RemoveAll(s.o.Paths.Data)) }},
		{"data_files", "ok ok", func(s *shop) { s.chmod("data/config.toml", 0o644) }},
		{"run_folder", "skip none", func(s *shop) { s.must(os.RemoveAll(runFolder(s.o.Paths.Data))) }},
		{"run_folder", "fail open", func(s *shop) { s.chmod("data/run", 0o755) }},
		{"run_folder", "fail open_socket", func(s *shop) { s.file("data/run/attach.sock", "", 0o666) }},
		{"run_folder", "fail unreadable", func(s *shop) { s.o.Paths.Data = s.path("data/crm.db") }},
		{"log_folder", "skip none", func(s *shop) { s.o.Paths.State += "x" }},
		{"log_folder", "warn open", func(s *shop) { s.chmod("state", 0o777) }},
		{"log_folder", "fail closed", func(s *shop) { s.o.Probes.Writable = func(string) error { return errAny } }},
		{"disk_writable", "skip unknown", noDisk},
		{"disk_writable", "fail read_only", disk(func(d *Disk) { d.ReadOnly = true })},
		{"disk_writable", "fail refused", func(s *shop) { s.o.Probes.Writable = func(string) error { return os.ErrPermission } }},
		{"disk_writable", "warn network", disk(func(d *Disk) { d.Network = "nfs" })},
		{"disk_free", "skip unknown", noDisk},
		{"disk_free", "warn tight", disk(func(d *Disk) { d.Free = 50 * megabyte })},
		{"disk_free", "fail full", disk(func(d *Disk) { d.Free = 20 * megabyte })},
		{"disk_free", "warn tight", func(s *shop) {
			s.must(os.Truncate(s.path("data/send.db"), 3*gigabyte))
			disk(func(d *Disk) { d.Free = 5 * gigabyte })(s)
		}},
		{"disk_inodes", "skip unknown", noDisk},
		{"disk_inodes", "skip unlimited", disk(func(d *Disk) { d.Inodes = 0 })},
		{"disk_inodes", "warn low", disk(func(d *Disk) { d.InodeFree = 900 })},
		{"disk_inodes", "fail out", disk(func(d *Disk) { d.InodeFree = 3 })},
	}
}

func ofTheData() []trouble {
	return []trouble{
		{"holder", "ok free", func(*shop) {}},
		{"holder", "ok here", held(7, true, true)},
		{"holder", "ok held", held(8, true, true)},
		{"holder", "warn unknown", func(s *shop) { s.o.Before.Locked = true }},
		{"holder", "warn unknown", held(8, false, true)},
		{"shutdown", "ok ok", held(8, true, true)},
		{"shutdown", "warn unclean", held(8, false, false)},
		{"shutdown", "warn unclean", held(8, true, false)}, // the number was given to another process
		{"socket", "ok none", func(*shop) {}},
		{"socket", "ok answers", func(s *shop) { s.o.Before = Before{Locked: true, Socket: Answers} }},
		{"socket", "fail silent", func(s *shop) { s.o.Before = Before{Locked: true, Socket: Silent, Why: errAny} }},
		{"socket", "fail frozen", func(s *shop) {
			held(8, true, true)(s)
			s.o.Before.Socket, s.o.DeskErr = Answers, model.Busy("cli.holder_silent", "dir", "/srv")
		}},
		{"socket", "warn stale", func(s *shop) { s.o.Before = Before{Socket: Silent, Why: errAny} }},
		{"socket", "warn closed", held(8, true, true)},
		{"schema", "skip none", noData},
		{"schema", "skip unasked", lose},
		{"schema", "warn old", func(s *shop) { s.o.Desk, s.o.Upgrade = nil, &model.Upgrade{From: 1, To: 2} }},
		{"schema", "skip held", cannot(model.Busy("store.held_unknown", "dir", "x"))},
		{"schema", "fail newer", cannot(model.Refused("store.newer", "file", "crm.db", "found", "9", "known", "2"))},
		{"schema", "fail unopened", cannot(errAny)},
		{"verify", "skip none", noData},
		{"verify", "warn never", past(func(p *Past) { p.Verify = Outcome{} })},
		{"verify", "warn old", past(func(p *Past) { p.Verify.At = now.AddDate(0, -2, 0) })},
		{"verify", "fail damaged", past(func(p *Past) { p.Verify.Faults = 3 })},
		{"backup", "skip unknown", lose},
		{"backup", "warn unset", func(s *shop) { s.without("[backup]", "dir =") }},
		{"backup", "fail unreadable", func(s *shop) { s.must(os.RemoveAll(s.path("backups"))) }},
		{"backup", "warn never", func(s *shop) {
			s.must(os.RemoveAll(s.path("backups")))
			s.must(os.Mkdir(s.path("backups"), 0o700))
			s.file("backups/notes.txt", "x", 0o600)
		}},
		{"backup", "warn old", func(s *shop) { s.backedUp(30 * time.Hour) }},
		{"backup", "fail lost", func(s *shop) { s.backedUp(8 * day) }},
		{"restore_test", "skip none", noData},
		{"restore_test", "warn never", past(func(p *Past) { p.Restore = Outcome{} })},
		{"restore_test", "warn old", past(func(p *Past) { p.Restore.At = now.AddDate(0, -2, 0) })},
		{"restore_test", "fail failed", past(func(p *Past) { p.Restore.Faults = 1 })},
		{"armed", "skip unknown", noData},
		{"armed", "warn disarmed", func(s *shop) { s.d.disarmed = true }},
		{"armed", "fail unreadable", func(s *shop) { s.d.err = errAny }},
		{"universal", "skip unknown", noData},
		{"universal", "fail unreadable", func(s *shop) { s.d.err = errAny }},
		{"universal", "skip off", func(s *shop) { s.d.universal = campaigns.UniversalState{} }},
		{"universal", "warn insisted", func(s *shop) { s.d.universal.Insisted = 2 }},
		{"audit_outside", "skip unknown", lose},
		{"audit_outside", "warn nowhere", func(s *shop) { s.without("[audit]", "mail =") }},
	}
}

func ofTheMachine() []trouble {
	return []trouble{
		{"clock", "fail year", func(s *shop) { s.o.Now = func() time.Time { return time.Unix(0, 0) } }},
		{"clock", "warn back", func(s *shop) { s.age("data/crm.db", -time.Hour) }},
		{"clock", "ok ok", func(s *shop) { s.age("data/crm.db", -time.Minute) }},
		{"clock_drift", "skip nobody", func(s *shop) { s.without("[public]", "url = \"https://mail", "listen = \"127.0.0.1:8025") }},
		{"clock_drift", "skip unreachable", drift(0, errAny)},
		{"clock_drift", "warn off", drift(-time.Minute, nil)},
		{"clock_drift", "fail far", drift(time.Hour, nil)},
		{"clock_step", "skip young", func(s *shop) { s.o.Ran, s.o.Started = time.Second, now.Add(-time.Second) }},
		{"clock_step", "warn stepped", func(s *shop) { s.o.Ran -= time.Minute }},
		{"clock_step", "fail far", func(s *shop) { s.o.Ran += time.Hour }},
		{"timezone", "skip unknown", lose},
		{"timezone", "warn utc", func(s *shop) { s.without("timezone") }},
		{"timezone", "warn unnamed", func(s *shop) {
			s.without("timezone")
			s.o.Settings.Config.Zone = time.Local
		}},
		{"locale", "warn bytes", func(s *shop) { s.env["LC_ALL"] = "fr_FR@euro" }},
		{"locale", "warn none", func(s *shop) { delete(s.env, "LANG") }},
		{"locale", "ok ok", func(s *shop) { s.env["LANG"], s.env["LC_CTYPE"] = "C", "C.utf8" }},
		{"terminal", "skip none", func(s *shop) { s.o.Terminal = Terminal{} }},
		{"terminal", "fail tiny", func(s *shop) { s.o.Terminal = Terminal{39, 24} }},
		{"terminal", "warn small", func(s *shop) { s.o.Terminal = Terminal{79, 24} }},
		{"terminal", "ok ok", func(s *shop) { s.o.Terminal = Terminal{Width: 80} }},
		{"terminal", "warn dumb", func(s *shop) { s.env["TERM"] = "dumb" }},
		{"memory", "skip unknown", lacks(0, errAny)},
		{"memory", "warn low", lacks(200, nil)},
		{"memory", "fail out", lacks(50, nil)},
		{"descriptors", "skip unknown", lacks(0, errAny)},
		{"descriptors", "warn low", lacks(1000, nil)},
		{"descriptors", "fail out", lacks(100, nil)},
		{"ports", "skip unknown", lose},
		{"ports", "skip none", func(s *shop) { s.without("[public]", "url = \"https://mail", "listen", "[ssh]", "[http]") }},
		{"ports", "fail exposed", func(s *shop) { s.swap(`"127.0.0.1:9180"`, `"0.0.0.0:9180"`) }},
		{"ports", "fail taken", func(s *shop) { s.o.Probes.Listen = func(context.Context, string) error { return errAny } }},
		{"ports", "ok ok", func(s *shop) {
			s.o.Probes.Listen = func(context.Context, string) error { return errAny }
			s.o.Listening = []string{"0.0.0.0:2222", "127.0.0.1:9180", "127.0.0.1:8025"}
		}},
		{"ssh_host_key", "skip none", func(s *shop) { s.must(os.Remove(s.path("data/ssh/host_ed25519"))) }},
		{"ssh_host_key", "fail open", func(s *shop) { s.chmod("data/ssh/host_ed25519", 0o644) }},
		{"ssh_host_key", "fail open", func(s *shop) { s.chmod("data/ssh", 0o777) }},
		{"ssh_host_key", "fail foreign", func(s *shop) { s.file("data/ssh/host_ed25519", "x", 0o600) }},
		{"ssh_host_key", "fail foreign", func(s *shop) {
			s.file("data/ssh/host_ed25519", "-----BEGIN X-----\nb3BlbnNzaC1rZXktdjEA/////wAA\n-----END X-----\n", 0o600)
		}},
		{"ssh_host_key", "fail unreadable", func(s *shop) { s.o.HostKey = s.path("data/crm.db/key") }},
		{"ssh_users", "skip unknown", noData},
		{"ssh_users", "skip refused", func(s *shop) { s.d.peopleErr = model.Actor{Role: model.Viewer}.May(model.Maintain) }},
		{"ssh_users", "skip none", func(s *shop) { s.without("[ssh]", "listen = \"0"); s.d.people = nil }},
		{"ssh_users", "fail nobody", func(s *shop) { s.d.people[0].Keys = nil }},
		{"ssh_users", "warn no_admin", func(s *shop) { s.d.people[0].Role = model.Viewer }},
	}
}

func ofTheRelay() []trouble {
	return []trouble{
		{"relay", "skip unknown", lose},
		{"relay", "skip unknown", noData},
		{"relay", "warn none", noRelay},
		{"relay", "skip refused", func(s *shop) { s.d.relayErr = model.Actor{Role: model.Viewer}.May(model.Maintain) }},
		{"relay", "fail down", func(s *shop) { s.d.relay.Problem = model.Busy("deliver.unreachable", "relay", "relay.example:587") }},
		{"relay", "fail down", func(s *shop) { s.d.relayErr = errAny }},
		{"relay", "warn finding", func(s *shop) {
			s.d.relay.Findings = []model.CheckLine{{Code: "x", Level: model.LevelInfo}, {Code: "y", Level: model.LevelWarn}}
		}},
		{"relay", "ok ok", func(s *shop) {
			s.d.relay = campaigns.RelayReport{Findings: []model.CheckLine{{Code: "x", Level: model.LevelInfo}}}
		}},
		{"relay_certificate", "skip none", noRelay},
		{"relay_certificate", "skip none", func(s *shop) { s.swap("user@relay.example:587?tls=starttls", "127.0.0.1:25?tls=none") }},
		{"relay_certificate", "skip unreachable", badCert(errAny)},
		{"relay_certificate", "warn soon", cert(20)},
		{"relay_certificate", "fail ends", cert(2)},
		{"relay_certificate", "fail expired", badCert(expired())},
		{"relay_certificate", "fail untrusted", badCert(x509.UnknownAuthorityError{})},
		{"relay_certificate", "ok ok", cert(22)},
		{"public_certificate", "skip none", lose},
		{"public_certificate", "skip none", func(s *shop) { s.swap("https://mail.boutique.example", "http://127.0.0.1:8080") }},
		{"public_certificate", "skip unreachable", badCert(errAny)},
		{"public_certificate", "warn soon", cert(20)},
		{"public_certificate", "fail ends", cert(2)},
		{"public_certificate", "fail expired", badCert(expired())},
		{"public_certificate", "fail untrusted", badCert(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "mail.boutique.example"})},
		{"public_part", "skip unknown", lose},
		{"public_part", "skip none", func(s *shop) { s.without("[public]", "url = \"https://mail", "listen = \"127.0.0.1:8025") }},
		{"public_part", "warn stopped", unreached},
		{"public_part", "fail down", func(s *shop) { unreached(s); s.o.Before.Locked = true }},
		{"relay_name", "skip none", noRelay},
		{"relay_name", "skip unreachable", silent("relay.example")},
		{"relay_name", "skip unreachable", silent("192.0.2.25")},
		{"relay_name", "skip inside", func(s *shop) { s.z.host["relay.example"] = []string{"10.1.2.3"} }},
		{"relay_name", "warn nameless", func(s *shop) { s.z.addr = nil }},
		{"relay_name", "warn nameless", func(s *shop) { s.z.host["out.relay.example."] = []string{"192.0.2.99"} }},
		{"mx", "skip no_domain", noDomain},
		{"mx", "skip unreachable", silent("boutique.example")},
		{"mx", "fail null", func(s *shop) { s.z.mx["boutique.example"] = []string{"."} }},
		{"mx", "fail nowhere", func(s *shop) { s.z.mx = nil }},
		{"mx", "warn implicit", func(s *shop) { s.z.mx = nil; s.z.host["boutique.example"] = []string{"192.0.2.1"} }},
		{"mx", "ok ok", func(s *shop) { s.o.Domain = "Boutique.Example." }},
	}
}

func unreached(s *shop) {
	s.o.Probes.Reach = func(context.Context, string) error { return errAny }
}

// letter is an event that a program was not told, so old.
func letter(state string, old time.Duration) func(*shop) {
	return func(s *shop) {
		s.d.letters = append(s.d.letters, campaigns.HookLine{To: "erp", State: state, At: now.Add(-old)})
	}
}

func noHooksOut(s *shop) {
	s.without("[[hooks.out]]", "name = \"erp", "url = \"https://erp", "events =")
}

func ofTheOutside() []trouble {
	refused := func(s *shop) { s.d.peopleErr = model.Actor{Role: model.Viewer}.May(model.Maintain) }
	return []trouble{
		{"tokens", "skip unknown", noData},
		{"tokens", "skip refused", refused},
		{"tokens", "skip none", func(s *shop) { s.d.tokens = nil }},
		{"tokens", "warn idle", func(s *shop) { s.d.tokens[0].Used = now.AddDate(0, 0, -91) }},
		{"tokens", "warn idle", func(s *shop) { s.d.tokens[0].Used, s.d.tokens[0].Created = time.Time{}, now.AddDate(0, 0, -91) }},
		{"tokens", "ok ok", func(s *shop) { s.d.tokens[0].Used, s.d.tokens[0].Created = time.Time{}, now.AddDate(0, 0, -89) }},
		{"tokens", "warn expired", func(s *shop) { s.d.tokens[0].Expires = now.Add(-time.Hour) }},
		{"hooks_in", "skip unknown", lose},
		{"hooks_in", "skip unknown", noData},
		{"hooks_in", "skip refused", refused},
		{"hooks_in", "skip none", func(s *shop) { s.without("[feedback.brevo]", "secret_file = \"brevo", "[hooks]", "shopify", "woo") }},
		{"hooks_in", "warn never", func(s *shop) { delete(s.d.heard, "vendor:brevo") }},
		{"hooks_in", "warn never", func(s *shop) { delete(s.d.heard, "shop:shopify") }},
		{"hooks_in", "warn quiet", func(s *shop) { s.d.heard["shop:woocommerce"] = now.AddDate(0, 0, -30) }},
		{"hooks_out", "skip unknown", noData},
		{"hooks_out", "skip refused", refused},
		{"hooks_out", "skip none", noHooksOut},
		{"hooks_out", "warn dead", letter(campaigns.HookDead, time.Hour)},
		{"hooks_out", "warn dead", func(s *shop) { noHooksOut(s); letter(campaigns.HookLost, 0)(s) }},
		{"hooks_out", "warn late", letter(campaigns.HookWaits, 24*time.Hour)},
		{"hooks_out", "ok ok", letter(campaigns.HookWaits, 23*time.Hour)},
		{"inbox", "skip unknown", lose},
		{"inbox", "skip none", func(s *shop) { s.without("[inbox]", "dir = \"inbox") }},
		{"inbox", "warn missing", func(s *shop) { s.must(os.RemoveAll(s.path("data/inbox"))) }},
		{"inbox", "fail unreadable", func(s *shop) {
			s.must(os.RemoveAll(s.path("data/inbox")))
			s.file("data/inbox", "x", 0o600)
		}},
		{"inbox", "warn stuck", func(s *shop) {
			s.file("data/inbox/clients.csv", "x", 0o600)
			s.age("data/inbox/clients.csv", time.Hour)
		}},
		{"inbox", "ok ok", func(s *shop) { s.file("data/inbox/clients.csv", "x", 0o600) }},
		{"inbox", "warn refused", func(s *shop) { s.file("data/inbox/rejects/quoi.csv", "x", 0o600) }},
		{"inbox", "ok ok", func(s *shop) { s.file("data/inbox/rejects/quoi.csv.txt", "x", 0o600) }},
		{"inbox", "warn never", func(s *shop) { s.must(os.Remove(s.path("data/inbox/done/clients.csv"))) }},
		{"inbox", "warn quiet", func(s *shop) { s.age("data/inbox/done/clients.csv", 14*24*time.Hour) }},
	}
}

func ofTheSender() []trouble {
	const d, key, policy = "boutique.example", "blanche._domainkey.boutique.example", "_dmarc.boutique.example"
	many := func(n int) string { return "v=spf1 " + strings.Repeat("a ", n) + "~all" }
	return []trouble{
		{"spf", "skip no_domain", noDomain},
		{"spf", "skip unreachable", silent(d)},
		{"spf", "skip unreachable", silent("relay.example")},
		{"spf", "fail none", txtOf(d, "google-site-verification=1", "v=spf10 -all")},
		{"spf", "fail several", txtOf(d, "v=spf1 mx -all", "v=spf1 include:relay.example ~all")},
		{"spf", "fail broken", txtOf(d, "v=spf1 include:nowhere.example -all")},
		{"spf", "fail long", txtOf(d, many(11))},
		{"spf", "fail long", func(s *shop) { // one include of ten
			s.z.txt[d], s.z.txt["relay.example"] = []string{"v=spf1 include:relay.example -all"}, []string{many(10)}
		}},
		{"spf", "warn many", txtOf(d, many(10))},
		{"spf", "ok ok", txtOf(d, many(8))},
		{"spf", "ok ok", txtOf(d, "v=spf1 ip4:192.0.2.1 include:boutique.example exists:%{i}.x.example -all")}, // a circle
		{"spf", "ok ok", txtOf(d, "V=SPF1 REDIRECT=relay.example")},
		{"spf", "fail everybody", txtOf(d, "v=spf1 mx all")},
		{"spf", "warn open", txtOf(d, "v=spf1 mx ?all")},
		{"spf", "warn open", txtOf(d, "v=spf1 mx")},
		{"dkim", "skip no_domain", noDomain},
		{"dkim", "skip unreachable", silent(key)},
		{"dkim", "warn unseen", txtOf(key)},
		{"dkim", "fail none", func(s *shop) { s.o.Selectors = []string{"nov26"} }},
		{"dkim", "ok ok", func(s *shop) {
			s.o.Selectors = []string{"nov26"}
			s.z.txt["nov26._domainkey."+d] = []string{keys()[2048]}
		}},
		{"dkim", "ok ok", txtOf(key, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")}, // RFC 8463, A.2
		{"dkim", "fail broken", txtOf(key, "v=DKIM1; k=rsa")},
		{"dkim", "fail broken", txtOf(key, "v=DKIM1; p=????")},
		{"dkim", "fail broken", txtOf(key, "v=DKIM1; p=AAAA")},
		{"dkim", "fail broken", txtOf(key, "v=DKIM1; k=ed25519; p=AAAA")},
		{"dkim", "fail revoked", txtOf(key, "v=DKIM1; p=")},
		{"dkim", "warn weak", txtOf(key, keys()[1024])},
		{"dkim", "fail short", txtOf(key, "v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL51mzIdhJuWu+9qYczxdH8/fp2F9tZYNfixdoI6dtHsZ+4m+DTO2lVeN1HRlUoTbbt/pZqZW+EaSh/4FxlSQ6cCAwEAAQ==")},
		{"dkim", "warn testing", txtOf(key, keys()[2048]+"; t=s:y")},
		{"dmarc", "skip no_domain", noDomain},
		{"dmarc", "skip unreachable", silent(policy)},
		{"dmarc", "fail none", txtOf(policy)},
		{"dmarc", "fail none", txtOf(policy, "v=spf1 -all")},
		{"dmarc", "fail several", txtOf(policy, "v=DMARC1; p=none", "v=DMARC1; p=reject")},
		{"dmarc", "fail broken", txtOf(policy, "v=DMARC1; p=monitor")},
		{"dmarc", "warn watching", txtOf(policy, "v=DMARC1;p=none")},
		{"dmarc", "fail misaligned", func(s *shop) { s.o.Domain = "autre.example" }},
		{"dmarc", "warn strict", func(s *shop) {
			s.swap("bonjour@boutique", "bonjour@news.boutique")
			s.o.Domain = d
			s.z.txt[policy] = []string{"v=DMARC1; p=reject; aspf=s"}
		}},
		{"dmarc", "ok ok", func(s *shop) { s.swap("bonjour@boutique", "bonjour@news.boutique") }}, // the policy above
		{"dmarc", "warn watching", func(s *shop) { // what it says of those below
			s.swap("bonjour@boutique", "bonjour@news.boutique")
			s.z.txt[policy] = []string{"v=DMARC1; p=reject; sp=none"}
		}},
	}
}
