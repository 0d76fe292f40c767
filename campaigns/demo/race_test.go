//go:build race

package demo

// shops is how many shops the interval is tried on: the race detector makes
// each ten times slower and learns nothing from more of them.
const shops = 20

// months is in how many months the stories are looked at.
const months = 5
