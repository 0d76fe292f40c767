//go:build !race

package bolt

// oftenEnough is how many power cuts and flipped bits are tried.
const oftenEnough = 2000
