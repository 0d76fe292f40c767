package archive

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"filippo.io/age"

	"blanche/model"
)

// Seal says for whom a backup is encrypted: public keys ("age1…"), or a
// passphrase, not both. The zero Seal leaves it readable.
type Seal struct {
	Recipients []string
	Passphrase string
}

// Keys open a sealed backup: secret keys ("AGE-SECRET-KEY-1…"), in lines of a
// file as age writes them, or a passphrase.
type Keys struct {
	Identities string
	Passphrase string
}

// workFactor is the cost of a passphrase, as a power of two: about a second.
// Tests lower it.
var workFactor = 18

// seal wraps a writer; closing what it returns ends the message.
func (s Seal) seal(w io.Writer) (io.WriteCloser, error) {
	to, err := s.recipients()
	if err != nil {
		return nil, err
	}
	if len(to) == 0 {
		return unsealed{w}, nil
	}
	return age.Encrypt(w, to...)
}

func (s Seal) recipients() ([]age.Recipient, error) {
	if pass := strings.TrimRight(s.Passphrase, "\r\n"); pass != "" {
		if len(s.Recipients) > 0 {
			return nil, model.Invalid("backup.two_seals")
		}
		r, err := age.NewScryptRecipient(pass)
		if err != nil {
			return nil, err
		}
		r.SetWorkFactor(workFactor)
		return []age.Recipient{r}, nil
	}
	var to []age.Recipient
	for _, key := range s.Recipients {
		r, err := age.ParseRecipients(strings.NewReader(key))
		if err != nil {
			return nil, model.Invalid("backup.bad_recipient", "key", key).Because(err)
		}
		to = append(to, r...)
	}
	return to, nil
}

type unsealed struct{ io.Writer }

func (unsealed) Close() error { return nil }

// The first bytes of what a backup can be.
var (
	magicAge  = []byte("age-encryption.org/")
	magicZstd = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// unseal recognises a backup, and decrypts it when it is sealed.
func (k Keys) unseal(r io.Reader) (plain io.Reader, sealed bool, err error) {
	in := bufio.NewReaderSize(r, 256<<10)
	start, err := in.Peek(len(magicAge))
	switch {
	case bytes.HasPrefix(start, magicZstd):
		return in, false, nil
	case !bytes.Equal(start, magicAge):
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, false, damaged(manifestName, err)
		}
		return nil, false, model.Refused("backup.foreign")
	}
	ids, err := k.identities()
	if err != nil {
		return nil, true, err
	}
	if len(ids) == 0 {
		return nil, true, model.Refused("backup.sealed")
	}
	plain, err = age.Decrypt(in, ids...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none) || errors.Is(err, age.ErrIncorrectIdentity):
		return nil, true, model.Refused("backup.wrong_key").Because(err)
	case err != nil:
		return nil, true, damaged(manifestName, err)
	}
	return plain, true, nil
}

func (k Keys) identities() (ids []age.Identity, err error) {
	if strings.TrimSpace(k.Identities) != "" {
		if ids, err = age.ParseIdentities(strings.NewReader(k.Identities)); err != nil {
			return nil, model.Invalid("backup.bad_identity") // the cause may hold the key
		}
	}
	if pass := strings.TrimRight(k.Passphrase, "\r\n"); pass != "" {
		id, err := age.NewScryptIdentity(pass)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
