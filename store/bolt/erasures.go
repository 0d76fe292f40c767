package bolt

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// erasuresName is the list of erasures, a text beside the data, because it must
// outlive a backup that is put back: a line names the folder, then each line is
// an instant (RFC 3339), the hash of the address as among the suppressions ("-"
// without one) and a hash of the number and the day of birth of the record,
// which finds a person whose address was another one when the backup was made.
// Where the person had an id in the shop or a card, the hashes of both follow, by
// which a file or another program may name them still. The list is only ever
// added to; a last line without its end was never acknowledged.
const (
	erasuresName = "erasures.log"
	erasuresHead = "blanche-erasures 1 "
)

// erasure is one line of the list.
type erasure struct {
	at       time.Time
	address  hashed
	record   hashed
	external hashed
	card     hashed
}

func (x erasure) String() string {
	text := x.at.UTC().Format(time.RFC3339Nano) + " " + hashText(x.address) + " " + hashText(x.record)
	if x.external != (hashed{}) || x.card != (hashed{}) {
		text += " " + hashText(x.external) + " " + hashText(x.card)
	}
	return text
}

func hashText(h hashed) string {
	if h == (hashed{}) {
		return "-"
	}
	return hex.EncodeToString(h[:])
}

// erasureOf is the line of a contact.
func (e *Engine) erasureOf(h *hasher, c *model.Contact, at time.Time) erasure {
	return erasure{at: at, address: h.address(c.Email), record: e.recordHash(c), external: h.external(c.ExternalID), card: h.card(c.Card)}
}

// The hashes of what a person is found under, none of nothing. An address has no
// NUL in it.
func (h *hasher) address(email string) hashed {
	if email == "" {
		return hashed{}
	}
	return h.of(email)
}

func (h *hasher) external(id string) hashed { return h.named("external", id) }
func (h *hasher) card(number string) hashed { return h.named("card", number) }

func (h *hasher) named(kind, text string) hashed {
	if text == "" {
		return hashed{}
	}
	h.mac.Reset()
	_, _ = io.WriteString(h.mac, kind+"\x00"+text)
	h.sum = h.mac.Sum(h.sum[:0])
	return hashed(h.sum[:16])
}

func (e *Engine) recordHash(c *model.Contact) hashed {
	mac := hmac.New(sha256.New, e.key)
	mac.Write([]byte("record\x00"))
	mac.Write(binary.BigEndian.AppendUint64(key64(uint64(c.ID)), uint64(millis(c.Created))))
	return hashed(mac.Sum(nil)[:16])
}

func (e *Engine) erasuresPath() string { return filepath.Join(e.dir, erasuresName) }

// readErasures is the whole list; empty when nobody was ever erased.
func (e *Engine) readErasures() ([]byte, error) {
	e.upkeep.list.Lock()
	defer e.upkeep.list.Unlock()
	return e.readList()
}

// readList is called with the lock of the list held.
func (e *Engine) readList() ([]byte, error) {
	b, err := os.ReadFile(e.erasuresPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, model.Failed(err, "upkeep.list_failed", "file", erasuresName)
	}
	return b[:bytes.LastIndexByte(b, '\n')+1], nil
}

// addErasures adds lines, durably. Those that are there already stay once.
func (e *Engine) addErasures(add []erasure) error {
	e.upkeep.list.Lock()
	defer e.upkeep.list.Unlock()
	old, err := e.readList()
	if err != nil {
		return err
	}
	text := string(old)
	if text == "" {
		id, err := e.folder()
		if err != nil {
			return err
		}
		text = erasuresHead + id + "\n"
	}
	known := map[string]bool{}
	for line := range strings.Lines(text) {
		known[strings.TrimSuffix(line, "\n")] = true
	}
	for _, x := range add {
		if line := x.String(); !known[line] {
			known[line] = true
			text += line + "\n"
		}
	}
	if err := e.extendList(len(old), text); err != nil {
		return model.Failed(err, "upkeep.list_failed", "file", erasuresName)
	}
	return nil
}

// extendList writes what follows the lines that are whole.
func (e *Engine) extendList(whole int, text string) error {
	f, err := os.OpenFile(e.erasuresPath(), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(text[whole:]), int64(whole))
	err = errors.Join(err, f.Truncate(int64(len(text))), f.Sync(), f.Close())
	return errors.Join(err, syncDir(e.dir))
}

// folder is the identity of the folder, as text.
func (e *Engine) folder() (id string, err error) {
	err = e.send.view(func(tx *bolt.Tx) error {
		b, err := folderID(tx)
		id = hex.EncodeToString(b)
		return err
	})
	return id, err
}

// Erasures writes the list as it is.
func (e *Engine) Erasures(ctx context.Context, w io.Writer) error {
	if err := e.enter(ctx); err != nil {
		return err
	}
	defer e.leave()
	b, err := e.readErasures()
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// Erased looks names up among the hashes of the list.
func (e *Engine) Erased(ctx context.Context) (of func(email, external, card string) bool, err error) {
	if err := e.enter(ctx); err != nil {
		return nil, err
	}
	defer e.leave()
	gone, size, err := e.listed()
	if leaving := store.LeavingOut(ctx); leaving != nil {
		leaving.Seen = size
	}
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	h := e.hasher()
	return func(email, external, card string) bool {
		return gone[h.address(email)] || gone[h.external(external)] || gone[h.card(card)]
	}, nil
}

// listed are the names in the list, read again when the list has grown; whoever
// has one keeps it as it is. The size is that of the list.
func (e *Engine) listed() (gone map[hashed]bool, size int64, err error) {
	u := &e.upkeep
	u.list.Lock()
	defer u.list.Unlock()
	info, err := os.Stat(e.erasuresPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, model.Failed(err, "upkeep.list_failed", "file", erasuresName)
	}
	if u.names != nil && info.Size() == u.namesOf {
		return u.names, u.namesOf, nil
	}
	b, err := e.readList()
	if err != nil || len(b) == 0 {
		return nil, 0, err
	}
	lines, err := e.parseErasures(bytes.NewReader(b))
	if err != nil {
		return nil, 0, err
	}
	u.names, u.namesOf = make(map[hashed]bool, len(lines)), info.Size()
	for _, x := range lines {
		for _, h := range []hashed{x.address, x.external, x.card} {
			if h != (hashed{}) {
				u.names[h] = true
			}
		}
	}
	return u.names, u.namesOf, nil
}

// parseErasures reads a list of this folder. A list of another one is refused:
// its hashes have another key, so it would erase nobody and look as if it had.
func (e *Engine) parseErasures(r io.Reader) (all []erasure, err error) {
	id, err := e.folder()
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			return all, nil // a line without its end
		}
		if err != nil {
			return nil, err
		}
		line = strings.TrimSuffix(line, "\n")
		if n == 1 {
			named, ok := strings.CutPrefix(line, erasuresHead)
			switch {
			case !ok:
				return nil, model.Refused("upkeep.list_broken", "line", n)
			case named != id:
				return nil, model.Refused("upkeep.list_foreign")
			}
			continue
		}
		x, ok := parseErasure(line)
		if !ok {
			return nil, model.Refused("upkeep.list_broken", "line", n)
		}
		all = append(all, x)
	}
}

func parseErasure(line string) (x erasure, ok bool) {
	part := strings.Split(line, " ")
	if len(part) != 3 && len(part) != 5 {
		return x, false
	}
	at, err := time.Parse(time.RFC3339Nano, part[0])
	if err != nil {
		return x, false
	}
	x.at = at
	for i, h := range []*hashed{&x.address, &x.record, &x.external, &x.card}[:len(part)-1] {
		if !parseHash(h, part[i+1]) {
			return x, false
		}
	}
	return x, x.record != (hashed{})
}

func parseHash(h *hashed, text string) bool {
	if text == "-" {
		return true
	}
	b, err := hex.DecodeString(text)
	return err == nil && copy(h[:], b) == len(h) && len(b) == len(h)
}
