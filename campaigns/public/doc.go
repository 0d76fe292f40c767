// Package public holds what the outside may hold of the shop: tokens in the
// links of messages, and who is taken for a machine when one comes back.
//
// A token says of which campaign, which person, what for and which link, and
// reads as noise: an AES block under a key of the folder, with 128 bits of
// HMAC-SHA-256 behind it. It promises that
//
//   - nobody without the key makes one, or turns one into another: what it is for
//     is under the seal;
//   - it never ends: a link of ten years ago still lets its reader say no. Keys are
//     numbered, the number stands in front, and one that is no longer used to
//     mint is still used to read;
//   - it holds no address and names nobody to who has no key, and it says the same
//     after the person was erased: a number that leads to nobody;
//   - the same matter gives the same token: a message written twice is the same.
//
// It refuses to know a store, the hour or HTTP: keys come in, verdicts go out.
//
// Read next: token.go, then agent.go.
package public
