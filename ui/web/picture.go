package web

import (
	"net/http"

	"blanche/campaigns"
)

// picture is one point that nobody sees (GIF89a).
var picture = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

// open answers with the picture of a wording, whatever the address is: what is
// counted, and whether it is, is nobody's to know.
func (s *Site) open(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet) {
		return
	}
	_ = s.opt.Desk.Opened(r.Context(), r.PathValue("token"), campaigns.PublicHit{
		Purpose: r.Header.Get("Sec-Purpose") + r.Header.Get("Purpose") + r.Header.Get("X-Moz"), UserAgent: r.UserAgent(),
	})
	w.Header().Set("Content-Type", "image/gif")
	_, _ = w.Write(picture)
}
