package intake

import (
	"strings"
	"time"

	"blanche/model"
)

// The orders of day and month in a date that does not start with the year.
const (
	dmy = "dmy"
	mdy = "mdy"
)

// moment is a date as a file writes it.
type moment struct {
	year, month, day int
	first, second    int  // as written, when the year comes last
	short            bool // the year has two digits
	clock            time.Duration
	hasClock         bool
	zone             *time.Location // nil: of the shop
}

// scanDate cuts a date into its numbers: 22/11/2026, 22-11-26, 22.11.2026,
// 2026-11-22, each with or without a time (14:05, 14h05, 2:05 PM,
// T14:05:06.789Z, 14:05:06 +0200).
func scanDate(s string) (moment, bool) {
	var m moment
	n1, l1, s := digits(s)
	if l1 == 0 || s == "" || !strings.ContainsRune("/-.", rune(s[0])) {
		return m, false
	}
	sep := s[0]
	n2, l2, s := digits(s[1:])
	if l2 == 0 || l2 > 2 || s == "" || s[0] != sep {
		return m, false
	}
	n3, l3, s := digits(s[1:])
	switch {
	case l1 == 4 && l3 > 0 && l3 <= 2:
		m.year, m.month, m.day = n1, n2, n3
	case l1 <= 2 && (l3 == 4 || l3 == 2):
		m.first, m.second, m.year, m.short = n1, n2, n3, l3 == 2
	default:
		return m, false
	}
	return m, m.scanClock(s)
}

// digits reads a run of digits: its value, its length, and what follows.
func digits(s string) (n, length int, rest string) {
	for length < len(s) && length < 9 && s[length] >= '0' && s[length] <= '9' {
		n = n*10 + int(s[length]-'0')
		length++
	}
	return n, length, s[length:]
}

func (m *moment) scanClock(s string) bool {
	s = strings.TrimPrefix(strings.TrimLeft(s, " T,\u00a0\u202f"), "à ")
	s = strings.TrimLeft(s, " \u00a0")
	if s == "" {
		return true
	}
	h, l, s := digits(s)
	s = strings.TrimLeft(s, " ")
	if l == 0 || l > 2 || s == "" || s[0] != ':' && s[0] != 'h' && s[0] != 'H' {
		return false
	}
	mi, l, s := digits(strings.TrimLeft(s[1:], " "))
	if l != 2 {
		return false
	}
	sec := 0
	if s != "" && s[0] == ':' {
		if sec, l, s = digits(s[1:]); l != 2 {
			return false
		}
		if s != "" && (s[0] == '.' || s[0] == ',') {
			_, _, s = digits(s[1:])
		}
	}
	rest := strings.TrimSpace(s)
	if up := strings.ToUpper(rest); up == "AM" || up == "PM" {
		if h < 1 || h > 12 {
			return false
		}
		h %= 12
		if up == "PM" {
			h += 12
		}
		rest = ""
	}
	m.clock = time.Duration(h)*time.Hour + time.Duration(mi)*time.Minute + time.Duration(sec)*time.Second
	m.hasClock = true
	return h < 24 && mi < 60 && sec < 60 && m.scanZone(rest)
}

// scanZone reads Z, UTC, +0200, +02:00, with a name after it or not (Go and
// listmonk write "+0200 CEST").
func (m *moment) scanZone(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	switch word {
	case "":
		return s == ""
	case "Z", "UTC", "GMT":
		m.zone = time.UTC
		return true
	}
	if word[0] != '+' && word[0] != '-' {
		return false
	}
	n, l, rest := digits(strings.Replace(word[1:], ":", "", 1))
	if rest != "" || l != 4 && l != 2 {
		return false
	}
	if l == 2 {
		n *= 100
	}
	if n/100 > 14 || n%100 > 59 {
		return false
	}
	offset := (n/100*60 + n%100) * 60
	if word[0] == '-' {
		offset = -offset
	}
	m.zone = time.FixedZone("", offset)
	return true
}

// calendar is what reading dates needs to know.
type calendar struct {
	order string
	now   time.Time
	zone  *time.Location
}

// read gives the day in the zone of the shop, and the instant when the text
// has a time of day. A year of two digits is the latest one that is not past
// the next year; for a birth, the latest that makes the person ten.
func (c *calendar) read(s string, birth bool) (model.Date, time.Time, bool) {
	m, ok := scanDate(s)
	if !ok {
		return 0, time.Time{}, false
	}
	if m.month == 0 {
		m.day, m.month = m.first, m.second
		if c.order == mdy {
			m.day, m.month = m.month, m.day
		}
	}
	if m.short {
		latest := c.now.Year() + 1
		if birth {
			latest = c.now.Year() - 10
		}
		m.year += latest / 100 * 100
		if m.year > latest {
			m.year -= 100
		}
	}
	if m.year < 1880 || m.year > 2200 || m.month < 1 || m.month > 12 || m.day < 1 || m.day > daysIn(m.year, m.month) {
		return 0, time.Time{}, false
	}
	day := model.NewDate(m.year, time.Month(m.month), m.day)
	if !m.hasClock {
		return day, time.Time{}, true
	}
	zone := m.zone
	if zone == nil {
		zone = c.zone
	}
	h, mi, sec := int(m.clock.Hours()), int(m.clock.Minutes())%60, int(m.clock.Seconds())%60
	at := time.Date(m.year, time.Month(m.month), m.day, h, mi, sec, 0, zone)
	if m.zone == nil {
		return day, at, true
	}
	return model.DateOf(at, c.zone), at.In(c.zone), true
}

// zeroDate is what MySQL writes for no date.
func zeroDate(s string) bool { return strings.HasPrefix(s, "0000-00-00") }

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// shape is what a number looks like before its decimal sign is known.
type shape struct {
	ok      bool
	decimal byte // ',' or '.' when the text itself proves it, else 0
	either  byte // the one sign it has, which may be decimal or group
}

// shapeOf reads the form of a number: signs, digits, spaces of any kind
// between groups, and at most two sorts of separators. A leading zero before
// another digit makes it a code (a postcode, a telephone), not a number.
func shapeOf(s string) shape {
	s = strings.TrimLeft(s, "+-−")
	if s == "" || len(s) > 24 || s[0] == '0' && len(s) > 1 && s[1] >= '0' && s[1] <= '9' {
		return shape{}
	}
	var sign, both byte
	seen, run, spaces, groups, total := 0, 0, 0, true, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			run++
			total++
		case r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009':
			if run == 0 || seen > 0 || run > 3 || spaces > 0 && run != 3 {
				return shape{}
			}
			run, spaces = 0, spaces+1
		case r == ',' || r == '.':
			if total == 0 || both != 0 || spaces > 0 && seen == 0 && run != 3 {
				return shape{}
			}
			if sign != 0 && byte(r) != sign {
				both = byte(r)
			}
			groups = groups && (seen == 0 && run <= 3 || run == 3)
			sign, seen, run = byte(r), seen+1, 0
		default:
			return shape{}
		}
	}
	return conclude(s[0], sign, both, seen, run, total, groups && spaces == 0, spaces > 0)
}

// conclude says what the separators found in a number prove: sign is the last
// one, both the decimal one when there are two sorts, seen how many, run the
// digits after the last.
func conclude(first, sign, both byte, seen, run, total int, groups, spaced bool) shape {
	switch {
	case run == 0 || total > 15:
		return shape{}
	case seen == 0:
		return shape{ok: !spaced || run == 3}
	case both != 0:
		return shape{ok: groups, decimal: both}
	case seen > 1:
		return shape{ok: groups && run == 3, decimal: ',' + '.' - sign}
	case run == 3 && groups && first != '0':
		return shape{ok: true, either: sign}
	}
	return shape{ok: true, decimal: sign, either: sign}
}

// canonical writes a number as machines do: no groups, a point.
func canonical(s string, decimal byte) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r == '-':
			b.WriteRune(r)
		case r == '−':
			b.WriteByte('-')
		case r == rune(decimal):
			b.WriteByte('.')
		}
	}
	return b.String()
}

// bare takes the sign, the currency and leading zeros off an amount.
func bare(s string) (sign, digits string) {
	s = strings.Trim(s, "€$£ \u00a0\u202f")
	if len(s) > 3 && (strings.EqualFold(s[len(s)-3:], "EUR") || strings.EqualFold(s[:3], "EUR")) {
		s = strings.TrimFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || invisible(r) })
	}
	for _, minus := range []string{"-", "−"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			s, sign = rest, "-"
			break
		}
	}
	s = strings.Trim(strings.TrimPrefix(s, "+"), "€$£ \u00a0\u202f")
	for len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9' {
		s = s[1:]
	}
	return sign, s
}

// number reads an amount in a file whose decimal sign is known; a value that
// itself proves another one ("12.50" among commas) is read by its own proof.
func number(s string, decimal byte) (string, bool) {
	if s != "" && s[0] != '0' && len(s) <= 15 && plainDigits(s) {
		return s, true
	}
	sign, s := bare(s)
	sh := shapeOf(s)
	if !sh.ok || s[0] == '-' || s[0] == '+' {
		return "", false
	}
	if sh.decimal != 0 {
		decimal = sh.decimal
	}
	return sign + canonical(s, decimal), true
}

// cents reads an amount of money, half a cent rounded away from zero.
func cents(s string, decimal byte) (model.Cents, bool) {
	n, ok := number(s, decimal)
	if !ok {
		return 0, false
	}
	c, err := model.ParseCents(n, '.')
	return c, err == nil
}
