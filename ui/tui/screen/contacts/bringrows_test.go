package contacts_test

import (
	"fmt"
	"strings"
	"testing"
)

// fromATill are seven rows of twelve columns, the fourth with an address that is none.
func fromATill() string {
	var b strings.Builder
	b.WriteString("E-mail;Prénom;Nom;Téléphone;Code postal;Ville;Date de naissance;Panier moyen;Dernier achat;Newsletter;Millésime;Cave\n")
	for i, at := range []string{"@", "@", "@", "_", "@", "@", "@"} {
		fmt.Fprintf(&b, "p%d%smail.example;Léa;Martin;06 12 34 56 0%d;01000;Saint-Étienne;0%d/03/1980;1 25%d,50;0%d/11/2025;Oui;2024;Cave n° %d\n", i, at, i, i+1, i, i+1, i)
	}
	return b.String()
}

func TestFiveRowsAreShownAsTheyWillBeReadOnANarrowScreen(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string][]string{"fr": {"1\u202f254,50", "01/03/1980", "2024", "auto\u00a0: jour/mois/année"}, "en": {"1,254.50", "1 Mar 1980", "2024", "auto: day/month/year"}} {
		x := show(t, desk(t), lang)
		x.Press("i")
		x.Paste(file(t, fromATill()))
		x.Press("enter", "enter")
		x.Has(80, 24, "p0@mail.example", "p1@mail.example", "p2@mail.example", "5 ✗ p3_mail.example", "p4@mail.example", "+33612345604", words[3])
		for range 12 {
			x.Press("down")
		}
		x.Has(80, 24, words[0], words[1])
		for range 3 {
			x.Press("down")
		}
		x.Has(80, 24, words[2], "Cave n° 4")
		x.Press("e")
		x.Has(80, 24, words[2], "Cave n° 0", "Cave n° 4")
		x.Sizes()
	}
}

func TestATableOfTitlesAloneSaysSo(t *testing.T) {
	t.Parallel()
	x := show(t, desk(t), "fr")
	x.Press("i")
	x.Paste(file(t, "email;prénom\n"))
	x.Press("enter", "enter")
	x.Has(80, 24, "rien sous les titres", "0 ligne")
}

func TestWhyAFileCannotBeReadStandsOnThePageWithItsRepair(t *testing.T) {
	t.Parallel()
	x := show(t, desk(t), "fr")
	x.Press("i")
	x.Paste(file(t, ""))
	x.Press("enter", "enter")
	x.Has(80, 24, "est vide.", "une ligne de titres")
	if len(x.Errors) > 0 || !x.Screen.Captures() {
		t.Error(x.Errors)
	}
}
