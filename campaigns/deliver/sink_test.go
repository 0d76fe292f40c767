package deliver_test

import (
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/model"
)

// TestNeutralSinkIsReadRight meets a server that we did not write: smtp-sink of
// Debian's postfix, told to misbehave.
func TestNeutralSinkIsReadRight(t *testing.T) {
	t.Parallel()
	sink, err := exec.LookPath("smtp-sink")
	if err != nil {
		t.Skip("smtp-sink is not installed (Debian package postfix)")
	}
	for _, c := range []struct {
		name  string
		args  []string
		want  model.SendResult
		stage model.SendStage
	}{
		{"takes", nil, model.SendAccepted, model.StageDot},
		{"no PIPELINING", []string{"-p"}, model.SendAccepted, model.StageDot},
		{"no ESMTP", []string{"-e"}, model.SendAccepted, model.StageDot},
		{"QUIT refused", []string{"-f", "QUIT"}, model.SendAccepted, model.StageDot},
		{"drop at QUIT", []string{"-q", "QUIT"}, model.SendAccepted, model.StageDot},
		{"drop after the dot", []string{"-q", "."}, model.SendUncertain, model.StageDot},
		{"slow after the dot", []string{"-W", ".:5"}, model.SendUncertain, model.StageDot},
		{"421 after the dot", []string{"-Q", "."}, model.SendDeferred, model.StageDot},
		{"4xx after the dot", []string{"-r", "."}, model.SendDeferred, model.StageDot},
		{"5xx after the dot", []string{"-f", "."}, model.SendRefused, model.StageDot},
		{"early 550 in the text", []string{"-A", "0"}, model.SendRefused, model.StageDot},
		{"421 at RCPT", []string{"-Q", "RCPT"}, model.SendDeferred, model.StageRcpt},
		{"drop at RCPT", []string{"-q", "RCPT"}, model.SendNotStarted, model.StageRcpt},
		{"4xx at MAIL", []string{"-r", "MAIL"}, model.SendNotStarted, model.StageMail},
		{"4xx at DATA", []string{"-r", "DATA"}, model.SendDeferred, model.StageData},
		{"5xx at DATA", []string{"-f", "DATA"}, model.SendRefused, model.StageData},
		{"drop at DATA", []string{"-q", "DATA"}, model.SendNotStarted, model.StageData},
		{"4xx at RCPT", []string{"-r", "RCPT"}, model.SendDeferred, model.StageRcpt},
		{"5xx at RCPT", []string{"-f", "RCPT"}, model.SendRefused, model.StageRcpt},
		{"slow at DATA", []string{"-w", "5"}, model.SendNotStarted, model.StageData},
		{"421 at connect", []string{"-Q", "CONNECT"}, model.SendNotStarted, model.StageConnect},
		{"drop at connect", []string{"-q", "CONNECT"}, model.SendNotStarted, model.StageConnect},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := startSink(t, sink, c.args)
			in := []deliver.Mode{deliver.Auto, deliver.Strict, deliver.Grouped, deliver.Streamed}
			atOnce(len(in), func(i int) {
				one, n := cfg, 2
				if one.Mode = in[i]; c.name == "slow after the dot" {
					n = 1 // smtp-sink then answers the next commands before the dot
				}
				for n, r := range inARow(t, one, n, nil) {
					// Told to be slow, it holds back the replies to the whole group; an early
					// 550 may come together with 354.
					early := c.name == "slow at DATA" && r.Stage < c.stage || c.name == "early 550 in the text" && r.Stage == model.StageData
					if r.Result != c.want || r.Stage != c.stage && !early {
						t.Errorf("%s, message %d: got %s at %s, %+v", in[i], n, r.Result, r.Stage, r)
					}
				}
			})
		})
	}
}

// startSink runs smtp-sink on a free port until the end of the test.
func startSink(t *testing.T, sink string, args []string) deliver.Config {
	t.Helper()
	address := vacant(t)
	if os.Geteuid() == 0 {
		args = append(args, "-u", "nobody")
	}
	cmd := exec.Command(sink, append(args, address, "100")...)
	if err := cmd.Start(); err != nil {
		t.Skipf("smtp-sink does not start: %v", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for range 12_000 {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			host, port, _ := net.SplitHostPort(address)
			return deliver.Config{Host: host, Port: port, Security: deliver.None, Timeouts: quick}
		}
		time.Sleep(10 * time.Millisecond) // polling a condition
	}
	t.Fatal("smtp-sink does not listen")
	return deliver.Config{}
}
