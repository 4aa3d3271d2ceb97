package demo

import (
	"context"
	"slices"

	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/ppl"
)

// Sizes of section 2.
const (
	warmup           = 300
	draws            = 120 // a chain
	chains           = 2
	targetAccept     = 0.95
	pathsEachDraw    = 8
	bayesianFeatures = 512
)

// Bayesian is section 2: the kernel's parameters are unknown, drawn by NUTS, and
// functions of the posterior have them integrated out.
type Bayesian struct {
	Sites        []Site  `json:"sites"`
	Chains       int     `json:"chains"`
	Warmup       int     `json:"warmup"`
	Draws        int     `json:"draws"` // of each chain
	TargetAccept float64 `json:"target_accept"`
	Jitter       float64 `json:"jitter"`
	Divergences  int     `json:"divergences"`
	Leapfrogs    int     `json:"leapfrogs"` // after warm-up, of all chains
	StepSize     float64 `json:"step_size"` // of the first chain
	EBFMI        float64 `json:"e_bfmi"`    // the least of the chains
	Summary      []Row   `json:"summary"`
	Paths        int     `json:"paths"`
	Features     int     `json:"features"`
	// Width is that of the band of all paths; Ratio is over the baseline's.
	Width Widths `json:"width"`
	Ratio Widths `json:"width_over_baseline"`

	Band Band `json:"-"`
	// Kernels are those of the draws, Posteriors the exact posteriors with them, and
	// Mixture the paths, eight of each.
	Kernels    []kernel.RBF      `json:"-"`
	Posteriors []*gp.Exact       `json:"-"`
	Mixture    *pathwise.Mixture `json:"-"`
	// Table is Summary as ArviZ prints it.
	Table diag.Table `json:"-"`
}

// Site is a random variable of the program and the shape of its draws, chains x
// draws.
type Site struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
}

// Row is a line of the summary of draws, diag.Row with keys.
type Row struct {
	Name     string  `json:"name"`
	Mean     float64 `json:"mean"`
	SD       float64 `json:"sd"`
	HDILower float64 `json:"hdi_3"`
	HDIUpper float64 `json:"hdi_97"`
	MCSEMean float64 `json:"mcse_mean"`
	MCSESD   float64 `json:"mcse_sd"`
	ESSBulk  float64 `json:"ess_bulk"`
	ESSTail  float64 `json:"ess_tail"`
	RHat     float64 `json:"r_hat"`
}

// Model is the program of section 2.
func (s *Story) Model(c *ppl.Context) {
	k := hyper.Kernel(c, s.Prior.Kernel, s.Hyperpriors)
	p := gp.Prior{Kernel: k, Mean: s.Prior.Mean, Jitter: bayesianJitter * s.Scale * s.Scale}
	hyper.Factor(c, "obs", p, s.X, s.Table.Y, gp.Noise(s.Noise))
}

// Bayesian computes section 2, beside the baseline's band.
func (s *Story) Bayesian(ctx context.Context, baseline *Baseline) (*Bayesian, error) {
	key := s.Key.Named("bayesian")
	target, err := ppl.NewTarget(s.Model, key.Named("structure"))
	if err != nil {
		return nil, err
	}
	run := infer.Run{Key: key.Named("nuts"), Warmup: warmup, Draws: draws, Chains: chains}
	if run.Init, err = s.starts(target); err != nil {
		return nil, err
	}
	sample, err := infer.NUTS{TargetAccept: targetAccept}.Run(ctx, target, run)
	if err != nil {
		return nil, err
	}
	b := &Bayesian{
		Chains: chains, Warmup: warmup, Draws: draws, TargetAccept: targetAccept,
		Jitter:      bayesianJitter * s.Scale * s.Scale,
		Divergences: sample.Divergences(), Leapfrogs: sample.Leapfrogs(),
		StepSize: sample.Chains[0].Tuning.StepSize,
		Paths:    pathsEachDraw * sample.Len(), Features: bayesianFeatures,
	}
	b.summarize(target, sample)

	if b.Posteriors, err = hyper.Posteriors(ctx, s.Model, target, slices.Concat(sample.Points()...)); err != nil {
		return nil, err
	}
	for _, p := range b.Posteriors {
		b.Kernels = append(b.Kernels, p.Kernel().(kernel.RBF))
	}
	b.Mixture, err = hyper.Draw(pathwise.Sampler{Features: b.Features}, b.Posteriors, key.Named("paths"), b.Paths)
	if err != nil {
		return nil, err
	}
	// A few functions of a few draws of the parameters.
	b.Band = s.bandOf(b.Mixture.Eval(s.Grid), b.Paths/thin)
	b.Width = s.bandWidths(b.Band)
	b.Ratio = Widths{b.Width.Inside / baseline.Width.Inside, b.Width.Beyond / baseline.Width.Beyond, b.Width.Ends / baseline.Width.Ends}
	return b, nil
}

// starts returns where the chains start. The worked example's parameters are within
// some powers of e of 1, where random starts are. A user's table is in units of its
// own: its chains start on both sides of the fit, a factor of e apart.
func (s *Story) starts(t *ppl.Target) ([][]float64, error) {
	if s.Truth != nil {
		return nil, nil
	}
	values := ppl.Values{}
	for _, p := range kernel.Params(s.Prior.Kernel) {
		values[p.Name] = []float64{p.Value}
	}
	fitted, err := t.Unconstrain(values)
	if err != nil {
		return nil, err
	}
	out := make([][]float64, chains)
	for c := range out {
		for _, v := range fitted {
			out[c] = append(out[c], v+float64(c)/(chains-1)-0.5)
		}
	}
	return out, nil
}

// summarize sets what the draws of the parameters themselves say.
func (b *Bayesian) summarize(target *ppl.Target, sample *infer.Draws) {
	names := target.Names()
	for _, name := range names {
		b.Sites = append(b.Sites, Site{name, []int{len(sample.Chains), draws}})
	}
	for c := range sample.Chains {
		if e := diag.EBFMI(sample.Chains[c].Energy); c == 0 || e < b.EBFMI {
			b.EBFMI = e
		}
	}
	b.Table = diag.Summarize(names, target.Elements(sample.Points()))
	for _, r := range b.Table {
		b.Summary = append(b.Summary, Row(r))
	}
}
