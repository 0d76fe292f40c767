package campaigns

import (
	"io"

	"blanche/campaigns/audience"
	"blanche/campaigns/measure"
	"blanche/model"
)

// What needs no store: files of purchases, and what they say of the customers
// to come. The formulas and their sources are those of package measure.

// RFMSpec is what is asked about a file of purchases.
type RFMSpec = measure.RFMSpec

// RFM is how recently, how often and for how much customers bought.
type RFM = measure.RFM

// RFMScore is one customer of it.
type RFMScore = measure.RFMScore

// ScoreFile scores the customers of a file of purchases.
func ScoreFile(r io.Reader, spec RFMSpec) (RFM, error) { return measure.ScoreFile(r, spec) }

// ParseDay reads a day as files write it, with or without an hour after it.
func ParseDay(s string) (model.Date, bool) { return measure.ParseDay(s) }

// ClassOf is the code of the class of a customer scored in five classes, the
// classes that segments and strata go by.
func ClassOf(c RFMScore) string {
	return audience.ClassOf(audience.Scores{R: uint8(c.R), F: uint8(c.F), M: uint8(c.M)}).String()
}

// ValueClass is a class of customers and what they have bought.
type ValueClass struct {
	Class     string
	Customers int
	Value     float64
}

// ClassesOf counts the classes of customers scored in five classes, in the order
// of the classes, those without anybody left out.
func ClassesOf(all []RFMScore) []ValueClass {
	var table []ValueClass
	at := map[string]int{}
	for class := audience.ClassChampions; class <= audience.ClassLost; class++ {
		at[class.String()] = len(table)
		table = append(table, ValueClass{Class: class.String()})
	}
	for _, c := range all {
		line := &table[at[ClassOf(c)]]
		line.Customers++
		line.Value += float64(c.Value)
	}
	kept := table[:0]
	for _, line := range table {
		if line.Customers > 0 {
			kept = append(kept, line)
		}
	}
	return kept
}

// History is what the BG/NBD model knows of a customer.
type History = measure.History

// BGNBDSpec is what is asked about a file of histories.
type BGNBDSpec = measure.BGNBDSpec

// BGNBDReport is the model of such a file, and what it foresees.
type BGNBDReport = measure.BGNBDReport

// ModelFile fits the BG/NBD model: who still buys, and how often.
func ModelFile(r io.Reader, spec BGNBDSpec) (BGNBDReport, error) { return measure.ModelFile(r, spec) }

// GammaGamma is the gamma-gamma model of what a purchase is worth.
type GammaGamma = measure.GammaGamma

// SpendFile fits it to a file, from the columns of the repeat purchases and of
// their mean value.
func SpendFile(r io.Reader, frequency, value string) (GammaGamma, error) {
	return measure.SpendFile(r, frequency, value)
}
