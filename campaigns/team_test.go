package campaigns_test

import (
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

// readKey is a reader of keys for tests: "ssh-test NAME", or what is wrong.
func readKey(line string) (model.OperatorKey, error) {
	kind, name, _ := strings.Cut(line, " ")
	if kind != "ssh-test" || name == "" {
		return model.OperatorKey{}, model.Invalid("door.bad_key")
	}
	return model.OperatorKey{Line: line, Fingerprint: "SHA256:" + name}, nil
}

var (
	owner = model.Actor{Name: "paul", Role: model.Admin, From: model.FromLocal}
	ines  = model.Actor{Name: "ines", Role: model.Manager, From: "192.0.2.7"}
)

func refusedAs(t *testing.T, err error, kind model.ErrorKind, key string) {
	t.Helper()
	if err == nil || model.KindOf(err) != kind || !strings.HasPrefix(err.Error(), key) {
		t.Errorf("got %v, want %s", err, key)
	}
}

func TestPeopleComeInChangeAndGo(t *testing.T) {
	t.Parallel()
	s := bare(t, nil)
	d := s.As(owner)
	o, err := d.AddOperator(t.Context(), "ines", model.Manager, []string{"# her laptop", "ssh-test a", "", "ssh-test a"})
	if err != nil || len(o.Keys) != 1 || o.Role != model.Manager || o.Created.IsZero() {
		t.Fatalf("%+v, %v", o, err)
	}
	if o, err = d.SetRole(t.Context(), "ines", model.Approver); err != nil || o.Role != model.Approver || o.Version != 2 {
		t.Errorf("%+v, %v", o, err)
	}
	if o, err = d.SetKeys(t.Context(), "ines", []string{"ssh-test b"}, []string{"SHA256:a"}); err != nil || len(o.Keys) != 1 || o.Keys[0].Fingerprint != "SHA256:b" {
		t.Errorf("%+v, %v", o, err)
	}
	if all, err := d.Operators(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%+v, %v", all, err)
	}
	if err := d.RemoveOperator(t.Context(), "ines"); err != nil {
		t.Error(err)
	}
	refusedAs(t, d.RemoveOperator(t.Context(), "ines"), model.KindNotFound, "team.unknown")
	if o, err := d.AddOperator(t.Context(), "ines", model.Viewer, []string{"ssh-test b"}); err != nil {
		t.Errorf("a key that was let go is free: %+v, %v", o, err)
	}
}

func TestWhoComesInIsSomebodyWithAKeyOfTheirOwn(t *testing.T) {
	t.Parallel()
	d := bare(t, nil).As(owner)
	if _, err := d.AddOperator(t.Context(), "sophie", model.Admin, []string{"ssh-test a"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		role model.Role
		keys []string
		kind model.ErrorKind
		key  string
	}{
		{"Inès", model.Viewer, []string{"ssh-test b"}, model.KindInvalid, "team.bad_name"},
		{"ines", "chief", []string{"ssh-test b"}, model.KindInvalid, "team.unknown_role"},
		{"ines", "", []string{"ssh-test b"}, model.KindInvalid, "team.unknown_role"},
		{"sophie", model.Viewer, []string{"ssh-test b"}, model.KindRefused, "team.exists"},
		{"ines", model.Viewer, []string{"ssh-test a"}, model.KindRefused, "team.key_taken"},
		{"ines", model.Viewer, []string{"ssh-dss b"}, model.KindInvalid, "door.bad_key"},
		{"ines", model.Viewer, []string{"# nothing"}, model.KindInvalid, "team.no_key"},
	} {
		_, err := d.AddOperator(t.Context(), c.name, c.role, c.keys)
		refusedAs(t, err, c.kind, c.key)
	}
	_, err := d.SetKeys(t.Context(), "sophie", nil, []string{"SHA256:z"})
	refusedAs(t, err, model.KindNotFound, "team.no_such_key")
	_, err = d.SetRole(t.Context(), "ines", model.Viewer)
	refusedAs(t, err, model.KindNotFound, "team.unknown")
	if all, _ := d.Operators(t.Context()); len(all) != 1 {
		t.Errorf("%d operators", len(all))
	}
	_, err = bare(t, func(o *campaigns.Options) { o.ParseKey = nil }).As(owner).AddOperator(t.Context(), "ines", model.Viewer, []string{"ssh-test b"})
	refusedAs(t, err, model.KindFailure, "team.keys_unread")
}

func TestALostRoleIsLostInTheSessionsThatAreOpen(t *testing.T) {
	t.Parallel()
	s := bare(t, nil)
	if _, err := s.As(owner).AddOperator(t.Context(), "ines", model.Manager, []string{"ssh-test a"}); err != nil {
		t.Fatal(err)
	}
	open, local := s.As(ines), s.As(model.Actor{Name: "ines", Role: model.Admin, From: model.FromLocal})
	if err := open.May(model.Launch); err != nil {
		t.Fatal(err)
	}
	if _, err := s.As(owner).SetRole(t.Context(), "ines", model.Viewer); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, open.Start(t.Context(), "noel", 1), model.KindRefused, "team.forbidden")
	if _, err := open.Campaigns(t.Context()); err != nil || open.Me().Role != model.Viewer {
		t.Errorf("%v, %v", err, open.Me())
	}
	if err := s.As(owner).RemoveOperator(t.Context(), "ines"); err != nil {
		t.Fatal(err)
	}
	_, err := open.Campaigns(t.Context())
	refusedAs(t, err, model.KindRefused, "team.removed")
	if err := local.May(model.ManageTeam); err != nil {
		t.Errorf("whoever owns the machine has no operator's role to lose: %v", err)
	}
}

func TestARehearsalLetsNobodyInAndOut(t *testing.T) {
	t.Parallel()
	s := bare(t, nil)
	d, dry := s.As(owner), campaigns.Rehearse(t.Context())
	if _, err := d.AddOperator(dry, "ines", model.Manager, []string{"ssh-test a"}); err != nil {
		t.Fatal(err)
	}
	if all, _ := d.Operators(t.Context()); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	if _, err := d.AddOperator(t.Context(), "ines", model.Manager, []string{"ssh-test a"}); err != nil {
		t.Fatal(err)
	}
	if err := d.RemoveOperator(dry, "ines"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SetRole(dry, "ines", model.Viewer); err != nil {
		t.Fatal(err)
	}
	if all, _ := d.Operators(t.Context()); len(all) != 1 || all[0].Role != model.Manager {
		t.Errorf("%+v", all)
	}
}
