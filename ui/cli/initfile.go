package cli

import (
	"errors"
	"io/fs"
	"net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"blanche/model"
)

// passwordName is the file of the password of the relay, beside the settings.
const passwordName = "relay.password"

// file is the file of settings: every answer under its explanation. What was
// left open stands there as a comment, to be completed.
//
//i18n:keys init.comment.*
func (b *beginner) file() string {
	var out strings.Builder
	comment := func(key string) { out.WriteString("# " + b.p.T("init.comment."+key) + "\n") }
	line := func(key, value string) {
		if value == "" {
			out.WriteString("# ")
		}
		out.WriteString(key + " = " + tomlText(value) + "\n")
	}
	comment("head")
	comment("check")
	out.WriteString("\n")
	line("lang", b.lang)
	line("timezone", b.zone)
	out.WriteString("\n")
	comment("sender")
	out.WriteString("[sender]\n")
	line("name", b.name)
	comment("address")
	line("address", b.address)
	line("from", b.from)
	comment("unsubscribe")
	line("unsubscribe", b.unsubscribe)
	out.WriteString("\n")
	comment("relay")
	out.WriteString("[relay]\n")
	line("url", b.relay)
	if b.password != "" {
		comment("password")
		line("password_file", passwordName)
	}
	out.WriteString("\n")
	comment("approval")
	out.WriteString("# [approval]\n# above = 1000\n")
	return out.String()
}

// tomlText is a text of the file: quoted, its quotes and backslashes escaped.
func tomlText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// write puts the password and the settings in the data folder, each whole or
// not at all. What stood there is kept beside.
func (b *beginner) write() error {
	if err := os.MkdirAll(b.paths.Data, 0o700); err != nil {
		return model.Failed(err, "init.cannot_write", "file", b.paths.Data)
	}
	if b.password != "" {
		if err := putFile(filepath.Join(filepath.Dir(b.paths.Config), passwordName), b.password+"\n", b.force); err != nil {
			return err
		}
	}
	return putFile(b.paths.Config, b.file(), b.force)
}

// putFile writes a file that only its owner can read. One that is there is
// refused, or with force kept under another name.
func putFile(name, text string, force bool) error {
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*") // 0600
	if err != nil {
		return model.Failed(err, "init.cannot_write", "file", name)
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.WriteString(text)
	err = firstOf(err, temp.Sync(), temp.Close())
	if err == nil && force {
		err = keepOld(name)
	}
	if err == nil {
		err = os.Link(temp.Name(), name) // fails where something is, unlike a rename
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return model.Refused("init.exists", "file", name)
	case err != nil:
		return model.Failed(err, "init.cannot_write", "file", name)
	}
	return nil
}

// keepOld gives a file that is there the first free name of NAME.bak,
// NAME.bak-2 and so on.
func keepOld(name string) error {
	for n := 1; ; n++ {
		kept := name + ".bak"
		if n > 1 {
			kept += "-" + strconv.Itoa(n)
		}
		err := os.Link(name, kept)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return err
		}
		return os.Remove(name)
	}
}

// mailboxOf is an address with the name of the sender before it, unless it has
// one.
func mailboxOf(name, from string) string {
	if strings.Contains(from, "<") || name == "" {
		return from
	}
	box := name + " <" + from + ">"
	if a, err := mail.ParseAddress(box); err == nil && a.Name == name {
		return box
	}
	return tomlText(name) + " <" + from + ">"
}

// addressOf is the address of a mailbox that was checked.
func addressOf(box string) string {
	a, err := mail.ParseAddress(box)
	if err != nil {
		return ""
	}
	return a.Address
}

// isExample reports whether an address is one that reaches nobody (RFC 2606).
func isExample(address string) bool {
	return strings.HasSuffix(address, ".example")
}

// shellWord is a word that a shell reads as one.
func shellWord(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool {
		return !strings.ContainsRune("/._-+:@%", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
