package report_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"blanche/ui/i18n"
)

// A browser shows the pages: at the width of a screen and of a telephone with
// nothing beyond the edge, the sentence in the document, and on paper in one to
// three pages. Set BLANCHE_PICTURES to a folder to keep what it saw.
func TestABrowserShowsThePages(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	keep := os.Getenv("BLANCHE_PICTURES")
	pages := all(t)
	for _, name := range []string{"statement", "open", "changed", "indicative", "month"} {
		for _, lang := range i18n.Languages() {
			if lang == "en" && name != "statement" && name != "month" {
				continue
			}
			dir := t.TempDir()
			page := pageOf(t, lang, pages[name])
			file := filepath.Join(dir, "page.html")
			if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
				t.Fatal(err)
			}
			whole := keep != "" || name == "statement" || name == "month"
			for width, size := range map[string]string{"900": "900,1400", "390": "390,1400"} {
				if width == "900" && !whole { // the telephone is the narrow one
					continue
				}
				shot := filepath.Join(dir, name+"-"+lang+"-"+width+".png")
				browser(t, file, "--screenshot="+shot, "--window-size="+size)
				if n := inks(t, shot); n < 20 {
					t.Errorf("%s %s at %s: %d tones, as good as blank", name, lang, width, n)
				}
				kept(t, keep, shot)
			}
			sentence := regexp.MustCompile(`class="(?:sentence|say plain)">\s*(?:<p>)?([^<]{20})`).FindStringSubmatch(page)
			dom := strings.ReplaceAll(string(browser(t, file, "--dump-dom")), "&nbsp;", "\u00a0")
			if sentence == nil || !strings.Contains(dom, sentence[1]) {
				t.Errorf("%s %s: the browser does not show the sentence %q", name, lang, sentence)
			}
			paper := filepath.Join(dir, name+"-"+lang+".pdf")
			browser(t, file, "--no-pdf-header-footer", "--print-to-pdf="+paper)
			raw, err := os.ReadFile(paper)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(raw, -1)); n < 1 || n > 3 {
				t.Errorf("%s %s: %d pages of paper", name, lang, n)
			}
			kept(t, keep, paper)
		}
	}
}

// chromium runs the browser without a screen and without a network, and gives
// what it writes.
func chromium(t *testing.T) func(t *testing.T, file string, args ...string) []byte {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium: apt-get install chromium")
	}
	return func(t *testing.T, file string, args ...string) []byte {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		args = append([]string{
			"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
			"--disable-dev-shm-usage", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + t.TempDir(),
		}, append(args, "file://"+file)...)
		cmd := exec.CommandContext(ctx, program, args...)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %s", err, errs.String())
		}
		return out.Bytes()
	}
}

// inks counts the different tones of a picture: a blank one has one.
func inks(t *testing.T, file string) int {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	picture, err := png.Decode(f)
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

func kept(t *testing.T, folder, file string) {
	t.Helper()
	if folder == "" {
		return
	}
	raw, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, filepath.Base(file)), raw, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
