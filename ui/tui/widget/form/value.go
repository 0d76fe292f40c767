package form

import (
	"strings"

	"blanche/model"
	"blanche/ui/safe"
)

// Value is the value of a field as typed, sanitized; for Choice the value of
// the option. "" for an unknown name.
func (f *Form) Value(name string) string {
	if fd := f.find(name); fd != nil {
		return fd.value()
	}
	return ""
}

// Number is the value of a Number field; false when empty or not a number.
func (f *Form) Number(name string) (float64, bool) {
	x, err := f.p.ParseNumber(f.Value(name))
	return x, err == nil
}

// Money is the value of a Money field; false when empty or not an amount.
func (f *Form) Money(name string) (model.Cents, bool) {
	c, err := f.p.ParseMoney(f.Value(name))
	return c, err == nil
}

// Date is the value of a Date field; false when empty or not a day.
func (f *Form) Date(name string) (model.Date, bool) { return f.p.ParseDate(f.Value(name)) }

// Set replaces the value of a field.
func (f *Form) Set(name, value string) {
	fd := f.find(name)
	if fd == nil {
		return
	}
	switch fd.Kind {
	case Choice:
		for i, o := range fd.Options {
			if o.Value == value {
				fd.choice = i
			}
		}
	case Body:
		fd.area.SetValue(safe.Multiline(value))
	default:
		fd.input.SetValue(safe.Text(value))
	}
}

// Dirty reports whether anything differs from the beginning.
func (f *Form) Dirty() bool {
	for i := range f.fields {
		if f.fields[i].value() != f.fields[i].start {
			return true
		}
	}
	return false
}

func (f *Form) find(name string) *field {
	for i := range f.fields {
		if f.fields[i].Name == name {
			return &f.fields[i]
		}
	}
	return nil
}

func (fd *field) value() string {
	switch fd.Kind {
	case Choice:
		if fd.choice < len(fd.Options) {
			return fd.Options[fd.choice].Value
		}
		return ""
	case Body:
		return safe.Multiline(fd.area.Value())
	}
	return strings.TrimSpace(safe.Text(fd.input.Value()))
}

// check is what is wrong with a field, "" for nothing.
func (f *Form) check(fd *field) string {
	v := fd.value()
	if strings.TrimSpace(v) == "" {
		if fd.Required {
			return f.p.T("widget.required")
		}
		return ""
	}
	switch fd.Kind {
	case Number:
		if _, err := f.p.ParseNumber(v); err != nil {
			return f.p.T("widget.not_a_number")
		}
	case Money:
		if _, err := f.p.ParseMoney(v); err != nil {
			return f.p.T("widget.not_an_amount")
		}
	case Date:
		if _, ok := f.p.ParseDate(v); !ok {
			return f.p.T("widget.not_a_date")
		}
	}
	if fd.Check != nil {
		return fd.Check(v)
	}
	return ""
}

// SetHelp replaces the line under a field: a count that follows what is typed.
func (f *Form) SetHelp(name, help string) {
	if fd := f.find(name); fd != nil {
		fd.Help = help
	}
}

// SetRows changes how many lines of a Body are seen; the cursor stays in sight.
func (f *Form) SetRows(name string, rows int) {
	if fd := f.find(name); fd != nil && fd.Kind == Body && fd.Rows != rows {
		fd.Rows = max(rows, 1)
		fd.area.SetHeight(fd.Rows)
	}
}
