// Package contacts is the screen of the people: the whole base in a table, the
// card of one person, corrections in place, files brought in, and a box to try
// a rule on everybody.
//
// It promises that moving never waits: the desk gives the order of the people
// once for a query, the rows around the cursor are asked for ahead of it and
// kept, and a row that is not there yet is drawn as such. An answer to an older
// question is dropped. What a person typed is never lost to somebody else's
// change: the form says what changed and goes on from there.
//
// It refuses to read files by itself: they come through the session, which has
// none of them when it is held from elsewhere.
//
// Read next: contacts.go, query.go, rows.go; then card.go, edit.go, bring.go,
// rule.go.
package contacts
