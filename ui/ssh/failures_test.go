package ssh

import (
	"strconv"
	"testing"
	"time"
)

func TestAnAddressThatFailsTooOftenWaits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	f := failures{limit: 3, now: func() time.Time { return now }, by: map[string]failed{}}
	for range 3 {
		if f.tooMany("192.0.2.1") {
			t.Error("refused before its time")
		}
		f.add("192.0.2.1")
	}
	if !f.tooMany("192.0.2.1") || f.tooMany("192.0.2.2") {
		t.Error("not that address alone")
	}
	now = now.Add(999 * time.Millisecond)
	if !f.tooMany("192.0.2.1") {
		t.Error("let in too early")
	}
	now = now.Add(time.Millisecond)
	if f.tooMany("192.0.2.1") {
		t.Error("not let in after a second")
	}
}

func TestTheMemoryOfFailuresIsBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	f := failures{limit: 3, now: func() time.Time { return now }, by: map[string]failed{}}
	for i := range 10 * remembered {
		f.add(strconv.Itoa(i))
	}
	if n := len(f.by); n > remembered {
		t.Errorf("%d addresses", n)
	}
}
