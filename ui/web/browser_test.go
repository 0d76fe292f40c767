package web_test

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blanche/ui/internal/chromium"
	"blanche/ui/web"
)

// visit is a page that people come to: by its address, and then by as many times
// of the key of the tabulator and the one that presses the button.
type visit struct {
	name, path string
	press      int    // of the tabulator, before Enter; 0: nothing is pressed
	h1         string // of the French page
}

var visits = []visit{
	{"unsubscribe", "/u/" + known, 0, "Se désinscrire"},
	{"unsubscribed", "/u/" + known, 1, "C’est fait, vous ne recevrez plus rien"},
	{"preferences", "/p/" + known, 0, "Ce que vous recevez"},
	{"chosen", "/p/" + known, 7, "Vos choix sont enregistrés"},
	{"answer", "/a/" + known + "?note=9", 0, "Votre avis"},
	{"satisfied", "/a/" + known + "?of=5", 0, "Votre avis"},
	{"answered", "/a/" + known + "?note=9", 2, "Merci"},
	{"nothing", "/u/nothing", 0, "Rien à montrer"},
}

// A browser shows every page, at the width of a telephone and of a screen, in both
// languages: nothing beyond the edge, nothing that the policy forbids, no cookie, no
// script, every control named, in the order in which it stands, with a frame where
// the keyboard is. Set BLANCHE_KEEP_PAGES to a folder to keep the pictures.
func TestTheBrowserShowsEveryPageAndBreaksNoPolicy(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	browser := chromium.Start(t)
	at := "http://" + served(t, web.Limits{})
	for _, size := range [][2]int{{390, 844}, {1280, 800}} {
		for _, lang := range []string{"fr", "en"} {
			p := browser.Open(t, at+"/healthz", size[0], size[1])
			for _, v := range visits {
				sep := "?"
				if strings.Contains(v.path, "?") {
					sep = "&"
				}
				p.Go(at + v.path + sep + "lang=" + lang)
				name := fmt.Sprintf("%s-%s-%d", v.name, lang, size[0])
				if v.press > 0 {
					for range v.press {
						p.Press("Tab", 9)
					}
					p.Enter()
				}
				looked(t, p, name, lang, v.h1, size[0])
			}
			for _, one := range p.Complaints() {
				if !strings.Contains(one, "404 (Not Found)") {
					t.Errorf("%s at %d: the browser complains: %s", lang, size[0], one)
				}
			}
			p.Close()
		}
	}
	// The message is shown, and nothing of it runs. What the browser says of its
	// script is the control of the complaints.
	p := browser.Open(t, at+"/v/"+known, 390, 844)
	if page := p.HTML(); !strings.Contains(page, "<title>x</title>") || !strings.Contains(page, "Bonjour") {
		t.Errorf("a script of a message ran, or nothing was shown: %s", page)
	}
	if len(p.Complaints()) == 0 {
		t.Error("the browser says nothing of a script that it must not run")
	}
	keepPicture(t, p, "message-fr-390")
}

// looked is one page, as people see, hear and reach it.
func looked(t *testing.T, p *chromium.Page, name, lang, h1 string, width int) {
	t.Helper()
	if w, _ := p.Size(); w > width {
		t.Errorf("%s: %d points wide", name, w)
	}
	if got := p.Value("document.documentElement.lang"); got != lang {
		t.Errorf("%s: its language is %v", name, got)
	}
	if got := p.Value("document.cookie + document.scripts.length + '' + localStorage.length"); got != "00" {
		t.Errorf("%s: cookies, scripts, memory: %v", name, got)
	}
	heads := 0
	for _, s := range p.Aloud() {
		switch s.Role {
		case "heading":
			if heads++; lang == "fr" && s.Name != h1 {
				t.Errorf("%s is called %q, not %q", name, s.Name, h1)
			}
		case "button", "link", "radio", "checkbox", "radiogroup", "group":
			if strings.TrimSpace(s.Name) == "" {
				t.Errorf("%s: a %s without a name", name, s.Role)
			}
		}
	}
	if heads != 1 {
		t.Errorf("%s: %d headings", name, heads)
	}
	keepPicture(t, p, name)
	if width < 500 { // the same document at every width
		walked(t, p, name)
	}
}

// walked goes through a page by keyboard, until it comes back to where it began.
func walked(t *testing.T, p *chromium.Page, name string) {
	t.Helper()
	first, last := -1.0, -1.0
	for range 30 {
		p.Press("Tab", 9)
		// Where the keyboard is: its place in the document, and whether that is seen.
		where, _ := p.Value(`(() => { const e = document.activeElement; if (!e || e === document.body) return [-1, ""];
			return [[...document.querySelectorAll("*")].indexOf(e), getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth] })()`).([]any)
		place, _ := where[0].(float64)
		if place < 0 || place == first {
			break
		}
		if first < 0 {
			first = place
		}
		if place <= last || where[1] != "solid3px" {
			t.Errorf("%s: the keyboard goes from %v to %v, framed %v", name, last, place, where[1])
		}
		last = place
	}
	if last < 0 && !strings.HasPrefix(name, "nothing") {
		t.Errorf("%s: nothing can be reached by keyboard", name)
	}
}

// keepPicture draws a page, which is not blank, and keeps it where somebody asks.
func keepPicture(t *testing.T, p *chromium.Page, name string) {
	t.Helper()
	raw := p.Shot()
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	tones, b := map[uint32]bool{}, picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y += 2 {
		for x := b.Min.X; x < b.Max.X; x += 2 {
			r, g, bl, _ := picture.At(x, y).RGBA()
			tones[r>>8<<16|g>>8<<8|bl>>8] = true
		}
	}
	if len(tones) < 10 {
		t.Errorf("%s: %d tones, as good as blank", name, len(tones))
	}
	if folder := os.Getenv("BLANCHE_KEEP_PAGES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name+".png"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
