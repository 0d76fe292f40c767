//go:build !race

package demo

// shops is how many shops the interval is tried on.
const shops = 200

// months is in how many months the stories are looked at.
const months = 12
