package campaigns_test

// tested is a campaign with a test of two wordings, each for 10 % of the people.
func tested(name string) file {
	return file{name: name, more: "[ab]\nshare = 0.2\nmetric = \"revenue\"\ndelay = \"4h\"\n[[ab.variant]]\nname = \"b\"\nsubject = \"Autre sujet\"\n"}
}
