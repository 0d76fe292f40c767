package measure

import (
	"bytes"
	"encoding/json"
)

// estimator is one entry of a Document: its name, what must have been asked
// for, and its computation, nil when it would take too long unasked. A new
// method is one more line of the registry.
type estimator struct {
	name  string
	needs func(FileSpec) bool
	run   func(*dataset) any
}

func hasOutcome(s FileSpec) bool   { return s.Outcome != "" }
func hasBinary(s FileSpec) bool    { return s.Binary != "" }
func hasMargin(s FileSpec) bool    { return s.Margin != nil && s.Outcome != "" }
func hasCovariate(s FileSpec) bool { return len(s.Covariates) > 0 }
func hasStrata(s FileSpec) bool    { return len(s.Strata) > 0 }
func hasSegments(s FileSpec) bool  { return len(s.Segments) > 0 }
func hasExposure(s FileSpec) bool  { return s.Exposure != "" }
func always(FileSpec) bool         { return true }

// registry lists the estimators in the order they are printed.
var registry = []estimator{
	{"prop2", hasBinary, func(d *dataset) any { return d.buyers() }},
	{"welch", hasOutcome, func(d *dataset) any { return d.welch() }},
	{"prudent", hasOutcome, func(d *dataset) any {
		s1, s0 := d.outcomes()
		return ComparePrudently(s1.Moments(), s0.Moments(), s0.Buyers(), d.alpha)
	}},
	{"attribution_bias", hasOutcome, func(d *dataset) any {
		s1, s0 := d.outcomes()
		return BiasOfAttribution(s1.Moments(), s0.Moments())
	}},
	{"two_part", hasOutcome, func(d *dataset) any { return SplitDifference(d.outcomes()) }},
	{"winsor_welch", hasOutcome, func(d *dataset) any {
		s1, s0 := d.outcomes()
		return CompareWinsorised(s1, s0, *d.spec.Winsor, d.alpha)
	}},
	{"cuped", hasCovariate, func(d *dataset) any {
		j1, j0 := d.joint(d.x[0])
		return AdjustUsual(j1, j0, d.alpha)
	}},
	{"cuped_min_var", hasCovariate, func(d *dataset) any {
		j1, j0 := d.joint(d.x[0])
		return AdjustLeastVariance(j1, j0, d.alpha)
	}},
	{"lin_ols_hc2", hasCovariate, func(d *dataset) any { return d.regression() }},
	{"bootstrap", hasOutcome, func(d *dataset) any { return d.bootstrap() }},
	{"roi", hasMargin, func(d *dataset) any {
		var buyers *Prop2
		if hasBinary(d.spec) {
			b := d.buyers()
			buyers = &b
		}
		return ReturnOn(d.welch(), buyers, Costs{*d.spec.Margin, d.spec.CostFixed, d.spec.CostPerContact})
	}},
	{"post_strat", hasStrata, func(d *dataset) any {
		groups, without := d.groups(d.strata, d.metric())
		o := PostStratify(groups, d.alpha)
		o.LeftOut = without
		return o
	}},
	{"heterogeneity", hasSegments, func(d *dataset) any {
		groups, without := d.groups(d.segments, d.metric())
		o := CompareSegments(groups, d.alpha)
		o.LeftOut = without
		return o
	}},
	{"cace", hasExposure, func(d *dataset) any {
		j1, j0 := d.joint(d.reached)
		return EffectOnReached(j1, j0, d.alpha)
	}},
	{"srm", always, func(d *dataset) any { return CheckRatio(d.counts, d.spec.Weights) }},
}

// Section is one estimator of a Document.
type Section struct {
	Name  string
	Value any // the struct of the estimator
}

// Document is the answer about a file: the estimators whose inputs were given,
// in a fixed order, each under its name.
type Document []Section

// Get is the answer of one estimator, nil when it is not there.
func (d Document) Get(name string) any {
	for _, s := range d {
		if s.Name == name {
			return s.Value
		}
	}
	return nil
}

// MarshalJSON writes one object keyed by estimator, in order.
func (d Document) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, s := range d {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := json.Marshal(s.Value)
		if err != nil {
			return nil, err
		}
		name, _ := json.Marshal(s.Name)
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// run computes every estimator that the question allows.
func (d *dataset) run() Document {
	var doc Document
	for _, e := range registry {
		if !e.needs(d.spec) {
			continue
		}
		if v := e.run(d); v != nil {
			doc = append(doc, Section{e.name, v})
		}
	}
	return doc
}
