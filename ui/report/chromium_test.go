package report_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"blanche/ui/i18n"
	"blanche/ui/internal/chromium"
)

// A browser shows the pages: at the width of a screen and of a telephone with
// nothing beyond the edge, the sentence in the document, and on paper in one to
// three pages. Set BLANCHE_PICTURES to a folder to keep what it saw.
func TestABrowserShowsThePages(t *testing.T) {
	t.Parallel()
	browser := chromium.Start(t)
	keep := os.Getenv("BLANCHE_PICTURES")
	pages := all(t)
	for _, name := range []string{"statement", "open", "changed", "indicative", "month"} {
		for _, lang := range i18n.Languages() {
			if lang == "en" && name != "statement" && name != "month" {
				continue
			}
			page := pageOf(t, lang, pages[name])
			file := filepath.Join(t.TempDir(), "page.html")
			if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
				t.Fatal(err)
			}
			whole := keep != "" || name == "statement" || name == "month"
			for _, width := range []int{900, 390} {
				if width == 900 && !whole { // the telephone is the narrow one
					continue
				}
				p := browser.Open(t, "file://"+file, width, 1400)
				shot := p.Shot()
				if n := inks(t, shot); n < 20 {
					t.Errorf("%s %s at %d: %d tones, as good as blank", name, lang, width, n)
				}
				if w, _ := p.Size(); w > width {
					t.Errorf("%s %s: %d points wide in %d", name, lang, w, width)
				}
				kept(t, keep, fmt.Sprintf("%s-%s-%d.png", name, lang, width), shot)
				if width == 390 {
					printed(t, p, page, keep, name+"-"+lang)
				}
				p.Close()
			}
		}
	}
}

// printed compares a page with what the browser has of it, and puts it on paper.
func printed(t *testing.T, p *chromium.Page, page, keep, name string) {
	t.Helper()
	sentence := regexp.MustCompile(`class="(?:sentence|say plain)">\s*(?:<p>)?([^<]{20})`).FindStringSubmatch(page)
	dom := strings.ReplaceAll(p.HTML(), "&nbsp;", "\u00a0")
	if sentence == nil || !strings.Contains(dom, sentence[1]) {
		t.Errorf("%s: the browser does not show the sentence %q", name, sentence)
	}
	paper := p.Paper()
	if n := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(paper, -1)); n < 1 || n > 3 {
		t.Errorf("%s: %d pages of paper", name, n)
	}
	kept(t, keep, name+".pdf", paper)
}

// inks counts the different tones of a picture: a blank one has one.
func inks(t *testing.T, shot []byte) int {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	return tones(picture)
}

func tones(picture image.Image) int {
	seen := map[uint32]bool{}
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y += 2 {
		for x := b.Min.X; x < b.Max.X; x += 2 {
			r, g, bl, _ := picture.At(x, y).RGBA()
			seen[r>>8<<16|g>>8<<8|bl>>8] = true
		}
	}
	return len(seen)
}

func kept(t *testing.T, folder, name string, raw []byte) {
	t.Helper()
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}
