// Package returns is the small SMTP server that takes reports of non-delivery at
// the addresses that messages came from (VERP), and nothing else: an address with
// no token of ours is refused like one that does not exist, whatever it is.
//
// A message is answered 250 only once whoever reads it says that it is durable;
// until then the other server keeps it. Sizes, recipients, connections and
// messages a minute are bounded, by address too. It relays nothing, knows no user
// and says nothing of itself but its name. Next: serve.go.
package returns
