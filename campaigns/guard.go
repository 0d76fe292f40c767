package campaigns

import (
	"context"

	"blanche/model"
	"blanche/store"
)

// guarded is a method of the desk: under which right it stands, and the code of
// what it does in the audit.
type guarded struct {
	action model.Action
	act    string
}

// guards is the one table from the methods of Desk to rights. A method that is
// not in it is refused to everybody.
var guards = map[string]guarded{
	"ContactTotals": {model.ReadFigures, ""},
	"Contacts":      {model.ReadContacts, ""},
	"FindContacts":  {model.ReadContacts, ""},
	"ContactRows":   {model.ReadContacts, ""},
	"Contact":       {model.ReadContacts, ""},
	"History":       {model.ReadContacts, ""},
	"EditContact":   {model.EditContacts, "contact.edit"},
	"TagContacts":   {model.EditContacts, "contact.tag"},
	"Oppose":        {model.EditContacts, "contact.oppose"},
	"Feedback":      {model.EditContacts, "feedback.take"},
	"TakeVendor":    {model.EditContacts, "feedback.hook"},
	"Feedbacks":     {model.ReadContacts, ""},
	"Complain":      {model.EditContacts, "contact.complain"},

	"Duplicates":     {model.ReadContacts, ""},
	"ComparePair":    {model.ReadContacts, ""},
	"MergedInto":     {model.ReadContacts, ""},
	"MergeContacts":  {model.EditContacts, "contact.merge"},
	"UnmergeContact": {model.EditContacts, "contact.unmerge"},
	"ApartContacts":  {model.EditContacts, "contact.apart"},

	"Import":     {model.ImportFiles, "contact.import"},
	"LookAtFile": {model.ImportFiles, ""},

	"Mappings":      {model.ReadFigures, ""},
	"SaveMapping":   {model.ImportFiles, "import.mapping_save"},
	"DeleteMapping": {model.ImportFiles, "import.mapping_delete"},

	"EachContact":   {model.ExportData, "contact.export"},
	"EachOrder":     {model.ExportData, "order.export"},
	"EachChosen":    {model.ExportData, "contact.export"},
	"EachAudit":     {model.ExportData, "audit.export"},
	"EachRecipient": {model.ExportData, "campaign.export"},
	"EachConsent":   {model.ExportData, "consent.export"},
	"EachPoints":    {model.ExportData, "points.export"},
	"EachMessage":   {model.ExportData, "message.export"},
	"EachResponse":  {model.ExportData, "response.export"},
	"EachCampaign":  {model.ExportData, "campaign.export_files"},
	"EachMerge":     {model.ExportData, "contact.export_merges"},
	"EachSegment":   {model.ExportData, "segment.export_rules"},
	"AttrTypes":     {model.ReadContacts, ""},

	"Count":       {model.ReadFigures, ""},
	"Sample":      {model.ReadContacts, ""},
	"Explain":     {model.ReadContacts, ""},
	"SaveSegment": {model.SaveSegments, "segment.save"},
	"Segments":    {model.ReadFigures, ""},
	"Segment":     {model.ReadFigures, ""},
	"RuleFields":  {model.ReadFigures, ""},

	"SegmentLines":   {model.ReadFigures, ""},
	"ReadRule":       {model.ReadFigures, ""},
	"CopySegment":    {model.SaveSegments, "segment.save"},
	"DeleteSegment":  {model.SaveSegments, "segment.delete"},
	"SegmentOverlap": {model.ReadFigures, ""},
	"SegmentGrowth":  {model.ReadFigures, ""},
	"RFMGrid":        {model.ReadFigures, ""},
	"Freeze":         {model.SaveSegments, "segment.freeze"},
	"FrozenSegments": {model.ReadFigures, ""},
	"FrozenToday":    {model.ReadFigures, ""},
	"DeleteFrozen":   {model.SaveSegments, "segment.thaw"},
	"EachFrozen":     {model.ExportData, "segment.export"},
	"RuleForm":       {model.ReadFigures, ""},

	"Campaigns":      {model.ReadFigures, ""},
	"Campaign":       {model.ReadFigures, ""},
	"NewCampaign":    {model.WriteCampaigns, "campaign.new"},
	"EditCampaign":   {model.WriteCampaigns, "campaign.edit"},
	"CloneCampaign":  {model.WriteCampaigns, "campaign.clone"},
	"RecordCampaign": {model.WriteCampaigns, "campaign.record"},
	"Preview":        {model.ReadContacts, ""},
	"CheckCampaign":  {model.CheckCampaigns, "campaign.check"},
	"TestSend":       {model.CheckCampaigns, "campaign.test"},
	"Aside":          {model.CheckCampaigns, ""},
	"CheckRelay":     {model.CheckCampaigns, ""},

	"Approve":          {model.Approve, "campaign.approve"},
	"Schedule":         {model.Launch, "campaign.schedule"},
	"Start":            {model.Launch, "campaign.start"},
	"StartIn":          {model.Launch, "campaign.start_in"},
	"Hold":             {model.HoldBack, "campaign.hold"},
	"ChooseVariant":    {model.Launch, "campaign.choose"},
	"Lanes":            {model.ReadFigures, ""},
	"SetLane":          {model.HoldBack, "pacing.lane"},
	"SetWarmUp":        {model.Launch, "pacing.warm_up"},
	"Pause":            {model.HoldBack, "campaign.pause"},
	"Resume":           {model.Launch, "campaign.resume"},
	"SetRate":          {model.HoldBack, "campaign.rate"},
	"Cancel":           {model.CancelSends, "campaign.cancel"},
	"Status":           {model.ReadFigures, ""},
	"Wait":             {model.ReadFigures, ""},
	"Missing":          {model.ReadContacts, ""},
	"Uncertain":        {model.ReadContacts, ""},
	"ResolveUncertain": {model.Launch, "campaign.resolve"},
	"SendAgain":        {model.Launch, "campaign.again"},

	"ROI":           {model.ReadFigures, ""},
	"Holdout":       {model.ReadContacts, ""},
	"VerifyHoldout": {model.ReadFigures, ""},
	"PlanHoldout":   {model.ReadFigures, ""},
	"Month":         {model.ReadFigures, ""},
	"Programme":     {model.ReadFigures, ""},
	"Universal":     {model.ReadFigures, ""},

	"Operators":      {model.ReadTeam, ""},
	"AddOperator":    {model.ManageTeam, "team.add"},
	"SetRole":        {model.ManageTeam, "team.role"},
	"SetKeys":        {model.ManageTeam, "team.keys"},
	"RemoveOperator": {model.ManageTeam, "team.remove"},

	"Tokens":      {model.ReadTeam, ""},
	"AddToken":    {model.ManageTeam, "token.add"},
	"RevokeToken": {model.ManageTeam, "token.revoke"},
	"TakeItems":   {model.ImportFiles, "hook.take"},
	"HookQueue":   {model.ReadTeam, ""},
	"LastHeard":   {model.ReadTeam, ""},
	"RetryHooks":  {model.Maintain, "hook.retry"},
	"DropHooks":   {model.Maintain, "hook.drop"},

	"AuditLines":  {model.ReadAudit, ""},
	"VerifyAudit": {model.ReadAudit, ""},

	"Consents":        {model.ReadContacts, ""},
	"RecordConsent":   {model.EditContacts, "contact.consent"},
	"Rules":           {model.ReadFigures, ""},
	"Responses":       {model.ReadFigures, ""},
	"LatestResponses": {model.ReadContacts, ""},
	"PublicState":     {model.ReadFigures, ""},

	"Retention":    {model.Privacy, "privacy.preview"},
	"RunRetention": {model.Privacy, "privacy.retention"},
	"Access":       {model.Privacy, "privacy.access"},
	"Erase":        {model.Privacy, "privacy.erase"},
	"Register":     {model.ReadAudit, ""},

	"Today":  {model.ReadFigures, ""},
	"Follow": {model.ReadFigures, ""},
	"Armed":  {model.ReadFigures, ""},
	"Arm":    {model.Maintain, "folder.arm"},

	"Backup":  {model.Maintain, "folder.backup"},
	"CopyTo":  {model.Maintain, "folder.copy"},
	"Compact": {model.Maintain, "folder.compact"},
	"Check":   {model.Maintain, ""},
}

// unguarded are the methods that everybody may ask, whoever they are: they tell
// about the person, about the settings and what was made with them, or that the person is there.
var unguarded = []string{"Me", "May", "ReturnAddress", "Now", "Settings", "Live", "DraftFile", "Arrived", "Memo", "KeepMemo"}

// door is the desk of one person.
type door struct {
	s  *Service
	me model.Actor
}

// As is the desk as one person may use it: every method asks first whether the
// role allows it, and what it changes is noted under the name of the person.
func (s *Service) As(who model.Actor) Desk { return door{s: s, me: who} }

// pass is the one check of rights. The context it returns carries who does what
// to everything below.
func (d door) pass(ctx context.Context, method string) (context.Context, error) {
	g := guards[method]
	if err := d.may(g.action); err != nil {
		return ctx, err
	}
	return d.as(ctx, g.act), nil
}

// may is model.Actor.May for the person as they are now: an operator whose role
// was changed, or who was removed, has sessions open that are not told.
func (d door) may(a model.Action) error {
	who := d.now()
	if who.Role == "" && d.me.Role != "" {
		return model.Refused("team.removed", "name", who.Name)
	}
	return who.May(a)
}

// now is the person with the role that they have now.
func (d door) now() model.Actor {
	who := d.me
	if who.From != model.FromLocal {
		if role, changed := d.s.recast.Load(who.Name); changed {
			who.Role = role.(model.Role)
		}
	}
	return who
}

// as is a context under which the person does something.
func (d door) as(ctx context.Context, act string) context.Context {
	return store.Witnessed(ctx, model.Deed{Actor: d.now(), Act: act, Reason: reasonIn(ctx), At: d.s.Now()})
}

// ask passes the guard, then asks a question.
func ask[T any](ctx context.Context, d door, method string, question func(context.Context) (T, error)) (T, error) {
	ctx, err := d.pass(ctx, method)
	if err != nil {
		var none T
		return none, err
	}
	return question(ctx)
}

// tell passes the guard, then does something.
func tell(ctx context.Context, d door, method string, do func(context.Context) error) error {
	ctx, err := d.pass(ctx, method)
	if err != nil {
		return err
	}
	return do(ctx)
}
