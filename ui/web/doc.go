// Package web is the small part of the shop that anybody may reach: the pages of
// a message (say no, choose, read in a browser, answer), the addresses behind its
// links, and what other programs mount beside them.
//
// It promises that
//
//   - a GET changes nothing but what a click is, a HEAD nothing at all; only a POST
//     acts, without a login, a cookie, a script or a redirect (RFC 8058);
//   - "done" is said once it is durable and nothing is under way to the person;
//   - it says the same of who is known, unknown and erased, shows nothing of
//     anybody, and nothing of a token that is none;
//   - no page loads or runs anything: one style, named by its hash in the policy;
//   - whoever floods it costs a bounded part of it (limits.go): connections, time,
//     headers, bodies, requests of one address.
//
// It refuses to administer anything, to list a folder, and to follow an address
// that a request brings.
//
// Read next: server.go, limits.go, pages.go, then pages/*.html.
package web
