// Package bolt keeps the contract of package store in two bbolt files of one
// folder: crm.db (contacts, orders, campaigns, segments) and send.db (the
// ledger and the suppressions). They are apart because a file has one writer:
// an import must not hold up a message.
//
// What it promises beyond the contract:
//
//   - every value lies in an envelope: a version byte and a CRC-32C over the
//     table, the key and the value, verified at each read, because bbolt does
//     not checksum its pages. A record under another key than its own is
//     damaged too;
//   - a file appears whole or not at all: it is made under another name,
//     synced, then linked to its name;
//   - nothing points into the mapped file after a transaction has ended, and
//     no callback runs while one is open, except those of Edit and Update;
//   - times are kept to the millisecond (the ledger: to the second), in UTC.
//
// What it refuses: two processes on one folder (the lock of bbolt decides, the
// file holder only names who has it), a folder of a newer schema, and half a
// folder: a file without the other, or two files that were not made together.
//
// Read next: file.go, folder.go and engine.go (opening), envelope.go, contacts.go and
// merge.go, orders.go, then ledger.go, claim.go and commit.go.
package bolt
