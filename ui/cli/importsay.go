package cli

import (
	"strings"

	"blanche/model"
	"blanche/ui/say"
)

// importJSON is a report whose file of refused rows is null when there is none.
type importJSON struct {
	*model.ImportReport
	RejectsFile *string `json:"rejects_file"`
}

// sayImport is the report of an import.
//
//i18n:keys import.dates.*
func (s *session) sayImport(r *model.ImportReport) error {
	if s.global.json {
		out := importJSON{ImportReport: r}
		if r.RejectsFile != "" {
			out.RejectsFile = &r.RejectsFile
		}
		return s.json(out)
	}
	p := s.p
	dates := say.Unknown
	if r.DateOrder != "" {
		dates = p.T("import.dates." + r.DateOrder)
	}
	if r.Sheet != "" {
		s.say(p.T("import.said.sheet", "file", r.File, "sheet", r.Sheet, "dates", dates))
	} else if r.Encoding != "" { // something of it was read
		s.say(p.T("cli.import.read", "file", r.File, "encoding", r.Encoding, "delimiter", nameOf(r.Delimiter), "dates", dates))
	}
	if r.Profile != "" && r.Profile != "generic" {
		s.say(p.T("import.said.profile", "profile", r.Profile))
	}
	if r.Mapping != "" {
		s.say(p.T("import.said.mapping", "name", r.Mapping))
	}
	for i := range r.Parts {
		part := &r.Parts[i]
		s.say(p.T("import.said.part", "file", part.File, "rows", p.Int(part.Rows), "created", p.Int(part.Created), "rejected", p.Int(part.Rejected)))
	}
	g := &grid{columns: []column{left("", ""), right("", "")}}
	g.add(p.T("cli.import.rows"), p.Int(r.Rows))
	if r.Kind == "merges" {
		g.add(p.T("cli.import.merged"), p.Int(r.Created))
		g.add(p.T("cli.import.merged_already"), p.Int(r.Unchanged))
	} else {
		g.add(p.T("cli.import.created"), p.Int(r.Created))
		g.add(p.T("cli.import.updated"), p.Int(r.Updated))
		g.add(p.T("cli.import.unchanged"), p.Int(r.Unchanged))
	}
	g.add(p.T("cli.import.rejected"), p.Int(r.Rejected))
	if r.Resumed > 0 {
		g.add(p.T("cli.import.resumed"), p.Int(r.Resumed))
	}
	if r.OpposedKept > 0 {
		g.add(p.T("cli.import.opposed_kept"), p.Int(r.OpposedKept))
	}
	if r.Opposed > 0 {
		g.add(p.T("cli.import.opposed"), p.Int(r.Opposed))
	}
	if r.Bounced > 0 {
		g.add(p.T("cli.import.bounced"), p.Int(r.Bounced))
	}
	if r.Unmatched > 0 {
		g.add(p.T("cli.import.unmatched"), p.Int(r.Unmatched))
	}
	if r.Foreign > 0 {
		g.add(p.T("cli.import.other_currency"), p.Int(r.Foreign))
	}
	if err := g.write(s.Out); err != nil {
		return err
	}
	if len(r.Attributes) > 0 {
		s.say(p.T("import.said.attributes", "names", strings.Join(r.Attributes, ", ")))
	}
	for _, title := range r.Shadowed {
		s.say(p.T("cli.import.shadowed", "title", title))
	}
	for _, c := range r.KeptApart {
		s.say(p.T("import.said.kept_apart", "title", c.Column, "name", c.Attribute))
	}
	if r.ErasedKept > 0 {
		s.say(p.N("import.said.erased_kept", r.ErasedKept))
	}
	if r.Undated > 0 {
		s.say(p.N("import.said.undated", r.Undated))
	}
	if r.Taken > 0 {
		s.say(p.N("import.said.taken", r.Taken))
	}
	s.sayTypos(r)
	if r.DryRun {
		s.say(p.T("cli.import.dry"))
	}
	return s.sayRejects(r)
}

// sayTypos lists, before anything is imported, the addresses that somebody may
// want to correct in the file; afterwards it only says how many there were.
func (s *session) sayTypos(r *model.ImportReport) {
	p := s.p
	switch {
	case r.TyposFound == 0:
		return
	case !r.DryRun:
		s.say(p.N("import.said.typos", r.TyposFound))
		return
	}
	s.say(p.N("import.said.typos_dry", r.TyposFound))
	for i, t := range r.Typos {
		if i == shownRejects {
			break
		}
		s.say(p.T("import.said.typo", "line", number(t.Line), "email", cutText(t.Email, 60), "suggestion", cutText(t.Suggestion, 60)))
	}
}

// shownRejects is how many refused rows a person is shown; the file has all.
const shownRejects = 10

//i18n:keys cli.reject.*
func (s *session) sayRejects(r *model.ImportReport) error {
	if r.Rejected == 0 {
		return nil
	}
	p := s.p
	g := &grid{columns: []column{right(p.T("cli.import.line"), "line"), left(p.T("cli.import.column"), "column"), left(p.T("cli.import.value"), "value"), left(p.T("cli.import.reason"), "reason")}}
	for i, x := range r.Rejects {
		if i == shownRejects {
			break
		}
		g.add(number(x.Line), x.Column, cutText(x.Value, 40), p.T("cli.reject."+x.Reason))
	}
	s.say("")
	if err := g.write(s.Out); err != nil {
		return err
	}
	switch {
	case r.RejectsFile != "":
		s.note(p.T("cli.import.rejects_file", "file", r.RejectsFile))
	case !r.DryRun:
		s.note(p.T("cli.import.rejects_yours"))
	}
	return nil
}

// nameOf writes a tab so that it can be seen.
func nameOf(delimiter string) string {
	if delimiter == "\t" {
		return "TAB"
	}
	return delimiter
}

// cutText shortens a text for a table.
func cutText(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
