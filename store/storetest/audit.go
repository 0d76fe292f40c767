package storetest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// done is a context in which somebody answers for what is written.
func done(act string) context.Context {
	return store.Witnessed(ctx, model.Deed{
		Actor: model.Actor{Name: "ines", Role: model.Manager, From: "192.0.2.7"}, Act: act, Reason: "asked by phone", At: start,
	})
}

func testAudit(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	want := model.AuditEntry{
		At: start, Who: "ines", Role: model.Manager, From: "192.0.2.7", Act: "session.open", Object: "session",
		Changes: []model.FieldAudit{{Field: "term", After: "xterm"}},
	}
	must(t, 0, f.Audit().Append(ctx, want, model.AuditEntry{At: start, Who: "max", Act: "session.close", Object: "session"}))
	f.reopen()
	var got []model.AuditLine
	must(t, 0, f.Audit().Lines(ctx, 1, func(l *model.AuditLine) error { got = append(got, *l); return nil }))
	if len(got) != 2 || got[1].Prev != got[0].Hash {
		t.Fatalf("lines: %+v", got)
	}
	if diff := cmp.Diff(want, got[0].Entry); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	head, err := f.Audit().Head(ctx)
	if diff := cmp.Diff(model.AuditHead{Seq: 2, Hash: got[1].Hash, At: start}, must(t, head, err)); diff != "" {
		t.Errorf("head (-want +got):\n%s", diff)
	}
	proof, err := f.Audit().Verify(ctx, head)
	if !must(t, proof, err).Intact || proof.Lines != 2 {
		t.Errorf("proof: %+v", proof)
	}
}
