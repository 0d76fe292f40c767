package tuitest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

var named = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "f1": tea.KeyF1,
}

// keyOf is the press of a key by its name.
func keyOf(name string) tea.KeyPressMsg {
	var mod tea.KeyMod
	base := name
	for {
		switch {
		case strings.HasPrefix(base, "ctrl+"):
			mod, base = mod|tea.ModCtrl, base[len("ctrl+"):]
			continue
		case strings.HasPrefix(base, "shift+"):
			mod, base = mod|tea.ModShift, base[len("shift+"):]
			continue
		}
		break
	}
	if code, ok := named[base]; ok {
		k := tea.Key{Code: code, Mod: mod}
		if base == "space" && mod == 0 {
			k.Text = " "
		}
		return tea.KeyPressMsg(k)
	}
	if base == " " {
		return tea.KeyPressMsg(tea.Key{Code: tea.KeySpace, Text: " "})
	}
	r, _ := utf8.DecodeRuneInString(base)
	if mod&tea.ModCtrl != 0 {
		return tea.KeyPressMsg(tea.Key{Code: r, Mod: mod})
	}
	return tea.KeyPressMsg(tea.Key{Code: unicode.ToLower(r), Text: base})
}
