// Package memory keeps the part of package store that a message needs, the
// ledger, the suppressions and what comes back, in memory: for simulations of
// a sender that dies and is started again thousands of times.
//
// What is promised is the contract of store.Ledger and store.Suppressions, proved
// by the same suite as any engine (storetest.RunSender, RunResponses), and:
//
//   - Crash is the death of the process: what was claimed is planned again, what
//     was intended is uncertain, the old handle answers nothing but errors;
//   - Fault makes a method fail before anything is written, or after everything
//     is, as a disk may;
//   - Check sees the tally after every change, while nothing else can change;
//   - the same calls give the same answers: no clock, no randomness, no goroutine.
//
// What is refused: to be durable. It is for tests alone; data folders are those
// of store/open.
//
// Read next: memory.go, then ledger.go.
package memory
