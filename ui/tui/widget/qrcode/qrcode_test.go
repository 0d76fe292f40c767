package qrcode_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/qrcode"
)

// page is an address of the length that they have.
const page = "https://mail.boutique.example/p/AXCB_eDFSjGvD5TO00cnaGdfhNy7lPLepo5S46xrsKpG"

var themes = map[string]struct {
	options  theme.Options
	inverted bool // what is drawn is light, on a dark terminal
}{
	"true colour":   {theme.Options{Profile: colorprofile.TrueColor}, false},
	"light":         {theme.Options{Profile: colorprofile.TrueColor, Light: true}, false},
	"256 colours":   {theme.Options{Profile: colorprofile.ANSI256}, false},
	"16 colours":    {theme.Options{Profile: colorprofile.ANSI}, false},
	"no colour":     {theme.Options{Profile: colorprofile.NoTTY}, true},
	"no colour lit": {theme.Options{Profile: colorprofile.NoTTY, Light: true}, false},
	"NO_COLOR":      {theme.Options{Profile: colorprofile.TrueColor, NoColor: true}, true},
}

func TestWhatIsDrawnReadsBackAsTheAddress(t *testing.T) {
	t.Parallel()
	texts := []string{page, "A", strings.Repeat("x", 150), "https://" + strings.Repeat("très.long.", 20)}
	for name, of := range themes {
		for _, text := range texts {
			for _, room := range [][2]int{{200, 100}, {80, 19}} {
				c, err := qrcode.New(text, room[0], room[1])
				if err != nil {
					t.Fatal(err)
				}
				lines := c.Lines(theme.New(of.options), room[0], room[1])
				if lines == nil {
					if w, h := c.Room(); w <= room[0] && h <= room[1] {
						t.Errorf("%s: nothing is drawn in %v, %d by %d are enough", name, room, w, h)
					}
					continue
				}
				if got, err := read(modulesOf(lines, of.inverted)); err != nil || got != text {
					t.Errorf("%s: %q reads as %q, %v", name, text, got, err)
				}
			}
		}
	}
}

// An address of the usual length is drawn in what the shell leaves of 80 by 24.
func TestTheUsualAddressFitsASmallTerminal(t *testing.T) {
	t.Parallel()
	c, err := qrcode.New(page, 80, 19)
	if err != nil {
		t.Fatal(err)
	}
	if w, h := c.Room(); w > 80 || h > 19 {
		t.Errorf("%d by %d", w, h)
	}
}

func TestNoHalfOfACodeIsDrawn(t *testing.T) {
	t.Parallel()
	c, err := qrcode.New(page, 40, 10)
	if err != nil {
		t.Fatal(err)
	}
	if c.Lines(theme.New(theme.Options{}), 40, 10) != nil || c.Lines(theme.New(theme.Options{ASCII: true}), 200, 100) != nil {
		t.Error("drawn without room, or without blocks")
	}
	if _, err := qrcode.New(strings.Repeat("x", 4000), 999, 999); err == nil {
		t.Error("4000 bytes are a code")
	}
}

// The control: a module that is wrong beyond a few is found.
func TestTheReaderOfThisTestFindsWrongModules(t *testing.T) {
	t.Parallel()
	c, err := qrcode.New(page, 200, 100)
	if err != nil {
		t.Fatal(err)
	}
	m := modulesOf(c.Lines(theme.New(theme.Options{}), 200, 100), false)
	m[len(m)-8][len(m)-3] = !m[len(m)-8][len(m)-3]
	if got, err := read(m); err == nil {
		t.Errorf("a module is wrong, and it reads %q", got)
	}
}

// modulesOf reads what is drawn, true for dark.
func modulesOf(lines []string, inverted bool) (m [][]bool) {
	for _, l := range lines {
		var up, down []bool
		for _, r := range ansi.Strip(l) {
			up = append(up, (r == '█' || r == '▀') != inverted)
			down = append(down, (r == '█' || r == '▄') != inverted)
		}
		m = append(m, up, down)
	}
	return m
}

// read is a reader of codes that knows nothing of who drew them, after ISO/IEC
// 18004: the finder, the format, the mask, the order of codewords and of blocks,
// and that every block is without error; then bytes.
func read(m [][]bool) (string, error) {
	m, err := trimmed(m)
	if err != nil {
		return "", err
	}
	n := len(m)
	version := (n - 17) / 4
	if err := finders(m); err != nil {
		return "", err
	}
	format := 0
	for i := range 15 { // beside the finder at the top left
		x, y := 8, 8
		switch {
		case i < 6:
			y = i
		case i == 6:
			y = 7
		case i == 8:
			x = 7
		case i > 8:
			x = 14 - i
		}
		if m[y][x] {
			format |= 1 << i
		}
	}
	format ^= 0x5412
	if bch(format) != 0 {
		return "", fmt.Errorf("the format %015b is none", format)
	}
	level, mask := format>>13, format>>10&7
	words := codewords(m, version, mask)
	data, err := blocks(words, version, level)
	if err != nil {
		return "", err
	}
	return text(data, version)
}

// trimmed is the code without its quiet zone, which must be light and wide enough.
func trimmed(m [][]bool) ([][]bool, error) {
	first := -1
	for i := range m {
		if m[i][i] {
			first = i
			break
		}
	}
	if first < 2 {
		return nil, fmt.Errorf("a quiet zone of %d", first)
	}
	n := len(m[0]) - 2*first
	for y := range m {
		for x := range m[y] {
			if (x < first || y < first || x >= first+n || y >= first+n) && m[y][x] && y < len(m[0]) {
				return nil, fmt.Errorf("the quiet zone is dark at %d, %d", x, y)
			}
		}
	}
	out := make([][]bool, n)
	for y := range out {
		out[y] = append([]bool(nil), m[first+y][first:first+n]...)
	}
	return out, nil
}

func finders(m [][]bool) error {
	n := len(m)
	for _, at := range [][2]int{{0, 0}, {n - 7, 0}, {0, n - 7}} {
		for y := range 7 {
			for x := range 7 {
				ring := max(abs(x-3), abs(y-3))
				if m[at[1]+y][at[0]+x] != (ring != 2) {
					return fmt.Errorf("no finder at %v", at)
				}
			}
		}
	}
	return nil
}

func abs(x int) int { return max(x, -x) }

// bch is what is left of a format by its generator.
func bch(v int) int {
	for i := 14; i >= 10; i-- {
		if v>>i&1 == 1 {
			v ^= 0x537 << (i - 10)
		}
	}
	return v
}

// align are the middles of the alignment patterns of versions 1 to 14.
var align = [][]int{
	nil, nil, {6, 18}, {6, 22}, {6, 26}, {6, 30}, {6, 34}, {6, 22, 38}, {6, 24, 42}, {6, 26, 46}, {6, 28, 50}, {6, 30, 54}, {6, 32, 58}, {6, 34, 62}, {6, 26, 46, 66},
}

func reserved(x, y, n, version int) bool {
	if x == 6 || y == 6 || x < 9 && y < 9 || x >= n-8 && y < 9 || x < 9 && y >= n-8 {
		return true
	}
	if version >= 7 && (x >= n-11 && y < 6 || y >= n-11 && x < 6) {
		return true
	}
	for _, a := range align[version] {
		for _, b := range align[version] {
			corner := a == 6 && b == 6 || a == 6 && b == n-7 || a == n-7 && b == 6
			if !corner && abs(x-a) <= 2 && abs(y-b) <= 2 {
				return true
			}
		}
	}
	return false
}

func masked(mask, x, y int) bool {
	return []int{
		(x + y) % 2, y % 2, x % 3, (x + y) % 3, (y/2 + x/3) % 2, x*y%2 + x*y%3, (x*y%2 + x*y%3) % 2, ((x+y)%2 + x*y%3) % 2,
	}[mask] == 0
}

func codewords(m [][]bool, version, mask int) (words []byte) {
	n, bits, up := len(m), 0, true
	var word byte
	for right := n - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range n {
			y := i
			if up {
				y = n - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if reserved(x, y, n, version) {
					continue
				}
				word <<= 1
				if m[y][x] != masked(mask, x, y) {
					word |= 1
				}
				if bits++; bits%8 == 0 {
					words = append(words, word)
				}
			}
		}
		up = !up
	}
	return words
}

// layout are, for the levels L and M of versions 1 to 14: the bytes of correction
// of a block, then the blocks and their bytes of data, in two groups.
var layout = map[int][][5]int{
	1: {{}, {7, 1, 19}, {10, 1, 34}, {15, 1, 55}, {20, 1, 80}, {26, 1, 108}, {18, 2, 68}, {20, 2, 78}, {24, 2, 97}, {30, 2, 116}, {18, 2, 68, 2, 69}, {20, 4, 81}, {24, 2, 92, 2, 93}, {26, 4, 107}, {30, 3, 115, 1, 116}},
	0: {{}, {10, 1, 16}, {16, 1, 28}, {26, 1, 44}, {18, 2, 32}, {24, 2, 43}, {16, 4, 27}, {18, 4, 31}, {22, 2, 38, 2, 39}, {22, 3, 36, 2, 37}, {26, 4, 43, 1, 44}, {30, 1, 50, 4, 51}, {22, 6, 36, 2, 37}, {22, 8, 37, 1, 38}, {24, 4, 40, 5, 41}},
}

func blocks(words []byte, version, level int) (data []byte, err error) {
	if layout[level] == nil {
		return nil, fmt.Errorf("level %d", level)
	}
	l := layout[level][version]
	count, size := l[1]+l[3], func(b int) int {
		if b < l[1] {
			return l[2]
		}
		return l[4]
	}
	all, at := make([][]byte, count), 0
	for i := range max(l[2], l[4]) {
		for b := range count {
			if i < size(b) {
				all[b] = append(all[b], words[at])
				at++
			}
		}
	}
	for _, b := range all {
		data = append(data, b...)
	}
	for range l[0] {
		for b := range count {
			all[b] = append(all[b], words[at])
			at++
		}
	}
	for i, b := range all {
		for k := range l[0] {
			if s := syndrome(b, k); s != 0 {
				return nil, fmt.Errorf("block %d has an error: S%d = %d", i, k, s)
			}
		}
	}
	return data, nil
}

// syndrome is the value of a block at the k-th power of 2, in GF(256) modulo
// x⁸ + x⁴ + x³ + x² + 1.
func syndrome(block []byte, k int) (v byte) {
	root := byte(1)
	for range k {
		root = times(root, 2)
	}
	for _, b := range block {
		v = times(v, root) ^ b
	}
	return v
}

func times(a, b byte) (p byte) {
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			p ^= a
		}
		carry := a&0x80 != 0
		if a <<= 1; carry {
			a ^= 0x1d
		}
	}
	return p
}

// text reads segments of bytes, of digits and letters, or of digits.
func text(data []byte, version int) (string, error) {
	at := 0
	take := func(n int) (v int) {
		for range n {
			v = v<<1 | int(data[at/8]>>(7-at%8)&1)
			at++
		}
		return v
	}
	wide := func(small, large int) int {
		if version < 10 {
			return small
		}
		return large
	}
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	switch mode := take(4); mode {
	case 4:
		out := make([]byte, take(wide(8, 16)))
		for i := range out {
			out[i] = byte(take(8))
		}
		return string(out), nil
	case 2:
		n, out := take(wide(9, 11)), ""
		for ; n > 1; n -= 2 {
			v := take(11)
			out += string(letters[v/45]) + string(letters[v%45])
		}
		if n == 1 {
			out += string(letters[take(6)])
		}
		return out, nil
	default:
		return "", fmt.Errorf("mode %d", mode)
	}
}
