package report

import (
	"embed"
	"html/template"
	"io"

	"blanche/ui/i18n"
	"blanche/ui/safe"
)

//go:embed page.html
var pages embed.FS

// page is what every page has; Body is what the template of the page wants.
type page struct {
	Lang, Title, Kicker, Head, Under string
	Labels                           []label
	Body                             any
	Foot                             string
}

// label is a word in a frame: what the figures are worth, and whether they may
// still move. A strong one is full, any other has a broken line.
type label struct {
	Text   string
	Strong bool
}

// write fills a template of page.html; its texts are those of the catalogue.
//
//i18n:keys report.*
func write(w io.Writer, p *i18n.Printer, name string, pg page) error {
	t, err := template.New("").Funcs(template.FuncMap{
		"t":    func(key string) string { return p.T("report." + key) },
		"safe": safe.Text,
	}).ParseFS(pages, "page.html")
	if err != nil {
		return err
	}
	pg.Lang = p.Lang()
	return t.ExecuteTemplate(w, name, pg)
}

// table is a plain table: the first cell of a row names it.
type table struct {
	Caption string
	Head    []string
	Rows    []row
	Note    string
}

// row is a row of a table; a strong one is what the page is about.
type row struct {
	Strong bool
	Cells  []string
}

func (t *table) add(cells ...string)    { t.Rows = append(t.Rows, row{Cells: cells}) }
func (t *table) strong(cells ...string) { t.Rows = append(t.Rows, row{Strong: true, Cells: cells}) }

// section is a chart with the table under it; either may be missing.
type section struct {
	Title string
	Text  []string
	Chart *chart
	Table *table
	After []string // sentences under the table
	Guess bool     // nothing drawn stands behind it: it does not look like what is proven
}
