package config

// Nearest is the candidate that a mistyped word most likely meant, and whether
// one is near enough to be worth saying: at most a third of its letters away.
func Nearest(word string, candidates []string) (string, bool) {
	best, distance := "", len([]rune(word))/3+2
	for _, c := range candidates {
		if d := edits([]rune(word), []rune(c)); d < distance {
			best, distance = c, d
		}
	}
	return best, best != ""
}

// edits counts the insertions, deletions and replacements that turn a into b
// (Levenshtein, 1966).
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
