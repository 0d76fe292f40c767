package measure

// Finding is what one estimator of a Document says in a line.
type Finding struct {
	Name string // of the estimator, as in the Document
	Diff Num    // target less zone blanche
	CI   Range  // the interval that counts, of those the estimator has
	P    Num    // that there is no difference; unknown for a bootstrap and a CACE
}

// Findings are the lines of the estimators that compare the arms as a whole, in
// the order of the Document. Those of "prop2" are shares, the others are in the
// unit of the result.
func (d Document) Findings() []Finding {
	var out []Finding
	for _, s := range d {
		f := Finding{Name: s.Name, P: unknown}
		switch v := s.Value.(type) {
		case Prop2:
			f.Diff, f.CI, f.P = v.Diff, v.CINewcombe, v.PFisher
		case Welch:
			f.Diff, f.CI, f.P = v.Diff, v.CIt, v.P
		case Prudent:
			f.Diff, f.CI, f.P = v.Diff, v.CIz, v.P
		case Winsor:
			f.Diff, f.CI, f.P = v.Diff, v.CIt, v.P
		case Cuped:
			f.Diff, f.CI, f.P = v.Diff, v.CIt, v.P
		case CupedMinVar:
			f.Diff, f.CI, f.P = v.Diff, v.CIt, v.P
		case Lin:
			f.Diff, f.CI, f.P = v.Diff, v.CIz, v.P
		case PostStrat:
			f.Diff, f.CI, f.P = v.Diff, v.CIz, v.P
		case Bootstrap:
			f.Diff, f.CI = v.Diff, v.CIBCa.Range()
		case CACE:
			f.Diff, f.CI = v.CACE, v.CIz
		default:
			continue
		}
		out = append(out, f)
	}
	return out
}

// What a zone blanche must have bought: below the first nothing is concluded,
// from the second on its own variance may be believed.
const (
	FewestBuyers = fewBuyers
	EnoughBuyers = enoughBuyers
)

// SpendMethod is the estimator of the spend that a statement would keep, by the
// rule of the ROI of a campaign ("welch" or "prudent"), and how many bought in
// the zone blanche; "" when no outcome was given.
func (d Document) SpendMethod() (name string, buyers int) {
	w, ok := d.Get("welch").(Welch)
	p, known := d.Get("prudent").(Prudent)
	switch {
	case !ok || !known:
		return "", 0
	case welchHolds(w.Arm1.N, w.Arm0.N, p.BuyersHoldout):
		return "welch", p.BuyersHoldout
	}
	return "prudent", p.BuyersHoldout
}
