// Package theme is the only place with colours and glyphs. A Theme belongs to
// one session (its terminal decides colours, background and character set) and
// is rebuilt when one of these becomes known; it is immutable.
//
//	th := theme.New(theme.Options{Profile: colorprofile.Env(env), Dark: true})
//	th.Danger.Render(p.T("campaign.paused"))  // the opening sequence was made once
//	th.Accent.Append(&b, "38/s")              // into a builder, without a copy
//	th.G.Rule, th.G.Dot, th.G.Check           // glyphs, ASCII twins with --ascii
//
// Tokens say what a thing means, never how it looks: Text, Muted, Accent (the
// target, and what can be acted on), Blanche (the zone blanche, always this
// white), Good, Warn, Danger, Rule, and Selection, Title, Key for the chrome.
// Meaning is never in colour alone: each of them goes with a word or a glyph.
//
// It refuses to know languages, widgets or sizes. A test of this package reads
// ui/** and fails on a colour or an escape sequence written anywhere else.
//
// Read next: palette.go (the values), glyph.go.
package theme
