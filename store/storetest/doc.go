// Package storetest says what package store promises, as tests that any engine
// has to pass: Run is called from the tests of each.
//
// It knows no engine. What only one engine can break (files, locks, checksums,
// power cuts) is tested beside that engine.
//
// Read next: run.go, then ledger.go and machine.go, which are the heart.
package storetest
