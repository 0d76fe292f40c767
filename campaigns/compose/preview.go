package compose

import "strings"

// Preview is a message as one person would get it.
type Preview struct {
	Rendered
	EML []byte // the whole message, as it would leave
}

// Preview writes the message for a person in every form. Without its headers the
// .eml cannot be made: Build says which one is missing.
func (m *Message) Preview(p Person, h Headers) (Preview, error) {
	rendered, err := m.Render(p)
	if err != nil {
		return Preview{}, err
	}
	eml, err := m.Build(p, h)
	return Preview{rendered, eml}, err
}

// previewPolicy lets a browser show a message and run nothing of it.
const previewPolicy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src https: data:; style-src 'unsafe-inline'">`

// PreviewPage is an HTML part as a file to open in a browser: nothing in it
// can run.
func PreviewPage(html string) string {
	if before, after, ok := strings.Cut(html, "<head>"); ok {
		return before + "<head>" + previewPolicy + after
	}
	return previewPolicy + html
}
