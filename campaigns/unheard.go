package campaigns

import (
	"maps"
	"slices"
	"sync"

	"blanche/campaigns/worker"
	"blanche/model"
)

// unheard is what the worker told and the store could not take: the worker says
// it once, and a pause by a guard, the end of a campaign or of its cells must not
// be forgotten for one writing that failed.
type unheard struct {
	mu sync.Mutex
	by map[notice]worker.Notice
}

// notice is what a notice is about: of two, the later one holds.
type notice struct {
	kind worker.NoticeKind
	id   model.CampaignID
}

// note keeps a notice that could not be taken, and forgets one that was.
func (u *unheard) note(n worker.Notice, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	key := notice{n.Kind, n.ID}
	if err == nil || model.KindOf(err) == model.KindNotFound {
		delete(u.by, key)
		return
	}
	if u.by == nil {
		u.by = map[notice]worker.Notice{}
	}
	u.by[key] = n
}

func (u *unheard) all() []worker.Notice {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Collect(maps.Values(u.by))
}

// hearAgain takes what the store could not take when it was told.
func (s *Service) hearAgain() {
	for _, n := range s.unheard.all() {
		s.unheard.note(n, s.hear(&n))
	}
}
