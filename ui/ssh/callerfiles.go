package ssh

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"sync"

	gossh "golang.org/x/crypto/ssh"
)

// callerFiles are the files of an attached process, seen from the holder.
type callerFiles struct {
	ctx  context.Context // of the session
	conn *gossh.ServerConn
	dir  string

	mu    sync.Mutex
	open  map[*stream]struct{}
	ended bool
}

// maxOpen is how many files of a caller a session has open: enough for a
// command, too few to tire out the caller.
const maxOpen = 64

var errTooManyFiles = errors.New("too many open files")

func newCallerFiles(ctx context.Context, conn *gossh.ServerConn, dir string) *callerFiles {
	return &callerFiles{ctx: ctx, conn: conn, dir: dir, open: map[*stream]struct{}{}}
}

// end closes what the session has left open: nothing half written stays.
func (f *callerFiles) end() {
	f.mu.Lock()
	f.ended = true
	left := f.open
	f.open = nil
	f.mu.Unlock()
	for s := range left {
		s.close()
	}
}

// stream is one operation on one file.
type stream struct {
	wire
	files *callerFiles
	ch    gossh.Channel
	op    string
	path  string
	head  headBody
	once  sync.Once
}

// ask opens the channel of an operation.
func (f *callerFiles) ask(r fileRequest) (*stream, error) {
	ch, requests, err := f.conn.OpenChannel(fileChannel, gossh.Marshal(r))
	if err != nil {
		var no *gossh.OpenChannelError
		if errors.As(err, &no) && no.Reason == gossh.Prohibited {
			err = fs.ErrPermission
		}
		return nil, &fs.PathError{Op: r.Op, Path: r.Path, Err: err}
	}
	go gossh.DiscardRequests(requests)
	s := &stream{wire: wire{ReadWriter: ch}, files: f, ch: ch, op: r.Op, path: r.Path}
	if !f.keep(s) {
		s.close()
		return nil, &fs.PathError{Op: r.Op, Path: r.Path, Err: errTooManyFiles}
	}
	return s, nil
}

func (f *callerFiles) keep(s *stream) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended || len(f.open) >= maxOpen {
		return false
	}
	f.open[s] = struct{}{}
	return true
}

func (s *stream) close() {
	s.once.Do(func() {
		_ = s.ch.Close()
		s.files.mu.Lock()
		defer s.files.mu.Unlock()
		delete(s.files.open, s)
	})
}

// next gives the next frame of a kind; any other ends the stream: io.EOF for
// the end that was told, otherwise why it broke.
func (s *stream) next(wanted byte) ([]byte, error) {
	kind, body, err := s.receive()
	switch {
	case err != nil:
		if cause := context.Cause(s.files.ctx); cause != nil {
			err = cause
		}
		err = &fs.PathError{Op: s.op, Path: s.path, Err: err}
	case kind == wanted:
		return body, nil
	case kind == frameEnd:
		err = io.EOF
	case kind == frameFailure:
		var m failureBody
		if err = gossh.Unmarshal(body, &m); err == nil {
			err = m.asError(s.op, s.path)
		}
	default:
		err = &fs.PathError{Op: s.op, Path: s.path, Err: errOutOfStep}
	}
	s.close()
	return nil, err
}

var errOutOfStep = errors.New("an answer to another question")

// begin waits for the head of a file.
func (s *stream) begin() error {
	body, err := s.next(frameHead)
	if err == nil {
		err = gossh.Unmarshal(body, &s.head)
	}
	if isEnd(err) {
		err = errOutOfStep
	}
	if err != nil {
		s.close()
	}
	return err
}

// Open opens a file for reading.
func (f *callerFiles) Open(path string) (File, error) {
	return f.read(fileRequest{Op: opOpen, Path: path})
}

// OpenIn opens a file of a folder or below it.
func (f *callerFiles) OpenIn(folder, name string) (File, error) {
	return f.read(fileRequest{Op: opOpenIn, Path: folder, Name: name})
}

// read begins a download. It ends with the session's context: whoever waits for
// the next line of a file must hear of ctrl+c.
func (f *callerFiles) read(r fileRequest) (File, error) {
	s, err := f.ask(r)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(f.ctx, s.close)
	if err := s.begin(); err != nil {
		stop()
		return nil, err
	}
	return &download{stream: s, stop: stop}, nil
}

type download struct {
	*stream
	stop func() bool
	rest []byte
	err  error
}

// Read gives the next bytes of the file.
func (d *download) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(d.rest) == 0 && d.err == nil {
		d.rest, d.err = d.next(frameData)
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	if n > 0 {
		return n, nil
	}
	return 0, d.err
}

// Close ends the reading.
func (d *download) Close() error {
	d.stop()
	d.close()
	return nil
}

// Size is that of the file when it was opened, in bytes.
func (d *download) Size() int64 { return int64(d.head.Size) }

// Path is where the file is.
func (d *download) Path() string { return d.head.Path }

// Create begins a file. It does not end with the session's context: what an
// interrupted command has to leave behind it still may.
func (f *callerFiles) Create(path string, mode fs.FileMode, exclusive bool) (Writer, error) {
	s, err := f.ask(fileRequest{Op: opCreate, Path: path, Mode: uint32(mode.Perm()), Exclusive: exclusive})
	if err != nil {
		return nil, err
	}
	if err := s.begin(); err != nil {
		return nil, err
	}
	return &upload{stream: s}, nil
}

type upload struct {
	*stream
	over bool
	err  error
}

// Write adds to the file.
func (u *upload) Write(p []byte) (n int, err error) {
	for len(p) > 0 && u.err == nil {
		part := p[:min(len(p), maxBody)]
		if err := u.send(frameData, part); err != nil {
			u.err = u.why(err)
			break
		}
		n, p = n+len(part), p[len(part):]
	}
	return n, u.err
}

// why looks for what the caller said before he stopped taking data: a full disk
// has a name.
func (u *upload) why(err error) error {
	if _, said := u.next(frameEnd); said != nil && !errors.Is(said, io.ErrUnexpectedEOF) {
		return said
	}
	return &fs.PathError{Op: u.op, Path: u.path, Err: err}
}

// Close commits the file: it has its name when the caller has said so.
func (u *upload) Close() error {
	if u.over {
		return u.err
	}
	u.over = true
	if u.err == nil {
		u.err = u.send(frameEnd, nil)
	}
	if u.err == nil {
		_, u.err = u.next(frameEnd)
	}
	u.close()
	return u.err
}

// Abort forgets the file.
func (u *upload) Abort() error {
	if !u.over {
		u.over, u.err = true, fs.ErrClosed
		u.close()
	}
	return nil
}

// Path is where the file will be.
func (u *upload) Path() string { return u.head.Path }

// ReadDir lists a folder.
func (f *callerFiles) ReadDir(path string) ([]Entry, error) {
	s, err := f.ask(fileRequest{Op: opList, Path: path})
	if err != nil {
		return nil, err
	}
	defer s.close()
	defer context.AfterFunc(f.ctx, s.close)()
	var list []Entry
	for {
		body, err := s.next(frameEntry)
		if isEnd(err) {
			return list, nil
		}
		var m entryBody
		if err == nil {
			err = gossh.Unmarshal(body, &m)
		}
		if err != nil {
			return nil, err
		}
		if len(list) < MaxEntries {
			list = append(list, Entry{Name: m.Name, Dir: m.Dir, Size: int64(m.Size)})
		}
	}
}

// Abs is the path from the caller's root.
func (f *callerFiles) Abs(path string) string {
	if filepath.IsAbs(path) || f.dir == "" {
		return filepath.Clean(path)
	}
	return filepath.Join(f.dir, path)
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) }
