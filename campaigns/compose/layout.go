package compose

import (
	_ "embed"
	"html"
	"regexp"
	"strings"
)

// The frame of a message and its two footers. They are text of the message,
// in its own language, not of a screen: they live beside the code as files.
var (
	//go:embed layout/page.html
	pageHTML string
	//go:embed layout/footer.fr.html
	footerFR string
	//go:embed layout/footer.en.html
	footerEN string
)

// wholePage finds an HTML body that is a page of its own.
var wholePage = regexp.MustCompile(`(?i)<(!doctype|html|body)[\s>]`)

// footerOf is the footer as a template: who speaks, how to leave and, where there is
// a public part, how to choose: each only when the author has not written it.
func footerOf(lang, body string, public bool) string {
	footer := footerFR
	if lang == "en" {
		footer = footerEN
	}
	footer = strings.TrimSpace(footer)
	footer = section(footer, "identity", !strings.Contains(body, "sender.address"))
	footer = section(footer, "unsubscribe", !strings.Contains(body, "unsubscribe_url"))
	footer = section(footer, "preferences", public && !strings.Contains(body, "preferences_url"))
	if !strings.Contains(footer, "{{") {
		return ""
	}
	return footer
}

// section keeps or removes what is between [[name]] and [[/name]].
func section(text, name string, keep bool) string {
	before, rest, ok := strings.Cut(text, "[["+name+"]]")
	inner, after, ok2 := strings.Cut(rest, "[[/"+name+"]]")
	if !ok || !ok2 {
		return text
	}
	if !keep {
		inner = ""
	}
	return before + inner + after
}

// frame puts a body and a footer in a page. A body that is a page already only
// gets the footer, before its end.
func frame(lang, title, body, footer string) string {
	if wholePage.MatchString(body) {
		if i := strings.LastIndex(strings.ToLower(body), "</body"); i >= 0 {
			return body[:i] + footer + body[i:]
		}
		return body + footer
	}
	return strings.NewReplacer("[[lang]]", lang, "[[title]]", html.EscapeString(title), "[[body]]", body, "[[footer]]", footer).
		Replace(pageHTML)
}

// pictured adds a picture that nobody sees at the end of a page.
func pictured(page, address string) string {
	tag := `<img src="` + html.EscapeString(address) + `" width="1" height="1" alt="">`
	if i := strings.LastIndex(strings.ToLower(page), "</body"); i >= 0 {
		return page[:i] + tag + page[i:]
	}
	return page + tag
}
