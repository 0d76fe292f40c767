// Package form asks for values, one field a line, with the error of a field
// under it as soon as it is left.
//
//	f := form.New(th, p,
//		form.Field{Name: "name", Label: p.T("campaign.name"), Required: true},
//		form.Field{Name: "cost", Label: p.T("campaign.cost"), Kind: form.Money},
//		form.Field{Name: "kind", Label: p.T("campaign.kind"), Kind: form.Choice, Options: kinds},
//		form.Field{Name: "body", Label: p.T("campaign.body"), Kind: form.Body, Rows: 10},
//	)
//	cmd := f.Update(msg)                   // keys and paste
//	switch f.State() { case form.Submitted: f.Money("cost") … case form.Cancelled: … }
//	lines := f.Lines(w, h)
//
// Tab and Shift+Tab go round; ↑ ↓ too outside a body; Enter goes on and sends
// the form from its last field; ctrl+s sends it from anywhere; Esc leaves.
// Amounts and numbers are read as the language writes them (1 234,56). Values
// come out sanitized. A submit with an error puts the cursor on it instead.
package form
