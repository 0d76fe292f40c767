package bench

// Beside is a send at half its best rate while a file comes in.
type Beside struct {
	Rows       int     `json:"rows"`
	RowsRate   float64 `json:"rows_per_second"`
	Asked      float64 `json:"asked_per_second"` // half the best rate
	Kept       float64 `json:"kept_per_second"`  // while the file came in
	Share      float64 `json:"share"`
	SendLasted float64 `json:"send_seconds"`
	FileLasted float64 `json:"import_seconds"`
}
