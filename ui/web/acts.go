package web

import (
	_ "embed"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"blanche/campaigns"
	"blanche/model"
)

// form reads the fields of a POST: what could be read of them, and whether that is
// all. ok is false once there were too many bytes, which was answered.
func (s *Site) form(w http.ResponseWriter, r *http.Request) (fields url.Values, whole, ok bool) {
	r.Body = http.MaxBytesReader(w, r.Body, s.opt.Limits.Body)
	var err error
	if kind, _, bad := mime.ParseMediaType(r.Header.Get("Content-Type")); bad == nil && kind == "multipart/form-data" {
		err = r.ParseMultipartForm(s.opt.Limits.Body) // RFC 8058 allows it
	} else {
		err = r.ParseForm()
	}
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		w.Header().Set("Connection", "close") // nobody reads the rest
		s.pages.problem(w, r, http.StatusRequestEntityTooLarge, "unreadable")
		return nil, false, false
	}
	return r.PostForm, err == nil, true
}

// choices reads a form of which nothing may be missing; ok is false once that was
// answered.
func (s *Site) choices(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	fields, whole, ok := s.form(w, r)
	if ok && !whole {
		s.pages.problem(w, r, http.StatusBadRequest, "unreadable")
		return nil, false
	}
	return fields, ok
}

// page reads the token of a page; false once something was answered.
func (s *Site) page(w http.ResponseWriter, r *http.Request, path string) (campaigns.PublicPage, string, bool) {
	token := r.PathValue("token")
	p, err := s.opt.Desk.Page(r.Context(), path, token)
	if err != nil {
		s.failed(w, r, err)
	}
	return p, token, err == nil
}

// done tells whether an act is over, late: but for a message that was leaving.
func (s *Site) done(w http.ResponseWriter, r *http.Request, err error) (late, ok bool) {
	if err != nil && model.KindOf(err) != model.KindPartial {
		s.failed(w, r, err)
		return false, false
	}
	return err != nil, true
}

func (s *Site) unsubscribe(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	p, token, ok := s.page(w, r, campaigns.PathUnsubscribe)
	if !ok {
		return
	}
	if r.Method == http.MethodGet {
		s.pages.show(w, r, http.StatusOK, "leave", sheet{Name: "leave", Page: p})
		return
	}
	fields, _, ok := s.form(w, r) // the address alone says no, whatever is around it
	if !ok {
		return
	}
	late, ok := s.done(w, r, s.opt.Desk.Leave(r.Context(), token))
	if !ok {
		return
	}
	if fields.Get("List-Unsubscribe") != "" { // a program asks: it reads the status
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
		return
	}
	s.pages.show(w, r, http.StatusOK, "done", sheet{Name: "left", Page: p, Late: late})
}

func (s *Site) preferences(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	p, token, ok := s.page(w, r, campaigns.PathPreferences)
	if !ok {
		return
	}
	if r.Method == http.MethodGet {
		s.pages.show(w, r, http.StatusOK, "choose", sheet{Name: "choose", Page: p})
		return
	}
	fields, ok := s.choices(w, r)
	if !ok {
		return
	}
	late, ok := s.done(w, r, s.opt.Desk.Choose(r.Context(), token, s.choice(r, p, fields)))
	if !ok {
		return
	}
	name := "chosen"
	if fields.Get("messages") == "no" {
		name = "left"
	}
	s.pages.show(w, r, http.StatusOK, "done", sheet{Name: name, Page: p, Late: late})
}

// choice is what a form says; the wording of a yes is the one that was on the page.
func (s *Site) choice(r *http.Request, p campaigns.PublicPage, fields url.Values) campaigns.PublicChoice {
	c := campaigns.PublicChoice{Leave: fields.Get("messages") == "no", Frequency: fields.Get("frequency")}
	if said := fields.Get("tracking"); said == "yes" || said == "no" {
		yes := said == "yes"
		printer := s.pages.printers[r.URL.Query().Get("lang")]
		if printer == nil {
			printer = s.pages.printers[s.pages.lang]
		}
		c.Tracking, c.Wording = &yes, printer.T("public.choose.tracking_text", "shop", p.Shop)
	}
	if fields.Get("subjects_shown") != "" {
		subjects := fields["subject"]
		c.Subjects = &subjects
	}
	return c
}

// viewPolicy lets a browser show a message, and run nothing of it.
//
//go:embed pages/view.policy
var viewPolicy string

func (s *Site) view(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet) {
		return
	}
	html, err := s.opt.Desk.Message(r.Context(), r.PathValue("token"))
	if err != nil {
		s.failed(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", viewPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(html))
}

// scaleOf is the highest note and all of them: 0 to 10 or, asked for, 1 to 5.
func scaleOf(of string) (name string, notes []int) {
	if of == "5" {
		return "csat", []int{1, 2, 3, 4, 5}
	}
	return "nps", []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	p, token, ok := s.page(w, r, campaigns.PathAnswer)
	if !ok {
		return
	}
	name, notes := scaleOf(r.URL.Query().Get("of"))
	fields := r.URL.Query()
	if r.Method == http.MethodPost {
		if fields, ok = s.choices(w, r); !ok {
			return
		}
		name, notes = scaleOf(fields.Get("of"))
	}
	note, err := strconv.Atoi(fields.Get("note"))
	chosen := err == nil && note >= notes[0] && note <= notes[len(notes)-1]
	if r.Method == http.MethodGet || !chosen {
		s.pages.show(w, r, http.StatusOK, "answer", sheet{Name: name, Page: p, Scale: notes, Note: note, Answer: chosen})
		return
	}
	if _, ok := s.done(w, r, s.opt.Desk.Answer(r.Context(), token, note, notes[len(notes)-1])); ok {
		s.pages.show(w, r, http.StatusOK, "done", sheet{Name: "answered", Page: p})
	}
}

func (s *Site) click(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		only(w, r, http.MethodGet)
		return
	}
	target, err := s.opt.Desk.Follow(r.Context(), r.PathValue("token"), campaigns.PublicHit{
		Head:      r.Method == http.MethodHead,
		Purpose:   r.Header.Get("Sec-Purpose") + r.Header.Get("Purpose") + r.Header.Get("X-Moz"),
		UserAgent: r.UserAgent(),
	})
	if err != nil {
		s.failed(w, r, err)
		return
	}
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusFound)
}
