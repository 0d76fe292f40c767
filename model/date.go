package model

import (
	"fmt"
	"time"
)

// Date is a calendar day without a time of day, in whatever zone its owner
// says: days since 1 January 1970. Zero is "no date", so 1 January 1970 itself
// cannot be told apart from it.
type Date int32

// NewDate makes the Date of a calendar day.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// DateOf is the calendar day of an instant in a zone.
func DateOf(t time.Time, zone *time.Location) Date {
	if t.IsZero() {
		return 0
	}
	y, m, d := t.In(zone).Date()
	return NewDate(y, m, d)
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == 0 }

// Civil returns the year, month and day.
func (d Date) Civil() (int, time.Month, int) {
	return time.Unix(int64(d)*86400, 0).UTC().Date()
}

// In is midnight of the day in a zone.
func (d Date) In(zone *time.Location) time.Time {
	y, m, day := d.Civil()
	return time.Date(y, m, day, 0, 0, 0, 0, zone)
}

// String is the day as ISO 8601 writes it, empty for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}

// MarshalText writes the day as ISO 8601.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a day written by MarshalText.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	t, err := time.Parse("2006-01-02", string(b))
	if err != nil {
		return fmt.Errorf("date %q: %w", b, err)
	}
	*d = DateOf(t, time.UTC)
	return nil
}
