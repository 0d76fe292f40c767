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
)

// erasuresName is the list of erasures, a text beside the data, because it must
// outlive a backup that is put back: a line names the folder, then each line is
// an instant (RFC 3339), the hash of the address as among the suppressions ("-"
// without one) and a hash of the number and the day of birth of the record,
// which finds a person whose address was another one when the backup was made.
// It is only ever added to; a last line without its end was never acknowledged.
const (
	erasuresName = "erasures.log"
	erasuresHead = "blanche-erasures 1 "
)

// erasure is one line of the list.
type erasure struct {
	at      time.Time
	address hashed
	record  hashed
}

func (x erasure) String() string {
	address := "-"
	if x.address != (hashed{}) {
		address = hex.EncodeToString(x.address[:])
	}
	return x.at.UTC().Format(time.RFC3339Nano) + " " + address + " " + hex.EncodeToString(x.record[:])
}

// erasureOf is the line of a contact.
func (e *Engine) erasureOf(h *hasher, c *model.Contact, at time.Time) erasure {
	x := erasure{at: at, record: e.recordHash(c)}
	if c.Email != "" {
		x.address = h.of(c.Email)
	}
	return x
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

// Erased looks addresses up among the hashes of the list.
func (e *Engine) Erased(ctx context.Context) (of func(email string) bool, err error) {
	if err := e.enter(ctx); err != nil {
		return nil, err
	}
	defer e.leave()
	b, err := e.readErasures()
	if err != nil || len(b) == 0 {
		return nil, err
	}
	lines, err := e.parseErasures(bytes.NewReader(b))
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	gone, h := make(map[hashed]bool, len(lines)), e.hasher()
	for _, x := range lines {
		gone[x.address] = x.address != (hashed{})
	}
	return func(email string) bool { return email != "" && gone[h.of(email)] }, nil
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
	if len(part) != 3 {
		return x, false
	}
	at, err := time.Parse(time.RFC3339Nano, part[0])
	if err != nil || !parseHash(&x.record, part[2]) {
		return x, false
	}
	x.at = at
	return x, part[1] == "-" || parseHash(&x.address, part[1])
}

func parseHash(h *hashed, text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && copy(h[:], b) == len(h) && len(b) == len(h)
}
