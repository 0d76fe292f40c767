package compose

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
	"pgregory.net/rapid"

	"blanche/model"
)

// edKey and rsaKey are made for the tests, and sign nothing else.
var (
	edKey = sync.OnceValue(func() []byte {
		return pkcs8(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	})
	rsaKey = sync.OnceValue(func() []byte {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		return pkcs8(key)
	})
)

// shortKey is an RSA key of 1024 bits, which Go would not make any more.
func shortKey(t *testing.T) []byte {
	var n *big.Int
	var p, q *big.Int
	for n == nil || n.BitLen() != 1024 {
		var err, err2 error
		p, err = rand.Prime(rand.Reader, 512)
		q, err2 = rand.Prime(rand.Reader, 512)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		n = new(big.Int).Mul(p, q)
	}
	one, e := big.NewInt(1), big.NewInt(65537)
	p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
	d := new(big.Int).ModInverse(e, new(big.Int).Mul(p1, q1))
	der, err := asn1.Marshal(struct {
		Version                int
		N, E, D, P, Q, A, B, C *big.Int
	}{0, n, e, d, p, q, new(big.Int).Mod(d, p1), new(big.Int).Mod(d, q1), new(big.Int).ModInverse(q, p)})
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der})
}

func pkcs8(key any) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func signerOf(t testing.TB, keys ...SigningKey) *Signer {
	t.Helper()
	s, err := NewSigner("boutique.example", keys...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// signers are every way to sign.
func signers(t testing.TB) map[string]*Signer {
	ed, rsa := SigningKey{"ed", edKey()}, SigningKey{"rsa-2026", rsaKey()}
	return map[string]*Signer{"Ed25519": signerOf(t, ed), "RSA": signerOf(t, rsa), "both": signerOf(t, rsa, ed)}
}

// signedBy compiles a message whose sender signs.
func signedBy(t testing.TB, s *Signer, spec model.CampaignSpec) *Message {
	t.Helper()
	sender := shop
	sender.Sign = s
	m, err := Compile(spec, sender)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// verified is how many signatures the independent verifier accepts; the error
// is that of the first one it does not.
func verified(t interface{ Fatal(...any) }, s *Signer, eml []byte) (int, error) {
	records, err := s.Records()
	if err != nil {
		t.Fatal(err)
	}
	all, err := dkim.VerifyWithOptions(bytes.NewReader(eml), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		for _, r := range records {
			if r.Name == name {
				return []string{r.Text}, nil
			}
		}
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range all {
		if v.Err != nil {
			return n, v.Err
		}
		n++
	}
	return n, nil
}

func TestASignedMessageIsAcceptedByAnIndependentVerifier(t *testing.T) {
	t.Parallel()
	for name, s := range signers(t) {
		for _, file := range []string{frenchFile, englishFile} {
			spec, err := ParseFile([]byte(file), "f.md", nil)
			if err != nil {
				t.Fatal(err)
			}
			m := signedBy(t, s, spec)
			for _, p := range []Person{{Contact: elodie}, {Contact: nguyen}, {Contact: script}, {Contact: elodie, Unsubscribe: "https://boutique.example/u/abc"}} {
				eml, err := m.Build(p, headersFor(p.Contact))
				if err != nil {
					t.Fatal(err)
				}
				if n, err := verified(t, s, eml); n != len(s.keys) || err != nil {
					t.Errorf("%s: %d signatures of %d: %v\n%s", name, n, len(s.keys), err, eml[:900])
				}
				again, err := m.AppendTo([]byte("before"), p, headersFor(p.Contact))
				if err != nil || !bytes.Equal(again, append([]byte("before"), eml...)) {
					t.Errorf("%s: it is not signed the same twice, or elsewhere (%v)", name, err)
				}
			}
		}
	}
}

// The control: what a relay may do passes, what changes the message does not.
func TestOneChangedByteIsRefused(t *testing.T) {
	t.Parallel()
	for name, s := range signers(t) {
		m := signedBy(t, s, specOf("Un objet assez long pour aller à la ligne, et même deux fois si l'on y regarde bien", "Bonjour {{ contact.first_name }}"))
		eml, err := m.Build(Person{Contact: elodie, Unsubscribe: "https://boutique.example/u/abc"}, headersFor(elodie))
		if err != nil {
			t.Fatal(err)
		}
		folded := bytes.Replace(eml, []byte("\r\nDate: "), []byte("\r\nDATE:\r\n\t "), 1)
		if n, err := verified(t, s, append([]byte("Received: by relay.example\r\n"), folded...)); n != len(s.keys) || err != nil {
			t.Errorf("%s: a folded header is refused: %v", name, err)
		}
		for _, k := range []struct{ old, with string }{
			{"\r\nFrom: ", "\r\nFrom: x"},
			{"\r\nFrom: ", "\r\nFrom: <eve@mail.example>\r\nFrom: "},
			{"\r\nTo: ", "\r\nTo: x"},
			{"\r\nSubject: ", "\r\nSubject: x"},
			{"\r\nDate: Tue", "\r\nDate: Wed"},
			{"\r\nMessage-ID: <", "\r\nMessage-ID: <x"},
			{"/u/abc>", "/u/abd>"},
			{"One-Click", "One-Clack"},
			{"\r\nFeedback-ID: ", "\r\nFeedback-ID: x"},
			{"1.0\r\n", "1.1\r\n"},
			{"multipart/alternative", "multipart/mixed"},
			{"Bonjour", "Bonsoir"},
			{"--\r\n", "--\r\nMore\r\n"},
			{"Bonjour", "Bonjour "},
		} {
			changed := bytes.Replace(eml, []byte(k.old), []byte(k.with), 1)
			if bytes.Equal(changed, eml) {
				t.Fatalf("%q is not in the message", k.old)
			}
			if n, err := verified(t, s, changed); err == nil {
				t.Errorf("%s: %q for %q: %d signatures accepted", name, k.with, k.old, n)
			}
		}
		for _, at := range []int{bytes.Index(eml, []byte("bh=")) + 5, bytes.Index(eml, []byte(" b=")) + 9, len(eml) - 90} {
			changed := slices.Clone(eml)
			if changed[at]++; changed[at] == '=' {
				changed[at]++
			}
			if _, err := verified(t, s, changed); err == nil {
				t.Errorf("%s: byte %d changed, and accepted", name, at)
			}
		}
	}
}

func TestAnythingThatIsSentIsSignedRight(t *testing.T) {
	t.Parallel()
	s := signers(t)["Ed25519"]
	value := rapid.StringMatching(`[ -~éÉ’€\n\t\r=._\x{202f}\x{1F384}]{0,120}`)
	rapid.Check(t, func(t *rapid.T) {
		sender := shop
		sender.Sign = s
		m, err := Compile(specOf("{{ contact.city }} "+strings.ReplaceAll(value.Draw(t, "subject"), "{", ""), strings.ReplaceAll(value.Draw(t, "body"), "{", "")+" {{ contact.city }}"), sender)
		if err != nil {
			t.Skip(err)
		}
		c := &model.Contact{Email: "a@b.example", City: value.Draw(t, "city"), FirstName: value.Draw(t, "name")}
		eml, err := m.Build(Person{Contact: c}, headersFor(c))
		if err != nil {
			t.Fatal(err)
		}
		if n, err := verified(t, s, eml); n != 1 || err != nil {
			t.Fatalf("%v\n%s", err, eml)
		}
	})
}

// A second verifier, by other people, in another language.
func TestTheSignatureIsAcceptedByDkimpy(t *testing.T) {
	t.Parallel()
	if err := exec.Command("python3", "-c", "import dkim, nacl").Run(); err != nil {
		t.Skip("python3-dkim (with python3-nacl) is not installed")
	}
	const script = `
import sys, dkim
records = dict(line.rstrip("\n").split("\t") for line in open(sys.argv[1]))
def find(name, timeout=5):
    return records[name.decode().rstrip(".")].encode()
d = dkim.DKIM(open(sys.argv[2], "rb").read())
sys.exit(0 if all(d.verify(idx=i, dnsfunc=find) for i in range(int(sys.argv[3]))) else 1)
`
	for name, s := range signers(t) {
		dir := t.TempDir()
		records, err := s.Records()
		if err != nil {
			t.Fatal(err)
		}
		var lines strings.Builder
		for _, r := range records {
			lines.WriteString(r.Name + "\t" + r.Text + "\n")
		}
		eml, err := signedBy(t, s, specOf("Objet", "Bonjour {{ contact.first_name }}")).Build(Person{Contact: elodie}, headersFor(elodie))
		if err != nil {
			t.Fatal(err)
		}
		write := func(file string, b []byte) string {
			path := filepath.Join(dir, file)
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		n := string(rune('0' + len(s.keys)))
		keys := write("records", []byte(lines.String()))
		if out, err := exec.Command("python3", "-c", script, keys, write("good.eml", eml), n).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", name, err, out)
		}
		bad := bytes.Replace(eml, []byte("Bonjour"), []byte("Bonsoir"), 1)
		if err := exec.Command("python3", "-c", script, keys, write("bad.eml", bad), n).Run(); err == nil {
			t.Errorf("%s: the control is accepted", name)
		}
	}
}

func TestAKeyThatReceiversWouldRefuseIsRefused(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		domain string
		key    SigningKey
		want   string
	}{
		{"boutique.example", SigningKey{"s", nil}, "dkim.unreadable"},
		{"boutique.example", SigningKey{"s", []byte("secret")}, "dkim.unreadable"},
		{"boutique.example", SigningKey{"s", []byte("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")}, "dkim.unreadable"},
		{"boutique.example", SigningKey{"s", pkcs8(curve)}, "dkim.other_kind"},
		{"boutique.example", SigningKey{"s", shortKey(t)}, "dkim.short bits=1024"},
		{"boutique.example", SigningKey{"", edKey()}, "dkim.bad_selector"},
		{"boutique.example", SigningKey{"a b", edKey()}, "dkim.bad_selector"},
		{"boutique.example", SigningKey{"a;b", edKey()}, "dkim.bad_selector"},
		{"boutique", SigningKey{"s", edKey()}, "dkim.bad_domain"},
		{"a.example; x", SigningKey{"s", edKey()}, "dkim.bad_domain"},
	} {
		_, err := NewSigner(k.domain, k.key)
		if err == nil || !strings.HasPrefix(err.Error(), k.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s %s: %v, want %s", k.domain, k.key.Selector, err, k.want)
		}
		var e *model.Error
		if !errors.As(err, &e) {
			t.Errorf("%T is not for a person", err)
		}
	}
}

func TestASignatureForAnotherDomainIsWarnedOf(t *testing.T) {
	t.Parallel()
	for from, warned := range map[string]bool{
		"a@boutique.example": false, "a@news.Boutique.example": false, "a@maboutique.example": true, "a@example.example": true,
	} {
		spec := specOf("s", "x")
		spec.From = from
		in := LintInput{Spec: spec, Sender: shop}
		in.Sender.Sign = signerOf(t, SigningKey{"ed", edKey()})
		lines := lintLines(in)
		if got := slices.Contains(lines, "warn dkim_other_domain boutique.example "+from); got != warned {
			t.Errorf("%s: %v", from, lines)
		}
	}
}

func TestTheRecordToPublishFitsAZoneFile(t *testing.T) {
	t.Parallel()
	records, err := signers(t)["both"].Records()
	if err != nil || len(records) != 2 {
		t.Fatal(err)
	}
	for i, want := range []string{"rsa-2026._domainkey.boutique.example", "ed._domainkey.boutique.example"} {
		r := records[i]
		if r.Name != want || !strings.HasPrefix(r.Text, "v=DKIM1; k=") {
			t.Errorf("%+v", r)
		}
		inner := strings.TrimSuffix(strings.TrimPrefix(r.Line, want+`. IN TXT ( "`), `" )`)
		for _, piece := range strings.Split(inner, `" "`) {
			if len(piece) > 255 {
				t.Errorf("a piece of %d characters", len(piece))
			}
		}
		if strings.ReplaceAll(inner, `" "`, "") != r.Text {
			t.Errorf("%s\n%s", r.Line, r.Text)
		}
	}
}

func BenchmarkSigned(b *testing.B) {
	for _, k := range []struct {
		name string
		s    *Signer
	}{{"none", nil}, {"Ed25519", signers(b)["Ed25519"]}, {"RSA-2048", signers(b)["RSA"]}, {"both", signers(b)["both"]}} {
		m := signedBy(b, k.s, realisticSpec())
		h, p := headersFor(elodie), Person{Contact: elodie}
		var eml []byte
		b.Run(k.name, func(b *testing.B) {
			cpuOf(b, func() {
				var err error
				if eml, err = m.AppendTo(eml[:0], p, h); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}
