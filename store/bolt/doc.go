// Package bolt keeps the contract of package store in two bbolt files of one
// folder, and in one for each month of what comes back. They are apart because
// a file has one writer: an import must not hold up a message. Of schema 6, in
// buckets (key → value):
//
//	crm.db    contact           number → record
//	          contact_by_email  comparable address → a page of addresses from
//	                            there on, each with its number (namepage.go);
//	                            contact_by_external, contact_by_card likewise
//	          contact_new       number, kind, text → a page of names that came
//	                            in an import and wait for their places (runs.go);
//	                            there only then
//	          order             number → record
//	          order_key         source, id → number
//	          order_log         contact, day, number → what it adds to revenue
//	          order_waiting     kind, text → orders whose buyer is unknown
//	          campaign          name → JSON
//	          segment           name → JSON
//	          operator          name → JSON
//	          operator_key      fingerprint → name
//	          audit             number → line of the chain
//	          audit_detail      number → salt and changes: the part that an
//	                            erasure takes away
//	          audit_object      object, number → nothing: the lines by object
//	          setting           name → JSON: pacing; frozen/name → JSON, and
//	                            frozen.people/name/page → a bit for each person
//	          consent           contacts by 256, number → a page of acts
//	          points            contacts by 256, number → a page of movements
//	          union             number that went into another one → what it takes
//	                            to give both back; union_into turned round, and
//	                            union_own who stayed as they would be alone
//	          union_name        kind, text → number with which the name came
//	          union_order       number of an order → number to which it came
//	          union_apart       two numbers that are not one person → since when
//	          meta              schema, folder, audit_head (the end of the chain),
//	                            erased (how many numbers have no record), sequence
//	                            (writes before the last compaction)
//	send.db   ledger            campaign → buckets of pages, see ledger.go
//	          unsettled         campaigns that have claims
//	          suppress          keyed hash of an address → why and since when
//	          opposition        keyed hash, number → the act, with its evidence
//	          meta              schema, suppress_key, disarmed, sequence
//	track-YYYYMM.db             what came back from outside in a month, in UTC:
//	          event             millisecond and number within it → response
//	          person            contact, key of an event → nothing
//	          who               kind, campaign, contact → first and last time
//	          reader            campaign, version, link, contact → which month
//	                            counts them
//	          tally             campaign → sums, of the transaction of the events
//	          seen              hash of an ID → when
//	          past              month that was removed, campaign → sums: in the
//	                            oldest file that is there
//	          meta              schema, folder, sequence
//	erasures.log                a text: who was erased, as hashes; it outlives
//	                            a backup that is put back (erasures.go)
//
// Whatever changes the choices of a person, or their points, writes the act or the
// movement in its transaction: putContact is the one place where records are
// written, and wants a pen.
//
// What came to schema 3 later is optional, and a program of before passes over
// it: fields of campaigns, and in a ledger those of the universal zone blanche
// (their number at the end of its head, their pages behind those held out).
//
// The buckets of unions are made when two records are found to be one person for
// the first time; without them, and to a program that does not know them, nothing
// leads from the names of a record that is gone. What a union needs in send.db, the
// oppositions of one address on the others, is written before it and taken back
// after it: a crash in between leaves somebody too many who is not written to.
//
// A month is made when something of it comes, opened when it is asked for, and
// removed as a whole, also by hand while the folder is open: the schema of these
// files is their own, and one that cannot be read refuses what is asked of it, not
// the folder (track.go).
//
// The schema of a folder is that of its crm.db; send.db has a number of its own,
// still 1, and either of a higher number refuses the folder. An older crm.db is
// brought forward when the folder is opened: both files are copied to
// backups/before-schema-…, then every step is taken in one transaction
// (migrate.go). A change of schema adds a step there, and needs the golden folder
// of the schema before it in testdata.
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
//   - a line of the audit is written in the transaction of what it witnesses;
//     its hash covers the line before, every field and the sum of its changes.
//     Who can write to the files can rewrite the whole chain: only a head that
//     is kept outside finds that;
//   - a compaction proves its copy, record by record, and puts it in place under
//     whoever reads; killed at any step it changes nothing (compact.go);
//   - a page that bbolt cannot walk is a damaged record, not the end of the
//     process, as far as one process can tell: verify in a child;
//   - a disk that is nearly full takes nothing new, and has room for the results
//     of what was begun (room.go);
//   - times are kept to the millisecond (the ledger: to the second), in UTC.
//
// What it refuses: two processes on one folder (the lock of bbolt decides, the
// file holder only names who has it), a folder of a newer schema, and half a
// folder: a file without the other, or two files that were not made together.
//
// Read next: file.go, folder.go, migrate.go and engine.go (opening), envelope.go,
// contacts.go, names.go, merge.go and record.go, consent.go, pointspen.go, orders.go, then ledger.go, claim.go, retry.go and commit.go,
// and audit.go, witness.go and auditverify.go; track.go and trackappend.go; for
// upkeep snapshot.go, compact.go, erase.go and erasures.go.
package bolt
