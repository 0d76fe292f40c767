package measure

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Label names a group of customers by the values of one column or of several.
// A column of numbers has numbers, one of true and false has these, any other
// has texts: in JSON too, where several columns make a list.
type Label []Value

// Value is one cell of a Label.
type Value struct {
	Text   string  // as the file has it
	Number float64 // of a column of numbers; 0 and 1 for false and true
	Kind   ValueKind
}

// ValueKind is the type of a column.
type ValueKind int

// The types of columns.
const (
	KindText ValueKind = iota
	KindNumber
	KindTruth
)

// String is the label for people: values apart by a middle dot.
func (l Label) String() string {
	parts := make([]string, len(l))
	for i, v := range l {
		parts[i] = v.Text
	}
	return strings.Join(parts, " · ")
}

// MarshalJSON writes the value of one column, or a list of several.
func (l Label) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return json.Marshal(l[0])
	}
	return json.Marshal([]Value(l))
}

// MarshalJSON writes a number, true or false, or a text.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.Kind {
	case KindNumber:
		return json.Marshal(v.Number)
	case KindTruth:
		return strconv.AppendBool(nil, v.Number != 0), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v.Text)
	return bytes.TrimSpace(b.Bytes()), err
}

// compare orders labels column by column, numbers by size and texts by code.
func (l Label) compare(o Label) int {
	for i := range min(len(l), len(o)) {
		c := cmp.Compare(l[i].Number, o[i].Number)
		if l[i].Kind == KindText {
			c = strings.Compare(l[i].Text, o[i].Text)
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(l), len(o))
}

// kindOf is the type of a column that has these values.
func kindOf(values []string, number func(string) (float64, bool)) ValueKind {
	isNumber := func(s string) bool {
		if s = strings.TrimSpace(s); len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9' {
			return false // 06000 is a postal code
		}
		_, ok := number(s)
		return ok
	}
	isTruth := func(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }
	all := func(is func(string) bool) bool {
		return len(values) > 0 && !slices.ContainsFunc(values, func(s string) bool { return !is(s) })
	}
	switch {
	case all(isNumber):
		return KindNumber
	case all(isTruth):
		return KindTruth
	}
	return KindText
}

// valueOf is a cell of a column of some type.
func valueOf(s string, kind ValueKind, number func(string) (float64, bool)) Value {
	v := Value{Text: s, Kind: kind}
	switch kind {
	case KindNumber:
		v.Number, _ = number(s)
	case KindTruth:
		if strings.EqualFold(s, "true") {
			v.Number = 1
		}
	}
	return v
}
