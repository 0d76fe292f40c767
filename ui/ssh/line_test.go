package ssh

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestALineIsEditedAsTheKernelDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed, echo, lines, left string
		event                    lineEvent
	}{
		{"yes\r", "yes\n", "yes\n", "", lineText},
		{"yes\r\nno\n", "yes\nno\n", "yes\nno\n", "", lineText},
		{"né\x7fo", "né\b \bo", "", "no", lineText},
		{"\x7f\b", "", "", "", lineText},
		{"ab\x15c", "ab\b \b\b \bc", "", "c", lineText},
		{"a\x1b[1;5Db\x1bOPc\x1bxd", "abcd", "", "abcd", lineText},
		{"a\x03b", "a^C\n", "", "", lineInterrupt},
		{"\x04", "", "", "", lineEnd},
		{"ab\x04", "ab", "ab", "", lineText},
		{"a\x01\tb", "a\a\ab", "", "ab", lineText},
	} {
		var l line
		echo, lines, event := l.edit([]byte(c.typed))
		if string(echo) != c.echo || string(lines) != c.lines || event != c.event || string(l.flush()) != c.left {
			t.Errorf("%q: echo %q, lines %q, event %v", c.typed, echo, lines, event)
		}
	}
}

func TestALineHasAnEnd(t *testing.T) {
	t.Parallel()
	var l line
	l.edit([]byte(strings.Repeat("x", 10*maxLine)))
	if n := len(l.flush()); n != maxLine {
		t.Errorf("a line of %d bytes", n)
	}
}

func TestIdleIsMeasuredFromTheLastKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		i := newIdle(30*time.Minute, func() { ended.Store(true) })
		for range 10 {
			time.Sleep(29 * time.Minute)
			i.key()
		}
		if synctest.Wait(); ended.Load() {
			t.Error("ended while keys were pressed")
		}
		time.Sleep(30*time.Minute + time.Second)
		if synctest.Wait(); !ended.Load() {
			t.Error("not ended half an hour after the last key")
		}
		i.stop()
		i.key() // after the end: nothing
	})
}
