package intake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// The reasons of a rejected row (contract of commands).
const (
	missingEmail  = "missing_email"
	invalidEmail  = "invalid_email"
	invalidDate   = "invalid_date"
	invalidNumber = "invalid_number"
	tooLong       = "too_long"
	badRow        = "bad_row"
	erased        = "erased" // somebody who asked to be forgotten

	unknownPerson   = "unknown_person"   // of a merge: nobody has the record that it went into
	mergedElsewhere = "merged_elsewhere" // a name is one that somebody else came by through a merge
	twoPeople       = "two_people"       // names of one record that are several people's
	basisDiffers    = "basis_differs"    // two legal grounds, of which somebody must choose one
)

var reasons = []string{missingEmail, invalidEmail, invalidDate, invalidNumber, tooLong, badRow, erased, unknownPerson, mergedElsewhere, twoPeople, basisDiffers}

// fault is why a row is rejected: the column (-1: the row itself) and reason.
type fault struct {
	col    int
	reason string
}

// person is what the rows of one person say.
type person struct {
	contact model.Contact
	opposed model.SuppressReason // the file says "never write to me": not 0
	refused bool                 // the file says that there is no consent

	undated bool // they agreed, and nothing says when
	line    int  // of the file, where the person begins; 0 in no file

	opposedAt time.Time // when the file says, else zero
	opposedBy string    // what proves it, when the file says
}

// long are the fields that several texts make up: they may be as long as a
// free one.
func long(f field) bool {
	return f == fNone || f == fJSON || f == fTags || f == fConsFrom || f == fSuppFrom
}

// contactReader makes people of rows.
type contactReader struct {
	o    *Options
	p    *plan
	free []int // columns of free attributes, by name

	extra []model.Attr // free attributes of the row at hand that have no column
	room  []model.Attr // for those of the next rows
	place []byte       // being written
}

// prepare puts the free columns in the order in which a contact keeps them,
// once the survey has said which they are.
func (r *contactReader) prepare() {
	cols := r.p.cols
	for i := range cols {
		if cols[i].attr != "" {
			r.free = append(r.free, i)
		}
	}
	slices.SortFunc(r.free, func(a, b int) int { return strings.Compare(cols[a].attr, cols[b].attr) })
}

func (r *contactReader) key(cells []string) string {
	return model.EmailKey(r.p.email(cells))
}

// says collects what a row tells about consent while its cells are read.
type says struct {
	consent answer
	basis   model.Basis
	based   bool // the row names its basis, none included
	ended   bool // the row has a date of suppression
	source  string
	ip      string // from which the consent was given
	at      time.Time
	name    string
}

// read makes one person; line is where the first row of the person starts.
// With a fault, what the other cells say is read all the same: see lasts.
func (r *contactReader) read(cells []string, line int, _ bool) (person, *fault) {
	out := person{line: line}
	var s says
	r.extra = r.extra[:0]
	email := r.p.email(cells)
	switch {
	case email == "":
		return out, &fault{r.p.at[fEmail], missingEmail}
	case !model.ValidEmail(email):
		return out, &fault{r.p.at[fEmail], invalidEmail}
	case r.o.erased(email, r.p.cell(cells, fExternal), card(r.p.cell(cells, fCard))):
		return out, &fault{r.p.at[fEmail], erased}
	}
	var bad *fault
	for i := range r.p.cols {
		if i >= len(cells) || cells[i] == "" {
			continue
		}
		if reason := r.set(&out, &s, &r.p.cols[i], cells[i]); reason != "" && bad == nil {
			bad = &fault{i, reason}
		}
	}
	if s.name != "" && out.contact.FirstName == "" && out.contact.LastName == "" {
		out.contact.FirstName, out.contact.LastName = splitName(s.name)
	}
	out.contact.Email = email
	out.contact.Phone = e164(out.contact.Phone, out.contact.Country)
	out.contact.Postcode = postcode(out.contact.Postcode, out.contact.Country, r.p.codes.eaten())
	r.attrs(&out.contact, cells)
	r.decide(&out, &s, line)
	return out, bad
}

// set puts one cell where it belongs; the answer is the reason why not.
func (r *contactReader) set(out *person, s *says, col *column, v string) string {
	c := &out.contact
	if col.field == fIgnored || col.field == fReason {
		return ""
	}
	if len(v) > maxKnown && (len(v) > maxCell || !long(col.field)) {
		if col.field == fOptOut {
			_ = r.setTyped(out, s, fOptOut, v)
		}
		return tooLong
	}
	switch col.field {
	case fEmail:
		c.Email = v
	case fFirst:
		c.FirstName = oneLine(v)
	case fLast:
		c.LastName = oneLine(v)
	case fName:
		s.name = oneLine(v)
	case fCompany:
		c.Company = oneLine(v)
	case fPhone:
		c.Phone = v
		return unless(!crushed(v), invalidNumber)
	case fPostcode:
		c.Postcode = v
	case fCity:
		c.City = oneLine(v)
	case fCountry:
		c.Country = oneLine(v)
	case fExternal:
		c.ExternalID = v
		return unless(!crushed(v), invalidNumber)
	case fCard:
		c.Card = card(v)
		return unless(!crushed(v), invalidNumber)
	case fTier:
		c.Tier = oneLine(v)
	case fOrigin:
		c.Origin = oneLine(v)
	case fTags:
		c.Tags = tags(v)
	case fConsFrom:
		s.source = v
	case fSuppFrom:
		out.opposedBy = v
	case fConsIP:
		s.ip = v
	case fNone:
		return r.p.unfit(col, v)
	case fJSON:
		return unless(r.object(out, s, v), badRow)
	default:
		return r.setTyped(out, s, col.field, v)
	}
	return ""
}

// setTyped reads the cells that are more than text.
func (r *contactReader) setTyped(out *person, s *says, f field, v string) string {
	c, ok := &out.contact, true
	switch f {
	case fKind:
		c.Kind, ok = kindWords.of(v)
	case fLang:
		c.Lang, ok = langOf(v)
	case fBirth:
		if zeroDate(v) {
			return ""
		}
		c.Birth, _, ok = r.p.dates.read(v, true)
		return unless(ok, invalidDate)
	case fPoints:
		n, fine := number(v, r.p.decimal)
		whole, part, _ := strings.Cut(n, ".")
		c.Points, ok = parseInt(whole)
		return unless(ok && fine && strings.Trim(part, "0") == "", invalidNumber)
	case fConsDate:
		if zeroDate(v) {
			return ""
		}
		var day model.Date
		if day, s.at, ok = r.p.dates.read(v, false); s.at.IsZero() && ok {
			s.at = day.In(r.o.zone())
		}
		return unless(ok, invalidDate)
	case fBasis:
		s.basis, ok = basisWords.of(v)
		s.based = ok
	case fSuppAt: // without a date that reads, an opposition all the same
		s.ended = opposes(v)
		var day model.Date
		var fine bool
		if day, out.opposedAt, fine = r.p.dates.read(v, false); fine && out.opposedAt.IsZero() {
			out.opposedAt = day.In(r.o.zone())
		}
	case fConsent:
		s.consent, ok = answers.of(v)
	case fTracking:
		var a answer
		if a, ok = answers.of(v); a == yes {
			c.Tracking = model.TrackingGranted
		} else if ok {
			c.Tracking = model.TrackingRefused
		}
	case fOptOut:
		if opposes(v) {
			out.opposed = model.SuppressOpposed
		}
	case fStatus:
		if reason, known := statusWords.of(v); known && reason != 0 && out.opposed != model.SuppressOpposed {
			out.opposed = reason
		}
	}
	return unless(ok, badRow)
}

func unless(ok bool, reason string) string {
	if ok {
		return ""
	}
	return reason
}

// decide fills in the legal basis: what the row says wins, else what the
// file's owner declares; an opposition leaves none but one that the row names.
func (r *contactReader) decide(out *person, s *says, line int) {
	c := &out.contact
	at := s.at
	if at.IsZero() {
		at = r.o.Now
	}
	if out.opposed == 0 {
		out.opposed = r.p.list.reason
	}
	if s.ip != "" {
		s.source = strings.TrimPrefix(s.source+", IP "+s.ip, ", ")
	}
	if (s.consent == never || s.ended) && out.opposed == 0 {
		out.opposed = model.SuppressOpposed
	}
	switch {
	case s.based && s.consent != no && s.consent != never:
		if s.basis != model.BasisNone {
			c.Basis, c.BasisAt, c.BasisSource = s.basis, at, cmp.Or(s.source, r.proof("", line))
		}
	case out.opposed != 0:
	case s.consent == no:
		out.refused = true
	case s.consent == yes:
		c.Basis, c.BasisAt, c.BasisSource = model.BasisConsent, at, r.proof(s.source, line)
	case r.p.list.unasked && r.o.Basis == model.BasisConsent:
	case r.o.Basis != model.BasisNone:
		from := r.o.BasisSource
		if s.ip != "" {
			from += ", IP " + s.ip
		}
		if s.at.IsZero() && !r.o.BasisAt.IsZero() {
			at = r.o.BasisAt
		}
		c.Basis, c.BasisAt, c.BasisSource = r.o.Basis, at, r.proof(from, line)
	}
	out.undated = c.Basis == model.BasisConsent && s.at.IsZero() && (s.based || s.consent == yes || r.o.BasisAt.IsZero())
	if c.Tracking != model.TrackingUnknown && c.BasisSource == "" {
		c.BasisSource = r.proof(s.source, line) // proves that choice alone: there is no ground
	}
}

// proof is where a basis comes from: a text, with the file and line.
func (r *contactReader) proof(from string, line int) string {
	if r.place = r.place[:0]; from != "" {
		r.place = append(append(r.place, from...), " ("...)
	}
	r.place = strconv.AppendInt(append(append(r.place, r.o.Name...), ':'), int64(line), 10)
	if from != "" {
		r.place = append(r.place, ')')
	}
	return string(r.place)
}

// attrs keeps the free columns: numbers and dates in one form for all files,
// when the whole column reads so, else the text.
func (r *contactReader) attrs(c *model.Contact, cells []string) {
	for _, i := range r.free {
		if i >= len(cells) || cells[i] == "" {
			continue
		}
		if c.Attrs == nil {
			c.Attrs = r.some(len(r.free) + len(r.extra))
		}
		c.Attrs = append(c.Attrs, model.Attr{Name: r.p.cols[i].attr, Value: r.p.value(i, cells[i])})
	}
	if len(r.extra) == 0 {
		return
	}
	c.Attrs = append(c.Attrs, r.extra...) // a column wins over a member of its name
	slices.SortStableFunc(c.Attrs, func(a, b model.Attr) int { return strings.Compare(a.Name, b.Name) })
	c.Attrs = slices.CompactFunc(c.Attrs, func(a, b model.Attr) bool { return a.Name == b.Name })
	r.extra = r.extra[:0]
}

// some is room for n attributes: many rows share one piece of memory.
func (r *contactReader) some(n int) []model.Attr {
	const rows = 64
	if len(r.room) < n {
		r.room = make([]model.Attr, rows*n)
	}
	out := r.room[:0:n]
	r.room = r.room[n:]
	return out
}

// keep carries what no later row may undo: an opposition.
func (r *contactReader) keep(merged *person, earlier person) {
	if earlier.opposed != 0 && merged.opposed == 0 {
		merged.opposed, merged.opposedAt, merged.opposedBy = earlier.opposed, earlier.opposedAt, earlier.opposedBy
		c := &merged.contact
		c.Basis, c.BasisSource, c.BasisAt = model.BasisNone, "", time.Time{}
	}
}

// lasts: what a person refused stays refused, whatever else is wrong with the
// row that says it.
func (r *contactReader) lasts(p *person) bool {
	return p.contact.Email != "" && (p.opposed != 0 || p.refused)
}
