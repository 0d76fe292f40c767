package audience

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"blanche/model"
)

// DrawReport is the draw over the rows of a file, simple and exact. Ids are
// numbers when all are whole numbers, else texts; sums are nil for texts.
type DrawReport struct {
	FirstBuckets      []float64      `json:"first10_buckets"`
	SimpleCount       int            `json:"simple_count"`
	SimpleFirst       []any          `json:"simple_first20"`
	SimpleSum         *int64         `json:"simple_sum_ids"`
	StratifiedCount   int            `json:"stratified_count"`
	StratifiedQuota   map[string]int `json:"stratified_quota"`
	StratifiedFirst   []any          `json:"stratified_first20"`
	StratifiedSum     *int64         `json:"stratified_sum_ids"`
	stratifiedHeldOut []bool
	people            []Drawn
}

// DrawFile replays a draw over a file with a header, its fields apart by
// commas, semicolons, tabs or bars. Without the name of a column of ids, the number of the row is the
// id, from 1. Several strata columns are joined with a bar.
func DrawFile(r io.Reader, idColumn, salt string, share float64, strata []string) (*DrawReport, error) {
	people, err := readPeople(r, idColumn, strata)
	if err != nil {
		return nil, err
	}
	simple := DrawSimple(salt, share, people)
	exact, quotas := DrawExact(salt, share, people)
	report := &DrawReport{FirstBuckets: []float64{}, StratifiedQuota: map[string]int{}, stratifiedHeldOut: exact, people: people}
	for _, p := range people[:min(10, len(people))] {
		report.FirstBuckets = append(report.FirstBuckets, Bucket(salt, p.ID))
	}
	for _, q := range quotas {
		report.StratifiedQuota[q.Stratum] = q.HeldOut
	}
	report.SimpleCount, report.SimpleFirst, report.SimpleSum = tellHeldOut(people, simple, false)
	report.StratifiedCount, report.StratifiedFirst, report.StratifiedSum = tellHeldOut(people, exact, true)
	return report, nil
}

// HeldOut tells, row by row, the id and whether the exact draw left it alone.
func (r *DrawReport) HeldOut(f func(id string, heldOut bool)) {
	for i, p := range r.people {
		f(p.ID, r.stratifiedHeldOut[i])
	}
}

func readPeople(r io.Reader, idColumn string, strata []string) ([]Drawn, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	file := csv.NewReader(in)
	file.Comma, file.ReuseRecord = delimiter(in), true
	header, err := file.Read()
	if err != nil {
		return nil, unreadable(err)
	}
	header = slices.Clone(header)
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	position := func(name string) (int, error) {
		if i := slices.Index(header, name); i >= 0 {
			return i, nil
		}
		return 0, hinted(model.Invalid("rule.no_field", "word", name, "nearest", nearest(name, header)), known{})
	}
	id := -1
	if idColumn != "" {
		if id, err = position(idColumn); err != nil {
			return nil, err
		}
	}
	columns := make([]int, len(strata))
	for i, name := range strata {
		if columns[i], err = position(name); err != nil {
			return nil, err
		}
	}
	return rowsOf(file, id, columns)
}

// delimiter is the candidate that comes most often in the first line; a comma
// when there is none.
func delimiter(in *bufio.Reader) rune {
	head, _ := in.Peek(32 << 10) // what cannot be read is said at the first row
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, c := range ";\t|" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// unreadable is why a row of a file cannot be read.
func unreadable(err error) error {
	var bad *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return model.Invalid("roi.empty_file").Hint("roi.empty_file_hint")
	case errors.As(err, &bad):
		return model.Invalid("roi.bad_row", "line", bad.StartLine).Hint("roi.row_hint").Because(bad.Err)
	}
	return model.Invalid("roi.unreadable").Hint("roi.unreadable_hint").Because(err)
}

func rowsOf(file *csv.Reader, id int, strata []int) ([]Drawn, error) {
	var people []Drawn
	for {
		row, err := file.Read()
		if errors.Is(err, io.EOF) {
			return people, nil
		}
		if err != nil {
			return nil, unreadable(err)
		}
		p := Drawn{ID: strconv.Itoa(len(people) + 1)}
		if id >= 0 {
			p.ID = strings.Clone(row[id])
		}
		values := make([]string, len(strata))
		for i, column := range strata {
			values[i] = row[column]
		}
		p.Stratum = strings.Clone(strings.Join(values, " | "))
		people = append(people, p)
	}
}

// tellHeldOut counts the held out, lists the first twenty, by id when sorted,
// and adds up their ids.
func tellHeldOut(people []Drawn, out []bool, sorted bool) (count int, first []any, sum *int64) {
	var numbers []int64
	var texts []string
	first = []any{}
	whole := !slices.ContainsFunc(people, func(p Drawn) bool {
		n, err := strconv.ParseInt(p.ID, 10, 64)
		return err != nil || strconv.FormatInt(n, 10) != p.ID // 007 is a name
	})
	total := int64(0)
	for i, p := range people {
		if out[i] {
			n, _ := strconv.ParseInt(p.ID, 10, 64)
			numbers, texts = append(numbers, n), append(texts, p.ID)
			total += n
		}
	}
	if sorted {
		slices.Sort(numbers)
		slices.Sort(texts)
	}
	for i := range min(20, len(texts)) {
		if whole {
			first = append(first, numbers[i])
		} else {
			first = append(first, texts[i])
		}
	}
	if whole {
		sum = &total
	}
	return len(texts), first, sum
}
