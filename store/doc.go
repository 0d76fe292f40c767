// Package store says what must survive: the contract at the level of the
// domain that every engine keeps. Each method is one atomic step: it has
// happened, durably, when it returns nil, or it has not happened at all.
//
// What is promised:
//
//   - an acknowledged write survives the death of the process and of the power;
//   - a record that was damaged on disk is reported, never served (ErrDamaged);
//   - the ledger of a campaign loses nobody and gives nobody twice: see Ledger;
//   - a write based on an older version is refused (ErrChanged), never merged
//     in silence;
//   - a change that somebody answers for (Witnessed) is never without its line
//     in the audit, nor the line without the change;
//   - a folder written by a newer blanche is left untouched (ErrNewer);
//   - a snapshot is one moment of everything, and stops nobody (Upkeep);
//   - who was erased does not come back with an old copy of the data.
//
// What is refused: to decide. Who may be written to, what a rule means and
// when to retry are questions for package campaigns.
//
// Callbacks of Edit and Update run inside the one writing transaction: they
// never call the store again, never wait, never write to a network. Those of
// Scan and Lines run between short reads and may take their time.
//
// Times are kept to the millisecond at least, those of the ledger to the
// second, and come back in UTC or with the offset that they had.
//
// Read next: contacts.go, orders.go, campaigns.go, ledger.go, audit.go,
// upkeep.go, and rules.go, which every engine asks; then store/storetest, which
// says the same thing as tests, store/bolt, which keeps it, and store/memory,
// which forgets it.
package store
