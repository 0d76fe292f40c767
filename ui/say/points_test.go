package say_test

import (
	"testing"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

func TestAMovementOfPointsSaysHowMuchAndByWhat(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		line   model.HistoryLine
		fr, en string
	}{
		{model.HistoryLine{Ref: "opening", Detail: "salon", Points: &model.PointsLine{Delta: 120, Total: 120}}, "120 · premier total connu · salon", "120 · first known total · salon"},
		{model.HistoryLine{Ref: "file", Points: &model.PointsLine{Delta: 1130, Total: 1250, File: "clients.csv", Line: 1200}}, "+1\u202f130 (1\u202f250) · fichier clients.csv, ligne 1200", "+1,130 (1,250) · file clients.csv, line 1200"},
		{model.HistoryLine{Ref: "file", Points: &model.PointsLine{Delta: 1, Total: 2}}, "+1 (2) · un fichier", "+1 (2) · a file"},
		{model.HistoryLine{Ref: "edit", By: "ines", Points: &model.PointsLine{Delta: -50, Total: 200}}, "−50 (200) · modifié par ines", "−50 (200) · edited by ines"},
		{model.HistoryLine{Ref: "call", By: "token:caisse", Points: &model.PointsLine{Delta: 3, Total: 3}}, "+3 (3) · par caisse", "+3 (3) · by caisse"},
		{model.HistoryLine{Ref: "merge", By: "ines", Points: &model.PointsLine{Delta: 40, Total: 290}}, "+40 (290) · deux fiches fusionnées", "+40 (290) · two cards merged"},
		{model.HistoryLine{Ref: "unmerge", Points: &model.PointsLine{Delta: -40, Total: 250}}, "−40 (250) · fusion annulée", "−40 (250) · the merge was undone"},
	} {
		test.line.Kind = "points"
		for lang, want := range map[string]string{"fr": test.fr, "en": test.en} {
			if got := say.Detail(i18n.New(lang), test.line); got != want {
				t.Errorf("%q, not %q", got, want)
			}
		}
	}
}
