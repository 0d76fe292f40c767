// Package compose goes from a campaign file and a person to a finished message.
//
// Three steps, each of which can fail with the line and column of the mistake:
//
//	spec, err := compose.ParseFile(source, "noel-15.md", readBody) // the file: what, to whom, how
//	msg, err := compose.Compile(spec, sender)                      // once per wording
//	eml, err := msg.Build(compose.Person{Contact: c}, compose.Headers{…})
//
// A test of wordings is one file: SpecOfVariant gives the specification of each
// cell. A sender with a Signer signs what it writes (DKIM).
//
// It promises that
//
//   - a file is read strictly: an unknown key is refused with its place and the
//     nearest known one, and FormatFile writes back what ParseFile reads;
//   - a template reaches the person, the campaign and the sender, and nothing
//     else: no file, no environment, no clock, no other person; it ends within
//     a budget of steps and bytes;
//   - no value of a contact can add a header, an HTML tag or a scheme of link:
//     values are escaped for the place they stand in, unless the author wrote
//     the filter raw;
//   - HTML and text parts are always both there, and decode to exactly what
//     Render gives;
//   - the same person and headers give the same bytes: a retry repeats itself;
//   - Liquid runs only for what needs it: values, the filters of chain.go and
//     the conditions of condition.go are written without it, and give what it
//     gives.
//
// It refuses to store, to send, to know the hour and to draw at random: dates,
// Message-IDs and secrets are arguments. It adds no pixel. It
// decides for nobody whether they are followed: a link leads through the public
// part for the person of whom the caller says so, and for everybody else it stays.
//
// Read next: file.go and fileab.go (the campaign file), lex.go and program.go
// (Liquid cut into literals, holes and blocks), page.go (Markdown to HTML with
// the Liquid kept aside), message.go (Compile, Render), mime.go (Build,
// AppendTo), follow.go (the links of who is followed), dkim.go (the signature), lint.go (the preflight).
package compose
