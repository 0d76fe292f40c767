package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"blanche/campaigns"
	"blanche/ui/i18n"
)

func TestWhatCameBackReadsInEightyColumns(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		var out bytes.Buffer
		s := &session{p: i18n.New(lang)}
		s.Out = &out
		at := time.Date(2026, 11, 22, 15, 4, 0, 0, time.UTC)
		s.sayFeedbacks([]campaigns.FeedbackLine{
			{At: at, Kind: "bounce", Class: "user_unknown", Campaign: strings.Repeat("noel-", 8), Email: strings.Repeat("a", 50) + "@client.example", Lane: "laposte", Detail: strings.Repeat("550 5.1.1 nobody ", 9) + "\x1b[2J"},
			{At: at, Kind: "complaint", Email: "lea@client.example"},
			{At: at, Kind: "reply"},
		})
		lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
		if len(lines) != 6 || strings.Contains(out.String(), "\x1b") {
			t.Errorf("%s: %q", lang, lines)
		}
		for _, l := range lines {
			if utf8.RuneCountInString(l) > 80 {
				t.Errorf("%s: %d columns: %s", lang, utf8.RuneCountInString(l), l)
			}
		}
	}
}
