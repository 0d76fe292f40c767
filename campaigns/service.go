package campaigns

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"blanche/campaigns/bus"
	"blanche/campaigns/feedback"
	"blanche/campaigns/hooks"
	"blanche/campaigns/roster"
	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
)

// Options is what a Service is made with.
type Options struct {
	Config Config
	Now    func() time.Time // required
	Rand   io.Reader        // source of salts; required
	// Sends says that this process runs the worker: it holds the data, follows
	// the hours of scheduled campaigns and keeps the live picture moving.
	Sends bool
	// Lean, in a process that is there to send, lets go of the columns in memory
	// once a campaign leaves, and is told when it has; who asks for them has them
	// built again. Nil keeps them.
	Lean func()
	// Dial replaces the network: the demonstration sends into a pipe.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Speed is how much faster Now runs than the machine's clock; 0 means 1.
	Speed float64
	// Room is how many bytes the disk of the data has left: below a limit the
	// sending pauses. Nil: enough.
	Room func() (uint64, error)
	// At is told the name of each step around which a process may die: tests.
	At func(point string)
	// LookupMX gives the mail exchangers of a domain, so that a company whose
	// mail a provider keeps is in the lane of that provider. Nil: nobody is
	// asked.
	LookupMX func(ctx context.Context, domain string) ([]string, error)
	// Guard pauses a campaign that hurts; the zero value is the default.
	Guard worker.Guard
	// Continue says that what a dead process left running goes on by itself:
	// a process that serves. Without it that waits for Resume.
	Continue bool
	// ParseKey reads a line of authorized_keys: type, base64, comment. It
	// refuses, as model.Error, what is no key, a key with options and a weak
	// one. Nil: keys cannot be given here.
	ParseKey func(line string) (model.OperatorKey, error)
	// Heads takes the end of the audit outside, so that nobody who can write
	// here can rewrite it unseen; nil: nowhere.
	Heads func(ctx context.Context, head model.AuditHead) error
	// Notebook keeps small things that may be lost: the columns that a person
	// chose, the numbers of last time. Nil keeps nothing.
	Notebook Notebook
	// Reach asks a site as the outside does, and says why nobody gets there. Nil:
	// nobody is asked.
	Reach func(ctx context.Context, site string) error
	// Post takes a letter to another program and says what became of it: see
	// hooks.Courier. Nil: letters wait.
	Post func(ctx context.Context, l hooks.Letter) (code string)
	// Until is until when the certificate of a site is good, zero without one. Nil:
	// nobody looks.
	Until func(ctx context.Context, site string) (time.Time, error)
	// Word says an error in the language of the shop; nil: its key.
	Word func(error) string
	// Spool gives a temporary file for a source that must be read twice.
	Spool func() (Spool, error)
}

// Spool is a temporary file, removed when closed.
type Spool interface {
	io.ReadWriteSeeker
	io.Closer
}

// Service keeps the data and does the work. Its methods are those of Desk,
// without a guard: people ask through As.
type Service struct {
	store    store.Store
	opt      Options
	cfg      Config
	base     *keeper
	roster   *roster.Roster
	messages *messages
	worker   *worker.Worker // nil in a process that does not send
	measured *statements
	books    books
	kin      kinship
	sales    sales
	wire     *line
	entropy  sync.Mutex // of opt.Rand
	turns    turns
	recorder recorder
	bus      bus.Bus
	told     told // how far the audit was told to the mailboxes
	heads    heads
	pens     [64]sync.Mutex // of corrections, by number of the contact
	edited   edited

	pacing     sync.Mutex // of a change of the pace, until the worker has it
	departures departures
	unheard    unheard
	hasty      bool            // tests only: the control of the race of an opposition with the queue
	ghostless  bool            // tests only: the control of the ghosts of the zones blanches
	running    context.Context // ends with the service; nil in a process that does not send
	saving     sync.Mutex      // of a segment, with the counts of its weeks
	growths    growths
	outside    outside
	pulse      pulse
	tokens     sync.Mutex    // of other programs: one change at a time
	watched    watched       // the folder of files
	receivers  []*receiver   // who is told what happens
	eventCount atomic.Uint64 // of what they are told
	flowing    flowing
	eventSalt  string     // of this process, so that no event has the id of another
	gates      sync.Map   // of what other programs send: kind and program → *gate
	hearing    sync.Mutex // of what is known of an event, until it is kept
	returns    atomic.Pointer[feedback.Addresses]
	recast     sync.Map // operator → model.Role since this process began, "" when removed

	live     atomic.Pointer[Live]
	revision atomic.Uint64 // of everything a screen may show
	orders   atomic.Uint64 // of what was bought

	opened time.Time // an hour before it passed while this process was not there

	stop context.CancelFunc
	done sync.WaitGroup
}

// Open starts a service over a store, which stays the caller's to close after
// Close. A process that sends does not take up again what a dead one left
// running: that waits for Resume.
func Open(ctx context.Context, st store.Store, opt Options) (*Service, error) {
	s := &Service{store: st, opt: opt, cfg: opt.Config, receivers: newReceivers(opt.Config.HooksOut)}
	if len(s.receivers) > 0 {
		salt := make([]byte, 16)
		if _, err := io.ReadFull(opt.Rand, salt); err != nil {
			return nil, err
		}
		s.store, s.eventSalt = teller{st, s}, string(salt)
	}
	s.base = newKeeper(s)
	s.roster = roster.New(st.Contacts())
	s.messages = newMessages(s)
	s.measured = newStatements()
	s.opened = s.Now()
	s.live.Store(&Live{At: s.Now(), Sends: opt.Sends})
	if !opt.Sends {
		return s, nil
	}
	pacing, err := st.Pacing().Get(ctx)
	if err != nil {
		return nil, err
	}
	s.wire = &line{s: s}
	s.worker = s.newWorker(pacing)
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop, s.running = stop, run
	s.background(run, s.keepLive)
	s.background(run, s.keepSchedule)
	s.background(run, s.keepWarm)
	s.background(run, s.keepCloses)
	s.background(run, s.base.keep)
	s.background(run, s.base.fetch)
	s.background(run, s.keepHeads)
	s.background(run, s.keepWeeks)
	if s.cfg.Maildir != "" && opt.Continue {
		s.background(run, s.keepMaildir)
	}
	if s.watchesDoor() {
		s.background(run, s.keepReachable)
	}
	s.background(run, s.keepResponses)
	if s.cfg.Inbox.Dir != "" && opt.Lean == nil {
		s.background(run, s.keepInbox)
	}
	if opt.Post != nil {
		s.openHooks(run)
	}
	return s, nil
}

// background runs a loop that ends when the service is closed.
func (s *Service) background(ctx context.Context, loop func(context.Context)) {
	s.done.Add(1)
	go func() {
		defer s.done.Done()
		loop(ctx)
	}()
}

// Close finishes the messages that are on the wire, settles them, and stops.
// It gives up when ctx ends; what was on the wire then is uncertain. A campaign
// under way stays running in the store, and waits for Resume.
func (s *Service) Close(ctx context.Context) error {
	if s.stop != nil {
		s.stop()
	}
	s.done.Wait() // before the worker: what is being launched still finds it
	var err error
	if s.worker != nil {
		err = s.worker.Stop(ctx)
	}
	if s.wire != nil {
		s.wire.close()
	}
	s.closeRecorder()
	s.bus.Close()
	_ = s.sendHead(ctx) // what does not leave now does when a process starts again
	return err
}

// Now is the time of the desk, in the zone of the shop.
func (s *Service) Now() time.Time { return s.opt.Now().In(s.cfg.Zone) }

// Settings are the settings in force, without secrets.
func (s *Service) Settings() Config {
	c := s.cfg
	c.Relay.Password = ""
	c.HooksOut = slices.Clone(c.HooksOut)
	for i := range c.HooksOut {
		c.HooksOut[i].Secrets = nil
	}
	return c
}

// DataChanged tells the service that contacts or orders came in beside it.
func (s *Service) DataChanged() {
	s.forgetOrders()
	s.dataCame()
}

// dataCame tells that contacts or orders came in through the service: the books
// know whose.
func (s *Service) dataCame() {
	s.base.came()
	s.roster.Came()
	s.orders.Add(1)
	s.changed()
}

// at tells a test the name of a step around which a process may die.
func (s *Service) at(point string) {
	if s.opt.At != nil {
		s.opt.At(point)
	}
}

// changed tells the screens that something they may show has changed.
func (s *Service) changed() { s.revision.Add(1) }
