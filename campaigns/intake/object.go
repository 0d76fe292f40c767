package intake

import (
	"encoding/json"
	"slices"
	"strings"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// object reads a cell that holds an object of JSON. A member whose name is a
// field that the file has no column for becomes that field when its value
// reads so; any other is a free attribute. Lists and objects stay JSON.
func (r *contactReader) object(out *person, s *says, cell string) bool {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(cell), &members); err != nil {
		return false
	}
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		v := clean(scalar(members[name]), false)
		if v == "" {
			continue
		}
		if f, known := contactNames().sure.of(name); known && f != fEmail && f != fJSON {
			if _, has := r.p.at[f]; !has && r.set(out, s, &column{field: f}, v) == "" {
				continue
			}
		}
		if name, _ = apart(naming.Column(name)); name != "" {
			r.extra = append(r.extra, model.Attr{Name: name, Value: v})
		}
	}
	return true
}

// scalar is a value of JSON as text: null is nothing.
func scalar(raw json.RawMessage) string {
	text := strings.TrimSpace(string(raw))
	switch {
	case text == "null":
		return ""
	case strings.HasPrefix(text, `"`):
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
	}
	return text
}
