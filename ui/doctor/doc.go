// Package doctor looks a whole installation over: folders, disk, clock,
// settings, relay, certificates, DNS of the sender, doors, backups. Each check
// ends in one sentence and, where something is wrong, in what repairs it (for
// DNS: the line to publish).
//
// It promises to change nothing, to show no secret, to end soon (each check has
// its time), and to work while another process holds the data: what is on disk
// it reads itself, what only the holder knows comes from the Desk it is given,
// wherever that is. A check that cannot be made says why and counts as skipped,
// never as good.
//
// It refuses to guess: a resolver that does not answer is no missing record.
//
//	before := doctor.Look(ctx, data, doctor.System())   // before anything is opened
//	desk, err := …                                      // may fail: a finding too
//	report := doctor.Run(ctx, doctor.Options{Before: before, Desk: desk, DeskErr: err, …})
//	report.Document(p)                                  // --json; report.Lines(p) for people
//
// Read next: doctor.go (the list of checks), options.go (what comes in),
// system.go (how the machine is asked).
package doctor
