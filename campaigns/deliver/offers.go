package deliver

import (
	"bytes"
	"strconv"
	"strings"
)

// offers are what a relay said to EHLO.
type offers struct {
	names      []string // upper case, in the order said
	pipelining bool
	chunking   bool
	starttls   bool
	eight      bool // 8BITMIME
	utf8       bool // SMTPUTF8
	sized      bool // SIZE
	size       int  // the most that it takes, 0: not said
	auth       []string
}

// mostOffers is how many extensions are remembered.
const mostOffers = 64

// learn takes one line of the reply to EHLO; the first is only a name.
func (o *offers) learn(n int, text []byte) {
	if n == 0 || len(o.names) == mostOffers {
		return
	}
	name, param, _ := bytes.Cut(bytes.TrimSpace(text), []byte(" "))
	word := strings.ToUpper(string(name))
	if legacy, ok := strings.CutPrefix(word, "AUTH="); ok { // said so by old relays
		word, param = "AUTH", []byte(legacy+" "+string(param))
	}
	o.names = append(o.names, word)
	switch word {
	case "PIPELINING":
		o.pipelining = true
	case "CHUNKING":
		o.chunking = true
	case "STARTTLS":
		o.starttls = true
	case "8BITMIME":
		o.eight = true
	case "SMTPUTF8":
		o.utf8 = true
	case "SIZE":
		o.sized = true
		o.size, _ = strconv.Atoi(strings.TrimSpace(string(param)))
	case "AUTH":
		o.auth = strings.Fields(strings.ToUpper(string(param)))
	}
}
