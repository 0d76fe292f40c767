package intake

import (
	"strings"
	"testing"
)

func TestFileOfAThousandColumnsKeepsThemAll(t *testing.T) {
	t.Parallel()
	head, row := []string{"email"}, []string{"lea@mail.example"}
	for i := range 999 {
		head, row = append(head, "c"+itoa(i)), append(row, "v"+itoa(i))
	}
	f := newFake()
	rep := f.load(t, Contacts, strings.Join(head, ";")+"\n"+strings.Join(row, ";")+"\n")
	lea := f.person(t, "lea@mail.example")
	if v, _ := lea.Attr("c998"); rep.Created != 1 || v != "v998" || len(lea.Attrs) != 999 {
		t.Errorf("%+v, %q of %d", tallyOf(rep), v, len(lea.Attrs))
	}
}
