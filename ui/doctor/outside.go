package doctor

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"blanche/campaigns"
)

// From how long on silence of other programs is worth a word, and how long a file
// or a letter may wait.
const (
	quietCaller  = 30 * 24 * time.Hour
	quietInbox   = 14 * 24 * time.Hour
	refusedSince = 7 * 24 * time.Hour
	stuckFile    = time.Hour
	stuckLetter  = 24 * time.Hour
)

// publicPart asks the public part as the outside does: nothing is sent while
// nobody could say no there.
func (e *exam) publicPart(ctx context.Context) Result {
	switch {
	case e.Settings == nil:
		return skip("unknown")
	case e.Settings.Config.Public.URL == "":
		return skip("none")
	}
	url := e.Settings.Config.Public.URL
	err := e.Probes.Reach(ctx, url)
	switch {
	case err != nil && !e.Before.Locked:
		return warn("stopped", "url", url, "why", err)
	case err != nil:
		return fail("down", "url", url, "why", err)
	}
	return ok("ok", "url", url)
}

// tokens says which of those that let other programs in let nobody in any more.
func (e *exam) tokens(ctx context.Context) Result {
	if e.Desk == nil {
		return skip("unknown")
	}
	all, err := e.Desk.Tokens(ctx)
	if err != nil {
		return skip("refused", "why", err)
	}
	var idle, over []string
	for i := range all {
		switch t := &all[i]; {
		case t.Expired(e.now):
			over = append(over, t.Name)
		case t.Idle(e.now):
			idle = append(idle, t.Name)
		}
	}
	switch {
	case len(all) == 0:
		return skip("none")
	case len(idle) > 0:
		return warn("idle", "n", len(idle), "names", strings.Join(idle, ", "), "first", idle[0])
	case len(over) > 0:
		return warn("expired", "n", len(over), "names", strings.Join(over, ", "), "first", over[0])
	}
	return ok("ok", "n", len(all))
}

// callers are the providers of mail and the shops whose hooks the settings take.
func (e *exam) callers() (all []string) {
	for _, v := range e.Settings.Vendors.Named() {
		all = append(all, "vendor:"+v)
	}
	if len(e.Settings.Hooks.Shopify) > 0 {
		all = append(all, "shop:shopify")
	}
	if len(e.Settings.Hooks.WooCommerce) > 0 {
		all = append(all, "shop:woocommerce")
	}
	return all
}

// hooksIn says of whom nothing was heard, or not for long.
func (e *exam) hooksIn(ctx context.Context) Result {
	if e.Settings == nil || e.Desk == nil {
		return skip("unknown")
	}
	all := e.callers()
	if len(all) == 0 {
		return skip("none")
	}
	heard, err := e.Desk.LastHeard(ctx)
	if err != nil {
		return skip("refused", "why", err)
	}
	var never, quiet []string
	oldest := e.now
	for _, name := range all {
		short := name[strings.IndexByte(name, ':')+1:]
		switch at, known := heard[name]; {
		case !known:
			never = append(never, short)
		case e.now.Sub(at) >= quietCaller:
			quiet = append(quiet, short)
			if at.Before(oldest) {
				oldest = at
			}
		}
	}
	switch {
	case len(never) > 0:
		return warn("never", "n", len(never), "names", strings.Join(never, ", "))
	case len(quiet) > 0:
		return warn("quiet", "n", len(quiet), "names", strings.Join(quiet, ", "), "since", oldest)
	}
	return ok("ok", "n", len(all))
}

// hooksOut says what other programs were never told.
func (e *exam) hooksOut(ctx context.Context) Result {
	if e.Settings == nil || e.Desk == nil {
		return skip("unknown")
	}
	all, err := e.Desk.HookQueue(ctx)
	if err != nil {
		return skip("refused", "why", err)
	}
	dead, late := 0, 0
	var names []string
	for i := range all {
		switch l := &all[i]; {
		case l.State != campaigns.HookWaits:
			dead++
		case e.now.Sub(l.At) >= stuckLetter:
			late++
		default:
			continue
		}
		if !slices.Contains(names, all[i].To) {
			names = append(names, all[i].To)
		}
	}
	switch {
	case dead > 0:
		return warn("dead", "n", dead, "names", strings.Join(names, ", "))
	case late > 0:
		return warn("late", "n", late, "names", strings.Join(names, ", "))
	case len(e.Settings.Config.HooksOut) == 0:
		return skip("none")
	}
	return ok("ok", "n", len(e.Settings.Config.HooksOut))
}

// inbox looks at the folder of files: what waits, what was refused, and since
// when nothing came.
func (e *exam) inbox(context.Context) Result {
	if e.Settings == nil {
		return skip("unknown")
	}
	dir := e.Settings.Config.Inbox.Dir
	if dir == "" {
		return skip("none")
	}
	waiting, err := filesIn(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return warn("missing", "dir", dir)
	case err != nil:
		return fail("unreadable", "dir", dir, "why", err)
	}
	done, _ := filesIn(filepath.Join(dir, "done"))
	refused, _ := filesIn(filepath.Join(dir, "rejects"))
	last, young := time.Time{}, 0
	for _, f := range slices.Concat(done, refused) {
		if f.ModTime().After(last) {
			last = f.ModTime()
		}
	}
	for _, f := range refused {
		if e.now.Sub(f.ModTime()) < refusedSince && filepath.Ext(f.Name()) != ".txt" {
			young++
		}
	}
	stuck := slices.DeleteFunc(waiting, func(f fs.FileInfo) bool { return e.now.Sub(f.ModTime()) < stuckFile })
	switch {
	case len(stuck) > 0:
		return warn("stuck", "n", len(stuck), "dir", dir)
	case young > 0:
		return warn("refused", "n", young, "dir", filepath.Join(dir, "rejects"))
	case last.IsZero():
		return warn("never", "dir", dir)
	case e.now.Sub(last) >= quietInbox:
		return warn("quiet", "dir", dir, "since", last)
	}
	return ok("ok", "dir", dir, "since", last)
}

// filesIn are the files of a folder, not those below it.
func filesIn(dir string) (all []fs.FileInfo, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, one := range entries {
		if info, err := one.Info(); err == nil && info.Mode().IsRegular() {
			all = append(all, info)
		}
	}
	return all, nil
}
