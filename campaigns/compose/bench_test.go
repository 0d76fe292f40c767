package compose

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"syscall"
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

// cpuOf reports the time of the processor that a benchmark took, which a busy
// machine changes less than the time of the clock.
func cpuOf(b *testing.B, run func()) {
	b.Helper()
	b.ReportAllocs()
	used := func() int64 {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			b.Fatal(err)
		}
		return r.Utime.Nano() + r.Stime.Nano()
	}
	before := used()
	for b.Loop() {
		run()
	}
	b.ReportMetric(float64(used()-before)/float64(b.N), "cpu-ns/op")
}

// BenchmarkBuild is the whole message, 11 KB with nine values, as the sender
// asks for it: into memory that is used again. sha256 is the measure of the
// machine: the sum of the same bytes.
func BenchmarkBuild(b *testing.B) {
	h, p := headersFor(elodie), Person{Contact: elodie}
	for _, k := range []struct {
		name string
		m    *Message
	}{{"realistic", realistic(b)}, {"with a condition", compiled(b, frenchFile)}} {
		var eml []byte
		b.Run(k.name, func(b *testing.B) {
			cpuOf(b, func() {
				var err error
				if eml, err = k.m.AppendTo(eml[:0], p, h); err != nil {
					b.Fatal(err)
				}
			})
			b.ReportMetric(float64(len(eml)), "bytes/msg")
		})
		b.Run(k.name+" fresh", func(b *testing.B) {
			cpuOf(b, func() {
				if _, err := k.m.Build(p, h); err != nil {
					b.Fatal(err)
				}
			})
		})
		b.Run("sha256 of "+k.name, func(b *testing.B) { cpuOf(b, func() { sha256.Sum256(eml) }) })
	}
}

func BenchmarkMessageID(b *testing.B) {
	secret := []byte("0123456789abcdef0123456789abcdef")
	cpuOf(b, func() { MessageID(secret, "boutique.example", 7, 12) })
}
