package compose

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"

	"blanche/model"
)

// Signer signs messages while they are written (DKIM, RFC 6376; Ed25519 by RFC
// 8463), with one key or two. Headers are canonicalised relaxed, since relays
// fold them anew; the body simple, since quoted-printable leaves nothing in it
// that a relay would change, so that it is hashed as it stands.
//
// A nil Signer signs nothing. It never changes: several goroutines may use it.
type Signer struct {
	keys []signingKey
}

// signingKey is a key with the header it signs in: the places where the hash of
// the body and the signature go are known, for their lengths never change.
type signingKey struct {
	domain, selector string
	key              crypto.Signer
	blank            []byte // the whole header, filled with "="
	bodyHash         int    // where its 44 characters begin
	signature        int    // where that begins, in lines of signatureLine
	canonical        []byte // what is hashed of it before the hash of the body
}

// minRSA is the shortest RSA key that receivers accept (RFC 8301), in bits.
const minRSA = 2048

// signatureLine is how many characters of a signature stand on one line.
const signatureLine = 72

// signedNames are the headers that a signature covers, in the order of h=. From
// counts twice: nobody can add another one. One that is not in the message is
// signed as missing. Those of the unsubscribing must be there (RFC 8058).
var signedNames = []string{
	"from", "from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post",
	"feedback-id", "mime-version", "content-type",
}

// SigningKey is a private key as a file holds it, and the name under which its
// public half is published.
type SigningKey struct {
	Selector string
	PEM      []byte // RSA of 2048 bits or more, or Ed25519: PKCS #8, or PKCS #1 for RSA
}

// String stands for the key.
func (k SigningKey) String() string { return k.Selector }

// GoString is String.
func (k SigningKey) GoString() string { return k.Selector }

// NewSigner reads the keys that sign for a domain. Errors are model.Invalid and
// say nothing of what is in a key.
func NewSigner(domain string, keys ...SigningKey) (*Signer, error) {
	if !model.PlainAddress("a@" + domain) {
		return nil, model.Invalid("dkim.bad_domain", "value", clip(domain))
	}
	s := &Signer{}
	for _, k := range keys {
		if !model.PlainAddress("a@"+k.Selector+".example") || len(k.Selector) > 63 {
			return nil, model.Invalid("dkim.bad_selector", "value", clip(k.Selector))
		}
		key, err := privateKey(k.PEM)
		if err != nil {
			return nil, err
		}
		s.keys = append(s.keys, newSigningKey(domain, k.Selector, key))
	}
	return s, nil
}

// privateKey reads the first private key of a PEM text.
func privateKey(text []byte) (crypto.Signer, error) {
	var block *pem.Block
	for block, text = pem.Decode(text); block != nil; block, text = pem.Decode(text) {
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		default:
			continue
		}
		if err != nil {
			return nil, model.Invalid("dkim.unreadable")
		}
		switch key := key.(type) {
		case ed25519.PrivateKey:
			return key, nil
		case *rsa.PrivateKey:
			if key.N.BitLen() < minRSA {
				return nil, model.Invalid("dkim.short", "bits", key.N.BitLen(), "least", minRSA)
			}
			return key, nil
		}
		return nil, model.Invalid("dkim.other_kind")
	}
	return nil, model.Invalid("dkim.unreadable")
}

// newSigningKey writes the header of a key once for all.
func newSigningKey(domain, selector string, key crypto.Signer) signingKey {
	algorithm, size := "ed25519-sha256", ed25519.SignatureSize
	if k, ok := key.(*rsa.PrivateKey); ok {
		algorithm, size = "rsa-sha256", k.Size()
	}
	k := signingKey{domain: domain, selector: selector, key: key}
	b := []byte("DKIM-Signature: v=1; a=" + algorithm + "; c=relaxed/simple;\r\n d=" + domain + "; s=" + selector + ";\r\n")
	b = append(b, " h="+strings.Join(signedNames[:5], ":")+":\r\n "+strings.Join(signedNames[5:9], ":")+":\r\n "+strings.Join(signedNames[9:], ":")+";\r\n bh="...)
	k.bodyHash = len(b)
	k.canonical = appendRelaxed(nil, "dkim-signature", b[len("DKIM-Signature:"):])
	k.canonical = k.canonical[:len(k.canonical)-2] // the line goes on
	b = append(b, strings.Repeat("=", base64.StdEncoding.EncodedLen(sha256.Size))...)
	b = append(b, ";\r\n b="...)
	k.signature = len(b)
	for left := base64.StdEncoding.EncodedLen(size); left > 0; left -= signatureLine {
		b = append(b, strings.Repeat("=", min(left, signatureLine))...)
		b = append(b, "\r\n "...)
	}
	k.blank = b[:len(b)-1] // the last line ends the header
	return k
}

// aligned reports whether a signature speaks for an address: that of its domain
// or of one above it, as DMARC asks (RFC 7489, 3.1.1, relaxed).
func (s *Signer) aligned(address string) bool {
	domain := "." + model.Domain(address)
	return s == nil || len(s.keys) == 0 || strings.HasSuffix(domain, "."+strings.ToLower(s.keys[0].domain))
}

// blank is the headers of the signatures, not signed yet.
func (s *Signer) blank() []byte {
	if s == nil {
		return nil
	}
	var b []byte
	for i := range s.keys {
		b = append(b, s.keys[i].blank...)
	}
	return b
}

// seal signs a message that was written: seals is what blank gave, head the
// other headers with the empty line after them. Memory is scratch, and comes
// back.
func (s *Signer) seal(memory, seals, head, body []byte) ([]byte, error) {
	sum := sha256.Sum256(body) // it ends in one CRLF, as simple wants it
	memory = appendSigned(memory[:0], head)
	headers := len(memory)
	for i := range s.keys {
		k := &s.keys[i]
		mine := seals[:len(k.blank)]
		seals = seals[len(k.blank):]
		base64.StdEncoding.Encode(mine[k.bodyHash:], sum[:])
		memory = append(memory[:headers], k.canonical...)
		memory = base64.StdEncoding.AppendEncode(memory, sum[:])
		memory = append(memory, "; b="...)
		signature, err := k.sign(sha256.Sum256(memory))
		if err != nil {
			return memory, model.Failed(err, "dkim.failed")
		}
		memory = base64.StdEncoding.AppendEncode(memory[:headers], signature)
		at := k.signature
		for rest := memory[headers:]; len(rest) > 0; at += len("\r\n ") {
			n := copy(mine[at:], rest[:min(len(rest), signatureLine)])
			rest, at = rest[n:], at+n
		}
	}
	return memory, nil
}

// sign signs the hash of the headers. Both algorithms give the same signature
// for the same hash: a retry repeats itself.
func (k *signingKey) sign(sum [sha256.Size]byte) ([]byte, error) {
	switch key := k.key.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(key, sum[:]), nil
	case *rsa.PrivateKey:
		return rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	}
	return k.key.Sign(nil, sum[:], crypto.SHA256)
}

// appendSigned writes the signed headers of a block, relaxed, in the order of
// signedNames; ours are each there once at most.
func appendSigned(b, head []byte) []byte {
	var values [16][]byte
	for at := 0; at < len(head) && head[at] != '\r'; {
		end := at
		for {
			for head[end] != '\n' {
				end++
			}
			if end++; end >= len(head) || head[end] != ' ' && head[end] != '\t' {
				break
			}
		}
		if colon := bytes.IndexByte(head[at:end], ':'); colon > 0 {
			for i, name := range signedNames {
				if values[i] == nil && strings.EqualFold(name, string(head[at:at+colon])) {
					values[i] = head[at+colon+1 : end]
					break
				}
			}
		}
		at = end
	}
	for i, name := range signedNames {
		if values[i] != nil {
			b = appendRelaxed(b, name, values[i])
		}
	}
	return b
}

// appendRelaxed writes a header in relaxed form (RFC 6376, 3.4.2): unfolded,
// blanks collapsed. name is in lower case already.
func appendRelaxed(b []byte, name string, value []byte) []byte {
	b = append(append(b, name...), ':')
	start, blank := len(b), false
	for _, c := range value {
		switch c {
		case ' ', '\t', '\r', '\n':
			blank = len(b) > start
			continue
		}
		if blank {
			b, blank = append(b, ' '), false
		}
		b = append(b, c)
	}
	return append(b, "\r\n"...)
}
