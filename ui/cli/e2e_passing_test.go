package cli

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"blanche/ui/ssh"
)

// passers is how many people a file has that takes long enough to come in.
const passers = 120_000

// While one command line imports, others run inside it and are not told to come
// back; one that stays and sends waits until the import has ended.
func TestCommandsRunWhileAnotherOneImports(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts the program many times")
	}
	p := newProgram(newShop(t, ""))
	var file bytes.Buffer
	file.WriteString("email;prenom;ville\n")
	for n := range passers {
		fmt.Fprintf(&file, "%x@boutique.example;Zoé;Évry\n", uint64(n)*0x9e3779b97f4a7c15)
	}
	p.write("people.csv", file.Bytes())
	importing := beside(t, p.command(t.Context(), "import", "contacts", filepath.Join(p.dir, "people.csv"), "--basis", "consent", "--source", "form"))
	until(t, "the import to let others in", func() bool {
		c, err := ssh.Dial(t.Context(), p.env["BLANCHE_DATA"], ssh.Passing)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	serving := beside(t, p.command(t.Context(), "serve"))
	inside, counts := 0, ""
	for importing.runs() {
		a := p.ask("segment", "count", "ville = Évry")
		if a.Code != 0 {
			t.Fatalf("beside an import: exit code %d\n%s%s", a.Code, a.Out, a.Err)
		}
		if importing.runs() {
			inside, counts = inside+1, counts+a.Out
		}
	}
	if inside == 0 {
		t.Error("no command ran while the import did")
	}
	if code := importing.ends(); code != 0 {
		t.Fatalf("the import: exit code %d\n%s", code, &importing.err)
	}
	serving.says(&serving.err, "blanche holds")
	if a := p.ask("segment", "count", "ville = Évry", "--json"); a.Code != 0 || !bytes.Contains([]byte(a.Out), []byte(fmt.Sprint(passers))) {
		t.Errorf("afterwards: %+v", a)
	}
	if _, err := ssh.Dial(t.Context(), p.env["BLANCHE_DATA"], ssh.Passing); !errors.Is(err, ssh.ErrNobody) {
		t.Errorf("the door of the import: %v", err)
	}
	t.Logf("%d commands ran inside the import", inside)
}

// runs reports whether a process has not ended.
func (x *process) runs() bool {
	select {
	case <-x.ended:
		return false
	default:
		return true
	}
}
