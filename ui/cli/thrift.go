package cli

import (
	"os"
	"runtime/debug"
	"sync"
)

// sooner is how much garbage may pile up in a crowd, in percent of what is in
// use. A screen of 160×48 keeps 2 MB of cells, and Go by itself lets as much
// again pile up before it collects; with a third of that, fifty screens and what
// sends stay under 250 MB, for one hundredth of a core.
const sooner = 30

// idler is the same in a process that only sends: it holds a few MB, and would
// collect ten times a second. With three times as much garbage it keeps under
// 64 MiB and gains a tenth of the rate.
const idler = 300

// sparing is the percentage of such a process before that, while it holds
// everybody in memory to draw the audience: half of the memory for a tenth of a
// second per 100,000 people.
const sparing = 15

// bringing is the percentage while a file comes in: what an import holds does not
// grow with the file, and collecting it is a good part of the work.
const bringing = 200

// bringingMost is what such a process tries to stay under, in bytes.
const bringingMost = 400 << 20

// collectForImport is called when a file comes in.
func collectForImport() {
	collect(bringing)
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(bringingMost)
	}
}

// collectSooner is called when such a process opens its folder, and collectLater
// once it holds little.
func collectSooner() { collect(sparing) }

func collectLater() { collect(idler) }

func collect(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// thrift makes a process collect its garbage sooner while a crowd is at its
// screens. With few of them, a sending at full rate keeps what Go gives it.
type thrift struct {
	mu      sync.Mutex
	screens int
	before  int // the percentage without a crowd
}

// enter counts a screen, and leave counts it no more.
func (t *thrift) enter() (leave func()) {
	t.count(1)
	return func() { t.count(-1) }
}

func (t *thrift) count(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	was := t.screens > crowd
	t.screens += n
	switch is := t.screens > crowd; {
	case is && !was:
		t.before = debug.SetGCPercent(sooner)
	case was && !is:
		debug.SetGCPercent(t.before)
	}
}
