package worker

import "blanche/model"

// Reachable is told, time and again, whether people outside can say no: why they
// cannot, or nil. While they cannot nothing leaves, in sight; when they can again
// it goes on by itself.
func (w *Worker) Reachable(site string, why error) {
	was := w.shut.Swap(why != nil)
	switch {
	case why != nil && was && !w.unheeded.Swap(true): // said the second time: a process that begins has a moment
		w.event(nil, model.LevelStop, WhyPublic, "url", site, "why", why)
	case why == nil && was:
		if w.unheeded.Swap(false) {
			w.event(nil, model.LevelOK, "deliver.event.public_back", "url", site)
		}
		w.goOn()
	}
}
