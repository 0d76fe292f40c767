//go:build race

package bolt

// oftenEnough is how many power cuts and flipped bits are tried: two thousand in a
// run without the race detector, see .ci/run.
const oftenEnough = 400
