package chromium

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"
)

// Page is one page of a browser.
type Page struct {
	t       testing.TB
	b       *Browser
	session string
	loaded  chan struct{}

	mu         sync.Mutex
	complaints []string
}

// Open loads an address in a window of so many points, and waits until it is
// there.
func (b *Browser) Open(t testing.TB, url string, width, height int) *Page {
	t.Helper()
	p := &Page{t: t, b: b, loaded: make(chan struct{}, 16)}
	target := b.must(t, "", "Target.createTarget", map[string]any{"url": "about:blank"})["targetId"]
	p.session, _ = b.must(t, "", "Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"].(string)
	b.mu.Lock()
	b.pages[p.session] = p
	b.mu.Unlock()
	for _, what := range []string{"Page.enable", "Log.enable", "Runtime.enable", "DOM.enable", "Accessibility.enable"} {
		p.must(what, nil)
	}
	p.must("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
	p.Go(url)
	return p
}

// Go loads another address in the page.
func (p *Page) Go(url string) {
	p.t.Helper()
	p.must("Page.navigate", map[string]any{"url": url})
	select {
	case <-p.loaded:
	case <-time.After(patience):
		p.t.Fatalf("%s never loads", url)
	}
}

// Close lets go of the page.
func (p *Page) Close() { _, _ = p.b.ask(p.session, "Page.close", nil) }

// heard takes what the page says by itself.
func (p *Page) heard(m *message) {
	switch m.Method {
	case "Page.loadEventFired":
		select {
		case p.loaded <- struct{}{}:
		default:
		}
	case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled":
		p.mu.Lock()
		p.complaints = append(p.complaints, string(m.Params))
		p.mu.Unlock()
	}
}

// Complaints are what the browser, or a script, wrote into the console: what a
// policy forbade is among it.
func (p *Page) Complaints() []string {
	p.must("Runtime.evaluate", map[string]any{"expression": "0"}) // what was said before it has come
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.complaints)
}

// Shot is a picture of the whole page, in PNG.
func (p *Page) Shot() []byte {
	p.t.Helper()
	return p.bytes("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true})
}

// Paper is the page as it is printed, in PDF.
func (p *Page) Paper() []byte {
	p.t.Helper()
	return p.bytes("Page.printToPDF", map[string]any{"preferCSSPageSize": true, "printBackground": true})
}

// HTML is the document as it stands in the browser.
func (p *Page) HTML() string {
	p.t.Helper()
	root, _ := p.must("DOM.getDocument", nil)["root"].(map[string]any)
	text, _ := p.must("DOM.getOuterHTML", map[string]any{"nodeId": root["nodeId"]})["outerHTML"].(string)
	return text
}

// Size is that of all that the page shows, in points.
func (p *Page) Size() (width, height int) {
	p.t.Helper()
	size, _ := p.must("Page.getLayoutMetrics", nil)["cssContentSize"].(map[string]any)
	w, _ := size["width"].(float64)
	h, _ := size["height"].(float64)
	return int(w), int(h)
}

// Spoken is one thing that a reader of screens says of a page.
type Spoken struct{ Role, Name string }

// Aloud is what somebody hears who does not see, from the top.
func (p *Page) Aloud() (all []Spoken) {
	p.t.Helper()
	nodes, _ := p.must("Accessibility.getFullAXTree", nil)["nodes"].([]any)
	for _, one := range nodes {
		n, _ := one.(map[string]any)
		if ignored, _ := n["ignored"].(bool); ignored {
			continue
		}
		value := func(key string) string {
			v, _ := n[key].(map[string]any)
			text, _ := v["value"].(string)
			return text
		}
		all = append(all, Spoken{value("role"), value("name")})
	}
	return all
}

// Press types a key (Tab, Enter) into the page.
func (p *Page) Press(key string, code int) {
	p.t.Helper()
	for _, what := range []string{"rawKeyDown", "keyUp"} {
		p.must("Input.dispatchKeyEvent", map[string]any{"type": what, "key": key, "code": key, "windowsVirtualKeyCode": code})
	}
}

// Enter presses what the keyboard is at, and waits for the page that comes of it.
func (p *Page) Enter() {
	p.t.Helper()
	for _, what := range []map[string]any{{"type": "keyDown", "text": "\r"}, {"type": "keyUp"}} {
		what["key"], what["code"], what["windowsVirtualKeyCode"] = "Enter", "Enter", 13
		p.must("Input.dispatchKeyEvent", what)
	}
	select {
	case <-p.loaded:
	case <-time.After(patience):
		p.t.Fatal("nothing comes of Enter")
	}
}

// Value is what an expression is worth in the page.
func (p *Page) Value(expression string) any {
	p.t.Helper()
	result, _ := p.must("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true})["result"].(map[string]any)
	return result["value"]
}

func (p *Page) bytes(method string, params any) []byte {
	p.t.Helper()
	text, _ := p.must(method, params)["data"].(string)
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		p.t.Fatalf("%s: %d bytes, %v", method, len(raw), err)
	}
	return raw
}

func (p *Page) must(method string, params any) map[string]any {
	p.t.Helper()
	return p.b.must(p.t, p.session, method, params)
}

func (b *Browser) must(t testing.TB, session, method string, params any) (out map[string]any) {
	t.Helper()
	raw, err := b.ask(session, method, params)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}
