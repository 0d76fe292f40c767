// Package health answers to machines that watch: /healthz (the process is
// alive), /readyz (it can do its work: JSON, 503 when something is missing) and
// /metrics (Prometheus text, version 0.0.4).
//
// It promises to listen on this machine only, to answer GET and HEAD only, to
// change nothing, to be read in bounded time and size, and to say nothing of
// anybody: labels come from closed lists, values are numbers.
//
// The text of /metrics is written by hand: some thirty series do not pay for
// the client library and its eight modules (protobuf among them) in a binary
// that has no other use for them. The library checks it, in the tests.
//
// It refuses another address than loopback, and requests whose Host is a name
// of elsewhere, which a page in a browser of this machine could send.
//
// Read next: handler.go, metrics.go (the series), collect.go (where they come from).
package health
