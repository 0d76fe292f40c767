package ssh

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"

	gossh "golang.org/x/crypto/ssh"
)

// The caller's files travel over channels of their own, one for each file: the
// holder opens the channel and asks, the caller answers with frames. A file
// read is a head, data, an end; a folder is entries and an end; a file written
// is a head from the caller, data and an end from the holder, an end from the
// caller once the file has its name. A failure may take the place of any of
// them. What breaks off without its end was not whole.
const fileChannel = "file@blanche"

type fileRequest struct {
	Op         string // one of op…
	Path, Name string // Name: of a file in the folder Path
	Mode       uint32
	Exclusive  bool
}

const (
	opOpen   = "open"
	opOpenIn = "open-in"
	opCreate = "create"
	opList   = "list"
)

// A frame is its kind, the length of its body in four bytes, and its body.
const (
	frameHead    byte = 'h'
	frameData    byte = 'd'
	frameEntry   byte = 'n'
	frameEnd     byte = 'e'
	frameFailure byte = 'x'
)

const (
	frameOverhead = 5
	maxBody       = 32<<10 - frameOverhead // one packet of SSH
)

type headBody struct {
	Size uint64
	Path string
}

type entryBody struct {
	Name string
	Dir  bool
	Size uint64
}

type failureBody struct {
	Kind    uint32
	Message string
}

// natures are the errors that keep what they are; the index is the kind on the
// wire, 0 being any other.
var natures = []error{nil, fs.ErrNotExist, fs.ErrPermission, fs.ErrExist, ErrFolder, ErrOutside, fs.ErrInvalid}

func failureOf(err error) failureBody {
	for kind, nature := range natures {
		if nature != nil && errors.Is(err, nature) {
			return failureBody{Kind: uint32(kind)}
		}
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	text := err.Error()
	return failureBody{Message: text[:min(len(text), maxBody/2)]}
}

func (f failureBody) asError(op, path string) error {
	at := &fs.PathError{Op: op, Path: path, Err: errors.New(f.Message)}
	if 0 < f.Kind && int(f.Kind) < len(natures) {
		at.Err = natures[f.Kind]
	}
	return at
}

// wire writes and reads the frames of one channel, one at a time each way.
type wire struct {
	io.ReadWriter
	out, in []byte
}

func (w *wire) send(kind byte, body []byte) error {
	if len(body) > maxBody {
		return fmt.Errorf("a frame of %d bytes", len(body))
	}
	w.out = append(w.out[:0], kind)
	w.out = binary.BigEndian.AppendUint32(w.out, uint32(len(body)))
	w.out = append(w.out, body...)
	_, err := w.Write(w.out)
	return err
}

func (w *wire) fail(err error) error { return w.send(frameFailure, gossh.Marshal(failureOf(err))) }

// receive gives the next frame; its body is good until the next call. What ends
// between two frames, or inside one, is io.ErrUnexpectedEOF.
func (w *wire) receive() (kind byte, body []byte, err error) {
	var head [frameOverhead]byte
	if _, err := io.ReadFull(w, head[:]); err != nil {
		return 0, nil, io.ErrUnexpectedEOF
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxBody {
		return 0, nil, fmt.Errorf("a frame of %d bytes", n)
	}
	if cap(w.in) < int(n) {
		w.in = make([]byte, n, maxBody)
	}
	w.in = w.in[:n]
	if _, err := io.ReadFull(w, w.in); err != nil {
		return 0, nil, io.ErrUnexpectedEOF
	}
	return head[0], w.in, nil
}
