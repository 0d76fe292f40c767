//go:build !race

package demo

// shops is how many shops the interval is tried on.
const shops = 200
