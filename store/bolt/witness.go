package bolt

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// witness adds the line of a write, in its transaction, when somebody answers
// for it and something changed.
func witness[T any](ctx context.Context, e *Engine, tx *bolt.Tx, object string, old, next *T, compare func(old, next *T) []model.FieldAudit) error {
	deed, ok := store.DeedOf(ctx)
	if !ok {
		return nil
	}
	entry := deed.Entry(object)
	if entry.Changes = compare(old, next); len(entry.Changes) == 0 {
		return nil
	}
	if entry.Act == store.ActForget {
		return model.Invalid("store.audit_act", "act", entry.Act)
	}
	return e.record(tx, entry)
}

// compared collects the fields that differ, each as a short text that a person
// can read. What is empty, zero or missing is the empty text.
type compared []model.FieldAudit

// longText is how many bytes of a value are kept; the sum tells long ones apart.
const longText = 300

func (c *compared) text(field, before, after string) {
	if before != after {
		*c = append(*c, model.FieldAudit{Field: field, Before: short(before), After: short(after)})
	}
}

// body compares texts that nobody wants to read in a list: their size and sum.
func (c *compared) body(field, before, after string) {
	c.text(field, digest(before), digest(after))
}

func (c *compared) time(field string, before, after time.Time) {
	c.text(field, timeText(before), timeText(after))
}

func short(s string) string {
	if len(s) <= longText {
		return s
	}
	end := longText
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "… (" + digest(s) + ")"
}

func digest(s string) string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return fmt.Sprintf("%d B, sha256 %x", len(s), sum[:6])
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

// number is a number as text, zero as the empty text.
func number[N int | int64 | uint16 | model.Cents | float64](n N) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(n), 'f', -1, 64)
}

// yes is a choice as text.
func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// contactChanges names the fields as rules and commands do. What orders and the
// store itself change is not an edit.
func contactChanges(old, next *model.Contact) []model.FieldAudit {
	var c compared
	c.text("email", old.Email, next.Email)
	c.text("first_name", old.FirstName, next.FirstName)
	c.text("last_name", old.LastName, next.LastName)
	c.text("company", old.Company, next.Company)
	c.text("kind", old.Kind.String(), next.Kind.String())
	c.text("phone", old.Phone, next.Phone)
	c.text("postcode", old.Postcode, next.Postcode)
	c.text("city", old.City, next.City)
	c.text("country", old.Country, next.Country)
	c.text("lang", old.Lang, next.Lang)
	c.text("birth", old.Birth.String(), next.Birth.String())
	c.text("external_id", old.ExternalID, next.ExternalID)
	c.text("card", old.Card, next.Card)
	c.text("points", number(old.Points), number(next.Points))
	c.text("tier", old.Tier, next.Tier)
	c.text("tags", strings.Join(old.Tags, ", "), strings.Join(next.Tags, ", "))
	c.text("basis", old.Basis.String(), next.Basis.String())
	c.text("basis_source", old.BasisSource, next.BasisSource)
	c.time("basis_at", kept(old.BasisAt), kept(next.BasisAt))
	c.text("tracking", old.Tracking.String(), next.Tracking.String())
	c.text("origin", old.Origin, next.Origin)
	before, after := map[string]string{}, map[string]string{}
	for _, a := range old.Attrs {
		before[a.Name] = a.Value
	}
	for _, a := range next.Attrs {
		after[a.Name] = a.Value
	}
	c.each("attr.", before, after)
	return c
}

// each compares values by name.
func (c *compared) each(prefix string, before, after map[string]string) {
	names := slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		c.text(prefix+name, before[name], after[name])
	}
}

func segmentChanges(old, next *model.Segment) []model.FieldAudit {
	var c compared
	c.text("name", old.Name, next.Name)
	c.text("rule", old.Rule, next.Rule)
	return c
}

func operatorChanges(old, next *model.Operator) []model.FieldAudit {
	var c compared
	c.text("name", old.Name, next.Name)
	c.text("role", string(old.Role), string(next.Role))
	c.text("keys", keysText(old), keysText(next))
	return c
}

func keysText(o *model.Operator) string {
	all := make([]string, len(o.Keys))
	for i, k := range o.Keys {
		all[i] = strings.TrimSpace(k.Fingerprint + " " + k.Comment)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
