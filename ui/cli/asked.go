package cli

import (
	"slices"
	"strings"
)

// commandWords is a command line from its first word that is no option of every
// command: `--lang fr campaign list` asks for `campaign list`.
func commandWords(argv []string) []string {
	for i := 0; i < len(argv); i++ {
		switch word := argv[i]; {
		case word == "--lang" || word == "--data":
			i++
		case !strings.HasPrefix(word, "-") || word == "-":
			return argv[i:]
		}
	}
	return nil
}

// asksScreens tells a command line that asks for the screens: nothing, or
// options alone.
func asksScreens(argv []string) bool {
	return len(commandWords(argv)) == 0 && !slices.Contains(argv, "--help") && !slices.Contains(argv, "-h")
}
