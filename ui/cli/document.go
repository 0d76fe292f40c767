package cli

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// answer writes one document in the form asked for: as JSON, as CSV with a
// line a field (nested ones by dotted name), else as people read it.
func (s *session) answer(v any, asCSV bool, human func() error) error {
	switch {
	case s.global.json:
		return s.json(v)
	case asCSV:
		g, err := fieldsOf(v)
		if err != nil {
			return err
		}
		return s.writeCSV(g)
	}
	return human()
}

// fieldsOf lists the fields of a document in the order of its JSON.
func fieldsOf(v any) (*grid, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	g := &grid{columns: []column{left("", "field"), left("", "value")}}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return g, g.read(d, "")
}

// read adds the value that comes next in a stream of JSON.
func (g *grid) read(d *json.Decoder, name string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		for i := 0; d.More(); i++ {
			inner := strconv.Itoa(i)
			if t == '{' {
				key, err := d.Token()
				if err != nil {
					return err
				}
				inner, _ = key.(string)
			}
			if name != "" {
				inner = name + "." + inner
			}
			if err := g.read(d, inner); err != nil {
				return err
			}
		}
		_, err = d.Token()
		return err
	case string:
		g.add(name, t)
	case json.Number:
		g.add(name, t.String())
	case bool:
		g.add(name, boolean(t))
	default:
		g.add(name, "")
	}
	return nil
}
