package ssh_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"blanche/model"
	"blanche/ui/ssh"
)

func TestOnlyKeysThatProveSomethingAreTaken(t *testing.T) {
	t.Parallel()
	line := func(public any) string {
		key, err := gossh.NewPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key)))
	}
	ed, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ssh.ParseKey(line(ed) + " Inès@portable")
	if err != nil || k.Comment != "Inès@portable" || k.Line != line(ed) || !strings.HasPrefix(k.Fingerprint, "SHA256:") {
		t.Errorf("%+v, %v", k, err)
	}
	for name, text := range map[string]string{"rsa": line(&long.PublicKey), "ecdsa": line(&ec.PublicKey)} {
		if _, err := ssh.ParseKey(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		line string
		kind model.ErrorKind
	}{
		"nothing":        {"", model.KindInvalid},
		"a private key":  {"-----BEGIN OPENSSH PRIVATE KEY-----", model.KindInvalid},
		"an option":      {`command="sh" ` + line(ed), model.KindInvalid},
		"two keys":       {line(ed) + "\n" + line(&ec.PublicKey), model.KindInvalid},
		"1024 bits":      {line(&short.PublicKey), model.KindRefused},
		"a broken key":   {line(ed)[:40], model.KindInvalid},
		"an unknown one": {"ssh-foo AAAA", model.KindInvalid},
	} {
		if _, err := ssh.ParseKey(c.line); err == nil || model.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}
