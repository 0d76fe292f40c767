// Package roster keeps lists of everybody in order: by name, by e-mail, by any
// column, and finds people by what their texts begin with or hold.
//
// It promises little memory and exact answers: an order is the numbers of the
// people, eight bytes each, and nothing of what they are sorted by; the texts are
// read in the store when a place in the order is looked for, some forty people
// for a million. A change of one contact moves that one. The lists that it gives
// are never written again: a screen may hold one as long as it likes.
//
// It refuses to guess: an order that is being read is not there yet, an order
// older than the data says so, and a search that was stopped says how far it
// got. Nothing is built before somebody asks, and what is built is built in the
// time of whoever asks, who may stop it.
//
// Read next: order.go, roster.go, search.go.
package roster
