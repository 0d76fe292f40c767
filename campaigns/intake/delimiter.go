package intake

import (
	"bytes"
	"strings"

	"blanche/model"
)

// delimiters are the candidates, the first winning a draw.
var delimiters = []byte{';', '\t', '|', ','}

var delimiterNames = map[string]byte{
	"": 0, "auto": 0, ";": ';', ",": ',', "\t": '\t', `\t`: '\t', "tab": '\t', "|": '|', "pipe": '|', "semicolon": ';', "comma": ',',
}

// sniffDelimiter counts the candidates outside quotes in the first 20 lines:
// the one that the header has and that the most lines have as often wins, then
// the more frequent. A file of one column has none; then it is a semicolon.
// head is text in which delimiters are single bytes.
func sniffDelimiter(head []byte, want string) (byte, error) {
	d, ok := delimiterNames[strings.ToLower(want)]
	if !ok {
		return 0, model.Invalid("import.delimiter_unknown", "delimiter", want).Hint("import.delimiter_hint")
	}
	if d != 0 {
		return d, nil
	}
	counts := countDelimiters(head, true)
	if counts == nil {
		counts = countDelimiters(head, false)
	}
	best, bestSame, bestMany := byte(';'), 0, 0
	for i, c := range delimiters {
		same, many := 0, 0
		for _, line := range counts {
			many += line[i]
			if line[i] == counts[0][i] {
				same++
			}
		}
		if len(counts) == 0 || counts[0][i] == 0 {
			continue
		}
		if same > bestSame || same == bestSame && many > bestMany {
			best, bestSame, bestMany = c, same, many
		}
	}
	return best, nil
}

// countDelimiters counts each candidate in each of the first 20 lines that say
// something. It returns nil when quotes are obeyed and one never ends.
func countDelimiters(head []byte, quotes bool) [][4]int {
	const most = 20
	var out [][4]int
	var now [4]int
	inside, filled, prev := false, false, byte('\n')
	for i, x := range head {
		switch k := bytes.IndexByte(delimiters, x); {
		case inside:
			if x == '"' && (i+1 == len(head) || bytes.IndexByte([]byte(";,\t| \r\n"), head[i+1]) >= 0) {
				inside = false
			}
		case x == '"' && quotes && (prev == '\n' || prev == '\r' || bytes.IndexByte(delimiters, prev) >= 0):
			inside, filled = true, true
		case x == '\n' || x == '\r':
			if filled {
				out, now, filled = append(out, now), [4]int{}, false
			}
			if len(out) == most {
				return out
			}
		case k >= 0:
			now[k]++
		case x > ' ':
			filled = true
		}
		prev = x
	}
	if inside && len(head) < headSize/2 {
		return nil
	}
	if filled && (len(out) == 0 || len(head) < headSize/2) {
		out = append(out, now)
	}
	return out
}

// sepLine is the delimiter that a first line "sep=;" declares to Excel, and
// the length of that line.
func sepLine(head []byte) (delim byte, length int) {
	if len(head) < 6 || !bytes.EqualFold(head[:4], []byte("sep=")) || head[5] != '\r' && head[5] != '\n' {
		return 0, 0
	}
	if bytes.HasPrefix(head[5:], []byte("\r\n")) {
		return head[4], 7
	}
	return head[4], 6
}
