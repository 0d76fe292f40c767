// Package worker drives the sending of any number of campaigns at once, and
// neither loses nor doubles.
//
// What is promised:
//
//   - an intent is durable before the message can leave; at most the window W
//     of messages are intended without a durable result, so that the death of
//     the process leaves at most W in doubt, each known by name;
//   - results and intents are grouped: what gathered while one commit was under
//     way goes into the next, which waits for more by 2 ms at most;
//   - once a campaign is paused no transaction starts; resumed, exactly the
//     rest is sent;
//   - trouble of the relay or of the store counts against nobody: sending
//     stops in sight, tries again by itself, and goes on;
//   - a refused person is refused once, a deferred one is tried again with
//     growing delays, an uncertain one is left to a person or to the policy of
//     the campaign;
//   - a mailbox provider that asks for less is given less, alone: the others, and
//     other campaigns, keep their pace;
//   - a change of pace is in effect at once, whatever is under way;
//   - after Quiet has returned, nothing begins for an address that was suppressed
//     before.
//
// What is refused: to choose people (the plan is frozen before), to write
// messages (Render), to speak SMTP (Sender), to note the state of a campaign
// (Publish says when it changed by itself), to step a warm-up (Snapshot says how
// the day of a lane went).
//
// The path of a message: run.go claims, of the lanes that demand.go names;
// traffic.go decides who leaves next, under the paces of lane.go and bucket.go;
// carry.go takes it from hand to hand: composed by a crew (crew.go), announced,
// handed over by the outbox (outbox.go), settled; commit.go groups what is to be
// durable, stuck.go keeps what could not be; judge.go says what an answer means,
// toofast.txt which words mean "slower".
//
// What holds it back: gate.go while the relay is in trouble, clerk.go while the
// disk is nearly full or a lane has had the messages of its day, hours.go outside
// the hours of a campaign, quiet.go for one address; guard.go stops a campaign
// that hurts. watch.go and look.go show it all; pulse.go tells whether it is alive.
package worker
