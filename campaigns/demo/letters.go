package demo

import (
	"embed"
	"fmt"

	"blanche/campaigns/compose"
	"blanche/model"
)

//go:embed letters/*.md
var letterFiles embed.FS

// launches are the six campaigns, oldest first, with their true effects. The
// windows of those of the past do not overlap.
var launches = []launch{
	{letter: "points-doubles", daysBefore: 213, effect: effect{lift: 0.6, basket: 0.06, fade: 9}},                // pays
	{letter: "bienvenue-cadeau", daysBefore: 156, effect: effect{plus: 0.012, fade: 12}},                         // sells a little, loses
	{letter: "livraison-offerte", daysBefore: 92, effect: effect{lift: 0.3, basket: 0.25, fade: 8}},              // sells more; the profit may be either side
	{letter: "vous-nous-manquez", daysBefore: 58, code: "REVOIR10", effect: effect{plus: 0.02, fade: 6}},         // zone blanche too small
	{letter: "votre-avis", daysBefore: 24, effect: effect{fade: 1}},                                              // changes nothing
	{letter: "ventes-privees", code: "PRIVE15", effect: effect{lift: 0.7, plus: 0.01, basket: -0.05, fade: 2.5}}, // being sent
}

// sizeOfCosts is the size of shop that the costs of the letters are those of:
// what is paid once grows with the shop.
const sizeOfCosts = 5000

// letters reads the campaign files, for a shop of some size.
func letters(contacts int) ([]*Campaign, error) {
	var all []*Campaign
	for i, l := range launches {
		l.number = i + 1
		name := "letters/" + l.letter + ".md"
		source, err := letterFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		spec, err := compose.ParseFile(source, name, nil)
		if err != nil {
			return nil, fmt.Errorf("campaign %s: %w", l.letter, err)
		}
		if contacts != sizeOfCosts {
			spec.FixedCents = spec.FixedCents * model.Cents(contacts) / sizeOfCosts
			source = compose.FormatFile(spec)
		}
		all = append(all, &Campaign{Spec: spec, Source: source, launch: l})
	}
	return all, nil
}
