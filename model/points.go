package model

import (
	"strconv"
	"time"
)

// PointsMove is one line of the ledger of points: what changed the total of a
// person, by how much, and what it was afterwards. Lines are added and never
// change; an erasure alone takes them away.
type PointsMove struct {
	Contact  ContactID
	At       time.Time // when it happened
	Recorded time.Time // when it was written here; zero of PointsOpening
	Delta    int64     // signed
	Total    int64     // afterwards
	Why      PointsWhy
	Source   string // what proves it: "clients.csv:12", an origin; empty where nothing does
	Operator string // who did it: a person, or the name of a program; empty for the machine
}

// PointsWhy is by which way a total changed.
type PointsWhy uint8

// The ways. PointsOpening is the total that the record had before the first line:
// nobody writes it, it is drawn from that line, or from the record of a person
// who has none.
const (
	PointsOpening  PointsWhy = iota
	PointsFile               // a row of a file gave the total
	PointsEdit               // somebody changed the record
	PointsCall               // another program said so
	PointsMerged             // two records were one person
	PointsUnmerged           // and then they were not
)

var pointsWhys = [...]string{"opening", "file", "edit", "call", "merge", "unmerge"}

func (w PointsWhy) String() string { return named(pointsWhys[:], int(w)) }

// MarshalText writes the English code of the way.
func (w PointsWhy) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// Line is the line of the file that proves a movement; 0 when its source names
// none.
func (m *PointsMove) Line() int {
	_, line, _, ok := SplitSource(m.Source)
	if !ok {
		return 0
	}
	return int(line)
}

// File is the file whose line proves a movement; empty when its source names
// none.
func (m *PointsMove) File() string {
	before, _, after, ok := SplitSource(m.Source)
	if !ok || after != "" {
		return ""
	}
	return before[:len(before)-1]
}

// FileLine is a line of a file as a source: "clients.csv:12".
func FileLine(file string, line int) string { return file + ":" + strconv.Itoa(line) }
