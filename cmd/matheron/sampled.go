package main

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/gp"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/kernel"
	"matheron/store"
)

// sampled is the outcome of the method nuts.
type sampled struct {
	run         infer.Run
	draws       *store.Draws
	table       diag.Table
	logEvidence float64 // mean over the draws, in the data's units
	modes       *modes
	interrupted error // nil where all draws were made
}

// newSampled summarises the draws of a run.
func newSampled(p *nutsProgram, run infer.Run, d *infer.Draws, found *modes) *sampled {
	s := &sampled{run: run, modes: found, draws: &store.Draws{
		Names: p.target.Names(), Values: p.constrained(d.Rows()),
		Warmup: run.Warmup, Divergences: d.Divergences(),
	}}
	// After an interrupt some chains may be empty, and others of other lengths.
	var there infer.Draws
	there.Dim = d.Dim
	for _, c := range d.Chains {
		if c.Len() > 0 {
			there.Chains = append(there.Chains, c)
			s.draws.Chains = append(s.draws.Chains, c.Len())
			s.logEvidence += p.evidence(c.X, c.LogProb, found.fitted.Posterior.Len()) * float64(c.Len()) / float64(d.Len())
		}
	}
	s.table = diag.Summarize(s.draws.Names, s.even(slices.Min(s.draws.Chains)))
	return s
}

// even returns the first n draws of each chain: parameters x chains x draws.
func (s *sampled) even(n int) [][][]float64 {
	out := make([][][]float64, len(s.draws.Names))
	for j := range out {
		all, at := mat.Col(nil, j, s.draws.Values), 0
		for _, c := range s.draws.Chains {
			out[j] = append(out[j], all[at:at+n])
			at += c
		}
	}
	return out
}

// means returns the posterior mean of each parameter.
func (s *sampled) means() []kernel.Param {
	out := make([]kernel.Param, len(s.draws.Names))
	for j, name := range s.draws.Names {
		out[j] = kernel.Param{Name: name, Value: stat.Mean(mat.Col(nil, j, s.draws.Values), nil)}
	}
	return out
}

// model returns the model with its draws.
func (s *sampled) model(p *nutsProgram) *store.Model {
	t := p.task
	means, theta := s.means(), p.params.Values()
	for i, name := range p.params.Names() {
		if j := slices.Index(s.draws.Names, name); j >= 0 {
			theta[i] = means[j].Value
		}
	}
	prior, noise := p.params.At(theta)
	m := t.model(prior, noise, means, 0)
	m.Kind = &store.Mixture{X: t.units.X, Y: t.units.Y, Draws: s.draws}
	return m
}

func (s *sampled) json(f *fit) object {
	params := object{}
	for j, r := range s.table {
		v := mat.Col(nil, j, s.draws.Values)
		mean, sd := stat.MeanStdDev(v, nil)
		params = params.with(r.Name, object{
			{"mean", number(mean)}, {"sd", number(sd)},
			{"q5", number(diag.Quantile(v, 0.05))}, {"q50", number(diag.Quantile(v, 0.5))}, {"q95", number(diag.Quantile(v, 0.95))},
			{"ess_bulk", number(r.ESSBulk)}, {"ess_tail", number(r.ESSTail)}, {"rhat", number(r.RHat)},
		})
	}
	return object{
		{"log_evidence", nil},
		{"log_evidence_mean", number(s.logEvidence)},
		{"parameters", params},
		{"chains", len(s.draws.Chains)},
		{"warmup", s.draws.Warmup},
		{"draws", s.draws.Len()},
		{"divergences", s.draws.Divergences},
		{"interrupted", s.interrupted != nil},
	}
}

func (s *sampled) head(_ *fit, line func(string, any)) {
	line("draws", fmt.Sprintf("%d of %d chains, after %d each of warm-up", s.draws.Len(), len(s.draws.Chains), s.draws.Warmup))
	line("divergences", s.draws.Divergences)
	line("mean log evidence", formatNumber(s.logEvidence))
}

func (s *sampled) body(f *fit, _ bool) string {
	var b strings.Builder
	if f.model.Scaling != nil {
		b.WriteString("in standardised units:\n")
	}
	b.WriteString(s.table.String())
	if f.options.noise.set {
		fmt.Fprintf(&b, "%s is %s\n", gp.NoiseName, f.fixedNoise())
	}
	return b.String()
}

// notes say which modes chains started in.
func (s *sampled) notes() []string { return s.modes.notes() }

// warnings say what the data and the draws cannot be trusted for: what the fit that
// chains start from warns of is in the posterior, too.
func (s *sampled) warnings() []string {
	out := slices.Clone(s.modes.fitted.Warnings)
	if n := s.draws.Divergences; n > 0 {
		out = append(out, fmt.Sprintf("%d of %d draws diverged, so that parts of the posterior may be missing: bring --target-accept nearer to 1", n, s.draws.Len()))
	}
	const agree, enough = 1.01, 100 // the thresholds of package diag
	worst, least := 0, 0
	more := ": take more --draws"
	for i, r := range s.table {
		if r.RHat > s.table[worst].RHat {
			worst = i
		}
		if ess(r) < ess(s.table[least]) {
			least = i
		}
	}
	if r := s.table[worst]; r.RHat > agree {
		why := "the chains do not agree; more --warmup and --draws may help"
		if s.modes.several() {
			more = ""
			why = "the chains do not agree: they start in different modes and may have stayed there, where more --draws do not help"
		}
		out = append(out, fmt.Sprintf("%s has an R-hat of %.3f, above %v: %s", r.Name, r.RHat, agree, why))
	}
	if r := s.table[least]; ess(r) < float64(enough*len(s.draws.Chains)) {
		out = append(out, fmt.Sprintf("%s has an effective sample size of %.0f, below %d a chain%s", r.Name, ess(r), enough, more))
	}
	return out
}

// ess is the smaller of the effective sample sizes.
func ess(r diag.Row) float64 { return min(r.ESSBulk, r.ESSTail) }

// end returns the error of an interrupt.
func (s *sampled) end(out string) error {
	if s.interrupted == nil {
		return nil
	}
	kept := fmt.Sprintf("%d of %d draws", s.draws.Len(), s.run.Chains*s.run.Draws)
	switch {
	case out == "":
		return &interruptedError{kept + ", which are not stored"}
	case isStdout(out):
		out = "standard output"
	}
	return &interruptedError{kept + " are in " + out}
}
