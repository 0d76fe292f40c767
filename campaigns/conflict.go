package campaigns

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"blanche/model"
)

// ConflictError refuses a correction based on a contact that was changed
// meanwhile.
type ConflictError struct {
	By      string    // who changed it last; "" when the audit does not say
	At      time.Time // when
	Fields  []string  // what changed since the version that was seen, by name
	Current model.Contact
	// Mergeable says that none of these fields is one of ours: the same
	// correction on Current.Version loses nothing of anybody.
	Mergeable bool
	Refusal   *model.Error // what a person reads
}

func (e *ConflictError) Error() string { return e.Refusal.Error() }

// Unwrap gives the error a person reads.
func (e *ConflictError) Unwrap() error { return e.Refusal }

// How much is remembered of who changed what: enough for people who work on the
// same contacts at the same time.
const (
	editedContacts = 1024
	editedVersions = 256
)

// edited remembers what the latest versions of contacts changed. Versions are
// seen by people who talk to this process, so its memory is long enough; what
// it does not know (an import, an older version) is never called mergeable.
type edited struct {
	mu    sync.Mutex
	by    map[model.ContactID][]edition // by version, upwards
	queue []model.ContactID             // the longest unchanged first
}

type edition struct {
	version uint64
	who     string
	at      time.Time
	fields  []string
}

// add notes an edition; one of the same version was never written.
func (e *edited) add(id model.ContactID, one edition) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.by == nil {
		e.by = map[model.ContactID][]edition{}
	}
	if i := slices.Index(e.queue, id); i >= 0 {
		e.queue = slices.Delete(e.queue, i, i+1)
	}
	if e.queue = append(e.queue, id); len(e.queue) > editedContacts {
		delete(e.by, e.queue[0])
		e.queue = e.queue[1:]
	}
	all := slices.DeleteFunc(e.by[id], func(other edition) bool { return other.version >= one.version })
	all = append(all, one)
	e.by[id] = all[max(0, len(all)-editedVersions):]
}

// drop forgets a version that was not written after all.
func (e *edited) drop(id model.ContactID, version uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if all, known := e.by[id]; known {
		e.by[id] = slices.DeleteFunc(all, func(one edition) bool { return one.version == version })
	}
}

// since lists what changed from a version, not included, to another; whole says
// that nothing in between is unknown.
func (e *edited) since(id model.ContactID, seen, current uint64) (all []edition, whole bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, one := range e.by[id] {
		if one.version > seen && one.version <= current {
			all = append(all, one)
		}
	}
	return all, current > seen && uint64(len(all)) == current-seen
}

// conflict says who was faster, and whether the two corrections meet.
func (s *Service) conflict(ctx context.Context, id model.ContactID, seen uint64, set []FieldChange, cause error) error {
	now, err := s.person(ctx, id.String())
	if err != nil {
		return err
	}
	all, whole := s.edited.since(id, seen, now.Version)
	e := &ConflictError{Current: now, At: now.Updated.In(s.cfg.Zone), Mergeable: whole}
	if n := len(all); n > 0 && all[n-1].version == now.Version {
		e.By = all[n-1].who
	}
	for _, one := range all {
		e.Fields = append(e.Fields, one.fields...)
	}
	slices.Sort(e.Fields)
	e.Fields = slices.Compact(e.Fields)
	for _, f := range e.Fields {
		if slices.ContainsFunc(set, func(c FieldChange) bool { return sameField(c.Field, f) }) {
			e.Mergeable = false
		}
	}
	if e.By == "" || len(e.Fields) == 0 {
		e.Refusal = model.Conflict("contact.changed", "id", id).Hint("contact.reload").Because(cause)
	} else {
		e.Refusal = model.Conflict("audit.contact_changed", "id", id, "by", e.By, "at", e.At, "fields", e.Fields).Hint("contact.reload").Because(cause)
	}
	return e
}

type mergingKey struct{}

// Merging is a context under which a correction based on an older version is
// made all the same where others changed other fields only.
func Merging(ctx context.Context) context.Context { return context.WithValue(ctx, mergingKey{}, true) }

func merging(ctx context.Context) bool { return ctx.Value(mergingKey{}) != nil }

// sameField compares names of fields; a free column is known with its prefix
// and without.
func sameField(a, b string) bool {
	return strings.TrimPrefix(a, "attr.") == strings.TrimPrefix(b, "attr.")
}

// setFields makes the changes, and tells the names of the fields that are not
// what they were.
func setFields(c *model.Contact, set []FieldChange, now time.Time) (changed []string, err error) {
	for _, f := range set {
		before := *c
		before.Attrs = slices.Clone(c.Attrs)
		if err := setField(c, f.Field, f.Value, now); err != nil {
			return nil, err
		}
		if !reflect.DeepEqual(before, *c) {
			changed = append(changed, f.Field)
		}
	}
	return changed, nil
}
