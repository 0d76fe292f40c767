package campaigns_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/bus"
	"blanche/model"
	"blanche/store/open"
)

// methodsOf lists what an interface asks for.
func methodsOf(desk reflect.Type) []string {
	var names []string
	for m := range desk.NumMethod() {
		names = append(names, desk.Method(m).Name)
	}
	return names
}

// unruled lists the methods that no rule, or more than one, stands over, and
// the rules that stand over nothing.
func unruled(methods []string) []string {
	var wrong []string
	guards, free := campaigns.Guards(), campaigns.Unguarded()
	for _, m := range methods {
		if _, ruled := guards[m]; ruled == slices.Contains(free, m) {
			wrong = append(wrong, m)
		}
	}
	for m := range guards {
		if !slices.Contains(methods, m) {
			wrong = append(wrong, m)
		}
	}
	for _, m := range free {
		if !slices.Contains(methods, m) {
			wrong = append(wrong, m)
		}
	}
	return wrong
}

var deskType = reflect.TypeFor[campaigns.Desk]()

func TestEveryMethodOfTheDeskStandsUnderOneRight(t *testing.T) {
	t.Parallel()
	if wrong := unruled(methodsOf(deskType)); len(wrong) > 0 {
		t.Errorf("without a rule, or a rule too many: %v", wrong)
	}
	for m, action := range campaigns.Guards() {
		if !slices.Contains(model.Actions(), action) {
			t.Errorf("%s stands under %q, which is no right", m, action)
		}
	}
	t.Run("control", func(t *testing.T) {
		type wider interface {
			campaigns.Desk
			Forgotten(ctx context.Context) error
		}
		if wrong := unruled(methodsOf(reflect.TypeFor[wider]())); !slices.Equal(wrong, []string{"Forgotten"}) {
			t.Errorf("a method that nobody thought of: %v", wrong)
		}
	})
}

func TestAMethodWithoutARuleIsRefusedToEverybody(t *testing.T) {
	t.Parallel()
	for _, r := range model.Roles() {
		if err := (model.Actor{Name: "x", Role: r}).May(""); err == nil {
			t.Errorf("%s may do what has no name", r)
		}
	}
}

func TestTheServiceIsNoDesk(t *testing.T) {
	t.Parallel()
	if reflect.TypeFor[*campaigns.Service]().Implements(deskType) {
		t.Error("the service can be given where a desk is asked for: nobody would be asked who they are")
	}
}

// bare is a service over a new folder that sends nothing and reaches nobody.
func bare(t *testing.T, change func(*campaigns.Options)) *campaigns.Service {
	t.Helper()
	opt := campaigns.Options{Config: campaigns.DefaultConfig(), Now: time.Now, Rand: rand.Reader, ParseKey: readKey}
	if change != nil {
		change(&opt)
	}
	st, err := open.Open(t.Context(), open.Options{Dir: filepath.Join(t.TempDir(), "data"), Rand: rand.Reader, Now: time.Now, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := campaigns.Open(t.Context(), st, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(context.Background()), st.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// call asks a method of a desk with arguments that do no harm, and returns the
// error that it answers with. What breaks on them was let through.
func call(t *testing.T, d campaigns.Desk, method string) (err error) {
	t.Helper()
	defer func() {
		if recover() != nil {
			err = errors.New("let through, and asked for nonsense")
		}
	}()
	m := reflect.ValueOf(d).MethodByName(method)
	args := make([]reflect.Value, m.Type().NumIn())
	for i := range args {
		args[i] = harmless(t, m.Type().In(i))
	}
	var out []reflect.Value
	if m.Type().IsVariadic() {
		out = m.CallSlice(args)
	} else {
		out = m.Call(args)
	}
	for _, v := range out {
		switch v := v.Interface().(type) {
		case error:
			return v
		case *bus.Mailbox:
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := v.Next(ctx)
			v.Close()
			return err
		}
	}
	return nil
}

// harmless is a value of a type that a method can work with.
func harmless(t *testing.T, of reflect.Type) reflect.Value {
	t.Helper()
	switch of {
	case reflect.TypeFor[context.Context]():
		return reflect.ValueOf(t.Context())
	case reflect.TypeFor[io.Reader]():
		return reflect.ValueOf(new(bytes.Buffer))
	case reflect.TypeFor[io.Writer]():
		return reflect.ValueOf(io.Discard)
	case reflect.TypeFor[time.Duration]():
		return reflect.ValueOf(time.Millisecond)
	}
	v := reflect.New(of).Elem()
	switch of.Kind() {
	case reflect.String: // no name and no address; a folder that does not exist
		if of == reflect.TypeFor[string]() {
			v.SetString(filepath.Join(t.TempDir(), "nowhere"))
		}
	case reflect.Func:
		v.Set(reflect.MakeFunc(of, func([]reflect.Value) []reflect.Value {
			out := make([]reflect.Value, of.NumOut())
			for i := range out {
				out[i] = reflect.Zero(of.Out(i))
			}
			return out
		}))
	case reflect.Struct:
		for i := range of.NumField() {
			if of.Field(i).Type == reflect.TypeFor[io.Reader]() {
				v.Field(i).Set(harmless(t, of.Field(i).Type))
			}
		}
	}
	return v
}

// forbidden reports whether an error is the guard's no, and which.
func forbidden(err error) string {
	var e *model.Error
	if errors.As(err, &e) && (e.Key == "team.forbidden" || e.Key == "team.read_only") && e.Kind == model.KindRefused {
		return e.Key
	}
	return ""
}

// want is what the table of roles says of a method.
func want(who model.Actor, method string) string {
	action, ruled := campaigns.Guards()[method]
	switch {
	case !ruled:
		return ""
	case who.ReadOnly && !action.Reads():
		return "team.read_only"
	case !who.Role.May(action):
		return "team.forbidden"
	}
	return ""
}

func TestEachRoleMayDoWhatTheTableSaysAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, role := range append(model.Roles(), "", "root") {
		for _, readOnly := range []bool{false, true} {
			who := model.Actor{Name: "ines", Role: role, From: "192.0.2.7", ReadOnly: readOnly}
			t.Run(fmt.Sprintf("%s,read_only=%v", role, readOnly), func(t *testing.T) {
				t.Parallel()
				s := bare(t, nil)
				let := 0
				for _, method := range methodsOf(deskType) {
					if method == "May" { // its answer is the guard's itself: see below
						let++
						continue
					}
					err := call(t, s.As(who), method)
					if got, want := forbidden(err), want(who, method); got != want {
						t.Errorf("%s: %q (%v), want %q", method, got, err, want)
					}
					if forbidden(err) == "" {
						let++
					}
				}
				if role == model.Admin && !readOnly && let != deskType.NumMethod() {
					t.Errorf("admin may do %d of %d", let, deskType.NumMethod())
				}
				if min := len(campaigns.Unguarded()); (role == "" || role == "root") && let != min {
					t.Errorf("nobody may do %d, not %d", let, min)
				}
			})
		}
	}
}

func TestMayTellsWhatWouldBeRefused(t *testing.T) {
	t.Parallel()
	s := bare(t, nil)
	for _, role := range model.Roles() {
		for _, readOnly := range []bool{false, true} {
			who := model.Actor{Name: "ines", Role: role, From: "192.0.2.7", ReadOnly: readOnly}
			for method, action := range campaigns.Guards() {
				if got := forbidden(s.As(who).May(action)); got != want(who, method) {
					t.Errorf("%s, %s: %q", role, action, got)
				}
			}
		}
	}
}
