package model

import (
	"fmt"
	"slices"
)

// Level is how serious something is.
type Level uint8

// The levels.
const (
	LevelOK Level = iota
	LevelInfo
	LevelWarn
	LevelStop
)

var levelNames = [...]string{"ok", "info", "warn", "stop"}

func (l Level) String() string { return levelNames[l] }

// MarshalText writes the English code of the level.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a code written by MarshalText.
func (l *Level) UnmarshalText(b []byte) error {
	i := slices.Index(levelNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("no level %q", b)
	}
	*l = Level(i)
	return nil
}

// Repair is the place where a line of the preflight is repaired, for the screen
// to jump there.
type Repair string

// The places: a field of the form of the campaign, a setting of the house, or
// what somebody has to do.
const (
	RepairSubject  Repair = "form.subject"
	RepairBody     Repair = "form.body"
	RepairFrom     Repair = "form.from"
	RepairAudience Repair = "form.audience"
	RepairHoldout  Repair = "form.holdout"
	RepairSend     Repair = "form.send"
	RepairTest     Repair = "form.ab"
	RepairTopic    Repair = "form.topic"
	RepairSender   Repair = "settings.sender"
	RepairRelay    Repair = "settings.relay"
	RepairApproval Repair = "approve"
	RepairArm      Repair = "arm"
)

// CheckLine is one line of the preflight: a key of the catalogue with its
// values, and how to repair it.
type CheckLine struct {
	Code   string // stable: "unknown_variable", "no_sender"…; catalogue key check.CODE
	Level  Level  // ok, info, warn; stop blocks the launch
	Args   []any  // name, value…
	Repair Repair // where it is repaired; empty: nothing to repair

	Variant string // of a test, that the line is about; empty for the file itself
}

// Checklist is the preflight of a campaign.
type Checklist struct {
	Campaign string
	Lines    []CheckLine
	Matched  int
	Target   int
	HeldOut  int
	Planned  int
	Excluded Exclusions
}

// Blocked reports whether a line stops the launch.
func (c *Checklist) Blocked() bool {
	for _, l := range c.Lines {
		if l.Level == LevelStop {
			return true
		}
	}
	return false
}
