package campaigns

// The doors to people: contacts, files, segments. Each passes the guard once.

import (
	"context"

	"blanche/model"
)

func (d door) ContactTotals(ctx context.Context) (ContactTotals, error) {
	return ask(ctx, d, "ContactTotals", func(ctx context.Context) (ContactTotals, error) { return d.s.ContactTotals(ctx) })
}

func (d door) Contacts(ctx context.Context, q ContactQuery) (ContactList, error) {
	return ask(ctx, d, "Contacts", func(ctx context.Context) (ContactList, error) { return d.s.Contacts(ctx, q) })
}

func (d door) FindContacts(ctx context.Context, q ContactQuery, f func(ContactList) error) error {
	return tell(ctx, d, "FindContacts", func(ctx context.Context) error { return d.s.FindContacts(ctx, q, f) })
}

// handful is how many people are read at once by who looks: a page of a list.
const handful = 1000

// takeOut lets a list of people through: more than a handful at once are taken
// out, whatever the question was, by who may and with a line in the audit.
func (d door) takeOut(ctx context.Context, n int, object string) error {
	if n <= handful {
		return nil
	}
	ctx, err := d.pass(ctx, "EachContact")
	if err != nil {
		return err
	}
	return d.s.note(ctx, object, "n", n)
}

func (d door) ContactRows(ctx context.Context, ids []model.ContactID) ([]ContactRow, error) {
	return ask(ctx, d, "ContactRows", func(ctx context.Context) ([]ContactRow, error) {
		if err := d.takeOut(ctx, len(ids), "folder"); err != nil {
			return nil, err
		}
		return d.s.ContactRows(ctx, ids)
	})
}

func (d door) Contact(ctx context.Context, ref string) (ContactCard, error) {
	return ask(ctx, d, "Contact", func(ctx context.Context) (ContactCard, error) { return d.s.Contact(ctx, ref) })
}

func (d door) EditContact(ctx context.Context, id model.ContactID, version uint64, set []FieldChange) (model.Contact, error) {
	return ask(ctx, d, "EditContact", func(ctx context.Context) (model.Contact, error) { return d.s.EditContact(ctx, id, version, set) })
}

func (d door) Oppose(ctx context.Context, ref, source string) error {
	return tell(ctx, d, "Oppose", func(ctx context.Context) error { return d.s.Oppose(ctx, ref, source) })
}

func (d door) History(ctx context.Context, ref string) ([]model.HistoryLine, error) {
	return ask(ctx, d, "History", func(ctx context.Context) ([]model.HistoryLine, error) { return d.s.History(ctx, ref) })
}

func (d door) Import(ctx context.Context, r ImportRequest) (model.ImportReport, error) {
	return ask(ctx, d, "Import", func(ctx context.Context) (model.ImportReport, error) { return d.s.Import(ctx, r) })
}

func (d door) LookAtFile(ctx context.Context, r ImportRequest) (FileLook, error) {
	return ask(ctx, d, "LookAtFile", func(ctx context.Context) (FileLook, error) { return d.s.LookAtFile(ctx, r) })
}

func (d door) EachContact(ctx context.Context, rule string, f func(*ContactRow) error) error {
	return tell(ctx, d, "EachContact", func(ctx context.Context) error { return d.s.EachContact(ctx, rule, f) })
}

func (d door) EachOrder(ctx context.Context, rule string, f func(*model.Order) error) error {
	return tell(ctx, d, "EachOrder", func(ctx context.Context) error { return d.s.EachOrder(ctx, rule, f) })
}

func (d door) EachRecipient(ctx context.Context, name, rule string, f func(*ArmLine) error) error {
	return tell(ctx, d, "EachRecipient", func(ctx context.Context) error { return d.s.EachRecipient(ctx, name, rule, f) })
}

func (d door) AttrTypes(ctx context.Context, wait bool) (map[string]string, error) {
	return ask(ctx, d, "AttrTypes", func(ctx context.Context) (map[string]string, error) { return d.s.AttrTypes(ctx, wait) })
}

func (d door) Count(ctx context.Context, rule string) (model.SegmentCount, error) {
	return ask(ctx, d, "Count", func(ctx context.Context) (model.SegmentCount, error) { return d.s.Count(ctx, rule) })
}

// Sample gives a handful of people at most.
func (d door) Sample(ctx context.Context, rule string, n int) ([]ContactRow, error) {
	return ask(ctx, d, "Sample", func(ctx context.Context) ([]ContactRow, error) { return d.s.Sample(ctx, rule, min(n, handful)) })
}

func (d door) Explain(ctx context.Context, rule, ref string) (Explanation, error) {
	return ask(ctx, d, "Explain", func(ctx context.Context) (Explanation, error) { return d.s.Explain(ctx, rule, ref) })
}

func (d door) SaveSegment(ctx context.Context, name, rule string) (model.Segment, error) {
	return ask(ctx, d, "SaveSegment", func(ctx context.Context) (model.Segment, error) { return d.s.SaveSegment(ctx, name, rule) })
}

func (d door) Segments(ctx context.Context) ([]model.Segment, error) {
	return ask(ctx, d, "Segments", func(ctx context.Context) ([]model.Segment, error) { return d.s.Segments(ctx) })
}

func (d door) Segment(ctx context.Context, name string) (model.Segment, error) {
	return ask(ctx, d, "Segment", func(ctx context.Context) (model.Segment, error) { return d.s.Segment(ctx, name) })
}

func (d door) RuleForm(ctx context.Context) (model.RuleForm, error) {
	return ask(ctx, d, "RuleForm", func(ctx context.Context) (model.RuleForm, error) { return d.s.RuleForm(ctx) })
}

func (d door) RuleFields(ctx context.Context) ([]string, error) {
	return ask(ctx, d, "RuleFields", func(ctx context.Context) ([]string, error) { return d.s.RuleFields(ctx) })
}
