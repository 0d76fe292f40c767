package safe_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"blanche/ui/safe"
)

func TestCleanNamesComeBackAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "Élodie Lefèvre", "O’Brien", "Nguyễn Văn A", "日本", "👩‍👩‍👧", "👍🏽", "❤️", "1 234,56 €", "« Noël −15 % »",
		"Nguye\u0302\u0303n", "Müller & Söhne", strings.Repeat("Anne-Marie-", 6), "🇫🇷", "नमस्ते", "→ 1",
	} {
		for name, f := range map[string]func(string) string{"Text": safe.Text, "Line": safe.Line, "Multiline": safe.Multiline} {
			if got := f(s); got != s {
				t.Errorf("%s(%q) = %q", name, s, got)
			}
		}
	}
}

func TestTextDropsWhatATerminalWouldObey(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"colour":                   {"a\x1b[31mb\x1b[0mc", "abc"},
		"title by OSC and BEL":     {"a\x1b]0;pwned\x07b", "ab"},
		"title by OSC and ST":      {"a\x1b]2;pwned\x1b\\b", "ab"},
		"link":                     {"\x1b]8;;https://x.example\x1b\\click\x1b]8;;\x1b\\", "click"},
		"clipboard":                {"\x1b]52;c;aGk=\x07ok", "ok"},
		"DCS":                      {"a\x1bPq#0;2;0;0;0\x1b\\b", "ab"},
		"APC, PM, SOS":             {"\x1b_G1\x1b\\a\x1b^x\x1b\\b\x1bXy\x1b\\c", "abc"},
		"8-bit CSI as a raw byte":  {"a\x9b31mb", "ab"},
		"8-bit CSI as a character": {"a\u009b31mb", "ab"},
		"8-bit OSC and ST":         {"a\u009d0;pwned\u009cb", "ab"},
		"raw OSC after an accent":  {"é\x9d0;évil\x9cb", "éb"},
		"unterminated string":      {"a\x1b]0;see me", "a0;see me"},
		"string cut by an escape":  {"a\x1b]0;x\x1b[31mb", "ab"},
		"reset, charset":           {"\x1bca\x1b(0b", "ab"},
		"ESC before an accent":     {"\x1bé", "é"},
		"lone ESC at the end":      {"a\x1b", "a"},
		"CSI cut short":            {"a\x1b[3", "a"},
		"BEL, BS, NUL, DEL":        {"a\a\b\x00\x7fb", "ab"},
		"tab and ends of line":     {"a\tb\r\nc\nd\re", "a b c d e"},
		"separators of Unicode":    {"a\u2028b\u2029c\u0085d", "a b c d"},
		"directions":               {"a\u202eb\u2066c\u200fd", "abcd"},
		"zero width":               {"a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00adg", "abcdefg"},
		"joiner at an end":         {"👩\u200d", "👩"},
		"joiner between letters":   {"a\u200db", "ab"},
		"invalid UTF-8":            {"a\xe9b\xffc", "a\ufffdb\ufffdc"},
		"raw C1":                   {"l\x92\x85a", "la"},
		"mark on nothing":          {"\u0301a", "a"},
		"mark after a space":       {"a \u0301b", "a b"},
		"a tower of marks":         {"a" + strings.Repeat("\u0301", 50), "a" + strings.Repeat("\u0301", 4)},
		"skin tone on nothing":     {"\U0001f3fda", "a"},
		"tags":                     {"a\U000e0041b", "ab"},
		"fillers":                  {"a\u3164\u115fb", "ab"},
		"no character":             {"a\uffffb", "a\ufffdb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := safe.Text(c.in); got != c.want {
				t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestLinesAreKeptOnlyWhereTheyMayBe(t *testing.T) {
	t.Parallel()
	if got, want := safe.Multiline("Bonjour\r\nÉlodie\rX\n\t\x1b[2Jfin\u2028"), "Bonjour\nÉlodie\nX\n    fin\n"; got != want {
		t.Errorf("Multiline = %q, want %q", got, want)
	}
	if got, want := safe.Line("  250 2.0.0 \r\n  OK "), "250 2.0.0 OK"; got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
	if got := safe.Multiline("a\nb"); got != "a\nb" {
		t.Errorf("Multiline changed a clean text to %q", got)
	}
}

func TestCleanTextCostsNoAllocation(t *testing.T) {
	for _, s := range []string{"helene.martin@shop.example", "Élodie Lefèvre, 1 234,56 €"} {
		if n := testing.AllocsPerRun(100, func() { _ = safe.Text(s) }); n != 0 {
			t.Errorf("Text(%q) allocates %v times", s, n)
		}
	}
}

// A file of a million unterminated strings must not be read a million times.
func TestUnterminatedStringsAreReadOnce(t *testing.T) {
	t.Parallel()
	if got := safe.Text(strings.Repeat("\x1b]", 1<<20)); got != "" {
		t.Errorf("%d bytes left", len(got))
	}
}

func FuzzTextIsOneHarmlessLine(f *testing.F) {
	for _, s := range attacks {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := safe.Text(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if r < 0x20 || r >= 0x7f && r < 0xa0 {
				t.Fatalf("%q holds the control %U", got, r)
			}
		}
		if again := safe.Text(got); again != got {
			t.Fatalf("not idempotent: %q then %q", got, again)
		}
		if many := safe.Multiline(s); safe.Multiline(many) != many || strings.ContainsAny(many, "\x1b\r\t\u009b") {
			t.Fatalf("Multiline left %q", many)
		}
		if err := spoils(got); err != nil {
			t.Fatalf("%q became %q: %v", s, got, err)
		}
	})
}
