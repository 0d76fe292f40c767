// Package chromium shows pages to a real browser, for tests: one process without a
// screen for all pages of a test, asked through its pipe (Chrome DevTools Protocol,
// chromedevtools.github.io/devtools-protocol).
//
// It promises that the browser ends with its test, that nothing of it stays on the
// disk, and that it has no network but this machine. A test without a browser on
// the machine is skipped, with the reason.
//
// It refuses to be more than what the tests ask: pictures, what is in the document,
// paper, what the browser complains of, what somebody hears who does not see.
//
// Read next: browser.go, then page.go.
package chromium
