package bench

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
)

// shopColumns are the titles of a file of a shop: sixteen.
const shopColumns = "email;prenom;nom;telephone;code_postal;ville;pays;langue;date_naissance;carte;points;niveau;tags;consentement;date_consentement;depenses_2025"

var (
	shopGiven  = []string{"Léa", "Chloé", "Jean", "Marie", "Noël", "Zoé", "Paul", "Inès", "Hugo", "Anaïs"}
	shopCities = []string{"Paris", "Évry", "Nantes", "Lyon", "Saint-Étienne", "Clermont-Ferrand", "Lille", "Brest"}
	shopTiers  = []string{"or", "argent", "bronze"}
	shopTags   = []string{"newsletter", "newsletter,vip", ""}
)

// WriteShopFile writes a CSV of people: one address each, in no order, accents,
// dates and decimal commas, as French shops have them.
func WriteShopFile(to io.Writer, rows int) error {
	w := bufio.NewWriterSize(to, 1<<20)
	_, _ = w.WriteString(shopColumns + "\n")
	for i := range rows {
		h := uint64(i) * 0x9e3779b97f4a7c15 // Fibonacci hashing: no order, and no two alike
		_, _ = fmt.Fprintf(w, "%s.%x@boutique%d.example;%s;Lefèvre-%d;06 12 %02d %02d %02d;%05d;%s;FR;fr;%02d/%02d/19%02d;N%08d;%d;%s;%s;oui;%02d/%02d/2025;%d,%02d\n",
			strconv.FormatUint(h>>50, 36), h>>24, h%50, shopGiven[h%10], i%1000, i%100, h%100, i/100%100, 1000+h%94000, shopCities[h%8],
			h%28+1, h%12+1, h%100, i, h%5000, shopTiers[h%3], shopTags[h%3], h%28+1, h%12+1, h%1000, h%100)
	}
	return w.Flush()
}
