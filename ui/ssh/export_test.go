package ssh

// For tests from outside.
var (
	DialWithin = dial
	Join       = join
	Split      = split
)
