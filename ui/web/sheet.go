package web

import (
	"slices"

	"blanche/campaigns"
)

//i18n:keys public.common.*
//i18n:keys public.leave.*
//i18n:keys public.left.*
//i18n:keys public.choose.*
//i18n:keys public.chosen.*
//i18n:keys public.nps.*
//i18n:keys public.csat.*
//i18n:keys public.answered.*
//i18n:keys public.problem.*

// Wants reports whether a subject is ticked: all are for who never chose.
func (s *sheet) Wants(subject string) bool {
	return s.Page.Wanted == nil || slices.Contains(s.Page.Wanted, subject)
}

// option is one way to answer.
type option struct {
	Code, Text string
	Chosen     bool
}

// Frequencies are how often somebody may be written to.
func (s *sheet) Frequencies() []option {
	var out []option
	for i, code := range campaigns.PublicFrequencies() {
		out = append(out, option{code, s.Text("frequency_" + code), code == s.Page.Frequency || i == 0 && s.Page.Frequency == ""})
	}
	return out
}

// Tracked reports whether that is what the person said about being followed.
func (s *sheet) Tracked(said string) bool { return s.Page.Tracking.String() == said }

// Most is the highest note.
func (s *sheet) Most() int { return s.Scale[len(s.Scale)-1] }

// Given reports whether a note is the one chosen.
func (s *sheet) Given(note int) bool { return s.Answer && s.Note == note }
