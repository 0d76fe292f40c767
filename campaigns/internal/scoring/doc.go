// Package scoring gives scores by quantiles: the grid of recency, frequency and
// amount over the base, and that over a file of purchases, score alike.
package scoring
