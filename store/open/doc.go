// Package open chooses the engine: it is the only place that knows which one
// keeps a data folder. Whoever needs a store calls Open and then knows the
// contract of package store alone.
package open
