package measure_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// dataFile opens a file of the reference data, or skips the test.
func dataFile(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("reference data absent: %v", err)
	}
	return path
}

// eachRow walks a file of the reference data.
func eachRow(t *testing.T, name string, visit func(cell func(column string) string)) {
	t.Helper()
	f, err := os.Open(dataFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(unpacked)
	names, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, n := range names {
		at[n] = i
	}
	r.ReuseRecord = true
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		visit(func(column string) string { return strings.Clone(cells[at[column]]) })
	}
}

// readRows is the columns of a file of the reference data that a test needs.
func readRows(t *testing.T, name string, columns ...string) []map[string]string {
	t.Helper()
	var rows []map[string]string
	eachRow(t, name, func(cell func(string) string) {
		row := make(map[string]string, len(columns))
		for _, c := range columns {
			row[c] = cell(c)
		}
		rows = append(rows, row)
	})
	return rows
}

// starbucksWithRevenue is the promotion file with one more column: 10 a sale.
func starbucksWithRevenue(t *testing.T) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	_ = w.Write([]string{"Promotion", "purchase", "revenue"})
	for _, row := range readRows(t, "starbucks-promo/training.csv.gz", "Promotion", "purchase") {
		_ = w.Write([]string{row["Promotion"], row["purchase"], row["purchase"] + "0,00"})
	}
	w.Flush()
	return &b
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// bucket is the reference draw of a customer, in [0, 1).
func bucket(salt string, id any) float64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x1f%v", salt, id))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}
