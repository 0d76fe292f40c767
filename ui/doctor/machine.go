package doctor

import "context"

// What the work takes: a million contacts in memory as columns, and a
// descriptor for each connection, session and file.
const (
	memoryLow, memoryOut           = 256 * megabyte, 64 * megabyte
	descriptorsLow, descriptorsOut = 1024, 256
)

func (e *exam) memory(context.Context) Result {
	free, err := e.Probes.Memory()
	if err != nil {
		return skip("unknown", "why", err)
	}
	values := []any{"free", int(free / megabyte)}
	switch {
	case free < memoryOut:
		return fail("out", values...)
	case free < memoryLow:
		return warn("low", values...)
	}
	return ok("ok", values...)
}

func (e *exam) descriptors(context.Context) Result {
	limit, err := e.Probes.Descriptors()
	if err != nil {
		return skip("unknown", "why", err)
	}
	values := []any{"limit", int(min(limit, 1<<31-1))}
	switch {
	case limit < descriptorsOut:
		return fail("out", values...)
	case limit < descriptorsLow:
		return warn("low", values...)
	}
	return ok("ok", values...)
}
