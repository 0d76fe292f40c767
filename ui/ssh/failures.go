package ssh

import "time"

// failures counts, by address, the connections that ended without a proved key,
// and forgets one each second.
type failures struct {
	limit int
	now   func() time.Time
	by    map[string]failed
}

type failed struct {
	count float64
	at    time.Time // of count
}

// remembered is how many addresses are kept in mind: a few hundred kilobytes.
// Who has more of them than that is not held up by a count of each.
const remembered = 4096

// left is what remains of the failures of an address.
func (f *failures) left(address string) float64 {
	was, ok := f.by[address]
	if !ok {
		return 0
	}
	return max(0, was.count-f.now().Sub(was.at).Seconds())
}

// tooMany tells an address that has failed too often.
func (f *failures) tooMany(address string) bool {
	return f.left(address) > float64(f.limit-1)
}

// add counts a failure.
func (f *failures) add(address string) {
	if len(f.by) >= remembered {
		f.forget()
	}
	f.by[address] = failed{count: f.left(address) + 1, at: f.now()}
}

// forget drops the addresses that have none left, and all where none is such.
func (f *failures) forget() {
	for address := range f.by {
		if f.left(address) == 0 {
			delete(f.by, address)
		}
	}
	if len(f.by) >= remembered {
		clear(f.by)
	}
}
