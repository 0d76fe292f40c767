package naming

// Distance is the number of letters to insert, remove, replace or swap with
// their neighbour to go from one text to the other (optimal string alignment;
// Damerau 1964).
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, line := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		line[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			line[j] = min(last[j]+1, line[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				line[j] = min(line[j], before[j-2]+1)
			}
		}
		before, last, line = last, line, before
	}
	return last[len(y)]
}
