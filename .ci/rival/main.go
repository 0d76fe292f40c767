// Command rival sends messages with go-mail, under the flags of Postfix's
// smtp-source, to stand beside `blanche bench send --against .ci/rival/rival`.
// Its connections are kept, each message has a text and an HTML part in quoted
// printable with the number of its reader, and what go-mail lets a sender leave
// out between two messages (NOOP, RSET) is left out.
//
//	cd .ci/rival && go build
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/wneessen/go-mail"
)

// together is how many messages go-mail is handed at once.
const together = 50

type job struct {
	from, to, html, text string
	messages             int64
	taken                atomic.Int64
}

func main() {
	log.SetFlags(0)
	sessions, length := flag.Int("s", 1, "connections"), flag.Int("l", 10_000, "bytes of a message")
	messages := flag.Int64("m", 1, "messages")
	from, to := flag.String("f", "a@boutique.example", "sender"), flag.String("t", "b@gmail.example", "reader")
	flag.Bool("d", true, "keep the connections: always")
	flag.Parse()
	host, port, err := net.SplitHostPort(strings.TrimPrefix(flag.Arg(0), "inet:"))
	if err != nil {
		log.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		log.Fatal(err)
	}
	const line = "Une maison de famille, des gestes lents et des choses choisies une a une.\n"
	html := max(0, *length-1200) * 9 / 10
	j := job{from: *from, to: *to, messages: *messages, html: strings.Repeat("<p>"+line, html/(len(line)+3)), text: strings.Repeat(line, html/9/len(line))}
	errs := make(chan error, *sessions)
	var all sync.WaitGroup
	for range *sessions {
		all.Go(func() { errs <- j.send(host, number) })
	}
	all.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			log.Fatal(err)
		}
	}
}

// send keeps one connection busy until every message is taken.
func (j *job) send(host string, port int) error {
	c, err := mail.NewClient(host, mail.WithPort(port), mail.WithTLSPolicy(mail.NoTLS), mail.WithHELO("localhost"), mail.WithoutNoop(), mail.WithoutRset())
	if err != nil {
		return err
	}
	if err := c.DialWithContext(context.Background()); err != nil {
		return err
	}
	defer c.Close()
	for {
		batch, err := j.next()
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := c.Send(batch...); err != nil {
			return err
		}
	}
}

// next writes the next messages, none when all are taken.
func (j *job) next() ([]*mail.Msg, error) {
	var batch []*mail.Msg
	for len(batch) < together {
		n := j.taken.Add(1)
		if n > j.messages {
			break
		}
		m := mail.NewMsg()
		if err := m.From(j.from); err != nil {
			return nil, err
		}
		if err := m.To(j.to); err != nil {
			return nil, err
		}
		m.Subject(fmt.Sprintf("Lecteur %d, la selection de la semaine", n))
		m.SetDate()
		m.SetMessageID()
		m.SetBodyString(mail.TypeTextPlain, fmt.Sprintf("Bonjour lecteur %d,\n%s", n, j.text))
		m.AddAlternativeString(mail.TypeTextHTML, fmt.Sprintf("<html><body><h1>Bonjour lecteur %d</h1>%s</body></html>", n, j.html))
		batch = append(batch, m)
	}
	return batch, nil
}
