package compose

import (
	"strconv"
	"strings"

	"github.com/osteele/liquid"
)

// piece is a token in its place: a literal, a value to print in a slot, or a
// tag. Index is the number of the token in its source, for the preflight.
type piece struct {
	*token
	slot  slot
	index int
}

// program is a template cut into segments, run one after the other: literal
// runs and simple values directly, and only what is inside a tag by Liquid.
type program struct {
	segments []segment
	blocks   bool // some of it is Liquid
	uneven   bool // some of it may print nothing at all: blocks and conditions
}

// segment is one step of a program.
type segment struct {
	literal string
	quoted  []byte // the literal, or what a common value gives, in quoted-printable, ended by a soft break
	get     getter // a value printed without Liquid
	common  common // with whom the value is shared
	steps   []step // the filters it goes through
	slot    slot
	index   int
	safe    bool  // an empty value is foreseen
	arms    []arm // a condition that needs no Liquid
	block   *liquid.Template
	line    int
}

// cutter cuts pieces into segments.
type cutter struct {
	engine  *liquid.Engine
	lang    string
	program *program
}

// newProgram cuts pieces into segments. A template that makes variables of its
// own is one block from the first of them on, since they live until its end.
func newProgram(pieces []piece, engine *liquid.Engine, lang string) (*program, error) {
	p := &program{}
	var err error
	if p.segments, err = (&cutter{engine, lang, p}).cut(pieces); err != nil {
		return nil, err
	}
	return p, nil
}

func (c *cutter) cut(pieces []piece) (out []segment, err error) {
	for i := 0; i < len(pieces); {
		one := pieces[i]
		end := i + 1
		switch {
		case one.kind == literal:
			out = literalAfter(out, one.text)
			i = end
			continue
		case one.kind == link:
			out = append(out, one.link())
			i = end
			continue
		case one.kind == object:
			if s, ok := one.value(c.lang); ok {
				out = append(out, s)
				i = end
				continue
			}
		case one.kind == tag:
			end = blockEnd(pieces, i)
			c.program.uneven = true
			if arms, ok := c.branch(pieces[i:end]); ok {
				out = append(out, segment{arms: arms, line: one.line})
				i = end
				continue
			}
		}
		block, err := newBlock(pieces[i:end], c.engine)
		if err != nil {
			return nil, err
		}
		out = append(out, segment{block: block, line: one.line})
		c.program.blocks, c.program.uneven = true, true
		i = end
	}
	return out, nil
}

// literalAfter adds a literal run, joined to the one before it.
func literalAfter(out []segment, text string) []segment {
	if n := len(out); n > 0 && out[n-1].isLiteral() {
		out[n-1].literal += text
		return out
	}
	return append(out, segment{literal: text})
}

func (s *segment) isLiteral() bool { return s.get == nil && s.block == nil && s.arms == nil }

// value is an object as a segment of its own: a variable of a person, the
// campaign or the sender, through filters that need no Liquid.
func (p piece) value(lang string) (segment, bool) {
	if !p.hole.bare {
		return segment{}, false
	}
	get := getterOf(p.hole.path)
	steps, ok := chainOf(p.hole.filters, lang)
	return segment{get: get, common: commonOf(p.hole.path), steps: steps, slot: p.target(), index: p.index, safe: p.hole.safe, line: p.line}, ok && get != nil
}

// target is the slot of a value, with | raw counted where HTML is allowed.
func (p piece) target() slot {
	if p.hole.raw && p.slot == inHTML {
		return inRaw
	}
	return p.slot
}

// blockEnd is the index after the tag that closes the one at i.
func blockEnd(pieces []piece, i int) int {
	depth := 0
	for j := i; j < len(pieces); j++ {
		if pieces[j].kind != tag {
			continue
		}
		name := pieces[j].name
		if name == "assign" || name == "capture" {
			return len(pieces)
		}
		if allowedTags[name] != "" {
			depth++
		} else if strings.HasPrefix(name, "end") {
			depth--
		}
		if depth <= 0 {
			return j + 1
		}
	}
	return len(pieces)
}

// newBlock writes pieces as Liquid source and lets Liquid read it: every value
// ends in the filter of its slot, every loop counts its
// turns and what it writes.
func newBlock(pieces []piece, engine *liquid.Engine) (*liquid.Template, error) {
	var b strings.Builder
	loops := 0
	for _, p := range pieces {
		switch p.kind {
		case literal:
			b.WriteString(strings.ReplaceAll(p.text, "{", `{{ "{" }}`)) // a brace of the author is no Liquid
			if loops > 0 && len(p.text) > 64 {
				b.WriteString("{% blanche_step " + strconv.Itoa(len(p.text)) + " %}")
			}
		case link: // what Liquid writes follows nobody
			b.WriteString(strings.ReplaceAll(string(escapers[p.link().slot].escape(nil, p.text)), "{", `{{ "{" }}`))
		case object:
			b.WriteString("{{ " + p.hole.expr + " | " + escapers[p.target()].filter + ": " + budgetName + ", " + strconv.Itoa(p.index) + " }}")
		case tag:
			b.WriteString(p.liquid())
			switch p.name {
			case "for":
				loops++
				b.WriteString("{% blanche_step 64 %}")
			case "endfor":
				loops--
			}
		}
	}
	t, err := engine.ParseTemplateLocation([]byte(b.String()), "", 1)
	if err != nil {
		return nil, err
	}
	return t, nil
}

// quote writes the literals, and the values that people share, in
// quoted-printable once for all. Every segment begins a line and ends one softly,
// so that no column is carried over; the last one of a part ends it as it is.
func (w *writer) quote(segments []segment, whole bool) {
	for i := range segments {
		s := &segments[i]
		last := whole && i == len(segments)-1
		for j := range s.arms {
			w.quote(s.arms[j].segments, last)
		}
		if s.common != ofNobody {
			text, err := w.segment(nil, s)
			if err != nil {
				s.common = ofNobody // it fails for each person
				continue
			}
			s.literal = string(text)
		} else if !s.isLiteral() {
			continue
		}
		if s.quoted = appendQuoted([]byte{}, []byte(s.literal)); !last {
			s.quoted = softBreak(s.quoted)
		}
	}
}

// size is about what a program writes in quoted-printable.
func (p *program) size() int { return sizeOf(p.segments) }

func sizeOf(segments []segment) int {
	n := 0
	for i := range segments {
		n += 64 + len(segments[i].quoted)
		for _, a := range segments[i].arms {
			n += sizeOf(a.segments)
		}
	}
	return n
}
