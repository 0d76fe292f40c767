package measure

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// studentTail is P(T > x) for a Student variable with df degrees of freedom
// (Gosset 1908), NaN when df is not a positive number: half the incomplete beta
// function at df/(df+x²), by its continued fraction (Lentz 1976; Numerical
// Recipes 6.4). Right to 1e-12 of itself up to millions of degrees of freedom
// and far into the tail, where a difference of logarithms of Γ loses half its
// digits.
func studentTail(x, df float64) float64 {
	switch {
	case !(df > 0) || math.IsNaN(x) || math.IsInf(df, 0):
		return math.NaN()
	case x < 0:
		return 1 - studentTail(-x, df)
	case math.IsInf(x, 0):
		return 0
	case x == 0:
		return 0.5
	case df > 50_000:
		return normalTail(asNormal(x, df))
	}
	a, far := df/2, x*x/df // the beta variable is 1/(1+far)
	front := math.Exp(-a*math.Log1p(far)+gammaRatio(a)) * math.Sqrt(far/(1+far)/math.Pi)
	if x*x*(df+2) > df*3 { // past the mean of that variable, the fraction is quick
		return front * betaFraction(a, 0.5, 1/(1+far)) / a / 2
	}
	return 0.5 - front*betaFraction(0.5, a, far/(1+far))
}

// asNormal is the normal value with the same tail as x (Hill 1970, algorithm
// 395), whose error is of the order of 1/df⁴.
func asNormal(x, df float64) float64 {
	a := df - 0.5
	b := 48 * a * a
	y := a * math.Log1p(x*x/df)
	return (((((-0.4*y-3.3)*y-24)*y-85.5)/(0.8*y*y+100+b)+y+3)/b + 1) * math.Sqrt(y)
}

// gammaRatio is log(Γ(a+½)/Γ(a)), by its asymptotic series once a is large.
func gammaRatio(a float64) float64 {
	if a < 20 {
		return logGamma(a+0.5) - logGamma(a)
	}
	b := 1 / (a * a)
	return math.Log(a)/2 - (1./8-(1./192-(1./640-(17./14336-31./18432*b)*b)*b)*b)/a
}

// betaFraction is the continued fraction of the incomplete beta function.
func betaFraction(a, b, x float64) float64 {
	const tiny = 1e-300
	nonzero := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/nonzero(1-(a+b)*x/(a+1))
	h := d
	for i := 1; i < 100_000; i++ {
		m := float64(i)
		for _, step := range [2]float64{
			m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m)),
			-(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1)),
		} {
			d, c = 1/nonzero(1+step*d), nonzero(1+step/c)
			h *= d * c
		}
		if math.Abs(d*c-1) < 2e-16 {
			break
		}
	}
	return h
}

// studentDensity is the density of that variable.
func studentDensity(x, df float64) float64 {
	return math.Exp(gammaRatio(df/2)-(df+1)/2*math.Log1p(x*x/df)) / math.Sqrt(df*math.Pi)
}

// studentBoth is P(|T| > |x|).
func studentBoth(x, df float64) float64 { return 2 * studentTail(math.Abs(x), df) }

// studentUpper is the x with P(T > x) = p, for p in (0, 1/2): a first guess, then
// Newton steps on the logarithm of the tail.
func studentUpper(p, df float64) float64 {
	if !(df > 0) || math.IsInf(df, 0) || !(p > 0 && p < 0.5) {
		return math.NaN()
	}
	x := studentStart(p, df)
	for range 4 {
		tail := studentTail(x, df)
		step := math.Log(tail/p) * tail / studentDensity(x, df)
		if math.IsNaN(step) || math.IsInf(step, 0) {
			break
		}
		x += step
	}
	return x
}

// studentStart is where the steps begin: gonum's inverse, or with many degrees
// of freedom, where that gets lost in the tail, the normal quantile and its
// first corrections (Fisher, Cornish 1960).
func studentStart(p, df float64) float64 {
	if df < 1000 {
		return -distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(p)
	}
	z := normalUpper(p)
	return z + (z*z*z+z)/(4*df) + (5*z*z*z*z*z+16*z*z*z+3*z)/(96*df*df)
}

// chi2Tail is P(X > x) for a χ² variable (Pearson 1900).
func chi2Tail(x float64, df int) float64 {
	if df < 1 || math.IsNaN(x) || x < 0 {
		return math.NaN()
	}
	if df == 1 {
		return normalBoth(math.Sqrt(x))
	}
	return distuv.ChiSquared{K: float64(df)}.Survival(x)
}
