package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/ssh"
)

// input is a file named on the command line, "-" being standard input.
type input struct {
	io.Reader
	name  string // as given; "-" is standard input
	path  string // empty for standard input
	size  int64  // 0 unknown
	close func() error
}

// openInput opens a file of the caller for reading, with the sentence a person
// needs when it cannot be. Reading standard input ends with ctx.
func (s *session) openInput(ctx context.Context, name string) (*input, error) {
	if name == "-" {
		s.taken = true
		in := interruptible(ctx, s.In)
		return &input{Reader: in, name: name, close: in.Close}, nil
	}
	files, err := s.files(name)
	if err != nil {
		return nil, err
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, fileError(err, name)
	}
	return &input{Reader: f, name: name, path: f.Path(), size: f.Size(), close: f.Close}, nil
}

// writeFile writes a whole file of the caller, or leaves it as it was.
func (s *session) writeFile(name string, content []byte) error {
	files, err := s.files(name)
	if err != nil {
		return err
	}
	f, err := files.Create(name, 0o644, false)
	if err != nil {
		return createError(err, name)
	}
	if _, err := f.Write(content); err != nil {
		_ = f.Abort()
		return fileError(err, name)
	}
	if err := f.Close(); err != nil {
		return fileError(err, name)
	}
	return nil
}

// files are those of the caller; a session over a network has none.
func (s *session) files(name string) (ssh.Files, error) {
	if s.Files == nil {
		return nil, model.Refused("cli.no_files", "file", name).Hint("cli.no_files_hint")
	}
	return s.Files, nil
}

// interruptible is a reader that ends with its context even where what it reads
// from stays silent and open. A read under way then stays behind until the
// other side writes or closes, or the process ends.
func interruptible(ctx context.Context, from io.Reader) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		_, err := io.Copy(w, from)
		_ = w.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { _ = w.CloseWithError(ctx.Err()) })
	return r
}

// readInput reads a whole small file.
func (s *session) readInput(ctx context.Context, name string) ([]byte, error) {
	in, err := s.openInput(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.close() }()
	raw, err := io.ReadAll(io.LimitReader(in, maxCampaignFile+1))
	if name == "-" {
		s.read = raw
	}
	if err != nil {
		return nil, model.Failed(err, "cli.unreadable", "file", name)
	}
	if len(raw) > maxCampaignFile {
		return nil, model.Invalid("cli.too_big", "file", name)
	}
	return raw, nil
}

// maxCampaignFile is more than any message that a relay would take.
const maxCampaignFile = 16 << 20

func fileError(err error, name string) error {
	switch {
	case errors.Is(err, ssh.ErrFolder):
		return model.Invalid("cli.is_folder", "file", name)
	case errors.Is(err, fs.ErrNotExist):
		return model.Failed(err, "cli.no_file", "file", name)
	case errors.Is(err, fs.ErrExist):
		return model.Invalid("cli.file_exists", "file", name)
	case errors.Is(err, fs.ErrPermission):
		return model.Failed(err, "cli.no_permission", "file", name)
	}
	return model.Failed(err, "cli.unreadable", "file", name)
}

// createError is fileError of a file that was to be made: what is not there is
// its folder.
func createError(err error, name string) error {
	if errors.Is(err, fs.ErrNotExist) {
		return model.Failed(err, "cli.no_folder", "file", name)
	}
	return fileError(err, name)
}

// beside gives the files that a campaign file names: in its own folder and
// below, nowhere else. A campaign from standard input may name none.
func (s *session) beside(name string) campaigns.ReadFile {
	if name == "-" || s.Files == nil {
		return nil
	}
	folder := filepath.Dir(s.Files.Abs(name))
	return func(wanted string) ([]byte, error) {
		f, err := s.Files.OpenIn(folder, wanted)
		if err != nil {
			return nil, fileError(err, wanted)
		}
		defer func() { _ = f.Close() }()
		raw, err := io.ReadAll(io.LimitReader(f, maxCampaignFile+1))
		switch {
		case err != nil:
			return nil, fileError(err, wanted)
		case len(raw) > maxCampaignFile:
			return nil, model.Invalid("cli.too_big", "file", wanted)
		}
		return raw, nil
	}
}

// rejectsFile is where the refused rows of an input go: beside it, or in the
// data folder for standard input or where the folder cannot be written. A file
// that is there may hold rows that somebody has corrected: it stays. A session
// over a network leaves none here: nobody there could fetch it, and it holds
// people whom no erasure would find.
func (s *session) rejectsFile(in *input, data string) func() (io.WriteCloser, string, error) {
	if s.Files == nil {
		return nil
	}
	return func() (io.WriteCloser, string, error) {
		base := strings.TrimSuffix(filepath.Base(in.path), filepath.Ext(in.path))
		if in.path == "" {
			base = "import"
		}
		base += "-rejets"
		if in.path != "" {
			if f, err := createNew(s.Files, filepath.Join(filepath.Dir(in.path), base)); err == nil {
				return f, f.Path(), nil
			}
		}
		f, err := createNew(ssh.OSFiles(data), base)
		if err != nil {
			return nil, "", fileError(err, filepath.Join(data, base+".csv"))
		}
		return f, f.Path(), nil
	}
}

// createNew makes BASE.csv, or BASE-2.csv and so on where that exists.
func createNew(files ssh.Files, base string) (ssh.Writer, error) {
	path := base + ".csv"
	for n := 2; ; n++ {
		f, err := files.Create(path, 0o600, true)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
		path = base + "-" + strconv.Itoa(n) + ".csv"
	}
}
