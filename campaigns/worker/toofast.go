package worker

import (
	_ "embed"
	"strconv"
	"strings"

	"blanche/model"
)

// tooFastFile holds the words of providers.
//
//go:embed toofast.txt
var tooFastFile string

// tooFastWords mean "too fast"; notTooFast, that something else is meant.
var tooFastWords, notTooFast = readTooFast(tooFastFile)

// readTooFast reads a word a line; # begins a remark.
func readTooFast(file string) (words, never []string) {
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		word, no := strings.CutPrefix(line, "!")
		switch {
		case line == "" || line[0] == '#':
		case no:
			never = append(never, word)
		default:
			words = append(words, word)
		}
	}
	return words, never
}

// tooFast reports whether a temporary refusal is about how fast, or over how
// many connections, a provider is written to, and not about a person.
func tooFast(a *model.Receipt) bool {
	if a.Result != model.SendDeferred {
		return false
	}
	said := strings.ToLower(strconv.Itoa(a.Code) + " " + a.Enhanced + " " + a.Text)
	return says(said, tooFastWords) && !says(said, notTooFast)
}

func says(said string, words []string) bool {
	for _, w := range words {
		if hasWord(said, w) {
			return true
		}
	}
	return false
}

// hasWord finds a word that stands alone; one that ends with * may go on.
func hasWord(said, word string) bool {
	word, open := strings.CutSuffix(word, "*")
	for from := 0; ; {
		i := strings.Index(said[from:], word)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(word)
		if (i == 0 || !inWord(said, i-1)) && (open || end == len(said) || !inWord(said, end)) {
			return true
		}
		from = end
	}
}

// inWord reports whether a byte belongs to a word or to a number with dots; the
// dot that ends a sentence does not.
func inWord(said string, i int) bool {
	c := said[i]
	if c == '.' {
		return i+1 < len(said) && said[i+1] >= '0' && said[i+1] <= '9'
	}
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_'
}
