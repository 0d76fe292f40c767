package deliver_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net"
	"strconv"
	"sync"
	"testing"

	"blanche/campaigns/deliver"
)

// fastSink takes everything as fast as it can and answers each group of
// commands in one packet.
func fastSink(t testing.TB, encrypted bool) deliver.Config {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg := deliver.Config{Security: deliver.None}
	if encrypted {
		cert, ca := certificate(t, "127.0.0.1")
		cfg.Security, cfg.CA = deliver.Implicit, ca
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}, DynamicRecordSizingDisabled: true})
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { swallow(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	cfg.Host, cfg.Port, _ = net.SplitHostPort(l.Addr().String())
	return cfg
}

func swallow(c net.Conn) {
	defer c.Close() //nolint:errcheck // a sink
	in, out := bufio.NewReaderSize(c, 64<<10), bufio.NewWriter(c)
	_, _ = out.WriteString("220 sink\r\n")
	for {
		if in.Buffered() == 0 && out.Flush() != nil {
			return
		}
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(" ")); string(verb) {
		case "EHLO":
			_, _ = out.WriteString("250-sink\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 8BITMIME\r\n")
		case "DATA":
			_, _ = out.WriteString("354 go\r\n")
			if out.Flush() != nil {
				return
			}
			for !bytes.Equal(line, []byte(".\r\n")) {
				if line, err = in.ReadSlice('\n'); err != nil {
					return
				}
			}
			_, _ = out.WriteString("250 ok\r\n")
		case "BDAT":
			n, _ := strconv.Atoi(string(bytes.Fields(line)[1]))
			_, _ = in.Discard(n)
			_, _ = out.WriteString("250 ok\r\n")
		case "QUIT":
			_, _ = out.WriteString("221 bye\r\n")
			_ = out.Flush()
			return
		default:
			_, _ = out.WriteString("250 ok\r\n")
		}
	}
}
