package config

import (
	"path/filepath"

	"blanche/model"
)

func readInboxBasis(l *Loaded, v any) error {
	b, ok := model.ParseBasis(asText(v))
	if !ok {
		return model.Invalid("cli.bad_basis", "value", asText(v)).Hint("cli.basis_choices")
	}
	l.Config.Inbox.Basis = b
	return nil
}

// readInbox finds the folder of files from that of the data.
func (l *Loaded) readInbox() error {
	in := &l.Config.Inbox
	if in.Dir != "" && !filepath.IsAbs(in.Dir) {
		in.Dir = filepath.Join(l.Paths.Data, in.Dir)
	}
	if in.Basis != model.BasisNone && in.Source == "" {
		return model.Invalid("cli.basis_without_source").Hint("inbox.give_source", "basis", in.Basis)
	}
	return nil
}
