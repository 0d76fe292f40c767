package public

import (
	"bufio"
	"encoding/base64"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

func key(t testing.TB, id byte) *Key {
	t.Helper()
	secret := make([]byte, 32)
	for i := range secret {
		secret[i] = byte(i) ^ id
	}
	k, err := NewKey(id, secret)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var matter = Matter{Kind: Unsubscribe, Campaign: 15, Contact: 987654321012, Version: 3, Cell: 2, Link: 7}

func TestATokenSaysWhatItWasMadeOf(t *testing.T) {
	t.Parallel()
	for _, kind := range []Kind{Unsubscribe, Preferences, View, Answer, Click, Open} {
		want := matter
		want.Kind = kind
		token := string(key(t, 1).Append(nil, want))
		if len(token) != Length {
			t.Fatalf("%d characters", len(token))
		}
		got, err := key(t, 1).Read(token, kind)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	}
}

func TestATokenOfOneKindIsNoneOfAnother(t *testing.T) {
	t.Parallel()
	for a := Unsubscribe; a <= Open; a++ {
		m := matter
		m.Kind = a
		token := string(key(t, 1).Append(nil, m))
		for b := Unsubscribe; b <= Open; b++ {
			if _, err := key(t, 1).Read(token, b); (err == nil) != (a == b) {
				t.Errorf("a token of kind %d read as %d: %v", a, b, err)
			}
		}
	}
}

func TestNoBitOfATokenCanBeChanged(t *testing.T) {
	t.Parallel()
	token := string(key(t, 1).Append(nil, matter))
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(raw) * 8 {
		raw[bit/8] ^= 1 << (bit % 8)
		changed := base64.RawURLEncoding.EncodeToString(raw)
		raw[bit/8] ^= 1 << (bit % 8)
		if _, err := key(t, 1).Read(changed, Unsubscribe); err == nil {
			t.Errorf("bit %d changed: still read", bit)
		}
	}
}

func TestATokenShowsNothing(t *testing.T) {
	t.Parallel()
	next := matter
	next.Contact++
	a, b := string(key(t, 1).Append(nil, matter)), string(key(t, 1).Append(nil, next))
	same := 0
	for i := 2; i < len(a); i++ {
		if a[i] == b[i] {
			same++
		}
	}
	if same > 12 {
		t.Errorf("two people side by side have %d characters alike:\n%s\n%s", same, a, b)
	}
}

func TestAKeyThatIsNoLongerUsedStillReads(t *testing.T) {
	t.Parallel()
	old := string(key(t, 1).Append(nil, matter))
	if id, err := KeyOf(old); id != 1 || err != nil {
		t.Errorf("key %d, %v", id, err)
	}
	if _, err := key(t, 2).Read(old, Unsubscribe); err == nil {
		t.Error("read by another key")
	}
	if got, err := key(t, 1).Read(old, Unsubscribe); err != nil || got != matter {
		t.Errorf("%v %v", got, err)
	}
}

// Each release adds a line: key, campaign, contact, version, cell, link, kind, token.
func TestTokensOfReleasedVersionsAreRead(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/released.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	n, kinds := 0, map[string]int{}
	for lines.Scan() {
		w := strings.Fields(lines.Text())
		if len(w) == 0 || w[0] == "#" {
			continue
		}
		if n++; len(w) != 9 {
			t.Fatalf("%d words: %s", len(w), lines.Text())
		}
		kinds[w[0]]++
		num := func(i int) uint64 { v, _ := strconv.ParseUint(w[i], 10, 64); return v }
		want := Matter{Campaign: model.CampaignID(num(2)), Contact: model.ContactID(num(3)), Version: uint16(num(4)), Cell: model.Cell(num(5)), Link: uint16(num(6)), Kind: Kind(num(7))}
		got, err := key(t, byte(num(1))).Read(w[8], want.Kind)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", w[0], err, diff)
		}
	}
	changes, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	releases := []string{"0.1"} // the links of those who tried it before the first
	for _, m := range regexp.MustCompile(`(?m)^## v?([0-9][0-9.]*)`).FindAllSubmatch(changes, -1) {
		releases = append(releases, string(m[1]))
	}
	for _, r := range releases {
		if kinds[r] != int(Open) {
			t.Errorf("%d tokens of %s, want one of each kind", kinds[r], r)
		}
	}
}

func FuzzATokenThatWasNotMintedIsNeverRead(f *testing.F) {
	k := key(f, 1)
	good := string(k.Append(nil, matter))
	f.Add(good)
	f.Add(good + "=")
	f.Add("")
	f.Add(strings.Repeat("A", Length))
	f.Fuzz(func(t *testing.T, token string) {
		for kind := Unsubscribe; kind <= Open; kind++ {
			m, err := k.Read(token, kind)
			if err == nil && string(k.Append(nil, m)) != token {
				t.Fatalf("%q is read as %+v and is not how it is written", token, m)
			}
		}
	})
}

func BenchmarkMint(b *testing.B) {
	k := key(b, 1)
	memory := make([]byte, 0, 256)
	b.ReportAllocs()
	for i := range b.N {
		m := matter
		m.Contact = model.ContactID(i)
		memory = k.Append(memory[:0], m)
	}
}

func BenchmarkRead(b *testing.B) {
	k := key(b, 1)
	token := string(k.Append(nil, matter))
	b.ReportAllocs()
	for range b.N {
		if _, err := k.Read(token, Unsubscribe); err != nil {
			b.Fatal(err)
		}
	}
}
