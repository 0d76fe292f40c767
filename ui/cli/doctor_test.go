package cli

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/doctor"
)

// A report tells about the whole machine: over the network it is for those who
// keep the system, at the machine itself for whoever is there.
func TestTheReportIsForWhoKeepsTheSystem(t *testing.T) {
	t.Parallel()
	for _, role := range model.Roles() {
		for _, local := range []bool{true, false} {
			a := App{
				Env: func(string) (string, bool) { return "", false }, Now: time.Now, Out: new(bytes.Buffer), Err: new(bytes.Buffer),
				inside: &inside{actor: model.Actor{Role: role}, local: local, settings: config.Loaded{Paths: config.Paths{Data: t.TempDir()}}},
			}
			s := newSession(a, nil)
			s.desk = &importing{}
			_, err := s.installation(t.Context())
			want := local || role.May(model.Maintain)
			if (err == nil) != want || err != nil && model.KindOf(err) != model.KindRefused {
				t.Errorf("%s, local %v: %v", role, local, err)
			}
		}
	}
}

func TestWhatIsToBeRepairedIsSaidFirstAndOneReasonOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := newSession(App{Env: func(string) (string, bool) { return "", false }, Out: &out}, []string{"--lang", "en"})
	report := doctor.Report{
		{Check: "verify", Level: doctor.Skip, Case: "none"},
		{Check: "armed", Level: doctor.OK, Case: "ok"},
		{Check: "backup", Level: doctor.Warn, Case: "unset"},
		{Check: "restore_test", Level: doctor.Skip, Case: "none"},
		{Check: "data_folder", Level: doctor.Fail, Case: "open", Args: []any{"dir", "/srv\x1b[2J", "mode", "0755"}},
	}
	if err := s.sayReport(report, false); err != nil {
		t.Fatal(err)
	}
	want := `repair    other accounts may look into the data folder /srv (mode 0755)
          → ` + "`chmod 700 /srv`" + `
look at   no folder for backups is set
          → set dir under [backup], on another disk than the data, and run ` + "`blanche backup`" + ` every night
good      messages may leave
not seen  there are no data yet

1 good, 1 to look at, 1 to repair, 2 not seen
`
	if out.String() != want {
		t.Errorf("%s", out.String())
	}
}

func TestAFolderThatIsNotThereIsNotMade(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "nowhere")
	var out bytes.Buffer
	a := App{Env: func(string) (string, bool) { return "", false }, Now: time.Now, Out: &out, Err: &out, Local: time.UTC}
	s := newSession(a, []string{"--data", data})
	o, err := s.installation(t.Context())
	if err != nil || o.Desk != nil || o.DeskErr != nil {
		t.Errorf("%+v, %v", o, err)
	}
	if found, _ := filepath.Glob(data + "*"); len(found) > 0 {
		t.Errorf("%v", found)
	}
}
