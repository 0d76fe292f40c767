package bolt

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// Movements lie in pages, those of the same 256 contacts together, as the acts of
// the ledger of consents do and for the same reasons (consentcodec.go): the file
// that moved the points of a thousand people is named once, and no dictionary
// outlives the last person in a page. A page takes the movements of several
// transactions until it is full, so that a till which tells one sale at a time
// does not leave a page for each.
const (
	pointsVersion = 1
	pointsBlock   = 256
	pointsFull    = 2 << 10 // bytes of a page to which nothing is added any more
)

// What a movement has beyond its first bytes, in the half of a byte that the way
// leaves.
const (
	moveSource = 16 << iota
	moveLine
	moveOperator
	moveEarlier // it happened before it was written
)

// appendMoves appends the body of a page.
func appendMoves(b []byte, moves []model.PointsMove) []byte {
	var texts pageTexts
	var body []byte
	at := millis(moves[0].Recorded)
	b = binary.AppendVarint(append(b, pointsVersion), at)
	for i := range moves {
		body = appendMove(body, &moves[i], at, &texts)
		at = millis(moves[i].Recorded)
	}
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, s := range texts {
		b = appendText(b, s)
	}
	return append(binary.AppendUvarint(b, uint64(len(moves))), body...)
}

// appendMove appends a movement; last is when the one before was written.
func appendMove(b []byte, m *model.PointsMove, last int64, texts *pageTexts) []byte {
	before, line, after, split := model.SplitSource(m.Source)
	source := m.Source
	if split = split && strings.IndexByte(source, 0) < 0; split {
		source = texts.around(before, after)
	}
	has := byte(m.Why)
	set := func(bit byte, there bool) {
		if there {
			has |= bit
		}
	}
	recorded, at := millis(m.Recorded), millis(m.At)
	set(moveSource, source != "")
	set(moveLine, split)
	set(moveOperator, m.Operator != "")
	set(moveEarlier, at != recorded)
	b = append(b, byte(m.Contact%pointsBlock), has)
	b = binary.AppendVarint(b, recorded-last)
	b = binary.AppendVarint(binary.AppendVarint(b, m.Delta), m.Total)
	if source != "" {
		b = binary.AppendUvarint(b, texts.number(source))
	}
	if split {
		b = binary.AppendUvarint(b, line)
	}
	if m.Operator != "" {
		b = binary.AppendUvarint(b, texts.number(m.Operator))
	}
	if at != recorded {
		b = binary.AppendVarint(b, at-recorded)
	}
	return b
}

// decodeMoves reads a page; block is that of its contacts.
func decodeMoves(body []byte, block uint64) ([]model.PointsMove, error) {
	r := reader{rest: string(body)}
	if r.uint8() != pointsVersion {
		return nil, errBroken
	}
	at := r.varint()
	texts := make([]string, r.count(1))
	for i := range texts {
		texts[i] = r.text()
	}
	moves := make([]model.PointsMove, r.count(5))
	for i := range moves {
		if at = decodeMove(&moves[i], &r, at, texts); r.bad {
			return nil, errBroken
		}
		moves[i].Contact += model.ContactID(block * pointsBlock)
	}
	if r.bad || r.rest != "" || len(moves) == 0 {
		return nil, errBroken
	}
	return moves, nil
}

// decodeMove reads a movement, and returns when it was written.
func decodeMove(m *model.PointsMove, r *reader, last int64, texts []string) int64 {
	text := func() string {
		n := r.uvarint()
		if n >= uint64(len(texts)) {
			r.fail()
			return ""
		}
		return texts[n]
	}
	m.Contact = model.ContactID(r.uint8())
	has := r.uint8()
	if m.Why = model.PointsWhy(has & 15); m.Why == model.PointsOpening || m.Why > model.PointsUnmerged {
		r.fail()
	}
	recorded := last + r.varint()
	m.Delta, m.Total = r.varint(), r.varint()
	if has&moveSource != 0 {
		m.Source = text()
	}
	if has&moveLine != 0 {
		m.Source = strings.Replace(m.Source, "\x00", strconv.FormatUint(r.uvarint(), 10), 1)
	}
	if has&moveOperator != 0 {
		m.Operator = text()
	}
	at := recorded
	if has&moveEarlier != 0 {
		at += r.varint()
	}
	m.Recorded, m.At = time.UnixMilli(recorded).UTC(), time.UnixMilli(at).UTC()
	return recorded
}
