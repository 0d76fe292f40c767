package measure

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Lin is a difference of means adjusted by several covariates known before the
// send: least squares of the result on the arm, the covariates around their
// means and their products with the arm (Lin 2013), with errors that hold when
// the variance is not the same for all (HC2; MacKinnon, White 1985) and normal
// quantiles. It needs many more customers in each arm than covariates.
type Lin struct {
	Diff Num   `json:"diff"`
	SE   Num   `json:"se_hc2"`
	Z    Num   `json:"z"`
	P    Num   `json:"p"`
	CIz  Range `json:"ci_z"`
}

// Covariates are the result and the covariates of one arm: X[c][i] is column c
// of customer i.
type Covariates struct {
	Y []float64
	X [][]float64
}

// AdjustByRegression computes a Lin. With every product in it the regression is
// one of each arm by itself, read at the mean of both arms: Δ = a₁ − a₀, and the
// errors add up. A covariate that repeats others changes nothing; where an arm
// does not vary in one, so that it says nothing at the common mean, all is
// unknown.
func AdjustByRegression(arm1, arm0 Covariates, alpha float64) Lin {
	centres := make([]float64, len(arm1.X))
	for c := range centres {
		var total sum
		for v := range concat(arm1.X[c], arm0.X[c]) {
			total.add(v)
		}
		centres[c] = total.value() / float64(len(arm1.Y)+len(arm0.Y))
	}
	a1, v1 := arm1.interceptAt(centres)
	a0, v0 := arm0.interceptAt(centres)
	d, se := a1-a0, positive(math.Sqrt(v1+v0))
	return Lin{Diff: Num(d), SE: Num(se), Z: Num(d / se), P: Num(normalBoth(d / se)), CIz: around(d, zTwoSided(alpha)*se)}
}

// interceptAt is what the regression of an arm expects of a customer at the
// centres, and the HC2 variance of that; NaN when the arm cannot tell.
func (a Covariates) interceptAt(centres []float64) (value, variance float64) {
	design, r, ok := a.design(centres)
	if !ok {
		return math.NaN(), math.NaN()
	}
	n, p := design.Dims()
	// The normal equations through R alone, twice, so that the second solution
	// takes back what rounding left in the first.
	beta := mat.NewVecDense(p, nil)
	residual := mat.NewVecDense(n, append([]float64(nil), a.Y...))
	for range 2 {
		var right, step mat.VecDense
		right.MulVec(design.T(), residual)
		solveNormal(&step, r, &right)
		beta.AddVec(beta, &step)
		var fitted mat.VecDense
		fitted.MulVec(design, beta)
		residual.SubVec(mat.NewVecDense(n, append([]float64(nil), a.Y...)), &fitted)
	}
	if explained(a.Y, residual) {
		return beta.AtVec(0), 0
	}
	first := mat.NewVecDense(p, nil)
	first.SetVec(0, 1)
	var weights mat.VecDense
	solveNormal(&weights, r, first)
	return beta.AtVec(0), sandwich(design, r, residual, &weights)
}

// explained reports whether what is left of the results is rounding alone.
func explained(y []float64, residual *mat.VecDense) bool {
	var whole, left sum
	for i, v := range y {
		whole.add(v * v)
		left.add(residual.AtVec(i) * residual.AtVec(i))
	}
	return left.value() <= 1e-24*whole.value()
}

// sandwich is Σ gᵢ²·eᵢ²/(1−hᵢ), gᵢ being the pull of customer i on the first
// coefficient, eᵢ the residual and hᵢ the leverage. A customer who alone decides
// a coefficient has h = 1 and no residual, and adds nothing.
func sandwich(design *mat.Dense, r *mat.TriDense, residual, weights *mat.VecDense) float64 {
	n, p := design.Dims()
	var total sum
	half := make([]float64, p)
	raw := r.RawTriangular()
	for i := range n {
		row := design.RawRowView(i)
		pull, leverage := 0.0, 0.0
		for j := range p { // half = R⁻ᵀ·row
			half[j] = row[j]
			for k := range j {
				half[j] -= raw.Data[k*raw.Stride+j] * half[k]
			}
			half[j] /= raw.Data[j*raw.Stride+j]
			leverage += half[j] * half[j]
			pull += row[j] * weights.AtVec(j)
		}
		if rest := 1 - leverage; rest > 1e-12 {
			e := residual.AtVec(i)
			total.add(pull * pull * e * e / rest)
		}
	}
	return total.value()
}

// solveNormal solves RᵀR·x = b.
func solveNormal(x *mat.VecDense, r *mat.TriDense, b *mat.VecDense) {
	var half mat.VecDense
	_ = half.SolveVec(r.T(), b) // R is not singular: design saw to it
	_ = x.SolveVec(r, &half)
}

// design is a column of ones and the covariates around their centres, each at
// length one but the first, with the R of its QR decomposition. Columns that
// repeat others are left out; false when one of them repeats the first.
func (a Covariates) design(centres []float64) (*mat.Dense, *mat.TriDense, bool) {
	n := len(a.Y)
	kept := make([]int, 0, len(centres))
	for c := range centres {
		kept = append(kept, c)
	}
	for {
		p := len(kept) + 1
		if n < 1 {
			return nil, nil, false
		}
		x := mat.NewDense(max(n, p), p, nil) // rows of zeros below, when there are fewer customers than columns
		for i := range n {
			x.Set(i, 0, 1)
		}
		for j, c := range kept {
			a.column(x, j+1, c, centres[c])
		}
		var qr mat.QR
		qr.Factorize(x)
		var r mat.Dense
		qr.RTo(&r)
		spare := repeated(&r)
		if spare < 0 {
			return x, upper(&r), true
		}
		if !freeOfFirst(&r, spare) {
			return nil, nil, false
		}
		kept = append(kept[:spare-1:spare-1], kept[spare:]...)
	}
}

// column writes covariate c around its centre, at length one.
func (a Covariates) column(x *mat.Dense, j, c int, centre float64) {
	var squares, level sum
	for _, v := range a.X[c] {
		squares.add((v - centre) * (v - centre))
		level.add(v * v)
	}
	length := math.Sqrt(squares.value())
	if squares.value() <= 1e-24*level.value() {
		return // it does not vary, but for the rounding of the centre
	}
	for i, v := range a.X[c] {
		x.Set(i, j, (v-centre)/length)
	}
}

// repeated is the first column that those before it explain, or -1. Columns
// have length one, but the first.
func repeated(r *mat.Dense) int {
	_, p := r.Dims()
	for j := 1; j < p; j++ {
		if math.Abs(r.At(j, j)) < 1e-9 {
			return j
		}
	}
	return -1
}

// freeOfFirst reports whether column j is explained by those between the first
// and itself, without the first.
func freeOfFirst(r *mat.Dense, j int) bool {
	share := make([]float64, j)
	for i := j - 1; i >= 0; i-- {
		share[i] = r.At(i, j)
		for k := i + 1; k < j; k++ {
			share[i] -= r.At(i, k) * share[k]
		}
		share[i] /= r.At(i, i)
	}
	return math.Abs(share[0]*r.At(0, 0)) < 1e-7
}

// upper is the square top of R.
func upper(r *mat.Dense) *mat.TriDense {
	_, p := r.Dims()
	t := mat.NewTriDense(p, mat.Upper, nil)
	for i := range p {
		for j := i; j < p; j++ {
			t.SetTri(i, j, r.At(i, j))
		}
	}
	return t
}
