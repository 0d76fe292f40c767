package campaigns_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/measure"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

const smallShop = "arm,spend,bought,City name,channel,Dépenses 2025,visit,zip\n" +
	"mail,12.50,yes,Évry,web,10,2026-11-01,01000\n" +
	"mail,0,no,Lyon,tél,,2026-10-01,69001\n" +
	"mail,7.25,yes,Lyon,web,9,2026-11-20,69002\n" +
	"none,0,no,Évry,web,100,2026-11-02,91000\n" +
	"none,3.00,yes,Lyon,tél,1e2,,69003\n" +
	"other,x,x,Lyon,web,beaucoup,hier,69004\n"

func counted(file, where string) ([]int, error) {
	spec := campaigns.FileSpec{
		Arm: "arm", Treatment: []string{"mail"}, Control: "none", Outcome: "spend", Where: where,
		Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
	}
	doc, err := campaigns.MeasureFile(strings.NewReader(file), spec)
	if err != nil {
		return nil, err
	}
	return doc.Get("srm").(measure.SRM).Counts, nil
}

func TestARuleOverAFileIsOneOfTheLanguageOfSegments(t *testing.T) {
	t.Parallel()
	for where, want := range map[string][]int{
		``:                                       {3, 2},
		`  `:                                     {3, 2},
		`tous`:                                   {3, 2},
		`city name = lyon`:                       {2, 1},
		`City_Name = "EVRY"`:                     {1, 1},
		`"City name" = évry`:                     {1, 1},
		`attr.city_name = évry`:                  {1, 1},
		`city_name != Lyon`:                      {1, 1},
		`bought and spend >= 3`:                  {2, 1},
		`bought = oui et spend <= 7,25`:          {1, 1},
		`spend > 10 or city_name = évry`:         {1, 1},
		`(spend > 10 or spend = 0) and zip > 02`: {2, 1},
		`not (city_name = lyon)`:                 {1, 1},
		`non bought ou spend > 3`:                {3, 1},
		`channel in [web, "tel"]`:                {3, 2},
		`channel = TEL`:                          {1, 1},
		`channel dans [tél]`:                     {1, 1},
		`zip starts "69"`:                        {2, 1},
		`city_name contient "yo"`:                {2, 1},
		`Dépenses 2025 >= 10`:                    {1, 2},
		`"dépenses 2025" > 9`:                    {1, 2},
		`depenses_2025 exists`:                   {2, 2},
		`not depenses_2025 > 0 or spend = 3`:     {1, 1},
		`visit > 30d ago`:                        {2, 1},
		`visit < 2026-11-02 or zip = 91000`:      {2, 1},
		`visit != 2026-11-01 or bought`:          {3, 2},
	} {
		got, err := counted(smallShop, where)
		if err != nil {
			t.Errorf("%s: %v", where, err)
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", where, d)
		}
	}
}

func TestARuleOverAFileThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	for where, want := range map[string]string{
		`spend >`:                   "rule.ends_early column=8",
		`spend > 200 foo`:           "rule.unexpected column=13 word=foo",
		`spend > 500 or`:            "rule.ends_early column=15",
		`= =`:                       "rule.unexpected column=1 word==",
		`town = Lyon`:               "rule.unknown_field column=1 word=town nearest=arm",
		`customer and spend > 1`:    "rule.unknown_field column=1 word=customer nearest=channel",
		`received("noel")`:          "rule.unknown_field column=1 word=received nearest=spend",
		`spend > dix`:               `rule.wants_number column=9 word=dix field=spend`,
		`bought > yes`:              `rule.wrong_comparison column=8 word=> field=bought`,
		`city_name > 5`:             `rule.text_not_number column=13 field=city_name word=5 odd=5 all=5 example=Évry`,
		`city_name < 2026-01-01`:    `rule.text_not_date column=13 field=city_name word=2026-01-01 odd=5 all=5 example=Évry`,
		`city_name`:                 `rule.no_comparison_end column=10 field=city_name`,
		`spend > 5 and zip > 80000`: `roi.empty_arm arm=mail column=arm`,
	} {
		_, err := counted(smallShop, where)
		var e *model.Error
		if !errors.As(err, &e) || e.Error() != want || e.HintKey == "" || e.Kind != model.KindInvalid {
			t.Errorf("%s: %v, want %s with a hint", where, err, want)
		}
	}
}

func TestACellThatARuleLeavesOutMayBeUnreadable(t *testing.T) {
	t.Parallel()
	file := strings.Replace(smallShop, "mail,0,", "mail,zero,", 1)
	if got, err := counted(file, `channel = web`); err != nil || !cmp.Equal(got, []int{2, 1}) {
		t.Errorf("%v %v", got, err)
	}
	_, err := counted(file, `channel = tél`)
	var e *model.Error
	if !errors.As(err, &e) || e.Key != "roi.not_number" {
		t.Errorf("the row counts and cannot be read: %v", err)
	}
	_, err = counted(strings.Replace(smallShop, "mail,12.50,", `mail,"1,234",`, 1), `spend > 5`)
	if !errors.As(err, &e) || e.Key != "rule.text_not_number" {
		t.Errorf("a number that may be two is not guessed in a rule: %v", err)
	}
}

func TestAFileOfManyCustomersIsKeptAsALoopWouldKeepIt(t *testing.T) {
	t.Parallel()
	const arms = "Mens E-Mail,No E-Mail"
	path := filepath.Join("..", "..", "shared", "data", "hillstrom", "hillstrom.csv.gz")
	rows := hillstrom(t, path)
	number := func(row map[string]string, column string) float64 {
		v, _ := strconv.ParseFloat(row[column], 64)
		return v
	}
	for where, keeps := range map[string]func(row map[string]string) bool{
		`history > 500 or newbie = 1`: func(r map[string]string) bool { return number(r, "history") > 500 || number(r, "newbie") == 1 },
		`not (zip_code = rural) and recency in [1, 2, 3]`: func(r map[string]string) bool {
			return r["zip_code"] != "Rural" && number(r, "recency") <= 3
		},
		`channel starts "multi" or (mens and womens)`: func(r map[string]string) bool {
			return r["channel"] == "Multichannel" || r["mens"] == "1" && r["womens"] == "1"
		},
		`history_segment contains "$0 - $100"`: func(r map[string]string) bool { return strings.Contains(r["history_segment"], "$0 - $100") },
		`spend exists and spend != 0`:          func(r map[string]string) bool { return number(r, "spend") != 0 },
	} {
		want := []int{0, 0}
		for _, row := range rows {
			for i, arm := range strings.Split(arms, ",") {
				if row["segment"] == arm && keeps(row) {
					want[i]++
				}
			}
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := campaigns.MeasureFile(f, campaigns.FileSpec{Arm: "segment", Treatment: []string{"Mens E-Mail"}, Control: "No E-Mail", Where: where})
		_ = f.Close()
		if err != nil {
			t.Errorf("%s: %v", where, err)
			continue
		}
		if d := cmp.Diff(want, doc.Get("srm").(measure.SRM).Counts); d != "" {
			t.Errorf("%s: %s", where, d)
		}
	}
}

func hillstrom(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("reference data absent: %v", err)
	}
	defer func() { _ = f.Close() }()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, c := range cells {
			row[all[0][i]] = c
		}
		rows = append(rows, row)
	}
	return rows
}

func FuzzAnyRuleOverAFileIsReadOrRefused(f *testing.F) {
	f.Add(smallShop, `city_name = Lyon and not (spend > 3)`)
	f.Add("arm;spend;É é;É é;\nmail;1;a;b;\nnone;2;;;\n", `e_e_2 exists or column_5 = 1`)
	f.Add("arm\nmail\nnone\n", `= =`)
	f.Fuzz(func(t *testing.T, file, where string) {
		_, err := counted(file, where)
		var e *model.Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%v is not a model.Error", err)
		}
	})
}
