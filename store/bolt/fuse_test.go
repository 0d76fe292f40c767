package bolt

import (
	"bufio"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// event is one thing that a program asked of the file system.
type event struct {
	Kind     string // create, mkdir, write, size, sync, syncdir, link, unlink, rename
	Inode    uint64
	Name, To string // paths inside the mount
	Offset   int64
	Data     []byte
}

// recorder is a file system that passes everything on to a folder and notes it.
type recorder struct {
	mu  sync.Mutex
	out *gob.Encoder
	err error
}

func (r *recorder) note(e event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = errors.Join(r.err, r.out.Encode(e))
}

// serveRecorder mounts a recorder of the folder back on mount, says "ready",
// and unmounts when its standard input ends. It runs in a process of its own:
// a page fault of a mapped file must not wait for the process that faults.
func serveRecorder(back, mount, log string) error {
	file, err := os.Create(log)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(file)
	rec := &recorder{out: gob.NewEncoder(buffered)}
	top, err := fs.NewLoopbackRoot(back)
	if err != nil {
		return err
	}
	root := &recordedNode{LoopbackNode: top.(*fs.LoopbackNode), rec: rec}
	root.RootData.RootNode = root
	server, err := fs.Mount(mount, root, &fs.Options{MountOptions: fuse.MountOptions{DirectMountStrict: true}})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	err = server.Unmount()
	server.Wait()
	return errors.Join(err, rec.err, buffered.Flush(), file.Close())
}

type recordedNode struct {
	*fs.LoopbackNode
	rec *recorder
}

// WrapChild makes every file below a recorded one.
func (n *recordedNode) WrapChild(_ context.Context, below fs.InodeEmbedder) fs.InodeEmbedder {
	return &recordedNode{LoopbackNode: below.(*fs.LoopbackNode), rec: n.rec}
}

func (n *recordedNode) inode() uint64 { return n.EmbeddedInode().StableAttr().Ino }

func (n *recordedNode) child(name string) string {
	return filepath.Join(n.EmbeddedInode().Path(n.EmbeddedInode().Root()), name)
}

// recordedFile hides the descriptor behind a file: the kernel would use it and
// nothing would be recorded.
type recordedFile struct{ *fs.LoopbackFile }

func (recordedFile) PassthroughFd() (int, bool) { return 0, false }

// recordedDir is an open folder that can be synced, which is all that is asked.
type recordedDir struct{ rec *recorder }

func (d recordedDir) Fsyncdir(context.Context, uint32) syscall.Errno {
	d.rec.note(event{Kind: "syncdir"})
	return 0
}

func (n *recordedNode) OpendirHandle(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return recordedDir{n.rec}, 0, 0
}

func (n *recordedNode) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	inode, h, fuseFlags, errno := n.LoopbackNode.Create(ctx, name, flags, mode, out)
	if errno != 0 {
		return nil, nil, 0, errno
	}
	n.rec.note(event{Kind: "create", Inode: inode.StableAttr().Ino, Name: n.child(name)})
	return inode, recordedFile{h.(*fs.LoopbackFile)}, fuseFlags, 0
}

func (n *recordedNode) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	inode, errno := n.LoopbackNode.Mkdir(ctx, name, mode, out)
	if errno == 0 {
		n.rec.note(event{Kind: "mkdir", Inode: inode.StableAttr().Ino, Name: n.child(name)})
	}
	return inode, errno
}

func (n *recordedNode) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	h, fuseFlags, errno := n.LoopbackNode.Open(ctx, flags)
	if errno != 0 {
		return nil, 0, errno
	}
	return recordedFile{h.(*fs.LoopbackFile)}, fuseFlags, 0
}

func (n *recordedNode) Write(ctx context.Context, h fs.FileHandle, data []byte, off int64) (uint32, syscall.Errno) {
	n.rec.note(event{Kind: "write", Inode: n.inode(), Offset: off, Data: data})
	return h.(fs.FileWriter).Write(ctx, data, off)
}

func (n *recordedNode) Writev(ctx context.Context, h fs.FileHandle, parts [][]byte, off int64) (uint32, syscall.Errno) {
	return n.Write(ctx, h, slices.Concat(parts...), off)
}

func (n *recordedNode) Read(ctx context.Context, h fs.FileHandle, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	return h.(fs.FileReader).Read(ctx, dest, off)
}

func (n *recordedNode) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	n.rec.note(event{Kind: "sync", Inode: n.inode()})
	return 0
}

func (n *recordedNode) Setattr(ctx context.Context, h fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if size, ok := in.GetSize(); ok {
		n.rec.note(event{Kind: "size", Inode: n.inode(), Offset: int64(size)})
	}
	return n.LoopbackNode.Setattr(ctx, h, in, out)
}

func (n *recordedNode) Link(ctx context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	inode, errno := n.LoopbackNode.Link(ctx, target, name, out)
	if errno == 0 {
		n.rec.note(event{Kind: "link", Inode: target.EmbeddedInode().StableAttr().Ino, Name: n.child(name)})
	}
	return inode, errno
}

func (n *recordedNode) Unlink(ctx context.Context, name string) syscall.Errno {
	n.rec.note(event{Kind: "unlink", Name: n.child(name)})
	return n.LoopbackNode.Unlink(ctx, name)
}

func (n *recordedNode) Rename(ctx context.Context, name string, parent fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	to := filepath.Join(parent.EmbeddedInode().Path(parent.EmbeddedInode().Root()), newName)
	n.rec.note(event{Kind: "rename", Name: n.child(name), To: to})
	return n.LoopbackNode.Rename(ctx, name, parent, newName, flags)
}
