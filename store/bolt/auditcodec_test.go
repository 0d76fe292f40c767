package bolt

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
)

func drawSum(t *rapid.T) [32]byte {
	return [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "sum"))
}

func TestALineOfTheAuditIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		want := model.AuditLine{
			Seq: rapid.Uint64().Draw(t, "seq"), Detail: drawSum(t), Prev: drawSum(t), Hash: drawSum(t),
			Entry: model.AuditEntry{
				At: fromMillis(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "ms")), Who: text.Draw(t, "who"), Role: model.Role(text.Draw(t, "role")),
				From: text.Draw(t, "from"), Act: text.Draw(t, "act"), Object: text.Draw(t, "object"), Reason: text.Draw(t, "reason"),
			},
		}
		var got model.AuditLine
		if err := decodeLine(&got, appendLine(nil, &want)); err != nil || !cmp.Equal(want, got) || want.Sum() != got.Sum() {
			t.Fatalf("%v (-want +got):\n%s", err, cmp.Diff(want, got))
		}
		d := detail{salt: bytes.Repeat([]byte{7}, saltSize), changes: []model.FieldAudit{}}
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			d.changes = append(d.changes, model.FieldAudit{Field: text.Draw(t, "field"), Before: text.Draw(t, "before"), After: text.Draw(t, "after")})
		}
		again, err := decodeDetail(d.append(nil))
		if err != nil || !cmp.Equal(d.changes, again.changes) || d.sum() != again.sum() {
			t.Fatalf("%v: %+v became %+v", err, d, again)
		}
	})
}

func FuzzAudit(f *testing.F) {
	f.Add(appendLine(nil, &model.AuditLine{Seq: 7, Entry: model.AuditEntry{At: start, Who: "ines", Object: "contact:3"}}))
	f.Add(detail{salt: make([]byte, saltSize), changes: []model.FieldAudit{{Field: "city", Before: "a", After: "b"}}}.append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		var l, again model.AuditLine
		if decodeLine(&l, body) == nil {
			if err := decodeLine(&again, appendLine(nil, &l)); err != nil || !cmp.Equal(l, again) {
				t.Errorf("%+v became %+v, %v", l, again, err)
			}
		}
		if d, err := decodeDetail(body); err == nil {
			if again, err := decodeDetail(d.append(nil)); err != nil || d.sum() != again.sum() {
				t.Errorf("%+v became %+v, %v", d, again, err)
			}
		}
	})
}
