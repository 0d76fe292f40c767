package model_test

import (
	"testing"

	"blanche/model"
)

func TestAFileNeverTakesThePlaceOfWhatSomebodyChose(t *testing.T) {
	t.Parallel()
	old := &model.Contact{Attrs: []model.Attr{{Name: model.AttrFrequency, Value: model.FrequencyAll}, {Name: "magasin", Value: "Lyon"}}}
	chose := model.Contact{Attrs: []model.Attr{{Name: model.AttrFrequency, Value: model.FrequencyMonthly}, {Name: "magasin", Value: "Pau"}}}
	if !chose.Merge(old) || chose.Merge(old) {
		t.Error("the other columns of a file change once")
	}
	if v, _ := chose.Attr(model.AttrFrequency); v != model.FrequencyMonthly {
		t.Errorf("an older file made it %q", v)
	}
	if v, _ := chose.Attr("magasin"); v != "Lyon" {
		t.Errorf("a column of the file is %q", v)
	}
	var nobody model.Contact
	nobody.Merge(old)
	if v, _ := nobody.Attr(model.AttrFrequency); v != model.FrequencyAll {
		t.Errorf("who chose nothing has %q", v)
	}
}
