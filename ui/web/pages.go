package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"blanche/campaigns"
	"blanche/ui/i18n"
)

//go:embed pages
var files embed.FS

// pages are the templates, in both languages, with the one style that they have.
type pages struct {
	lang      string
	templates *template.Template
	style     template.CSS
	policy    string
	printers  map[string]*i18n.Printer
}

func newPages(lang string) *pages {
	style, err := files.ReadFile("pages/style.css")
	if err != nil {
		panic(err) // it is in the program
	}
	sum := sha256.Sum256(style)
	p := &pages{lang: i18n.Match(lang), style: template.CSS(style), printers: map[string]*i18n.Printer{}}
	p.policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	p.templates = template.Must(template.ParseFS(files, "pages/*.html"))
	for _, l := range i18n.Languages() {
		p.printers[l] = i18n.New(l)
	}
	return p
}

// sheet is what a template is filled with.
type sheet struct {
	*i18n.Printer
	Style  template.CSS
	Page   campaigns.PublicPage
	Name   string // of the page: the part of the catalogue
	Other  string // the other language
	Path   string // of this page, for its form
	Switch string // of this page in the other language
	Code   string // of what went wrong
	Late   bool   // a message was leaving already
	Scale  []int
	Note   int
	Answer bool // a note is chosen
}

// Title is what the page is called.
func (s *sheet) Title() string { return s.T("public." + s.Name + ".title") }

// Text is a sentence of the page.
func (s *sheet) Text(key string) string { return s.T("public."+s.Name+"."+key, "shop", s.Page.Shop) }

// Common is a sentence that pages share.
func (s *sheet) Common(key string) string { return s.T("public.common."+key, "shop", s.Page.Shop) }

// show writes a page in the language asked for, else in that of the reader.
func (p *pages) show(w http.ResponseWriter, r *http.Request, status int, file string, s sheet) {
	lang := r.URL.Query().Get("lang")
	if p.printers[lang] == nil {
		lang = i18n.Match(s.Page.Lang)
		if s.Page.Lang == "" { // nobody known
			lang = i18n.Match(append(wishes(r), p.lang)...)
		}
	}
	s.Printer, s.Style, s.Other = p.printers[lang], p.style, "en"
	if lang == "en" {
		s.Other = "fr"
	}
	s.Path = r.URL.EscapedPath() + "?lang=" + lang
	query := url.Values{"lang": {s.Other}}
	for _, name := range []string{"note", "of"} {
		if v := r.URL.Query().Get(name); v != "" && s.Answer {
			query.Set(name, v)
		}
	}
	if s.Code == "" {
		s.Switch = r.URL.EscapedPath() + "?" + query.Encode()
	}
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, file+".html", &s); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes())
	}
}

// wishes are the languages that a browser asks for, as it orders them.
func wishes(r *http.Request) (all []string) {
	for one := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(one, ";")
		if all = append(all, strings.TrimSpace(tag)); len(all) == 8 {
			break
		}
	}
	return all
}

// problem says that there is nothing, or not now; it echoes nothing.
func (p *pages) problem(w http.ResponseWriter, r *http.Request, status int, code string) {
	p.show(w, r, status, "problem", sheet{Name: "problem", Code: code})
}

// failed answers to what the desk refused.
func (s *Site) failed(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, campaigns.ErrNoPage) {
		s.pages.problem(w, r, http.StatusNotFound, "nothing")
		return
	}
	w.Header().Set("Retry-After", "30")
	s.pages.problem(w, r, http.StatusServiceUnavailable, "later")
}
