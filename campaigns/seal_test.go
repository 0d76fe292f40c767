package campaigns_test

import (
	"bytes"
	"io"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

// karim keeps the system.
var karim = model.Actor{Name: "karim", Role: model.Technical, From: "192.0.2.7"}

// Who keeps the system makes the backups, and reads nobody in them.
func TestWhoSeesNobodyMakesNoBackupInClear(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(3)
		_, err := s.as(karim).Backup(s.ctx, io.Discard, campaigns.BackupRequest{Passphrase: "known to karim"})
		s.refused(err, model.KindRefused, "team.seal_backups")
		var clear bytes.Buffer
		_, err = s.as(owner).Backup(s.ctx, &clear, campaigns.BackupRequest{})
		s.must(err)
		if bytes.HasPrefix(clear.Bytes(), []byte("age-encryption.org")) {
			s.Error("control: the owner's is sealed too")
		}
	})
}

func TestWhoSeesNobodySealsForWhomTheSettingsName(t *testing.T) {
	const key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
	inShop(t, nil, func(s *shop) { s.opt.Config.BackupKey = key }, func(s *shop) {
		s.people(3)
		var sealed bytes.Buffer
		_, err := s.as(karim).Backup(s.ctx, &sealed, campaigns.BackupRequest{Passphrase: "known to karim"})
		s.must(err)
		if !bytes.HasPrefix(sealed.Bytes(), []byte("age-encryption.org")) || bytes.Contains(sealed.Bytes(), []byte("-> scrypt")) {
			s.Error("it opens with something else than the key of the settings")
		}
	})
}
