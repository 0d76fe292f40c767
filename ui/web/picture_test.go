package web_test

import (
	"image/gif"
	"net/http"
	"testing"

	"blanche/ui/web"
)

func TestThePictureIsTheSameWhateverItsAddressIs(t *testing.T) {
	t.Parallel()
	d := &desk{}
	site := newSite(d, web.Limits{})
	good, other := get(site, http.MethodGet, "/o/"+known, "", "User-Agent", "GoogleImageProxy"), get(site, http.MethodGet, "/o/nothing", "")
	if good.Code != http.StatusOK || other.Code != http.StatusOK || good.Body.String() != other.Body.String() || good.Header().Get("Content-Type") != "image/gif" ||
		good.Header().Get("Cache-Control") != "no-store" || good.Header().Get("Set-Cookie") != "" {
		t.Errorf("%d %v, %d %v", good.Code, good.Header(), other.Code, other.Header())
	}
	if img, err := gif.Decode(good.Body); err != nil || img.Bounds().Dx() != 1 {
		t.Error(err)
	}
	if len(d.opened) != 1 || d.opened[0].UserAgent != "GoogleImageProxy" {
		t.Errorf("%+v", d.opened)
	}
	get(site, http.MethodHead, "/o/"+known, "")
	if w := get(site, http.MethodPost, "/o/"+known, "x=1"); w.Code != http.StatusMethodNotAllowed || len(d.opened) != 1 {
		t.Errorf("%d, %d counted", w.Code, len(d.opened))
	}
}
