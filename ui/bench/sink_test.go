package bench

import (
	"bufio"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheSinkAnswersWhatIsSentAheadInOrderAndCountsIt(t *testing.T) {
	t.Parallel()
	s, err := NewSink("127.0.0.1:0", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	text := "Subject: x\r\n\r\n..a dot that is not alone\r\n" + strings.Repeat("é", 100_000) + "\r\n.\r\n"
	envelope := "MAIL FROM:<a@boutique.example>\r\nRCPT TO:<b@gmail.example>\r\nDATA\r\n"
	go func() {
		_, _ = c.Write([]byte("EHLO here\r\n" + envelope + text + envelope + text + "WHAT\r\nQUIT\r\n"))
	}()
	r := textproto.NewReader(bufio.NewReader(c))
	var codes []int
	for {
		code, _, err := r.ReadResponse(0)
		if err != nil {
			break
		}
		codes = append(codes, code)
	}
	if want := []int{220, 250, 250, 250, 354, 250, 250, 250, 354, 250, 500, 221}; !slices.Equal(codes, want) {
		t.Errorf("answers %v, want %v", codes, want)
	}
	if n, _ := s.Count(); n.Messages != 2 || n.Bytes != int64(2*len(text)) {
		t.Errorf("counted %+v, want 2 messages of %d bytes", n, len(text))
	}
}

func TestALineLostInTheMiddleOfAMessageCountsNothing(t *testing.T) {
	t.Parallel()
	s, err := NewSink("127.0.0.1:0", 0)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = c.Write([]byte("DATA\r\nSubject: x\r\n\r\n.."))
	_ = c.Close()
	s.Close()
	if n, _ := s.Count(); n.Messages != 0 {
		t.Errorf("counted %+v", n)
	}
}
