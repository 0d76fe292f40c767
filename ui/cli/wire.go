package cli

import (
	"context"
	"os"

	"blanche/campaigns"
	"blanche/store"
	"blanche/store/open"
	"blanche/ui/ssh"
)

// openDesk opens the data folder and builds the desk over it: the one place
// where the floors meet.
func openDesk(ctx context.Context, w Wiring) (House, func(context.Context) error, error) {
	st, err := openStore(ctx, w)
	if err != nil {
		return nil, nil, err
	}
	desk, err := campaigns.Open(ctx, st, campaigns.Options{
		Config: w.Set.Config, Now: w.Now, Rand: w.Rand, Sends: w.Sends, Continue: w.Resumes,
		ParseKey: ssh.ParseKey, Heads: w.Heads,
		Spool: func() (campaigns.Spool, error) { return newSpool() },
	})
	if err != nil {
		_ = st.Close()
		return nil, nil, err
	}
	return desk, func(ctx context.Context) error {
		err := desk.Close(ctx)
		if closeErr := st.Close(); err == nil {
			err = closeErr
		}
		return err
	}, nil
}

// openStore opens a data folder for this process alone.
func openStore(ctx context.Context, w Wiring) (store.Store, error) {
	return open.Open(ctx, open.Options{Dir: w.Data, Rand: w.Rand, Now: w.Now, Command: w.Command})
}

// spool is a temporary file that goes away when it is closed.
type spool struct{ *os.File }

func newSpool() (spool, error) {
	f, err := os.CreateTemp("", "blanche-*.spool")
	return spool{f}, err
}

// Close removes the file.
func (s spool) Close() error {
	err := s.File.Close()
	if removeErr := os.Remove(s.Name()); err == nil {
		err = removeErr
	}
	return err
}

// schemaVersion is the version of the data folders that this program writes.
func schemaVersion() int { return open.Schema }
