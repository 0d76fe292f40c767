package cli

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"

	"github.com/spf13/cobra"
)

func newAuditCmd(s *session) *cobra.Command {
	return s.group("audit", newAuditTailCmd(s), newAuditVerifyCmd(s))
}

// auditJSON is a line of the audit as scripts see it.
type auditJSON struct {
	Seq     uint64             `json:"seq"`
	At      string             `json:"at"`
	Who     string             `json:"who"`
	Role    model.Role         `json:"role"`
	From    string             `json:"from"`
	Act     string             `json:"act"`
	Object  string             `json:"object"`
	Reason  *string            `json:"reason"`
	Changes []model.FieldAudit `json:"changes"`
	Erased  bool               `json:"erased"`
	Hash    string             `json:"hash"`
}

func toAuditJSON(l *model.AuditLine) auditJSON {
	out := auditJSON{
		Seq: l.Seq, At: l.Entry.At.Format(rfc3339), Who: l.Entry.Who, Role: l.Entry.Role, From: l.Entry.From, Act: l.Entry.Act,
		Object: l.Entry.Object, Changes: orEmpty(l.Entry.Changes), Erased: l.Erased, Hash: hex.EncodeToString(l.Hash[:]),
	}
	if l.Entry.Reason != "" {
		out.Reason = &l.Entry.Reason
	}
	return out
}

func newAuditTailCmd(s *session) *cobra.Command {
	var n, before *int
	var who, act, object, text, since *string
	var asCSV *bool
	cmd := s.command("audit tail", nil, func(cmd *cobra.Command, _ []string) error {
		set, err := s.config()
		if err != nil {
			return err
		}
		q := campaigns.AuditQuery{N: *n, Before: uint64(max(*before, 0)), Who: *who, Act: *act, Object: *object, Text: *text}
		if *since != "" {
			if q.Since, err = parseInstant(*since, set.Config.Zone); err != nil {
				return model.Invalid("cli.bad_instant", "flag", "--since", "value", *since)
			}
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		lines, err := desk.AuditLines(cmd.Context(), q)
		if err != nil {
			return err
		}
		return s.showAudit(lines, *asCSV)
	})
	n, before = s.intFlag(cmd, "limit", 20), s.intFlag(cmd, "before", 0)
	who, act, object, text = s.textFlag(cmd, "who", ""), s.textFlag(cmd, "act", ""), s.textFlag(cmd, "object", ""), s.textFlag(cmd, "text", "")
	since, asCSV = s.textFlag(cmd, "since", ""), s.csvFlag(cmd)
	return cmd
}

// showAudit shows lines, the newest first.
func (s *session) showAudit(lines []model.AuditLine, asCSV bool) error {
	p := s.p
	g := &grid{columns: []column{
		right(p.T("cli.audit.seq"), "seq"), left(p.T("cli.history.at"), "at"), left(p.T("cli.audit.who"), "who"), left(p.T("cli.audit.from"), "from"),
		left(p.T("cli.audit.act"), "act"), left(p.T("cli.audit.object"), "object"), left(p.T("cli.audit.changes"), "changes"),
	}}
	out := make([]auditJSON, 0, len(lines))
	for i := range lines {
		l := &lines[i]
		out = append(out, toAuditJSON(l))
		e, n := &l.Entry, strconv.FormatUint(l.Seq, 10)
		g.addBoth(
			[]string{n, p.DateTime(e.At), e.Who, e.From, say.Act(p, e.Act), e.Object, cutText(s.changes(l), 80)},
			[]string{n, e.At.Format(rfc3339), e.Who, e.From, e.Act, e.Object, s.changes(l)},
		)
	}
	if s.OutTerminal && !s.global.json && !asCSV {
		g = g.fit(s.page(), auditGives)
	}
	return s.show(out, asCSV, g)
}

// auditGives is what a line gives up where a terminal is too narrow for it: what
// changed, then where somebody came from, then the ends of what it is about and of
// what was done. Who did it stays whole.
var auditGives = []gives{{6, 16, true}, {3, 5, true}, {5, 12, false}, {4, 16, false}}

// changes is what changed, in one line.
func (s *session) changes(l *model.AuditLine) string {
	if l.Erased {
		return s.p.T("cli.audit.erased")
	}
	parts := make([]string, 0, len(l.Entry.Changes)+1)
	if l.Entry.Reason != "" {
		parts = append(parts, l.Entry.Reason)
	}
	for _, c := range l.Entry.Changes {
		if c.Before == "" {
			parts = append(parts, c.Field+": "+c.After)
			continue
		}
		parts = append(parts, c.Field+": "+c.Before+" → "+c.After)
	}
	return strings.Join(parts, "; ")
}

// proofJSON is the result of `audit verify`.
type proofJSON struct {
	model.AuditProof
	Flaws []model.AuditFlaw `json:"flaws"`
	Head  headJSON          `json:"head"`
}

// headJSON is the end of the chain, as it is kept outside.
type headJSON struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
	At   string `json:"at"`
}

func toHeadJSON(h model.AuditHead) headJSON {
	return headJSON{h.Seq, hex.EncodeToString(h.Hash[:]), h.At.Format(rfc3339)}
}

func newAuditVerifyCmd(s *session) *cobra.Command {
	var heads *string
	var asCSV *bool
	cmd := s.command("audit verify", nil, func(cmd *cobra.Command, _ []string) error {
		outside, err := s.outsideHeads(cmd, *heads)
		if err != nil {
			return err
		}
		desk, err := s.use(cmd.Context(), false)
		if err != nil {
			return err
		}
		proof, err := desk.VerifyAudit(cmd.Context(), outside...)
		if err != nil {
			return err
		}
		err = s.answer(proofJSON{proof, orEmpty(proof.Flaws), toHeadJSON(proof.Head)}, *asCSV, func() error { return s.sayProof(&proof, len(outside)) })
		if err == nil && !proof.Intact {
			return ended(exitFailure)
		}
		return err
	})
	heads, asCSV = s.textFlag(cmd, "heads", ""), s.csvFlag(cmd)
	return cmd
}

// outsideHeads reads the heads of the file named, else of the one that the
// settings keep, which the process that holds the data reads.
func (s *session) outsideHeads(cmd *cobra.Command, named string) ([]model.AuditHead, error) {
	if err := s.elsewhere(cmd.Context()); err != nil {
		return nil, err
	}
	if named != "" {
		raw, err := s.readInput(cmd.Context(), named)
		if err != nil {
			return nil, err
		}
		return parseHeads(raw, named)
	}
	set, err := s.config()
	if err != nil || set.Audit.File == "" {
		return nil, err
	}
	file := headsFile(set)
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nothing went out yet
	}
	if err != nil {
		return nil, fileError(err, file)
	}
	return parseHeads(raw, file)
}

// sayProof says whether the chain holds, and where not.
func (s *session) sayProof(proof *model.AuditProof, outside int) error {
	for _, f := range proof.Flaws {
		s.say(s.p.T("cli.audit.flaw", "seq", f.Seq, "what", s.p.T("audit.flaw."+f.What)))
	}
	if !proof.Intact {
		s.say(s.p.T("cli.audit.broken", "lines", proof.Lines))
		return nil
	}
	s.say(s.p.T("cli.audit.intact", "lines", proof.Lines, "erased", proof.Erased))
	if outside == 0 {
		s.note(s.p.T("cli.audit.no_heads"))
	}
	return nil
}

// parseHeads reads heads that were kept outside: a JSON object on each line, one
// at least.
func parseHeads(raw []byte, name string) ([]model.AuditHead, error) {
	var out []model.AuditHead
	line := 0
	for text := range strings.Lines(string(raw)) {
		line++
		if strings.TrimSpace(text) == "" {
			continue
		}
		var h headJSON
		var head model.AuditHead
		err := json.Unmarshal([]byte(text), &h)
		if err == nil {
			var hash []byte
			if hash, err = hex.DecodeString(h.Hash); len(hash) == len(head.Hash) {
				copy(head.Hash[:], hash)
			} else {
				err = firstOf(err, hex.ErrLength)
			}
		}
		if err != nil {
			return nil, model.Invalid("cli.audit.bad_head", "file", name, "line", line).Because(err)
		}
		head.Seq = h.Seq
		head.At, _ = time.Parse(rfc3339, h.At)
		out = append(out, head)
	}
	if len(out) == 0 {
		return nil, model.Invalid("cli.audit.bad_head", "file", name, "line", 1)
	}
	return out, nil
}
