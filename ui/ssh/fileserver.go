package ssh

import (
	"errors"
	"io"
	"io/fs"

	gossh "golang.org/x/crypto/ssh"
)

// serveFile does one operation for the holder, on the caller's side.
func serveFile(nch gossh.NewChannel, files Files) {
	var r fileRequest
	if files == nil || gossh.Unmarshal(nch.ExtraData(), &r) != nil {
		_ = nch.Reject(gossh.Prohibited, "files")
		return
	}
	ch, requests, err := nch.Accept()
	if err != nil {
		return
	}
	defer func() { _ = ch.Close() }()
	go gossh.DiscardRequests(requests)
	w := &wire{ReadWriter: ch}
	switch r.Op {
	case opOpen:
		f, err := files.Open(r.Path)
		giveFile(w, f, err)
	case opOpenIn:
		f, err := files.OpenIn(r.Path, r.Name)
		giveFile(w, f, err)
	case opList:
		giveFolder(w, files, r.Path)
	case opCreate:
		takeFile(w, files, r)
	default:
		_ = w.fail(fs.ErrInvalid)
	}
}

func giveFile(w *wire, f File, err error) {
	if err != nil {
		_ = w.fail(err)
		return
	}
	defer func() { _ = f.Close() }()
	if w.send(frameHead, gossh.Marshal(headBody{Size: uint64(f.Size()), Path: f.Path()})) != nil {
		return
	}
	buffer := make([]byte, maxBody)
	for {
		n, err := f.Read(buffer)
		if n > 0 && w.send(frameData, buffer[:n]) != nil {
			return
		}
		if errors.Is(err, io.EOF) {
			_ = w.send(frameEnd, nil)
			return
		}
		if err != nil {
			_ = w.fail(err)
			return
		}
	}
}

func giveFolder(w *wire, files Files, path string) {
	list, err := files.ReadDir(path)
	if err != nil {
		_ = w.fail(err)
		return
	}
	for _, e := range list {
		if w.send(frameEntry, gossh.Marshal(entryBody{Name: e.Name, Dir: e.Dir, Size: uint64(e.Size)})) != nil {
			return
		}
	}
	_ = w.send(frameEnd, nil)
}

// takeFile writes a file. It gets its name when the holder says that it is
// whole, and at no other time.
func takeFile(w *wire, files Files, r fileRequest) {
	f, err := files.Create(r.Path, fs.FileMode(r.Mode).Perm(), r.Exclusive)
	if err != nil {
		_ = w.fail(err)
		return
	}
	defer func() { _ = f.Abort() }()
	if w.send(frameHead, gossh.Marshal(headBody{Path: f.Path()})) != nil {
		return
	}
	for {
		kind, body, err := w.receive()
		if err != nil {
			return
		}
		switch kind {
		case frameData:
			if _, err := f.Write(body); err != nil {
				_ = w.fail(err)
				return
			}
		case frameEnd:
			if err := f.Close(); err != nil {
				_ = w.fail(err)
				return
			}
			_ = w.send(frameEnd, nil)
			return
		default:
			return
		}
	}
}
