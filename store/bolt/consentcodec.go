package bolt

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// Acts lie in pages: those of one transaction about the same 256 contacts share
// a record, in which a text (the file that proves a thousand consents, the
// wording, the operator) stands once. A million people of one import cost some
// twelve bytes each, and a page goes wholly when the last person in it is
// erased: no dictionary is left behind that names them.
const (
	consentVersion = 1
	consentBlock   = 256
)

// What a line has beyond its first bytes.
const (
	hasAt = 1 << iota
	hasSource
	hasLine
	hasWording
	hasOperator
	hasIP
	hasReason
	isKnown
)

// pageTexts are the texts of a page, each once. The last ones come first to
// mind: acts that follow each other say the same.
type pageTexts []string

func (t *pageTexts) number(s string) uint64 {
	for i, known := range slices.Backward(*t) {
		if known == s {
			return uint64(i)
		}
	}
	*t = append(*t, s)
	return uint64(len(*t) - 1)
}

// around is the text on both sides of the number of a line, with a NUL in its
// place; the one that is there already where there is one.
func (t *pageTexts) around(before, after string) string {
	for _, known := range slices.Backward(*t) {
		if len(known) == len(before)+1+len(after) && known[:len(before)] == before && known[len(before)] == 0 && known[len(before)+1:] == after {
			return known
		}
	}
	return before + "\x00" + after
}

// appendActs appends the body of a page: all acts have the same Recorded.
func appendActs(b []byte, acts []model.ConsentAct) []byte {
	var texts pageTexts
	var body []byte
	recorded := millis(acts[0].Recorded)
	for i := range acts {
		body = appendAct(body, &acts[i], recorded, &texts)
	}
	b = binary.AppendVarint(append(b, consentVersion), recorded)
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, s := range texts {
		b = appendText(b, s)
	}
	return append(binary.AppendUvarint(b, uint64(len(acts))), body...)
}

func appendAct(b []byte, a *model.ConsentAct, recorded int64, texts *pageTexts) []byte {
	before, line, after, split := model.SplitSource(a.Source)
	source := a.Source
	if split = split && strings.IndexByte(source, 0) < 0; split {
		source = texts.around(before, after)
	}
	var has byte
	set := func(bit byte, there bool) {
		if there {
			has |= bit
		}
	}
	set(hasAt, !a.At.IsZero())
	set(hasSource, source != "")
	set(hasLine, split)
	set(hasWording, a.Wording != "")
	set(hasOperator, a.Operator != "")
	set(hasIP, a.IP != "")
	set(hasReason, a.Reason != 0)
	set(isKnown, a.Known)
	b = append(b, byte(a.Contact%consentBlock), byte(a.Purpose)|byte(a.Choice)<<4, byte(a.Basis)|byte(a.Channel)<<4, has)
	if has&hasAt != 0 {
		b = binary.AppendVarint(b, millis(a.At)-recorded)
	}
	if has&hasSource != 0 {
		b = binary.AppendUvarint(b, texts.number(source))
	}
	if split {
		b = binary.AppendUvarint(b, line)
	}
	for _, s := range []string{a.Wording, a.Operator, a.IP} {
		if s != "" {
			b = binary.AppendUvarint(b, texts.number(s))
		}
	}
	if a.Reason != 0 {
		b = append(b, byte(a.Reason))
	}
	return b
}

// decodeActs reads a page; block is that of its contacts.
func decodeActs(body []byte, block uint64) ([]model.ConsentAct, error) {
	r := reader{rest: string(body)}
	if r.uint8() != consentVersion {
		return nil, errBroken
	}
	recorded := r.varint()
	texts := make([]string, r.count(1))
	for i := range texts {
		texts[i] = r.text()
	}
	acts := make([]model.ConsentAct, r.count(4))
	for i := range acts {
		if !decodeAct(&acts[i], &r, recorded, texts) {
			return nil, errBroken
		}
		acts[i].Contact += model.ContactID(block * consentBlock)
	}
	if r.bad || r.rest != "" || len(acts) == 0 {
		return nil, errBroken
	}
	return acts, nil
}

func decodeAct(a *model.ConsentAct, r *reader, recorded int64, texts []string) bool {
	text := func() string {
		n := r.uvarint()
		if n >= uint64(len(texts)) {
			r.fail()
			return ""
		}
		return texts[n]
	}
	a.Contact, a.Recorded = model.ContactID(r.uint8()), fromMillis(recorded)
	what, ground := r.uint8(), r.uint8()
	a.Purpose, a.Choice = model.Purpose(what&15), model.Choice(what>>4)
	a.Basis, a.Channel = model.Basis(ground&15), model.Channel(ground>>4)
	has := r.uint8()
	a.Known = has&isKnown != 0
	if has&hasAt != 0 {
		a.At = time.UnixMilli(recorded + r.varint()).UTC()
	}
	if has&hasSource != 0 {
		a.Source = text()
	}
	if has&hasLine != 0 {
		a.Source = strings.Replace(a.Source, "\x00", strconv.FormatUint(r.uvarint(), 10), 1)
	}
	if has&hasWording != 0 {
		a.Wording = text()
	}
	if has&hasOperator != 0 {
		a.Operator = text()
	}
	if has&hasIP != 0 {
		a.IP = text()
	}
	if has&hasReason != 0 {
		a.Reason = model.SuppressReason(r.uint8())
	}
	return !r.bad && a.Purpose <= model.AboutWhat && a.Choice <= model.Chosen && a.Basis <= model.BasisB2B &&
		a.Channel <= model.ByPhone && a.Reason <= model.SuppressInvalid
}
