package campaigns

import (
	"cmp"
	"context"

	"blanche/campaigns/intake"
	"blanche/model"
)

// NoMapping is the ImportRequest.Mapping that wants none of the saved ones.
const NoMapping = intake.NoMapping

// ImportFields are what a column of a file may become, beside a free attribute
// and nothing: the names that a mapping takes.
func ImportFields(kind string) []string { return intake.Fields(intake.Kind(kind)) }

// ImportProfiles are the tools whose exports are known.
func ImportProfiles(kind string) []string { return intake.Profiles(intake.Kind(kind)) }

// ImportQuery is the SQL that takes a kind of file out of a tool, "" where its own
// export is enough.
func ImportQuery(profile, kind string) string { return intake.Query(profile, intake.Kind(kind)) }

// actMapping is the saving of a mapping by the import that it was said for.
const actMapping = "import.mapping_save"

// MappingDesk keeps how the files of a till or an ERP are read. An import finds
// the mapping whose file had the same titles by itself.
type MappingDesk interface {
	Mappings(ctx context.Context) ([]model.FileMapping, error)
	// SaveMapping keeps one under its name, in place of the one there.
	SaveMapping(ctx context.Context, m model.FileMapping) error
	DeleteMapping(ctx context.Context, name string) error
}

// Mappings are the saved ones, by name.
func (s *Service) Mappings(ctx context.Context) ([]model.FileMapping, error) {
	return s.store.Mappings().List(ctx)
}

// SaveMapping keeps one under its name.
func (s *Service) SaveMapping(ctx context.Context, m model.FileMapping) error {
	m.At, m.By = s.Now(), actorName(ctx)
	if rehearsed(ctx) {
		return nil
	}
	return s.store.Mappings().Save(ctx, m)
}

// DeleteMapping forgets one.
func (s *Service) DeleteMapping(ctx context.Context, name string) error {
	if _, err := s.store.Mappings().Get(ctx, name); err != nil || rehearsed(ctx) {
		return err
	}
	return s.store.Mappings().Delete(ctx, name)
}

// recall gives an import the saved mappings: the one that is asked for by name,
// else all, to be found by titles. titles is called with those of the file.
func (s *Service) recall(ctx context.Context, r *ImportRequest, o *intake.Options, titles *[]string) error {
	o.Seen = func(t []string) { *titles = append([]string(nil), t...) }
	if r.Mapping == NoMapping {
		return nil
	}
	if r.Mapping == "" {
		var err error
		o.Saved, err = s.store.Mappings().List(ctx)
		return err
	}
	m, err := s.store.Mappings().Get(ctx, r.Mapping)
	if err != nil {
		return err
	}
	if m.Kind != r.Kind {
		return model.Invalid("import.mapping_kind", "name", m.Name)
	}
	o.Saved = []model.FileMapping{m}
	auto := func(said, saved string) string {
		if said == "auto" {
			said = ""
		}
		return cmp.Or(said, saved)
	}
	o.Encoding, o.Delimiter, o.Sheet = auto(o.Encoding, m.Encoding), auto(o.Delimiter, m.Delimiter), auto(o.Sheet, m.Sheet)
	return nil
}

// keepMapping saves how a file was read, where the request says so.
func (s *Service) keepMapping(ctx context.Context, r *ImportRequest, titles []string) error {
	if r.SaveMapping == "" || len(titles) == 0 {
		return nil
	}
	o := s.intake(r)
	if o.Map == nil {
		o.Map = map[string]string{}
	}
	if r.Mapping != "" && r.Mapping != NoMapping {
		if m, err := s.store.Mappings().Get(ctx, r.Mapping); err == nil {
			for title, field := range m.Map {
				if _, said := o.Map[title]; !said {
					o.Map[title] = field
				}
			}
		}
	}
	return s.SaveMapping(acting(ctx, actMapping), intake.MappingOf(r.SaveMapping, titles, &o))
}

// corrections are addresses by the key of the one that stands in the file.
func corrections(said map[string]string) map[string]string {
	out := make(map[string]string, len(said))
	for from, to := range said {
		out[model.EmailKey(from)] = to
	}
	return out
}

func (d door) Mappings(ctx context.Context) ([]model.FileMapping, error) {
	return ask(ctx, d, "Mappings", func(ctx context.Context) ([]model.FileMapping, error) { return d.s.Mappings(ctx) })
}

func (d door) SaveMapping(ctx context.Context, m model.FileMapping) error {
	return tell(ctx, d, "SaveMapping", func(ctx context.Context) error { return d.s.SaveMapping(ctx, m) })
}

func (d door) DeleteMapping(ctx context.Context, name string) error {
	return tell(ctx, d, "DeleteMapping", func(ctx context.Context) error { return d.s.DeleteMapping(ctx, name) })
}
