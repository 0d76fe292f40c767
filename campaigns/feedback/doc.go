// Package feedback reads what comes back after a message has left: reports of
// non-delivery (RFC 3464, and the plain texts of those who do not write them),
// and complaints (RFC 5965, and Microsoft's own form). Bytes go in, findings come
// out: of which message, of whom, and why (model.BounceClass, by the one table of
// model.ClassifyRefusal). What providers of mail tell by hook is read too, and
// their signatures are checked over the bytes that came in (vendor.go).
//
// It promises never to fail on what strangers write: sizes, depth and number of
// parts are bounded, broken charsets are read as they are, and what is not
// understood is NatureNone. It refuses to guess: a delay is no failure, a reply
// of a machine on holiday is nothing at all, and an address is never taken from
// a text where the report names one.
//
// It knows no store, no clock and no network. Next: read.go, then dsn.go and
// plain.go; Addresses (addresses.go) makes and reads the envelope senders that
// bring a report home; vendor.go, then one file for each vendor, and vendorproof.go.
package feedback
