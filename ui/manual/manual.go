package manual

import (
	"embed"
	"slices"
)

//go:embed fr en
var files embed.FS

// First is the page to begin with.
const First = "start"

// Names are the pages, in the order to read them.
func Names() []string { return []string{First, "import", "rules", "send", "roi", "team", "upkeep"} }

// Page is a page in a language ("fr" or "en"), as Markdown; ok is false when
// there is none of that name.
func Page(lang, name string) (text string, ok bool) {
	if lang != "fr" {
		lang = "en"
	}
	if !slices.Contains(Names(), name) {
		return "", false
	}
	raw, err := files.ReadFile(lang + "/" + name + ".md")
	return string(raw), err == nil
}
