// Package bench measures a send on the machine of whoever asks: a temporary
// shop, the whole way from the start of a campaign to the last durable result,
// against a sink that throws messages away, and rivals that send as many
// messages of the same size to the same sink in the same run.
//
// It promises that ours and the rivals take turns, run by run, so that a
// disturbed machine disturbs all of them; that a run in which the machine was
// not itself is discarded and said to be; and that the sink, unless another is
// named, is a process of its own, so that its time is counted apart.
//
// It refuses to send anything to anybody: the sink keeps nothing, the addresses
// are fictional, and the caller says where a relay of its own is.
//
// An import is measured in the same way (bring.go): the same file into an empty
// folder, against the records alone put raw into the same engine, and against a
// table of PostgreSQL.
//
// Read next: bench.go, then ours.go, rival.go, sink.go; bring.go and bringcopy.go.
package bench
