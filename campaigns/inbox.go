package campaigns

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"
	"time"

	"blanche/campaigns/inbox"
	"blanche/model"
)

// inboxEvery is how often the folder of files is looked into.
const inboxEvery = 5 * time.Second

// Inbox is a folder whose files are imported as they come; see package inbox.
type Inbox struct {
	Dir string // empty: none
	// What the shop declares for people whose row says nothing, as an import does.
	Basis  model.Basis
	Source string
}

// InboxView is how it goes with the folder of files.
type InboxView struct {
	Dir     string    // empty: none is watched
	Waiting int       // files that are being written, or are not dealt with yet
	Taken   int       // since this process began
	Refused int       // of them, whole or in part
	Last    string    // name of the last one
	At      time.Time // when it was dealt with
	Why     error     // what was wrong with it, nil for nothing
}

// watched is the folder as it was last seen.
type watched struct {
	mu   sync.Mutex
	view InboxView
}

func (s *Service) inboxView() InboxView {
	s.watched.mu.Lock()
	defer s.watched.mu.Unlock()
	return s.watched.view
}

// keepInbox takes what comes into the folder. Trouble with the folder is told once,
// and tried again.
func (s *Service) keepInbox(ctx context.Context) {
	box := inbox.New(s.cfg.Inbox.Dir)
	s.seeInbox(func(v *InboxView) { v.Dir = s.cfg.Inbox.Dir })
	for failing := false; ; {
		err := s.takeInbox(ctx, box)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing {
			s.worker.Note("", model.LevelWarn, "inbox.folder_failed", "folder", s.cfg.Inbox.Dir, "why", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.sooner(inboxEvery)):
		}
	}
}

func (s *Service) seeInbox(change func(*InboxView)) {
	s.watched.mu.Lock()
	before := s.watched.view
	change(&s.watched.view)
	same := before == s.watched.view
	s.watched.mu.Unlock()
	if !same {
		s.changed()
	}
}

// takeInbox imports the files that are whole. One that makes trouble which is not
// its own stays, and does not hold up the others.
func (s *Service) takeInbox(ctx context.Context, box *inbox.Box) error {
	ready, waiting, err := box.Look(s.Now())
	if err != nil {
		return err
	}
	s.seeInbox(func(v *InboxView) { v.Waiting = waiting + len(ready) })
	var trouble error
	for _, f := range ready {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err := s.takeTable(ctx, box, f)
		switch {
		case err == nil:
			s.seeInbox(func(v *InboxView) { v.Waiting-- })
		case !errors.Is(err, inbox.ErrChanged) && !errors.Is(err, fs.ErrNotExist):
			trouble = err
		}
	}
	return trouble
}

// takeTable imports a file, then moves it: a process that dies between imports it
// again, which changes nothing.
func (s *Service) takeTable(ctx context.Context, box *inbox.Box, f inbox.File) error {
	s.at("inbox.before")
	report, err := s.importTable(ctx, box, f)
	s.at("inbox.imported")
	if errors.Is(err, inbox.ErrChanged) {
		return err
	}
	to, text := inbox.Done, ""
	switch kind := model.KindOf(err); {
	case err == nil && report.Rejected > 0:
		err = model.Invalid("inbox.rows_refused", "n", report.Rejected, "rows", report.Rows, "file", report.RejectsFile)
	case err == nil:
	case kind == model.KindInvalid || kind == model.KindRefused || kind == model.KindNotFound:
		to, text = inbox.Rejects, s.worded(err)
	default:
		return err // the disk, the end of the process: the file is as good as before
	}
	name, moved := box.Move(f, to, text)
	if moved != nil {
		return moved
	}
	s.at("inbox.moved")
	s.seeInbox(func(v *InboxView) {
		v.Taken, v.Last, v.At, v.Why = v.Taken+1, f.Name, s.Now(), err
		if err != nil {
			v.Refused++
		}
	})
	if err != nil {
		s.worker.Note("", model.LevelWarn, "inbox.refused", "file", name, "why", err)
		return s.note(s.byItself(ctx, "import.refuse"), "folder", "file", name, "why", s.worded(err))
	}
	s.worker.Note("", model.LevelOK, "inbox.taken", "file", f.Name, "created", report.Created, "updated", report.Updated)
	return nil
}

// worded is an error in the language of the shop.
func (s *Service) worded(err error) string {
	if s.opt.Word == nil {
		return err.Error()
	}
	return s.opt.Word(err)
}

func (s *Service) importTable(ctx context.Context, box *inbox.Box, f inbox.File) (report model.ImportReport, err error) {
	if !inbox.Table(f.Name) {
		return report, model.Invalid("inbox.bad_form", "file", f.Name)
	}
	file, err := box.Open(f)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r := ImportRequest{
		Name: f.Name, Source: file, Size: f.Size, Basis: s.cfg.Inbox.Basis, BasisSource: s.cfg.Inbox.Source,
		Rejects: func() (io.WriteCloser, string, error) { return box.Rows(f) },
	}
	if r.Kind, r.Mapping, err = s.kindOf(ctx, r); err != nil {
		return report, err
	}
	if r.Kind == inbox.Orders {
		r.Basis, r.BasisSource = 0, ""
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return report, err
	}
	return s.Import(s.byItself(ctx, "contact.import"), r)
}

// kindOf tells what a file is: by the mapping whose name it has, by its own name,
// else by the mapping whose titles it has.
func (s *Service) kindOf(ctx context.Context, r ImportRequest) (kind, mapping string, err error) {
	saved, err := s.store.Mappings().List(ctx)
	if err != nil {
		return "", "", err
	}
	names, kinds := make([]string, len(saved)), map[string]string{}
	for i := range saved {
		names[i], kinds[saved[i].Name] = saved[i].Name, saved[i].Kind
	}
	kind, mapping = inbox.Kind(r.Name, names)
	if mapping != "" {
		return kinds[mapping], mapping, nil
	}
	if kind != "" {
		return kind, "", nil
	}
	for _, kind := range []string{inbox.Contacts, inbox.Orders} {
		if _, err := r.Source.(io.Seeker).Seek(0, io.SeekStart); err != nil {
			return "", "", err
		}
		r.Kind = kind
		if look, err := s.LookAtFile(ctx, r); err == nil && look.Report.Mapping != "" {
			return kind, look.Report.Mapping, nil
		}
	}
	return "", "", model.Invalid("inbox.unknown_kind", "file", r.Name)
}
