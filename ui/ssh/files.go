package ssh

import (
	"io"
	"io/fs"
)

// Files are the files of the caller, as a session sees them: of this machine's
// disk for a command that runs at home (OSFiles), of the other process for one
// that runs inside the holder. Relative paths are from the caller's working
// folder. Errors keep their nature across the door: errors.Is with
// fs.ErrNotExist, fs.ErrPermission, fs.ErrExist, ErrFolder and ErrOutside.
type Files interface {
	// Open opens a file for reading. A folder is ErrFolder.
	Open(path string) (File, error)

	// OpenIn opens a file of a folder or below it, and never follows a name or a
	// link out of it: that is ErrOutside.
	OpenIn(folder, name string) (File, error)

	// Create begins a file. Nothing of it stands under its name before Close,
	// which writes it through to the disk and replaces what was there; an
	// exclusive one is fs.ErrExist at once where something is there, and holds
	// its name meanwhile with an empty file. What is not a regular
	// file (a pipe, /dev/null) is written as it goes.
	Create(path string, mode fs.FileMode, exclusive bool) (Writer, error)

	// ReadDir lists a folder, sorted by name, at most MaxEntries of it.
	ReadDir(path string) ([]Entry, error)

	// Abs is the path from the caller's root.
	Abs(path string) string
}

// File is a file of the caller that is being read.
type File interface {
	io.ReadCloser
	Size() int64  // in bytes when it was opened; 0 where that is not known
	Path() string // from the caller's root
}

// Writer is a file of the caller that is being written. One that is neither
// closed nor aborted when the session ends is aborted.
type Writer interface {
	io.Writer
	Close() error // commits
	Abort() error // leaves no trace; after Close it does nothing
	Path() string // from the caller's root
}

// Entry is one line of a folder.
type Entry struct {
	Name string
	Dir  bool
	Size int64 // in bytes
}

// MaxEntries is how much of a folder ReadDir gives: more than a person would
// look through.
const MaxEntries = 4096
