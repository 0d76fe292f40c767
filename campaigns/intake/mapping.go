package intake

import (
	"maps"
	"slices"

	"blanche/model"
)

// NoMapping is the name that wants none of the saved mappings.
const NoMapping = "none"

// recall takes how the file is read from the saved mapping that was asked for,
// or from the one whose file had the same titles; what the person says of this
// file goes first. It returns the name of the mapping, "" for none.
func (o *Options) recall(headers []string) string {
	if o.Seen != nil {
		o.Seen(headers)
	}
	if o.Mapping == NoMapping || o.Mapping == "" && (len(o.Map) > 0 || o.Profile != "" && o.Profile != "auto") {
		return ""
	}
	for i := range o.Saved {
		m := &o.Saved[i]
		if m.Kind != string(o.Kind) || m.Name != o.Mapping && (o.Mapping != "" || !sameTitles(m.Titles, headers)) {
			continue
		}
		merged := maps.Clone(m.Map)
		if merged == nil {
			merged = map[string]string{}
		}
		maps.Copy(merged, o.Map)
		o.Map = merged
		for _, x := range []struct {
			to   *string
			from string
		}{{&o.Profile, m.Profile}, {&o.Decimal, m.Decimal}, {&o.DateOrder, m.DateOrder}, {&o.OrderSource, m.OrderSource}} {
			if *x.to == "" || *x.to == "auto" {
				*x.to = x.from
			}
		}
		return m.Name
	}
	return ""
}

// email is the address of a row, or the one that a person gave for it.
func (p *plan) email(cells []string) string {
	email := p.cell(cells, fEmail)
	if len(p.fixed) > 0 {
		if meant, ok := p.fixed[model.EmailKey(email)]; ok {
			return meant
		}
	}
	return email
}

// sameTitles compares the titles of two files, in any order; the column that a
// file of rejects adds does not count.
func sameTitles(a, b []string) bool {
	plain := func(titles []string) []string {
		var out []string
		for i, t := range titles {
			if i < len(titles)-1 || t != reasonColumn {
				out = append(out, squash(t))
			}
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(plain(a), plain(b))
}

// MappingOf is how a file was read, for the next one of its titles.
func MappingOf(name string, titles []string, o *Options) model.FileMapping {
	return model.FileMapping{
		Name: name, Kind: string(o.Kind), Titles: slices.Clone(titles), Map: maps.Clone(o.Map), Profile: o.Profile,
		Encoding: o.Encoding, Delimiter: o.Delimiter, Decimal: o.Decimal, DateOrder: o.DateOrder, Sheet: o.Sheet, OrderSource: o.OrderSource,
	}
}
