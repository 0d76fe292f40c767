//go:build !race

package ssh_test

const raceDetector = false
