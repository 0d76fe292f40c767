package compose

import (
	"fmt"
	"strings"
	"testing"

	"blanche/model"
)

// realisticSpec is a message of about 11 KB: nine values, nine links, a page of
// text as a shop writes it.
func realisticSpec() model.CampaignSpec {
	var b strings.Builder
	b.WriteString("# Bonjour {{ contact.first_name | default: 'à vous' }} !\n\nChez {{ sender.name }}, à {{ contact.city | default: 'Nantes' | upcase }}, vous avez {{ contact.points }} points, carte {{ contact.card }}.\n\n")
	for i := range 6 {
		fmt.Fprintf(&b, "## Rayon %d\n\nJusqu'à dimanche, **tout est à −15 %%** : les [bougies](https://boutique.example/bougies-%d), les « carnets » et l'épicerie fine. "+
			"Nos clientes en parlent mieux que nous, et nos clients aussi : « Un accueil rare, des conseils justes, et des prix qui le restent toute l'année. » "+
			"Passez nous voir le samedi de 10 h à 19 h, ou commandez en ligne et retirez en boutique, c'est prêt en deux heures.\n\n", i, i)
	}
	b.WriteString("Votre carte : https://boutique.example/c/{{ contact.external_id }} — membre depuis {{ contact.birth | date: '%-d %B %Y' }}, {{ contact.last_name | capitalize }}.\n")
	return specOf("{{ contact.first_name | default: 'Bonjour' }}, −15 % jusqu'à dimanche", b.String())
}

func realistic(t testing.TB) *Message {
	t.Helper()
	m, err := Compile(realisticSpec(), shop)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func BenchmarkBuildRealistic(b *testing.B) {
	m := realistic(b)
	h, p := headersFor(elodie), Person{Contact: elodie}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		eml, err := m.Build(p, h)
		if err != nil {
			b.Fatal(err)
		}
		n = len(eml)
	}
	b.ReportMetric(float64(n), "bytes/msg")
}

func BenchmarkMessageID(b *testing.B) {
	secret := []byte("0123456789abcdef0123456789abcdef")
	b.ReportAllocs()
	for b.Loop() {
		MessageID(secret, "boutique.example", 7, 12)
	}
}
