// Package worker drives the sending of any number of campaigns at once, and
// neither loses nor doubles.
//
// What is promised:
//
//   - an intent is durable before the message can leave; at most the window W
//     of messages are intended without a durable result, so that the death of
//     the process leaves at most W in doubt, each known by name;
//   - results are grouped into one commit as soon as the one before has
//     returned; nothing ever waits for a commit on purpose;
//   - once a campaign is paused no transaction starts; resumed, exactly the
//     rest is sent;
//   - trouble of the relay or of the store counts against nobody: sending
//     stops in sight, tries again by itself, and goes on;
//   - a refused person is refused once, a deferred one is tried again with
//     growing delays, an uncertain one is left to a person or to the policy of
//     the campaign.
//
// What is refused: to choose people (the plan is frozen before), to write
// messages (Render), to speak SMTP (Sender), to note the state of a campaign
// (Publish says when it changed by itself).
//
// The path of a message: run.go claims ahead and paces; carry.go renders,
// announces the intent, sends, and settles; commit.go groups what is to be
// durable; gate.go keeps everybody back while the relay is in trouble; guard.go
// stops a campaign that hurts; watch.go shows it all; pulse.go tells whether it is
// alive.
package worker
