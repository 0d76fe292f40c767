package measure

// Tests that want a bootstrap give its seed: the others are not slowed by one.
func init() { unaskedWork = -1 }
