package audience

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"blanche/model"
)

// tagColumn is a field of several texts a person: for each text, who has it.
// A comparison holds when it does for one of the texts; != when it does for
// none, among those who have some.
type tagColumn struct {
	text  []string // folded
	label []string
	who   []*roaring.Bitmap
	find  map[string]int
	rows  int
	kept  keptSets // who, as plain bits, by number
}

func newTags() *tagColumn { return &tagColumn{find: map[string]int{}} }

func (c *tagColumn) put(row int, tags []string) {
	if row < c.rows {
		for n, w := range c.who {
			w.Remove(uint32(row))
			c.kept.put(uint32(n), row, false)
		}
	}
	c.rows = max(c.rows, row+1)
	for _, t := range tags {
		folded := strings.Clone(Fold(t))
		n, ok := c.find[folded]
		if !ok {
			n = len(c.who)
			c.find[folded] = n
			c.text, c.label, c.who = append(c.text, folded), append(c.label, strings.Clone(t)), append(c.who, roaring.New())
		}
		c.who[n].Add(uint32(row))
		c.kept.put(uint32(n), row, true)
	}
}

func (c *tagColumn) any(ok func(text string) bool) block {
	all := roaring.New()
	for n, t := range c.text {
		if ok(t) {
			all.Or(c.who[n])
		}
	}
	return plain(all).word
}

// plain are the rows as a bit each.
func plain(who *roaring.Bitmap) rowset {
	if who.IsEmpty() {
		return nil
	}
	set := make(rowset, words(int(who.Maximum())+1))
	who.WriteDenseTo(set)
	return set
}

// equal matches who has one text.
func (c *tagColumn) equal(folded string) block {
	n, ok := c.find[folded]
	if !ok {
		return nobody
	}
	return c.kept.get(uint32(n), func() rowset { return plain(c.who[n]) }).word
}

func (c *tagColumn) exists() block { return c.any(func(string) bool { return true }) }

func (c *tagColumn) compare(op model.RuleOp, v model.RuleValue, _ model.Date) (block, error) {
	x := Fold(textOf(v))
	switch op {
	case model.OpEqual:
		return c.equal(x), nil
	case model.OpNotEqual:
		return without(c.exists(), c.equal(x)), nil
	}
	return c.any(func(t string) bool { return holds(op, t, x) }), nil
}

func (c *tagColumn) show(row int) string {
	var has []string
	for n, w := range c.who {
		if w.Contains(uint32(row)) {
			has = append(has, c.label[n])
		}
	}
	slices.Sort(has)
	return strings.Join(has, ", ")
}
