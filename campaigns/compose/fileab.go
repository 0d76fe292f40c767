package compose

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// firstVariant names the wording of the file itself among those of a test.
const firstVariant = "a"

// maxVariants is how many wordings a test has at most, that of the file among
// them.
const maxVariants = model.Cells - 1

// The bounds of the time between the last message of a test and its verdict.
const (
	minDelay = 10 * time.Minute
	maxDelay = 14 * 24 * time.Hour
)

const variantTable = "ab.variant"

// fileAB is the table [ab] of a campaign file.
type fileAB struct {
	Share   any           `toml:"share"`
	Metric  *string       `toml:"metric"`
	Delay   *string       `toml:"delay"`
	Variant []fileVariant `toml:"variant"`
}

// fileVariant is one [[ab.variant]]. Body names a file, Message holds the text
// itself.
type fileVariant struct {
	Name    *string `toml:"name"`
	Subject *string `toml:"subject"`
	Body    *string `toml:"body"`
	Message *string `toml:"message"`
	Format  string  `toml:"format"`
}

// test reads [ab]: a fifth of the people, revenue, four hours where nothing
// else is said.
func (f *campaignFile) test(k *fileAB, readBody func(string) ([]byte, error)) (model.ABSpec, error) {
	if k == nil {
		return model.ABSpec{}, nil
	}
	ab := model.ABSpec{Share: 0.20, Metric: "revenue", Delay: 4 * time.Hour, Variants: []model.Variant{{Name: firstVariant}}}
	set(&ab.Metric, k.Metric)
	var ok bool
	if k.Share != nil {
		if ab.Share, ok = readABShare(k.Share); !ok {
			return ab, f.invalid("ab", "share", "compose.ab_share").Hint("compose.ab_share_hint")
		}
	}
	if k.Delay != nil {
		if ab.Delay, ok = readDelay(*k.Delay); !ok || ab.Delay < minDelay || ab.Delay > maxDelay {
			return ab, f.invalid("ab", "delay", "compose.ab_delay", "value", *k.Delay).Hint("compose.ab_delay_hint")
		}
	}
	switch {
	case strings.HasPrefix(ab.Metric, "open"):
		return ab, f.invalid("ab", "metric", "compose.ab_opens").Hint("compose.ab_opens_hint")
	case ab.Metric != "revenue" && ab.Metric != "clicks":
		return ab, f.invalid("ab", "metric", "compose.bad_choice", "key", "metric", "value", ab.Metric, "choices", "revenue, clicks")
	case len(k.Variant) == 0:
		return ab, f.invalid("ab", "variant", "compose.ab_count", "most", maxVariants-1).Hint("compose.ab_count_hint")
	case len(k.Variant) > maxVariants-1:
		return ab, f.invalidIn(variantTable, maxVariants-1, "name", "compose.ab_count", "most", maxVariants-1).Hint("compose.ab_count_hint")
	}
	for i := range k.Variant {
		v, err := f.variant(i, &k.Variant[i], ab.Variants, readBody)
		if err != nil {
			return ab, err
		}
		ab.Variants = append(ab.Variants, v)
	}
	return ab, nil
}

// variant reads the i-th [[ab.variant]].
func (f *campaignFile) variant(i int, k *fileVariant, others []model.Variant, readBody func(string) ([]byte, error)) (model.Variant, error) {
	var v model.Variant
	set(&v.Name, k.Name)
	set(&v.Subject, k.Subject)
	set(&v.Body, k.Message)
	wrong := func(key, code string, args ...any) *model.Error {
		return f.invalidIn(variantTable, i, key, code, args...)
	}
	switch {
	case !model.ValidCampaignName(v.Name):
		return v, wrong("name", "compose.ab_name", "value", v.Name).Hint("compose.ab_name_hint")
	case slices.ContainsFunc(others, func(o model.Variant) bool { return o.Name == v.Name }):
		return v, wrong("name", "compose.ab_twice", "value", v.Name).Hint("compose.ab_twice_hint")
	case k.Format != "" && k.Format != "html" && k.Format != "markdown":
		return v, wrong("format", "compose.bad_choice", "key", "format", "value", k.Format, "choices", "markdown, html")
	case k.Body != nil && k.Message != nil:
		return v, wrong("message", "compose.ab_body_twice", "name", v.Name).Hint("compose.body_twice_hint")
	case k.Subject == nil && k.Body == nil && k.Message == nil:
		return v, wrong("name", "compose.ab_same", "name", v.Name).Hint("compose.ab_same_hint")
	case k.Subject != nil && strings.TrimSpace(v.Subject) == "":
		return v, wrong("subject", "compose.empty_key", "key", "subject")
	case k.Message != nil && strings.TrimSpace(v.Body) == "":
		return v, wrong("message", "compose.empty_key", "key", "message")
	}
	v.BodyHTML = k.Message != nil && k.Format == "html"
	if k.Body == nil {
		return v, nil
	}
	var err error
	v.Body, err = f.read(*k.Body, readBody, func(code string, args ...any) *model.Error { return wrong("body", code, args...) })
	v.BodyHTML = isHTML(*k.Body, k.Format)
	if err == nil && strings.TrimSpace(v.Body) == "" {
		err = wrong("body", "compose.empty_key", "key", "body")
	}
	return v, err
}

// readABShare reads the part of the people that a test takes: above 0, up to 1.
func readABShare(v any) (float64, bool) {
	share := math.NaN()
	switch v := v.(type) {
	case int64:
		share = float64(v)
	case float64:
		share = v
	}
	return share, share > 0 && share <= 1
}

// readDelay reads 90m, 4h, 1h30m or 2d.
func readDelay(text string) (time.Duration, bool) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 8)
		return time.Duration(n) * 24 * time.Hour, err == nil
	}
	d, err := time.ParseDuration(text)
	return d, err == nil
}

// delayText writes a delay as readDelay reads it.
func delayText(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	}
	text := d.String()
	if d%time.Minute == 0 {
		text = strings.TrimSuffix(text, "0s")
	}
	if d%time.Hour == 0 {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// SpecOfVariant is a campaign in the wording of one cell of its test: the
// subject and the message of that variant, those of the file where it says
// nothing. Cell 0, the rest, and a cell without variant are the file itself:
// what the rest get once the test has a winner is SpecOfVariant of that cell.
func SpecOfVariant(spec model.CampaignSpec, cell model.Cell) model.CampaignSpec {
	if cell == 0 || int(cell) > len(spec.AB.Variants) {
		return spec
	}
	v := spec.AB.Variants[cell-1]
	if v.Subject != "" {
		spec.Subject = v.Subject
	}
	if v.Body != "" {
		spec.Body, spec.BodyHTML = v.Body, v.BodyHTML
	}
	return spec
}
