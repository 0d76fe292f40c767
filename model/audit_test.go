package model_test

import (
	"reflect"
	"testing"
	"time"

	"blanche/model"
)

// Every field of a line is in its hash, and none can lend its end to the next.
func TestNoTwoLinesOfTheAuditShareTheirHash(t *testing.T) {
	t.Parallel()
	base := model.AuditLine{Seq: 3, Detail: [32]byte{1}, Prev: [32]byte{2}, Entry: model.AuditEntry{
		At: time.UnixMilli(1_000), Who: "ab", Role: "cd", From: "ef", Act: "gh", Object: "ij", Reason: "kl",
	}}
	seen := map[[32]byte]string{base.Sum(): "the line itself"}
	try := func(what string, change func(*model.AuditLine)) {
		t.Helper()
		l := base
		change(&l)
		if other, known := seen[l.Sum()]; known {
			t.Errorf("%s has the hash of %s", what, other)
		}
		seen[l.Sum()] = what
	}
	try("another number", func(l *model.AuditLine) { l.Seq++ })
	try("another line before", func(l *model.AuditLine) { l.Prev[31] = 1 })
	try("other changes", func(l *model.AuditLine) { l.Detail[31] = 1 })
	try("another time", func(l *model.AuditLine) { l.Entry.At = l.Entry.At.Add(time.Millisecond) })
	entry := reflect.TypeOf(base.Entry)
	for i := range entry.NumField() {
		if entry.Field(i).Type.Kind() != reflect.String {
			continue
		}
		try("another "+entry.Field(i).Name, func(l *model.AuditLine) { reflect.ValueOf(&l.Entry).Elem().Field(i).SetString("xy") })
		if next := entry.Field(min(i+1, entry.NumField()-1)); next.Type.Kind() == reflect.String {
			try(next.Name+" taken over by "+entry.Field(i).Name, func(l *model.AuditLine) {
				v := reflect.ValueOf(&l.Entry).Elem()
				v.Field(i).SetString(v.Field(i).String() + v.Field(i+1).String())
				v.Field(i + 1).SetString("")
			})
		}
	}
	if len(seen) < 16 {
		t.Errorf("only %d lines were tried", len(seen))
	}
	same := base
	same.Hash, same.Erased, same.Entry.Changes = [32]byte{9}, true, []model.FieldAudit{{Field: "a"}}
	if same.Sum() != base.Sum() {
		t.Error("what an erasure changes is in the hash")
	}
}

func TestChangesOfTheAuditCannotBeCutElsewhere(t *testing.T) {
	t.Parallel()
	salt := []byte("0123456789abcdef")
	seen := map[[32]byte]int{}
	for i, changes := range [][]model.FieldAudit{
		nil,
		{{}},
		{{Field: "ab", Before: "c", After: "d"}},
		{{Field: "a", Before: "bc", After: "d"}},
		{{Field: "a", Before: "b", After: "cd"}},
		{{Field: "ab"}, {Before: "c", After: "d"}},
		{{Field: "ab", Before: "c", After: "d"}, {}},
	} {
		sum := model.AuditDetail(salt, changes)
		if other, known := seen[sum]; known {
			t.Errorf("%d and %d share their sum", i, other)
		}
		if seen[sum] = i; sum == model.AuditDetail([]byte("fedcba9876543210"), changes) {
			t.Errorf("%d: the salt is not in the sum", i)
		}
	}
}
